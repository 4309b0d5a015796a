"""The delivery: claims what is due in the outbox, sends it with no transaction open, marks what came of it.

At most one message a recipient is under way, so order holds; a process that dies leaves a lease that ends.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.channels.contract import Channel, ChannelError
from bot.wire import document_of, is_for_staff, rendered
from bot.workers.retrying import decide
from cases.casework import delivery as casework
from cases.casework.work import Work
from cases.rules.city import City
from dialogs.messages import Attachment
from storage.outbox import OutboxRow
from storage.session import Database
from storage.unit import Unit, looking, working

LEASE = timedelta(seconds=60)
IDLE = 1.0
"""Seconds between looks when nothing wakes us; another process may have queued something."""
log = structlog.get_logger(__name__)


class Pace:
    """Keeps a channel's messages-a-second; `turn` waits until the next one may go."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for this message's time."""
        now = self._clock()
        at = max(self._next, now)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)


class LetterFiles(Protocol):
    """Gives the files of a document; `bot.letters` is it."""

    async def attachments(self, id: str, recipient: str) -> tuple[Attachment, ...]:
        """The files, made the first time."""
        ...


class Delivery:
    """Sends what is queued, until it is stopped."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        city: City,
        clock: Callable[[], datetime],
        recipient: str = "",
        letters: LetterFiles | None = None,
    ) -> None:
        """`recipient`: deliver to this address only; a terminal shows its own person's pushes."""
        self.recipient = recipient
        self.letters = letters
        self.database = database
        self.channels = channels
        self.city = city
        self.clock = clock
        self._paces = {name: Pace(channel.per_second) for name, channel in channels.items()}
        self._zone = ZoneInfo(city.timezone)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            self._wake.clear()
            try:
                busy = await self.once()
            except Exception:
                log.exception("delivery failed")
                busy = 0
            if not busy:
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE):  # wait_for may swallow a cancellation in Python 3.11
                        await self._wake.wait()

    async def once(self) -> int:
        """One round: everything that is due now, side by side for different recipients. Returns how many."""
        async with working(self.database) as unit:
            rows = await unit.outbox.claim(self.clock(), LEASE, channels=list(self.channels), recipient=self.recipient)
        if rows:
            await asyncio.gather(*(self._deliver(row) for row in rows))
        return len(rows)

    async def drain(self) -> None:
        """Rounds until nothing is due."""
        while await self.once():
            pass

    async def _deliver(self, row: OutboxRow) -> None:
        channel = self.channels[row.channel]
        now = self.clock()
        try:
            if is_for_staff(row.message) and not await self._still_staff(row.recipient, now):
                raise ChannelError("no longer bound to an account", permanent=True)
            message = rendered(row.message, row.recipient, self._zone, now)
            if (document := document_of(row.message)) and self.letters:
                files = await self.letters.attachments(document, row.recipient)
                message = replace(message, attachments=files)
            await self._paces[row.channel].turn()
            await channel.send(message, key=f"outbox-{row.id}")
        except ChannelError as error:
            await self._failed(row, error)
        except Exception as error:
            log.exception("message cannot be sent", outbox=row.id)
            await self._failed(row, ChannelError(repr(error), permanent=True))
        else:
            await self._sent(row)

    async def _still_staff(self, address: str, now: datetime) -> bool:
        """What was queued while somebody was staff is not told to them when they are none any more."""
        async with looking(self.database) as unit:
            return await unit.staff.at(address, now) is not None

    async def _sent(self, row: OutboxRow) -> None:
        async with working(self.database) as unit:
            now = self.clock()
            await unit.outbox.sent(row.id, now)
            if row.case_number and row.delivers:
                await casework.delivered(Work(unit, self.city, now), row.case_number)

    async def _failed(self, row: OutboxRow, error: ChannelError) -> None:
        now = self.clock()
        decision = decide(row.attempts, error, now)
        log.warning("message did not arrive", outbox=row.id, attempts=row.attempts, error=error.sentence)
        async with working(self.database) as unit:
            if error.moved_to:
                await unit.outbox.retry(row.id, now, error.sentence)
                await unit.outbox.move(row.recipient, str(error.moved_to))
            elif decision.at:
                await unit.outbox.retry(row.id, decision.at, error.sentence)
            else:
                await self._give_up(unit, row, error, now)

    async def _give_up(self, unit: Unit, row: OutboxRow, error: ChannelError, now: datetime) -> None:
        await unit.outbox.bury(row.id, now, error.sentence)
        if error.blocked and row.case_number:
            await casework.blocked(Work(unit, self.city, now), row.case_number)
