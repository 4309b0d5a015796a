"""One update on its way in: read, files fetched, handed to the front; and what becomes of one that cannot be handled.

`polling` and `webhook` both end here. When `take` returns, the update is dealt with for good.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from bot.channels.contract import AttachmentRejected, Front
from bot.channels.telegram.callbacks import CallbackSigner
from bot.channels.telegram.files import Files
from bot.channels.telegram.inbound import Reading, bot_named, read
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.places import CHANNEL, Place, place_of
from dialogs.messages import InboundMessage
from dialogs.phrasebook import say

TRIES = 5
"""After so many failures an update is buried, so that it does not hold up its chat for ever."""

DeadLetter = Callable[[str, str, str, str], Awaitable[None]]
"""Buries an update: channel, update id, the update as JSON, what went wrong."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes updates in, one at a time; the caller keeps the order of each chat."""

    bot: Bot
    front: Front
    files: Files
    signer: CallbackSigner
    pace: Pace
    clock: Callable[[], datetime]
    default_language: str
    dead_letter: DeadLetter | None
    failures: dict[int, int] = field(default_factory=dict)

    async def take(self, raw: dict[str, Any]) -> None:
        """Deal with one update; raise when it has to come again. The fifth failure buries it instead."""
        update_id = int(raw["update_id"])
        try:
            update = Update.model_validate(raw, context={"bot": self.bot})
        except ValidationError as error:
            log.error("update cannot be read", update_id=update_id, errors=error.error_count())
            await self._bury(update_id, raw, "the update cannot be read")
            return
        try:
            await self._handle(update)
        except Exception as error:
            log.exception("update failed", update_id=update_id)
            self.failures[update_id] = self.failures.get(update_id, 0) + 1
            if self.failures[update_id] < TRIES or self.dead_letter is None:
                raise
            await self._bury(update_id, raw, f"{type(error).__name__}: {error}")
        self.failures.pop(update_id, None)

    async def _handle(self, update: Update) -> None:
        reading = read(update, self.signer, self.clock())
        if reading is None or await self._for_another_bot(update):
            return
        async with self._answering(reading), self._typing(reading.message):
            if not reading.hint:
                await self.front.receive(await self._with_file(reading))

    async def _with_file(self, reading: Reading) -> InboundMessage:
        if reading.file is None:
            return reading.message
        try:
            attachment = await self.files.fetch(reading.file)
        except AttachmentRejected as error:
            return replace(reading.message, rejected=f"attachment.rejected.{error.reason}")
        return replace(reading.message, attachments=(attachment,))

    async def _for_another_bot(self, update: Update) -> bool:
        """In a group people also speak to other bots: ``/help@that_bot``."""
        named = bot_named(update)
        if named is None:
            return False
        me = await self.bot.me()
        return named.lower() != (me.username or "").lower()

    @asynccontextmanager
    async def _answering(self, reading: Reading) -> AsyncIterator[None]:
        """Answer a tap beside the work, not after it."""
        if reading.tap is None:
            yield
            return
        answer = asyncio.get_running_loop().create_task(self._answer_tap(reading))
        try:
            yield
        finally:
            await answer

    async def _answer_tap(self, reading: Reading) -> None:
        """End the button's spinner. An answer that comes too late is refused, and does no harm."""
        hint = say(reading.message.language or self.default_language, "telegram.hint.file") if reading.hint else None
        with suppress(Exception):
            async with asyncio.timeout(self.pace.answer_tap):
                await self.bot.answer_callback_query(str(reading.tap), text=hint, show_alert=reading.hint or None)

    @asynccontextmanager
    async def _typing(self, message: InboundMessage) -> AsyncIterator[None]:
        """Show that we are at it while the work inside takes longer than a moment."""
        typing = asyncio.get_running_loop().create_task(self._type(place_of(message.address)))
        try:
            yield
        finally:
            typing.cancel()
            await asyncio.gather(typing, return_exceptions=True)

    async def _type(self, place: Place) -> None:
        await asyncio.sleep(self.pace.typing_after)
        while True:
            with suppress(Exception):
                await self.bot.send_chat_action(place.chat_id, "typing", message_thread_id=place.topic_id)
            await asyncio.sleep(self.pace.typing_every)

    async def _bury(self, update_id: int, raw: dict[str, Any], error: str) -> None:
        if self.dead_letter is not None:
            await self.dead_letter(CHANNEL, str(update_id), json.dumps(raw), error)
