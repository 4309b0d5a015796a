"""What has to be done now and then: steps of the ladder every minute, the day's report, old update ids every hour.

Each is one transaction that holds a lock of its own: of many processes one does it, and doing it again changes nothing.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from cases.casework import duty, ladder, reception, rights
from cases.casework.work import Work
from cases.rules.city import City
from storage import doors
from storage.attachments import AttachmentFiles
from storage.session import Database
from storage.unit import alone, working

EVERY = timedelta(minutes=1)
SWEEP = timedelta(hours=1)
KEPT = timedelta(days=30)
"""A messenger repeats an update for a day or so; a month is on the safe side."""
log = structlog.get_logger(__name__)


class Housekeeping:
    """Keeps the house, once a minute; doing it twice at once harms nothing."""

    def __init__(
        self,
        database: Database,
        city: City,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        files: AttachmentFiles,
    ) -> None:
        self.database = database
        self.files = files
        self.city = city
        self.clock = clock
        self.wake = wake
        self._expired: datetime | None = None
        self._swept: datetime | None = None

    async def run(self) -> None:
        """For ever; a failure is logged and tried again next time."""
        while True:
            try:
                await self.once()
            except Exception:
                log.exception("housekeeping failed")
            await asyncio.sleep(EVERY.total_seconds())

    async def once(self) -> None:
        """Everything that is due now."""
        await self.climb()
        await self.report()
        await self.remind()
        await self.part()
        await self.expire()
        await self.sweep()

    async def climb(self) -> int:
        """Steps of the ladder, in rounds, until none is due; how many cases had one."""
        total = 0
        while True:
            async with alone(self.database, "ladder") as unit:
                done = await ladder.climb(Work(unit, self.city, self.clock()))
            total += done
            if not done:
                break
        if total:
            self.wake()
        return total

    async def report(self) -> bool:
        """The day's report, when its hour has come; whether it went out."""
        async with alone(self.database, "report") as unit:
            told = await duty.report_if_due(Work(unit, self.city, self.clock()))
        if told:
            self.wake()
        return told

    async def remind(self) -> int:
        """Who has a reception slot within a day is reminded; how many."""
        async with alone(self.database, "reception") as unit:
            told = await reception.remind(Work(unit, self.city, self.clock()))
        if told:
            self.wake()
        return told

    async def part(self) -> int:
        """Conversations that knew an anonymous case for half an hour are emptied; how many."""
        async with working(self.database) as unit:
            now = self.clock()
            known = await unit.conversations.run_out(now)
            for address in known:
                await unit.conversations.unlink(address, now)
                await unit.outbox.unlink(address)
            await unit.conversations.forget_nameless(now - SWEEP)
        return len(known)

    async def expire(self) -> int:
        """What the retention policy says is due, once an hour; how many files went."""
        now = self.clock()
        if self._expired and now - self._expired < SWEEP:
            return 0
        async with alone(self.database, "retention") as unit:
            keys = await rights.expire(Work(unit, self.city, now))
        for key in keys:
            await self.files.remove(key)
        self._expired = now
        return len(keys)

    async def sweep(self) -> int:
        """Old update ids and tallies go, once an hour; how many rows went."""
        now = self.clock()
        if self._swept and now - self._swept < SWEEP:
            return 0
        self._swept = now
        async with working(self.database) as unit:
            await unit.paces.forget(now - SWEEP)
            tallies = await unit.doors.forget_tallies(now - doors.KEPT)
            return tallies + await unit.conversations.forget_updates(now - KEPT)
