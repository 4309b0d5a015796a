"""The delivery: claims what is due in the outbox, sends it with no transaction open, marks what came of it.

At most one message a recipient is under way, so order holds; a process that dies leaves leases that end, one that
lives extends its own.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.channels.contract import Channel, ChannelError
from bot.figures import LIMITER_SECONDS
from bot.wire import Ordered, as_repeat, document_of, is_for_staff, ordered, rendered
from bot.workers.marking import Marker, Outcome
from bot.workers.pacing import take, turns
from cases.casework.work import Work
from cases.rules.city import City
from dialogs.messages import Attachment, OutboundMessage
from storage.outbox import OutboxRow
from storage.session import Database
from storage.unit import Unit, looking, working

LEASE = timedelta(seconds=30)
"""How long a message of a process that died waits for the next process."""
IDLE = 1.0
"""Seconds between looks when nothing wakes us; another process may have queued something."""
BUSY = 0.2
"""Seconds between looks while a platform's limits are what we wait for."""
GATHER = 0.05
"""Seconds in which what ended is gathered for one commit, while something is still under way."""
LIVELY = timedelta(seconds=1.5)
"""So long after a message with limits: its chat takes the next one soon."""
AT_ONCE = 1000
"""Messages under way at once."""
GRACE = 10.0
"""Seconds that `stop` waits for what is under way."""
log = structlog.get_logger(__name__)
SPOILT = (ValueError, LookupError, TypeError, AttributeError)
"""What a row that cannot be read raises; anything else (the database is away) may be better next time."""
Claimed = list[tuple[OutboxRow, datetime]]
"""What is sent next, and when."""


class LetterFiles(Protocol):
    """Gives the files of a document; `bot.letters` is it."""

    async def attachments(self, id: str, recipient: str) -> tuple[Attachment, ...]:
        """The files, made the first time."""
        ...


