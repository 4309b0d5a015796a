"""Telegram's updates as messages of the house. Pure: files are only named here, `intake` fetches them."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aiogram.enums import ChatMemberStatus, ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Contact, Message, Update, User

from bot.channels.telegram.callbacks import CallbackSigner
from bot.channels.telegram.media import UNSUPPORTED, RemoteFile, file_of
from bot.channels.telegram.places import CHANNEL, Place
from dialogs import messages

UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for; anything else is confirmed and forgotten."""

FILE_HINT = "!file"
"""The payload of a button that only tells how to send a file; it is answered by the channel."""

GONE = ("kicked", "left")
COMMAND = re.compile(r"(?P<command>/[A-Za-z0-9_]+)(?:@(?P<bot>[A-Za-z0-9_]+))?(?=\s|\Z)")
START = re.compile(r"/start\s+(?P<parameter>\S+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Reading:
    """An update as we read it: the message for the front, and what the channel has to do beside it.

    `file` is to be fetched into the message; `tap` is the callback query to answer; `hint` means that the tap
    wanted no more than to be told how to send a file.
    """

    message: messages.InboundMessage
    file: RemoteFile | None = None
    tap: str | None = None
    hint: bool = False


def lane_of(raw: dict[str, Any]) -> str:
    """The chat that a raw update belongs to; updates of one lane are handled in turn. Takes any input."""
    for kind in UPDATE_KINDS:
        body = raw.get(kind)
        if isinstance(body, dict):
            message = body.get("message") if kind == "callback_query" else body
            chat = message.get("chat") if isinstance(message, dict) else body.get("from")
            return str(chat.get("id")) if isinstance(chat, dict) else ""
    return ""


def bot_named(update: Update) -> str | None:
    """The bot that a command is addressed to (``/help@that_bot``), if one is named."""
    message = update.message or update.edited_message
    command = COMMAND.match(message.text) if message and message.text else None
    return command["bot"] if command else None


def read(update: Update, signer: CallbackSigner, now: datetime) -> Reading | None:
    """What an update means to us; None when it means nothing."""
    if update.callback_query:
        return _tap(update.update_id, update.callback_query, signer, now)
    if update.my_chat_member:
        return _membership(update.update_id, update.my_chat_member)
    if update.message:
        return _message(update.update_id, update.message, edited=False)
    if update.edited_message:
        return _message(update.update_id, update.edited_message, edited=True)
    return None


def _message(update_id: int, message: Message, *, edited: bool) -> Reading | None:
    sender = message.from_user
    if sender is None or sender.is_bot or (edited and message.location):
        return None  # other bots; and a live location that moves on, of which the first pin is enough
    file, unsupported = file_of(message), message.content_type in UNSUPPORTED
    typed = message.text or message.caption or ""
    if not (typed or file or message.location or message.contact or unsupported):
        return None
    text = COMMAND.sub(r"\g<command>", typed, count=1) if typed.startswith("/") else typed
    start = START.match(text)
    place = Place(message.chat.id, message.message_thread_id if message.is_topic_message else None)
    body = messages.InboundMessage(
        **_common(update_id, place, sender),
        sent_at=_moment(message.edit_date, message.date) if edited and message.edit_date else message.date,
        text="/start" if start else text,
        message_id=str(message.message_id),
        edited=edited,
        album=message.media_group_id,
        location=_location(message),
        contact=_contact(message.contact, sender) if message.contact else None,
        start=start["parameter"] if start else None,
    )
    if unsupported:
        body = replace(body, metadata={**body.metadata, "unsupported": ContentType(message.content_type).value})
    return Reading(body, file)


def _moment(stamp: int, otherwise: datetime) -> datetime:
    """A time in seconds since 1970; another one where no calendar has it."""
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (OverflowError, OSError, ValueError):
        return otherwise


def _tap(update_id: int, query: CallbackQuery, signer: CallbackSigner, now: datetime) -> Reading:
    place = Place(query.message.chat.id if query.message else query.from_user.id)
    if isinstance(query.message, Message) and query.message.is_topic_message:
        place = Place(place.chat_id, query.message.message_thread_id)
    payload = signer.read(place.chat_id, query.data or "")
    message = messages.InboundMessage(
        **_common(update_id, place, query.from_user),
        sent_at=now,
        text=payload or "",
        tapped=True,
        message_id=str(query.message.message_id) if query.message else None,
    )
    if payload is None:
        message = replace(message, metadata={**message.metadata, "forged": True})
    return Reading(message, tap=query.id, hint=payload == FILE_HINT)


def _membership(update_id: int, change: ChatMemberUpdated) -> Reading | None:
    status = ChatMemberStatus(change.new_chat_member.status).value
    if status not in GONE:
        return None
    common = _common(update_id, Place(change.chat.id), change.from_user)
    common["metadata"] = {**common["metadata"], "membership": status}
    return Reading(messages.InboundMessage(**common, sent_at=change.date))


def _common(update_id: int, place: Place, sender: User) -> dict[str, Any]:
    """What every update says of where it comes from. In a group `metadata["sender"]` tells who spoke."""
    return {
        "address": place.address,
        "update_id": str(update_id),
        "language": (sender.language_code or "").partition("-")[0].lower() or None,
        "display_name": sender.full_name,
        "private": place.private,
        "metadata": {"sender": str(messages.Address(CHANNEL, str(sender.id)))},
    }


def _location(message: Message) -> messages.Location | None:
    pin = message.venue.location if message.venue else message.location
    if pin is None:
        return None
    venue = message.venue
    title = " ".join(part for part in (venue.address, venue.title) if part) if venue else ""
    return messages.Location(pin.latitude, pin.longitude, title)


def _contact(contact: Contact, sender: User) -> messages.Contact:
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return messages.Contact(contact.phone_number, name, own=contact.user_id == sender.id)
