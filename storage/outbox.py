"""The outbox: what is still to be sent, in order for each recipient.

A notice is queued in the transaction of the change that causes it. A worker claims, with a lease, the oldest unsent
row of recipients that have none under way; sends with no transaction open; then marks it. A row that died does not
hold up the ones behind it. What is more pressing goes first, and lifts what waits before it for the same recipient:
so priority never breaks the order.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared
from storage.tables import outbox, paces


class Priority(IntEnum):
    """What goes first: somebody waits for an answer, a notice is about their own case, the rest went to many."""

    ANSWER = 0
    NOTICE = 1
    BROADCAST = 2


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message on its way. `message` is JSON text; `attempts` counts the tries begun, this one included.

    `unsure`: an earlier try may have arrived.
    """

    id: int
    recipient: str
    channel: str
    message: str
    case_number: str
    attempts: int
    created_at: datetime
    priority: int
    unsure: bool
    error: str

    @property
    def delivers(self) -> bool:
        """Whether it carries the answer of its case."""
        return '"delivers"' in self.message and bool(json.loads(self.message).get("delivers"))


PUT = Prepared(lambda _: outbox.insert().returning(outbox.c.id))
EMPTIED = {"recipient": "", "message": "", "case_number": ""}
"""A row that may no longer say to whom it went; its id stays, which SQLite would give out a second time."""
WAITING = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
CLAIMED = [outbox.c[name] for name in OutboxRow.__slots__]


LIFT = Prepared(
    lambda _: (
        update(outbox)
        .where(outbox.c.recipient == bindparam("b_recipient"), WAITING, outbox.c.priority > bindparam("b_priority"))
        .values(priority=bindparam("b_priority"))
    )
)
"""What waits for somebody goes with what they get next, where that is more urgent."""


def _due(recipient: Any) -> Select[Any]:
    due = _is_due(bindparam("b_channel"), bindparam("b_now"), recipient, paced=True)
    return select(literal_column("1").label("one")).where(due).limit(1)


DUE = Prepared(lambda _: _due(None))
DUE_TO = Prepared(lambda _: _due(bindparam("b_recipient")))


