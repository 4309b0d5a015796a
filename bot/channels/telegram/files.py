"""Fetches a file from Telegram into the attachment store."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiohttp import ClientError

from bot.channels.contract import AttachmentRejected, Keep
from bot.channels.telegram.errors import FILE_TOO_LARGE, channel_error, says
from bot.channels.telegram.media import RemoteFile
from bot.channels.telegram.pace import Pace
from dialogs.messages import Attachment

TRIES = 3
TOO_LARGE, BROKEN = "too_large", "broken"

log = structlog.get_logger(__name__)


class Files:
    """Downloads through the Bot API."""

    def __init__(self, bot: Bot, keep: Keep, pace: Pace) -> None:
        self._bot, self._keep, self._pace = bot, keep, pace

    async def fetch(self, file: RemoteFile) -> Attachment:
        """Download and store; raise `AttachmentRejected` with the reason when the file is not to be had."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._once(file)
            except AttachmentRejected:
                raise
            except (ClientError, TimeoutError, ConnectionError) as error:
                log.warning("download failed", attempt=attempt, error=type(error).__name__)
            if attempt < TRIES:
                await asyncio.sleep(self._pace.backoff(attempt))
        raise AttachmentRejected(BROKEN)

    async def _once(self, file: RemoteFile) -> Attachment:
        path = await self._path(file)
        async with aclosing(self._chunks(path)) as chunks:
            return await self._keep.put(file.name, file.kind, chunks)

    async def _path(self, file: RemoteFile) -> str:
        """Where the file lies; a refusal is final, trouble on the way is a `ConnectionError`."""
        try:
            found = await self._bot.get_file(file.id)
        except TelegramBadRequest as error:
            raise AttachmentRejected(TOO_LARGE if says(error, FILE_TOO_LARGE) else BROKEN) from error
        except Exception as error:
            raise ConnectionError(channel_error(error).sentence) from error
        if not found.file_path:
            raise AttachmentRejected(BROKEN)
        return found.file_path

    async def _chunks(self, path: str) -> AsyncGenerator[bytes, None]:
        url = self._bot.session.api.file_url(self._bot.token, path)
        stream = self._bot.session.stream_content(url, timeout=self._pace.download)
        async with aclosing(stream):
            async for chunk in stream:
                yield chunk
