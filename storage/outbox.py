"""The outbox: what is still to be sent, in order for each recipient.

A notice is queued in the transaction of the change that causes it. A worker claims, with a lease, the oldest unsent
row of recipients that have none under way; sends with no transaction open; then marks it. A row that died does not
hold up the ones behind it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import outbox


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message on its way. `message` is JSON text; `attempts` counts the tries begun, this one included."""

    id: int
    recipient: str
    channel: str
    message: str
    case_number: str
    attempts: int
    created_at: datetime

    @property
    def delivers(self) -> bool:
        """Whether it carries the answer of its case."""
        return bool(json.loads(self.message).get("delivers"))


PUT = outbox.insert().returning(outbox.c.id)


class Outbox:
    """The outbox within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(
        self, recipient: str, message: str, now: datetime, *, case_number: str = "", not_before: datetime | None = None
    ) -> int:
        """Queue a message for ``channel:id``; returns its id."""
        row = {
            "recipient": recipient,
            "channel": recipient.partition(":")[0],
            "message": message,
            "case_number": case_number,
            "created_at": now,
            "not_before": not_before or now,
            "attempts": 0,
            "error": "",
        }
        return int((await self._connection.execute(PUT, row)).scalar_one())

    async def claim(
        self, now: datetime, lease: timedelta, *, channels: Sequence[str], recipient: str = "", limit: int = 50
    ) -> Sequence[OutboxRow]:
        """Take up to `limit` messages, at most one a recipient, none before its turn; ours until the lease ends.

        With `recipient` only theirs.
        """
        waiting = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
        heads = select(func.min(outbox.c.id)).where(waiting).group_by(outbox.c.recipient)
        if recipient:
            heads = heads.where(outbox.c.recipient == recipient)
        ready = (
            select(outbox.c.id)
            .where(
                outbox.c.id.in_(heads),
                waiting,
                outbox.c.channel.in_(channels),
                outbox.c.not_before <= now,
                or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now),
            )
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(outbox)
            .where(outbox.c.id.in_(ready))
            .values(leased_until=now + lease, attempts=outbox.c.attempts + 1)
            .returning(outbox)
        )
        rows = (await self._connection.execute(statement)).mappings().all()
        return sorted((_row(row) for row in rows), key=lambda row: row.id)

    async def sent(self, row_id: int, now: datetime) -> None:
        """It arrived."""
        await self._set(row_id, sent_at=now, leased_until=None, error="")

    async def retry(self, row_id: int, at: datetime, error: str) -> None:
        """It did not arrive; try again at `at`."""
        await self._set(row_id, not_before=at, leased_until=None, error=error)

    async def bury(self, row_id: int, now: datetime, error: str) -> None:
        """It will not arrive: nobody tries again by themselves."""
        await self._set(row_id, dead_at=now, leased_until=None, error=error)

    async def move(self, old: str, new: str) -> int:
        """Send what waits for `old` to `new` instead (a chat that moved); returns how many."""
        waiting = and_(outbox.c.recipient == old, outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
        values = {"recipient": new, "channel": new.partition(":")[0], "leased_until": None}
        return (await self._connection.execute(update(outbox).where(waiting).values(**values))).rowcount

    async def take_back(self, case_number: str, created_at: datetime) -> Sequence[str]:
        """Drop what was queued for a case at that moment and is not on its way; whom the rest has reached already."""
        queued = and_(outbox.c.case_number == case_number, outbox.c.created_at == created_at)
        unsent = and_(queued, outbox.c.sent_at.is_(None), outbox.c.leased_until.is_(None))
        await self._connection.execute(delete(outbox).where(unsent))
        statement = select(outbox.c.recipient).where(queued, outbox.c.dead_at.is_(None)).order_by(outbox.c.id)
        return list(dict.fromkeys((await self._connection.execute(statement)).scalars()))

    async def of(self, recipient: str) -> Sequence[OutboxRow]:
        """Everything that was ever queued for somebody, in order."""
        statement = select(outbox).where(outbox.c.recipient == recipient).order_by(outbox.c.id)
        return [_row(row) for row in (await self._connection.execute(statement)).mappings()]

    async def next_at(self) -> datetime | None:
        """When the next waiting message may be tried; None when nothing waits."""
        statement = select(func.min(outbox.c.not_before)).where(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
        found: datetime | None = (await self._connection.execute(statement)).scalar_one_or_none()
        return found

    async def waiting(self) -> int:
        """How many messages wait."""
        statement = select(func.count()).where(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
        return int((await self._connection.execute(statement)).scalar_one())

    async def dead(self, limit: int = 50) -> Sequence[OutboxRow]:
        """The newest messages that will not arrive."""
        statement = select(outbox).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id.desc()).limit(limit)
        rows = (await self._connection.execute(statement)).mappings()
        return [_row(row) for row in rows]

    async def _set(self, row_id: int, **values: object) -> None:
        await self._connection.execute(update(outbox).where(outbox.c.id == row_id).values(**values))


def _row(row: RowMapping) -> OutboxRow:
    return OutboxRow(**{name: row[name] for name in OutboxRow.__slots__})