class Outbox:
    """The outbox within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._behind: list[tuple[str, str, datetime, bool]] = []
        self.queued = False
        """Whether this unit of work has put something in: the delivery should look."""

    def put_behind(self, recipient: str, message: str, now: datetime, *, fleeting: bool = False) -> None:
        """Queue a message behind everything else that its unit of work queues: what takes long follows the answer."""
        self._behind.append((recipient, message, now, fleeting))

    async def flush(self) -> None:
        """Queue what was to stand behind; the unit of work ends with it."""
        for recipient, message, now, fleeting in self._behind:
            await self.put(recipient, message, now, priority=Priority.ANSWER, fleeting=fleeting)
        self._behind.clear()

    async def put(
        self,
        recipient: str,
        message: str,
        now: datetime,
        *,
        case_number: str = "",
        not_before: datetime | None = None,
        priority: Priority = Priority.NOTICE,
        fleeting: bool = False,
    ) -> int:
        """Queue a message for ``channel:id``; returns its id. `fleeting`: nothing of it is left once it arrived."""
        row = {
            "recipient": recipient,
            "channel": recipient.partition(":")[0],
            "message": message,
            "case_number": case_number,
            "created_at": now,
            "not_before": not_before or now,
            "attempts": 0,
            "error": "",
            "priority": priority,
            "fleeting": fleeting,
        }
        self.queued = True
        if priority < Priority.BROADCAST:
            await LIFT.run(self._connection, b_recipient=recipient, b_priority=priority)
        return int(await PUT.value(self._connection, **row))

    async def due(self, now: datetime, channels: Sequence[str], recipient: str = "") -> Sequence[str]:
        """Those of the channels that have something whose time has come (though it may not be its turn)."""
        asked = {"b_now": now, **({"b_recipient": recipient} if recipient else {})}
        due = DUE_TO if recipient else DUE
        return [name for name in channels if await due.rows(self._connection, b_channel=name, **asked)]

    async def claim(
        self, now: datetime, lease: timedelta, *, channel: str, recipient: str = "", paced: bool = False, limit: int
    ) -> Sequence[OutboxRow]:
        """Take up to `limit` messages, at most one a recipient, none before its turn; ours until the lease ends.

        `recipient`: only theirs. `paced`: not those whose chat takes nothing yet (`paces`). A lease that ended
        without a word leaves it open whether the message arrived.
        """
        due = and_(_is_due(channel, now, recipient or None, paced=paced), ~_in_the_way(now))
        order = (outbox.c.priority, outbox.c.not_before, outbox.c.id)
        ready = select(outbox.c.id).where(due).order_by(*order).limit(limit).with_for_update(skip_locked=True)
        chosen = ready.cte("ready")
        statement = (
            update(outbox)
            .where(outbox.c.id.in_(select(chosen.c.id)))
            .values(
                leased_until=now + lease,
                not_before=now + lease,
                attempts=outbox.c.attempts + 1,
                unsure=or_(outbox.c.unsure, outbox.c.leased_until.is_not(None)),
            )
            .returning(*CLAIMED)
        )
        rows = (await self._connection.execute(statement)).all()
        return sorted((OutboxRow(*row) for row in rows), key=lambda row: (row.priority, row.id))

    async def extend(self, ids: Collection[int], until: datetime) -> None:
        """They are still on their way: the lease ends later."""
        await self._set(ids, leased_until=until, not_before=until)

    async def sent(self, ids: Collection[int], now: datetime) -> None:
        """They arrived; of fleeting ones nothing is left."""
        await self._set(ids, sent_at=now, leased_until=None, error="")
        if ids:
            gone = and_(outbox.c.id.in_(list(ids)), outbox.c.fleeting.is_(True))
            await self._connection.execute(update(outbox).where(gone).values(**EMPTIED))

    async def unlink(self, recipient: str) -> None:
        """Nothing is left of what somebody was sent; what still waits leaves nothing once it arrived."""
        theirs = outbox.c.recipient == recipient
        await self._connection.execute(update(outbox).where(theirs, ~WAITING).values(**EMPTIED))
        await self._connection.execute(update(outbox).where(theirs).values(fleeting=True))

    async def release(self, ids: Collection[int], at: datetime) -> None:
        """Not tried after all: whoever comes next sends them, from `at` on."""
        await self._set(ids, not_before=at, leased_until=None, attempts=outbox.c.attempts - 1)

    async def retry(self, row_id: int, at: datetime, error: str, *, unsure: bool = False, counts: bool = True) -> None:
        """It did not arrive, or nobody knows (`unsure`); try again at `at`. `counts`: as one of the attempts."""
        more = ({"unsure": True} if unsure else {}) | ({} if counts else {"attempts": outbox.c.attempts - 1})
        await self._set((row_id,), not_before=at, leased_until=None, error=error, **more)

    async def bury(self, row_id: int, now: datetime, error: str) -> None:
        """It will not arrive: nobody tries again by themselves."""
        await self._set((row_id,), dead_at=now, leased_until=None, error=error)

    async def revive(self, ids: Iterable[int], now: datetime) -> int:
        """Send dead ones again, in their order; returns how many there were."""
        dead = and_(outbox.c.id.in_(list(ids)), outbox.c.dead_at.is_not(None))
        values = {"dead_at": None, "not_before": now, "attempts": 0}
        return (await self._connection.execute(update(outbox).where(dead).values(**values))).rowcount

    async def move(self, old: str, new: str) -> int:
        """Send what waits for `old` to `new` instead (a chat that moved); returns how many."""
        waiting = and_(outbox.c.recipient == old, WAITING)
        values = {"recipient": new, "channel": new.partition(":")[0], "leased_until": None}
        return (await self._connection.execute(update(outbox).where(waiting).values(**values))).rowcount

    async def take_back(self, case_number: str, created_at: datetime) -> Sequence[str]:
        """Drop what was queued for a case at that moment and is not on its way; whom the rest has reached already."""
        of_a_case = outbox.c.case_number != literal_column("''")  # as the index says it
        queued = and_(outbox.c.case_number == case_number, of_a_case, outbox.c.created_at == created_at)
        new = and_(outbox.c.sent_at.is_(None), outbox.c.leased_until.is_(None), outbox.c.unsure.is_(False))
        unsent = and_(queued, new)
        await self._connection.execute(delete(outbox).where(unsent))
        statement = select(outbox.c.recipient).where(queued, outbox.c.dead_at.is_(None)).order_by(outbox.c.id)
        return list(dict.fromkeys((await self._connection.execute(statement)).scalars()))

    async def of(self, recipient: str) -> Sequence[OutboxRow]:
        """Everything that was ever queued for somebody, in order."""
        statement = select(*CLAIMED).where(outbox.c.recipient == recipient).order_by(outbox.c.id)
        return [OutboxRow(*row) for row in await self._connection.execute(statement)]

    async def oldest(self, now: datetime) -> datetime | None:
        """Since when the one waits that waits longest: from its time on; once it was tried, from its queueing on."""
        tried = outbox.c.attempts > 0
        since = case((tried, outbox.c.created_at), else_=outbox.c.not_before)
        statement = select(func.min(since)).where(WAITING, or_(tried, outbox.c.not_before <= now))
        found: datetime | None = (await self._connection.execute(statement)).scalar_one()
        return found

    async def waiting(self) -> int:
        """How many messages wait."""
        return int((await self._connection.execute(select(func.count()).where(WAITING))).scalar_one())

    async def dead(self, limit: int = 50, *, offset: int = 0) -> Sequence[OutboxRow]:
        """The newest messages that will not arrive."""
        statement = select(*CLAIMED).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id.desc())
        return [OutboxRow(*row) for row in await self._connection.execute(statement.limit(limit).offset(offset))]

    async def count_dead(self) -> int:
        """How many will not arrive."""
        statement = select(func.count()).where(outbox.c.dead_at.is_not(None))
        return int((await self._connection.execute(statement)).scalar_one())

    async def _set(self, ids: Collection[int], **values: object) -> None:
        if ids:
            await self._connection.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(**values))


def _is_due(channel: Any, now: Any, recipient: Any, *, paced: bool) -> ColumnElement[bool]:
    """Its time has come; `recipient` (not None): and it is theirs; `paced`: and its chat takes something. Values, or
    parameters for them."""
    due = and_(
        WAITING, outbox.c.priority >= literal_column("0"), outbox.c.channel == channel, outbox.c.not_before <= now
    )
    if recipient is not None:
        due = and_(due, outbox.c.recipient == recipient)
    if paced:
        due = and_(due, ~exists().where(paces.c.bucket == outbox.c.recipient, paces.c.free_at > now))
    return due


def _in_the_way(now: datetime) -> ColumnElement[bool]:
    """There is an earlier message for the same recipient, or one that is on its way to them.

    PostgreSQL's planner, which knows nothing of a burst that has just come in, must not read all that waits for each
    row: OFFSET keeps it from making a join of this, and ``ix_outbox_due`` is of no use here, since its condition
    (priority >= 0) is not asked for. So one look into ``ix_outbox_waiting`` for each row remains.
    """
    other = outbox.alias("other")
    unsent = and_(other.c.sent_at.is_(None), other.c.dead_at.is_(None))
    ahead = or_(other.c.id < outbox.c.id, and_(other.c.leased_until > now, other.c.id != outbox.c.id))
    same = and_(other.c.recipient == outbox.c.recipient, unsent, ahead)
    return exists(select(1).select_from(other).where(same).correlate(outbox).limit(1).offset(0))
