"""What went wrong with Telegram, in the one form that the delivery worker knows."""

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from bot.channels.contract import ChannelError
from bot.channels.telegram.client import HttpFailure
from bot.channels.telegram.places import Place

BARE_WAIT = 5.0
"""How long to wait when Telegram says "too many" and does not say how long."""

UNCHANGED = ("message is not modified",)
NOT_EDITABLE = (
    "message can't be edited",
    "message to edit not found",
    "message_id_invalid",
    "there is no text in the message to edit",
    "message to be replaced not found",
)
FILE_TOO_LARGE = ("file is too big",)


def says(error: TelegramBadRequest, phrases: tuple[str, ...]) -> bool:
    """Whether the refusal is one of these; Telegram has no codes for them, only sentences."""
    sentence = error.message.lower()
    return any(phrase in sentence for phrase in phrases)


def channel_error(error: Exception) -> ChannelError:
    """The `ChannelError` for anything that a call to Telegram may raise."""
    match error:
        case ChannelError():
            return error
        case TelegramRetryAfter():
            return ChannelError("Telegram asks us to slow down", retry_after=float(error.retry_after))
        case TelegramMigrateToChat():
            place = Place(error.migrate_to_chat_id)
            return ChannelError("the group became a supergroup", moved_to=place.address)
        case TelegramForbiddenError():
            return ChannelError(f"Telegram: {error.message}", permanent=True, blocked=True)
        case TelegramEntityTooLarge():
            return http_error(413)
        case TelegramBadRequest():
            return ChannelError(f"Telegram: {error.message}", permanent=True)
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            return ChannelError(f"Telegram does not take our calls; is the token right? ({error.message})")
        case HttpFailure():
            return http_error(error.status)
        case TelegramServerError():
            return ChannelError(f"Telegram is in trouble: {error.message}", unknown=True)
        case TelegramNetworkError():
            return _network_error(error)
        case TelegramAPIError():
            return ChannelError(f"Telegram: {error.message}")
        case ClientDecodeError():
            return ChannelError("Telegram's answer cannot be read", unknown=True)
        case TimeoutError():
            return ChannelError("Telegram did not answer in time", unknown=True)
        case _:
            return ChannelError(f"the call to Telegram failed: {type(error).__name__}", unknown=True)


def http_error(status: int) -> ChannelError:
    """The `ChannelError` for an answer of which nothing but the HTTP status can be used."""
    match status:
        case 413:
            return ChannelError("the message is too large for Telegram", permanent=True)
        case 429:
            return ChannelError("Telegram asks us to slow down", retry_after=BARE_WAIT)
        case 503:
            return ChannelError("Telegram takes no calls right now")
        case 504:
            return ChannelError("a gateway gave up waiting for Telegram", unknown=True)
        case _:
            return ChannelError(f"HTTP status {status} on the way to Telegram", unknown=status >= 500)


def _network_error(error: TelegramNetworkError) -> ChannelError:
    """Not connected means not sent; anything later may have arrived."""
    if isinstance(error.__cause__, ClientConnectorError):
        return ChannelError("Telegram cannot be reached")
    return ChannelError("the connection to Telegram broke", unknown=True)
