"""Messages of the house on their way out.

One `OutboundMessage` may need several calls: parts of a long text, files, a device button. What was done is
remembered by the message's key, so that a repeated try goes on where the last one stopped and a message that was
delivered is not sent again. The memory is a courtesy: after a restart a repeat is sent whole.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest
from aiogram.methods import EditMessageText, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.channels.contract import ChannelError, Keep
from bot.channels.telegram.callbacks import CallbackSigner
from bot.channels.telegram.client import sent_after_all
from bot.channels.telegram.errors import NOT_EDITABLE, UNCHANGED, channel_error, says
from bot.channels.telegram.keyboards import Keyboards, keyboards
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.places import Place, place_of
from bot.channels.telegram.splitting import split, units
from dialogs.messages import Attachment, AttachmentKind, OutboundMessage
from dialogs.phrasebook import say

CAPTION_UNITS = 1024
PHOTO_BYTES = 10_000_000
REMEMBERED = 2_000

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
Step = Callable[[], Awaitable[str | None]]
"""One call; gives the id of the message that carries the words, or None."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with its content at hand."""

    attachment: Attachment
    content: bytes

    @property
    def upload(self) -> BufferedInputFile:
        """For aiogram, under a name that cannot break out of the HTTP header that it is put into."""
        name = "".join("_" if letter in '"\\\r\n' or not letter.isprintable() else letter for letter in self.name)
        return BufferedInputFile(self.content, name)

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.attachment.name or self.attachment.key

    @property
    def is_photo(self) -> bool:
        """Whether Telegram takes it as a picture; a larger one goes as a document."""
        return self.attachment.kind is AttachmentKind.PHOTO and len(self.content) <= PHOTO_BYTES


