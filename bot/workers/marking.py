"""What came of sending, noted in batches: one commit for everything that ended since the last one.

A note that fails because of one message (its case cannot take it) does not take the others along.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.contract import Channel, ChannelError
from bot.figures import PUSHES
from bot.workers.pacing import chat_gap
from bot.workers.retrying import decide
from cases.casework import delivery as casework
from cases.casework.work import Work
from cases.rules.city import City
from storage.outbox import OutboxRow
from storage.session import Database
from storage.unit import Unit, working

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """It arrived; or `error` says why not; or it was not tried and may be from `later` on."""

    row: OutboxRow
    error: ChannelError | None = None
    later: datetime | None = None

    @property
    def arrived(self) -> bool:
        """Whether it did, as far as we know."""
        return self.error is None and self.later is None

    def name(self, now: datetime) -> str:
        """What came of it, as the figures call it: sent, postponed, retried, dead."""
        if self.error is None:
            return "postponed" if self.later else "sent"
        again = self.error.moved_to or decide(self.row.attempts, self.error, now).at
        return "retried" if again else "dead"


class Marker:
    """Notes outcomes."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], city: City, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._channels = channels
        self._city = city
        self._clock = clock

    async def mark(self, ended: list[Outcome]) -> None:
        """Note everything on the list and take it off; what cannot be noted (the database is away) stays on it."""
        batch = list(ended)
        if not batch:
            return
        try:
            await self._together(batch)
            del ended[: len(batch)]
        except Exception:
            log.exception("not noted together", count=len(batch))
            for each in batch:
                await self._alone(each)
                ended.remove(each)

    async def _alone(self, outcome: Outcome) -> None:
        try:
            await self._together([outcome])
        except Exception:
            log.exception("the case could not be told", outbox=outcome.row.id)
            await self._together([outcome], tell_cases=False)

    async def _together(self, batch: Sequence[Outcome], *, tell_cases: bool = True) -> None:
        async with working(self._database) as unit:
            now = self._clock()
            work = Work(unit, self._city, now) if tell_cases else None
            arrived = [each.row for each in batch if each.arrived]
            await unit.outbox.sent([row.id for row in arrived], now)
            for row in arrived:
                if work and row.case_number and row.delivers:
                    await casework.delivered(work, row.case_number)
            for each in batch:
                if each.later:
                    await unit.outbox.release([each.row.id], each.later)
                elif each.error:
                    await self._failed(unit, work, each.row, each.error, now)
            await self._pace(unit, batch, now)
        for each in batch:
            PUSHES.labels(each.row.channel, each.name(now)).inc()

    async def _failed(self, unit: Unit, work: Work | None, row: OutboxRow, error: ChannelError, now: datetime) -> None:
        log.warning("message did not arrive", outbox=row.id, attempts=row.attempts, error=error.sentence)
        decision = decide(row.attempts, error, now)
        if error.moved_to:
            await unit.outbox.retry(row.id, now, error.sentence)
            await unit.outbox.move(row.recipient, str(error.moved_to))
        elif decision.at:
            await unit.outbox.retry(row.id, decision.at, error.sentence, unsure=error.unknown, counts=decision.counts)
        else:
            await unit.outbox.bury(row.id, now, error.sentence)
            if work and error.blocked and row.case_number:
                await casework.blocked(work, row.case_number)

    async def _pace(self, unit: Unit, batch: Sequence[Outcome], now: datetime) -> None:
        """A chat takes the next message only after its gap; who was told to slow down makes all processes wait."""
        held: dict[timedelta, list[str]] = {}
        for each in batch:
            limits = self._channels[each.row.channel].limits
            if limits is None or each.later:
                continue
            held.setdefault(chat_gap(limits, each.row.recipient), []).append(each.row.recipient)
            if each.error and each.error.retry_after:
                held.setdefault(timedelta(seconds=each.error.retry_after), []).append(limits.key)
        for gap, buckets in held.items():
            await unit.paces.hold_back(buckets, now + gap)