class ExportFiles(Protocol):
    """Makes the register as a file for who ordered it; `bot.export` is it."""

    async def made(self, order: Ordered, recipient: str) -> OutboundMessage:
        """The message with the file, or with why there is none."""
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
        exports: ExportFiles | None = None,
    ) -> None:
        """`recipient`: deliver to this address only; a terminal shows its own person's pushes."""
        self.recipient = recipient
        self.letters = letters
        self.exports = exports
        self.database = database
        self.channels = channels
        self.city = city
        self.clock = clock
        self._marker = Marker(database, channels, city, clock)
        self._zone = ZoneInfo(city.timezone)
        self._news = asyncio.Event()
        self._stopping = False
        self._under_way: dict[int, tuple[OutboxRow, asyncio.Task[Outcome]]] = {}
        self._ended: list[Outcome] = []
        self._extended_at: datetime | None = None
        self._lively_until: datetime | None = None
        self._full_until: dict[str, datetime] = {}
        """Channels of whose limits everything is taken that may be taken now."""
        self._paused_until: dict[str, datetime] = {}

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._news.set()

    async def run(self) -> None:
        """Deliver until `stop`; one task of a process does it."""
        while not self._stopping:
            self._news.clear()
            try:
                await self._round()
            except Exception:
                log.exception("delivery failed")
            lively = self._lively_until is not None and self.clock() < self._lively_until
            with suppress(TimeoutError):
                async with asyncio.timeout(BUSY if lively else IDLE):  # wait_for may swallow a cancellation in 3.11
                    await self._news.wait()

    async def stop(self) -> None:
        """Claim nothing more, let arrive what is under way, note everything; other processes go on with the rest."""
        self._stopping = True
        self.wake()
        if running := [task for _, task in self._under_way.values()]:
            _, late = await asyncio.wait(running, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._marker.mark(self._ended)
        except Exception:
            log.exception("not noted at the stop", count=len(self._ended))

    async def once(self) -> int:
        """One round: everything that is due now, side by side for different recipients. Returns how many."""
        claimed = await self._claim()
        self._ended += await asyncio.gather(*(self._deliver(row, at) for row, at in claimed))
        await self._marker.mark(self._ended)
        return len(claimed)

    async def drain(self) -> None:
        """Rounds until nothing is due."""
        while await self.once():
            pass

    async def _round(self) -> None:
        """Note what ended, begin what is due."""
        await self._marker.mark(self._ended)
        await self._extend()
        for row, at in await self._claim():
            task = asyncio.get_running_loop().create_task(self._deliver(row, at), name="push")
            self._under_way[row.id] = (row, task)
            task.add_done_callback(partial(self._has_ended, row))

    def _has_ended(self, row: OutboxRow, task: asyncio.Task[Outcome]) -> None:
        del self._under_way[row.id]
        cut_off = ChannelError("the process stopped while sending", unknown=True)
        self._ended.append(Outcome(row, cut_off) if task.cancelled() else task.result())
        if not self._under_way or self._stopping:
            self.wake()
        elif len(self._ended) == 1:
            asyncio.get_running_loop().call_later(GATHER, self.wake)

    async def _extend(self) -> None:
        """Keep the leases of what takes long."""
        now = self.clock()
        if not self._under_way or (self._extended_at and now - self._extended_at < LEASE / 3):
            return
        self._extended_at = now
        async with working(self.database) as unit:
            await unit.outbox.extend(self._under_way.keys(), now + LEASE)

    async def _claim(self) -> Claimed:
        claimed: Claimed = []
        if self._stopping:
            return claimed
        async with looking(self.database) as unit:
            now = self.clock()
            ready = [name for name in self.channels if self._full_until.get(name, now) <= now]
            open_now = [name for name in ready if self._room(name) > 0]
            due = await unit.outbox.due(now, open_now, self.recipient)
        if not due:
            return claimed
        async with working(self.database) as unit:
            for name in due:
                claimed += await self._claim_of(unit, name, self._room(name))
        return claimed

    def _room(self, name: str) -> int:
        """How many more of a channel's may be under way: one that is slow takes no room from the others."""
        return AT_ONCE - sum(row.channel == name for row, _ in self._under_way.values())

    async def _claim_of(self, unit: Unit, name: str, room: int) -> Claimed:
        """A channel's messages; with limits only as many as have their turn soon."""
        now = self.clock()
        limits = self.channels[name].limits
        if limits is None:
            rows = await unit.outbox.claim(now, LEASE, channel=name, recipient=self.recipient, limit=room)
            return [(row, now) for row in rows]
        self._lively_until = now + LIVELY
        turn = turns(limits, await unit.paces.free_at(limits.key, now), now)
        self._full_until[name] = turn.after(0)
        if not turn.most:
            return []
        rows = await unit.outbox.claim(
            now, LEASE, channel=name, recipient=self.recipient, paced=True, limit=min(room, turn.most)
        )
        await take(unit, limits, turn, len(rows))
        self._full_until[name] = turn.after(len(rows))
        return [(row, turn.at(number)) for number, row in enumerate(rows)]

    async def _deliver(self, row: OutboxRow, at: datetime) -> Outcome:
        """Send one message in its turn; never raises."""
        if (wait := (at - self.clock()).total_seconds()) > 0:
            await asyncio.sleep(wait)
        if self.channels[row.channel].limits:
            LIMITER_SECONDS.labels(row.channel).observe(max(wait, 0))
        paused = self._paused_until.get(row.channel)
        if paused and self.clock() < paused:
            return Outcome(row, later=paused)
        try:
            message = await self._message(row)
            await self.channels[row.channel].send(message, key=f"outbox-{row.id}")
        except ChannelError as error:
            if error.retry_after and self.channels[row.channel].limits:
                self._paused_until[row.channel] = self.clock() + timedelta(seconds=error.retry_after)
            return Outcome(row, error)
        except Exception as error:
            log.exception("message cannot be sent", outbox=row.id)
            return Outcome(row, ChannelError(type(error).__name__, permanent=isinstance(error, SPOILT)))
        return Outcome(row)

    async def _message(self, row: OutboxRow) -> OutboundMessage:
        """The row in words, with its files; raise `ChannelError` for what is not told any more."""
        if is_for_staff(row.message) and not await self._still_staff(row.recipient):
            raise ChannelError("no longer bound to an account", permanent=True)
        if (order := ordered(row.message)) and self.exports:
            return await self.exports.made(order, row.recipient)
        message = rendered(row.message, row.recipient, self._zone, self.clock())
        if (document := document_of(row.message)) and self.letters:
            message = replace(message, attachments=await self.letters.attachments(document, row.recipient))
        if row.unsure and not self.channels[row.channel].shows_once:
            async with looking(self.database) as unit:
                language = await Work(unit, self.city, self.clock()).language_of(row.recipient)
            message = as_repeat(message, language)
        return message

    async def _still_staff(self, address: str) -> bool:
        """What was queued while somebody was staff is not told to them when they are none any more."""
        async with looking(self.database) as unit:
            return await unit.staff.at(address, self.clock()) is not None
