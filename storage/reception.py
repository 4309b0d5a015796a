"""Reception days and meetings: slots that citizens book, consultations and hearings with their people and minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import dialect_insert
from storage.tables import meetings, slots


@dataclass(frozen=True, slots=True)
class Slot:
    """Some minutes of a leader's reception day; booked when `case_number` is there."""

    id: int
    host: str
    place: str
    begins_at: datetime
    minutes: int
    case_number: str = ""
    booked_by: str = ""
    reminded_at: datetime | None = None
    minutes_text: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A consultation (会商), hearing (听证) or mediation (调解): when, where, who, what came of it.

    `state`: ``planned``, ``agreed`` (mediation: both sides said yes), ``held``, ``called_off``.
    """

    id: int
    kind: str
    case_number: str
    at: datetime
    place: str
    people: tuple[str, ...]
    state: str
    minutes_text: str
    created_by: str


class ReceptionStore:
    """Slots and meetings."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open_slot(self, host: str, place: str, begins_at: datetime, minutes: int) -> bool:
        """A new slot; False when the host has one at that time."""
        values = {
            "host": host, "place": place, "begins_at": begins_at, "minutes": minutes, "case_number": "",
            "booked_by": "", "minutes_text": "",
        }  # fmt: skip
        statement = dialect_insert(self._connection, slots).values(**values).on_conflict_do_nothing()
        return bool((await self._connection.execute(statement)).rowcount)

    async def free(self, after: datetime, *, limit: int = 8) -> Sequence[Slot]:
        """The next slots that nobody has booked."""
        statement = (
            select(slots)
            .where(slots.c.begins_at > after, slots.c.case_number == "")
            .order_by(slots.c.begins_at, slots.c.id)
            .limit(limit)
        )
        return [_slot(row) for row in (await self._connection.execute(statement)).mappings()]

    async def slots(self, since: datetime, until: datetime) -> Sequence[Slot]:
        """Every slot of a span of time."""
        statement = select(slots).where(slots.c.begins_at >= since, slots.c.begins_at < until)
        rows = (await self._connection.execute(statement.order_by(slots.c.begins_at, slots.c.id))).mappings()
        return [_slot(row) for row in rows]

    async def slot_of(self, case_number: str, after: datetime) -> Slot | None:
        """The coming slot of a case."""
        statement = select(slots).where(slots.c.case_number == case_number, slots.c.begins_at > after)
        row = (await self._connection.execute(statement.order_by(slots.c.begins_at))).mappings().first()
        return _slot(row) if row else None

    async def slot(self, id: int) -> Slot | None:
        """The slot with that id."""
        row = (await self._connection.execute(select(slots).where(slots.c.id == id))).mappings().first()
        return _slot(row) if row else None

    async def book(self, id: int, case_number: str, who: str) -> bool:
        """Take a free slot; False when somebody was quicker."""
        statement = update(slots).where(slots.c.id == id, slots.c.case_number == "")
        values = {"case_number": case_number, "booked_by": who, "reminded_at": None}
        return bool((await self._connection.execute(statement.values(**values))).rowcount)

    async def cancel(self, id: int) -> None:
        """Give a slot back."""
        values = {"case_number": "", "booked_by": "", "reminded_at": None}
        await self._connection.execute(update(slots).where(slots.c.id == id).values(**values))

    async def note(self, id: int, text: str) -> None:
        """The minutes of what was said."""
        await self._connection.execute(update(slots).where(slots.c.id == id).values(minutes_text=text))

    async def to_remind(self, now: datetime, until: datetime) -> Sequence[Slot]:
        """Booked slots that begin soon and whose citizen was not reminded yet."""
        soon = and_(slots.c.begins_at > now, slots.c.begins_at <= until)
        statement = select(slots).where(soon, slots.c.case_number != "", slots.c.reminded_at.is_(None))
        return [_slot(row) for row in (await self._connection.execute(statement)).mappings()]

    async def reminded(self, id: int, now: datetime) -> None:
        """The citizen was reminded."""
        await self._connection.execute(update(slots).where(slots.c.id == id).values(reminded_at=now))

    async def last_of(self, case_number: str) -> Slot | None:
        """The newest slot of a case, past or coming."""
        statement = select(slots).where(slots.c.case_number == case_number).order_by(slots.c.begins_at.desc())
        row = (await self._connection.execute(statement)).mappings().first()
        return _slot(row) if row else None

    async def add_meeting(
        self, kind: str, case_number: str, at: datetime, place: str, people: tuple[str, ...], account: str
    ) -> int:
        """Plan a meeting; its id."""
        values = {
            "kind": kind, "case_number": case_number, "at": at, "place": place, "people": list(people),
            "state": "planned", "minutes_text": "", "created_by": account,
        }  # fmt: skip
        statement = meetings.insert().values(**values).returning(meetings.c.id)
        return int((await self._connection.execute(statement)).scalar_one())

    async def meeting(self, case_number: str, kind: str) -> Meeting | None:
        """The newest meeting of a kind of a case."""
        statement = select(meetings).where(meetings.c.case_number == case_number, meetings.c.kind == kind)
        row = (await self._connection.execute(statement.order_by(meetings.c.id.desc()))).mappings().first()
        return _meeting(row) if row else None

    async def meetings_of(self, case_number: str) -> Sequence[Meeting]:
        """Every meeting of a case, in order."""
        statement = select(meetings).where(meetings.c.case_number == case_number).order_by(meetings.c.id)
        return [_meeting(row) for row in (await self._connection.execute(statement)).mappings()]

    async def save_meeting(self, id: int, state: str, minutes_text: str) -> None:
        """What became of a meeting."""
        values = {"state": state, "minutes_text": minutes_text}
        await self._connection.execute(update(meetings).where(meetings.c.id == id).values(**values))


def _slot(row: Any) -> Slot:
    return Slot(**{name: row[name] for name in Slot.__slots__})


def _meeting(row: Any) -> Meeting:
    return Meeting(**{**{name: row[name] for name in Meeting.__slots__}, "people": tuple(row["people"])})
