"""aiogram's bot, with what we need of it a little different from what it brings."""

from typing import Any, cast

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.utils.token import TokenValidationError
from pydantic import ValidationError


class HttpFailure(TelegramAPIError):
    """The server gave no more than an HTTP status: a gateway's page, or a bare 429."""

    def __init__(self, method: TelegramMethod[Any], status: int) -> None:
        super().__init__(method, f"HTTP status {status}")
        self.status = status


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """``getUpdates`` without reading the updates, so that one of them which cannot be read does not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Session(AiohttpSession):
    """Keeps the HTTP status where aiogram drops it, and closes without its fixed pause."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """As aiogram, but an answer of which only the status is known becomes `HttpFailure`."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if isinstance(error.original, ValidationError) or status_code < 400:
                raise
            raise HttpFailure(method, status_code) from error
        except TelegramAPIError as error:
            if type(error) is TelegramAPIError:
                raise HttpFailure(method, status_code) from error
            raise

    async def close(self) -> None:
        """Close the connections; aiohttp waits for TLS by itself nowadays."""
        if self._session is not None and not self._session.closed:
            await self._session.close()


def build_bot(token: str, api_url: str | None, request_seconds: float) -> Bot:
    """A bot that talks to Telegram, or to another Bot API server; raise `ValueError` for what cannot be a token."""
    api = TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION
    session = Session(api=api, timeout=request_seconds)
    try:
        return Bot(token, session=session, default=DefaultBotProperties(link_preview_is_disabled=True))
    except TokenValidationError as error:
        raise ValueError(f"not a Telegram bot token: {error}") from None


def sent_after_all(error: ClientDecodeError) -> dict[str, Any] | None:
    """The result of a call that succeeded and whose answer aiogram could not read (a newer Bot API), else None."""
    data = error.data
    if isinstance(data, dict) and data.get("ok") is True and isinstance(data.get("result"), dict):
        return cast(dict[str, Any], data["result"])
    return None
