"""Buttons of the house as Telegram's keyboards.

Telegram has two kinds and no message can have both: inline buttons, which carry a signed payload, and a reply
keyboard, which alone can ask the device for a phone number or a position. Payloads are exact where typed titles have
to be guessed at, so choices are always inline; a device button that stands beside choices goes into a short message
of its own below them, which is taken away again with the next message (`outbound`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.channels.telegram.callbacks import CallbackSigner
from bot.channels.telegram.inbound import FILE_HINT
from bot.channels.telegram.places import Place
from bot.channels.telegram.splitting import clean
from dialogs.messages import Ask, Button

DEVICE_ASKS = (Ask.CONTACT, Ask.LOCATION)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Keyboards:
    """What the buttons of one message become."""

    inline: InlineKeyboardMarkup | None
    device: ReplyKeyboardMarkup | None
    device_title: str


def keyboards(rows: tuple[tuple[Button, ...], ...], place: Place, signer: CallbackSigner) -> Keyboards:
    """Sort the buttons into Telegram's two kinds; device buttons exist in private chats only."""
    inline = [
        made for row in rows if (made := [key for button in row for key in _inline_buttons(button, place, signer)])
    ]
    asking = [button for row in rows for button in row if _asks_device(button, place)]
    return Keyboards(
        inline=InlineKeyboardMarkup(inline_keyboard=inline) if inline else None,
        device=_reply_keyboard(asking) if asking else None,
        device_title=clean(asking[0].title) if asking else "",
    )


def _asks_device(button: Button, place: Place) -> bool:
    return button.ask in DEVICE_ASKS and place.private and bool(button.title.strip())


def _inline_buttons(button: Button, place: Place, signer: CallbackSigner) -> Iterator[InlineKeyboardButton]:
    title = clean(button.title).strip()
    payload = button.payload or (FILE_HINT if button.ask is Ask.FILE else "")
    if not title or _asks_device(button, place):
        return
    if button.url:
        yield InlineKeyboardButton(text=title, url=button.url)
    elif payload:
        try:
            yield InlineKeyboardButton(text=title, callback_data=signer.sign(place.chat_id, payload))
        except ValueError:  # a mistake of ours; the words still have to reach the citizen
            log.exception("button left out")


def _reply_keyboard(buttons: list[Button]) -> ReplyKeyboardMarkup:
    keys = [
        [
            KeyboardButton(
                text=clean(button.title),
                request_contact=True if button.ask is Ask.CONTACT else None,
                request_location=True if button.ask is Ask.LOCATION else None,
            )
        ]
        for button in buttons
    ]
    return ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True, one_time_keyboard=True)
