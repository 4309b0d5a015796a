"""Asking ClamAV's daemon about a file, over its socket: the INSTREAM command of ``clamd(8)``.

Where an office has set a scanner and it does not answer, nothing is taken unseen.
"""

import asyncio

import structlog

from bot.channels.contract import AttachmentRejected

CHUNK = 64 * 1024
PATIENCE = 30.0
"""Seconds for one file."""
PORT = 3310
log = structlog.get_logger(__name__)


class Scanner:
    """One daemon: ``/run/clamav/clamd.ctl``, or ``host:port``."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def check(self, content: bytes) -> None:
        """Return when nothing was found; raise `AttachmentRejected` for ``virus``, or ``unchecked``."""
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            log.error("the virus scanner does not answer")
            raise AttachmentRejected("unchecked") from None
        if answer.endswith("FOUND"):
            log.warning("the virus scanner found something")
            raise AttachmentRejected("virus")
        if answer != "stream: OK":
            log.error("the virus scanner could not check")
            raise AttachmentRejected("unchecked")

    async def _ask(self, content: bytes) -> str:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                writer.write(len(part).to_bytes(4, "big") + part)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace").strip()
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host or self._address, int(port) if host else PORT)
