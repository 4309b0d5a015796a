"""What has to be done now and then: old update ids are dropped, so that the inbox does not grow for ever."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storage.session import Database
from storage.unit import working

EVERY = timedelta(hours=1)
KEPT = timedelta(days=30)
"""A messenger repeats an update for a day or so; a month is on the safe side."""
log = structlog.get_logger(__name__)


class Housekeeping:
    """Keeps the house, once an hour; doing it twice at once harms nothing."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.clock = clock

    async def run(self) -> None:
        """For ever; a failure is logged and tried again next time."""
        while True:
            try:
                await self.once()
            except Exception:
                log.exception("housekeeping failed")
            await asyncio.sleep(EVERY.total_seconds())

    async def once(self) -> int:
        """Once; how many rows went."""
        async with working(self.database) as unit:
            return await unit.conversations.forget_updates(self.clock() - KEPT)