class Outbound:
    """Sends messages."""

    def __init__(
        self,
        bot: Bot,
        keep: Keep,
        signer: CallbackSigner,
        pace: Pace,
        default_language: str,
        beyond: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`beyond`: waits until the chat takes one more message than the one that the delivery asked for."""
        self._bot, self._keep, self._signer, self._pace, self._beyond = bot, keep, signer, pace, beyond
        self._language = default_language
        self._done: OrderedDict[str, list[str | None]] = OrderedDict()
        self._helpers: OrderedDict[int, int] = OrderedDict()

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        """Deliver; the id of the message that carries the words and the buttons. Raises only `ChannelError`."""
        try:
            place = place_of(message.address)
        except ValueError as error:
            raise ChannelError(str(error), permanent=True) from error
        try:
            return await self._deliver(message, place, key)
        except Exception as error:
            raise channel_error(error) from error

    async def _deliver(self, message: OutboundMessage, place: Place, key: str) -> str | None:
        files = [file for attachment in message.attachments if (file := await self._file(attachment))]
        done = self._remembered(key)
        begun = len(done)
        for number, step in enumerate(self._steps(message, place, files)[begun:], begun):
            if self._beyond and number > max(begun, 1):  # the first step only puts an old keyboard away
                await self._beyond(str(message.address))
            done.append(await step())
        if len(files) < len(message.attachments):
            raise ChannelError("an attachment is no longer in the store; the rest was sent", permanent=True)
        return next((sent for sent in reversed(done) if sent), None)

    def _remembered(self, key: str) -> list[str | None]:
        done = self._done.setdefault(key, [])
        self._done.move_to_end(key)
        while len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        return done

    async def _file(self, attachment: Attachment) -> File | None:
        try:
            return File(attachment, await self._keep.read(attachment))
        except KeyError:
            return None

    def _steps(self, message: OutboundMessage, place: Place, files: list[File]) -> list[Step]:
        """The calls that this message needs, in order; the same at every try."""
        parts, keys = split(message.text), keyboards(message.buttons, place, self._signer)
        if not (parts or files):
            return []
        replaces = int(message.replaces) if message.replaces and message.replaces.isdecimal() else None
        editing = replaces if parts and not files else None
        apart = keys.device is not None and (keys.inline is not None or editing is not None)
        steps: list[Step] = [partial(self._take_helper_away, place)]
        steps += self._content(place, parts, files, editing, _last_markup(place, keys, apart))
        if apart and keys.device:
            steps.append(partial(self._send_helper, place, keys.device_title, keys.device))
        if replaces is not None and editing is None:
            steps.append(partial(self._retire_buttons, place, replaces))
        return steps

    def _content(
        self, place: Place, parts: list[str], files: list[File], editing: int | None, last: Markup | None
    ) -> list[Step]:
        """Files first, then the words, so that the buttons come last; short words go along as the caption."""
        caption = parts[0] if files and len(parts) == 1 and units(parts[0]) <= CAPTION_UNITS else ""
        if caption:
            parts = []
        steps: list[Step] = []
        for index, file in enumerate(files):
            ends = index == len(files) - 1
            markup = last if ends and not parts else None
            steps.append(partial(self._send_file, place, file, caption if ends else "", markup))
        for index, part in enumerate(parts):
            markup = last if index == len(parts) - 1 else None
            if index == 0 and editing is not None:
                steps.append(partial(self._edit, place, editing, part, markup))
            else:
                steps.append(partial(self._send_text, place, part, markup))
        return steps

    async def _send_text(self, place: Place, text: str, markup: Markup | None) -> str:
        return await self._call(
            SendMessage(chat_id=place.chat_id, message_thread_id=place.topic_id, text=text, reply_markup=markup)
        )

    async def _edit(self, place: Place, message_id: int, text: str, markup: Markup | None) -> str:
        inline = markup if isinstance(markup, InlineKeyboardMarkup) else None
        try:
            await self._call(
                EditMessageText(chat_id=place.chat_id, message_id=message_id, text=text, reply_markup=inline)
            )
        except TelegramBadRequest as error:
            if says(error, UNCHANGED):
                return str(message_id)
            if says(error, NOT_EDITABLE):
                return await self._send_text(place, text, markup)
            raise
        return str(message_id)

    async def _send_file(self, place: Place, file: File, caption: str, markup: Markup | None) -> str:
        common: dict[str, Any] = {
            "chat_id": place.chat_id,
            "message_thread_id": place.topic_id,
            "caption": caption or None,
            "reply_markup": markup,
        }
        if file.is_photo:
            with suppress(TelegramBadRequest):  # too long, too narrow, broken: as a document it is still readable
                return await self._call(SendPhoto(photo=file.upload, **common), self._pace.download)
        return await self._call(SendDocument(document=file.upload, **common), self._pace.download)

    async def _send_helper(self, place: Place, title: str, keyboard: ReplyKeyboardMarkup) -> None:
        """The short message that brings a device button."""
        text = say(self._language, "telegram.ask.device", title=title)
        self._helpers[place.chat_id] = int(await self._send_text(place, text, keyboard))
        while len(self._helpers) > REMEMBERED:
            self._helpers.popitem(last=False)

    async def _take_helper_away(self, place: Place) -> None:
        """Telegram's apps put the reply keyboard away together with the message that brought it."""
        if helper := self._helpers.pop(place.chat_id, None):
            with suppress(Exception):
                await self._bot.delete_message(place.chat_id, helper)

    async def _retire_buttons(self, place: Place, message_id: int) -> None:
        """What replaces a message could not take its place: at least its buttons go."""
        with suppress(Exception):
            await self._bot.edit_message_reply_markup(chat_id=place.chat_id, message_id=message_id)

    async def _call(self, method: TelegramMethod[Any], seconds: int | None = None) -> str:
        """Make the call; the id of the message that it made or changed."""
        try:
            result = await self._bot(method, request_timeout=seconds)
        except ClientDecodeError as error:
            if (found := sent_after_all(error)) is None:
                raise
            return str(found.get("message_id", ""))
        return str(result.message_id)


def _last_markup(place: Place, keys: Keyboards, apart: bool) -> Markup | None:
    """What goes below the last part. Words without buttons put away a reply keyboard that may still be open."""
    if keys.inline is not None:
        return keys.inline
    if keys.device is not None and not apart:
        return keys.device
    return ReplyKeyboardRemove(remove_keyboard=True) if place.private else None
