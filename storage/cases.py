"""Where cases and their histories are kept: rows in, `Case` and `Event` out.

Used by `cases.casework` inside a transaction. A save checks the row's version, so that two hands never overwrite each
other; history lines are only inserted.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.rules.case import (
    Action,
    Actor,
    Answer,
    Case,
    ContactWay,
    Event,
    File,
    Kind,
    Occurrence,
    Outcome,
    Place,
    Reporter,
    Role,
    Satisfaction,
    Solved,
    Status,
)
from storage.sealed import sealer_of
from storage.tables import case_events, cases, number_series


class StaleCase(Exception):
    """Somebody else saved the case in the meantime; read it again."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are meant; every part that is given must hold. `since` ≤ filed_at < `until`."""

    since: datetime | None = None
    until: datetime | None = None
    statuses: tuple[Status, ...] = ()
    departments: tuple[str, ...] = ()
    first_level: str = ""
    second_level: str = ""
    handler: str = ""
    reporter: str = ""
    due_before: datetime | None = None
    phone_index: str = ""
    joined_to: str = ""
    area: str | None = None
    urgent: bool | None = None
    closed_since: datetime | None = None


def row_of(case: Case) -> dict[str, Any]:
    """A case as a row; the version is the store's own business."""
    return {
        "number": case.number,
        "query_code": case.query_code,
        "status": case.status.value,
        "kind": case.kind.value,
        "first_level": case.first_level,
        "second_level": case.second_level,
        "category_confidence": case.category_confidence,
        "category_by": case.category_by,
        "narrative": case.narrative,
        "requests": list(case.requests),
        "place_text": case.place.text,
        "place_area": case.place.area,
        "place_grid": case.place.grid,
        "position": position(case.place),
        "occurred_text": case.occurrence.text,
        "occurred_since": case.occurrence.since,
        "occurred_until": case.occurrence.until,
        "respondent": case.respondent,
        "people": case.people,
        "reporter": case.reporter.address,
        "contact_way": case.reporter.contact_way.value,
        "name": case.reporter.name,
        "phone": case.reporter.phone,
        "department": case.department,
        "responsible": case.responsible,
        "helpers": list(case.helpers),
        "returns": case.returns,
        "recused": list(case.recused),
        "handler": case.handler,
        "policy": case.policy,
        "procedure": case.procedure,
        "filed_at": case.filed_at,
        "decide_by": case.decide_by,
        "reply_by": case.reply_by,
        "accepted_at": case.accepted_at,
        "replied_at": case.replied_at,
        "closed_at": case.closed_at,
        "asked_at": case.asked_at,
        "delivered_at": case.delivered_at,
        "reviewed_at": case.reviewed_at,
        "watch_at": case.watch_at,
        "climbed_at": case.climbed_at,
        "urgent": case.urgent,
        "confidential": case.confidential,
        "anonymous": case.anonymous,
        "joint": case.joint,
        "extended": case.extended,
        "reopened": case.reopened,
        "blocked": case.blocked,
        "publish": case.publish,
        "consent": case.consent,
        "reply": case.reply,
        "draft": case.draft,
        "answers": [asdict(answer) for answer in case.answers],
        "lawful_way": case.lawful_way,
        "solved": case.solved.value if case.solved else None,
        "satisfaction": case.satisfaction.value if case.satisfaction else None,
        "merged_into": case.merged_into,
        "representative": case.representative,
        "language": case.language,
        "files": [asdict(file) for file in case.files],
    }


SAME = (
    "number", "query_code", "first_level", "second_level", "category_confidence", "category_by", "narrative",
    "respondent", "people", "department", "responsible", "returns", "handler", "policy", "procedure", "filed_at",
    "decide_by", "reply_by", "accepted_at", "replied_at", "closed_at", "asked_at", "delivered_at", "reviewed_at",
    "watch_at", "climbed_at", "urgent", "confidential", "anonymous", "joint", "extended", "reopened", "blocked",
    "publish", "consent", "reply", "draft", "lawful_way", "merged_into", "representative", "language", "version",
)  # fmt: skip
"""Fields that have the same name and form in the row and in `Case`."""


def position(place: Place) -> list[float] | None:
    """Latitude and longitude, None where they are not known."""
    return None if place.latitude is None or place.longitude is None else [place.latitude, place.longitude]


def case_of(row: Mapping[str, Any]) -> Case:
    """The case that a row holds."""
    return Case(
        status=Status(row["status"]),
        kind=Kind(row["kind"]),
        requests=tuple(row["requests"]),
        helpers=tuple(row["helpers"]),
        recused=tuple(row["recused"]),
        answers=tuple(answer_of(answer) for answer in row["answers"]),
        files=tuple(File(**file) for file in row["files"]),
        place=Place(row["place_text"], row["place_area"], row["place_grid"], *(row["position"] or ())),
        occurrence=Occurrence(row["occurred_text"], row["occurred_since"], row["occurred_until"]),
        reporter=Reporter(row["reporter"], row["language"], ContactWay(row["contact_way"]), row["name"], row["phone"]),
        solved=Solved(row["solved"]) if row["solved"] else None,
        satisfaction=Satisfaction(row["satisfaction"]) if row["satisfaction"] else None,
        **{name: row[name] for name in SAME},
    )


def answer_of(tree: Mapping[str, Any]) -> Answer:
    """The answer to a request that a row holds."""
    return Answer(**{**tree, "outcome": Outcome(tree["outcome"])})


def event_of(row: Mapping[str, Any]) -> Event:
    """The history line that a row holds."""
    return Event(
        seq=row["seq"],
        at=row["at"],
        action=Action(row["action"]),
        actor=Actor(Role(row["actor_role"]), row["actor_id"], row["actor_department"]),
        before=Status(row["before"]),
        after=Status(row["after"]),
        text=row["text"],
        internal=row["internal"],
        data=dict(row["data"]),
    )


def conditions(wanted: CaseFilter) -> Iterable[ColumnElement[bool]]:
    """The SQL conditions of a filter."""
    if wanted.since:
        yield cases.c.filed_at >= wanted.since
    if wanted.until:
        yield cases.c.filed_at < wanted.until
    if wanted.statuses:
        yield cases.c.status.in_([status.value for status in wanted.statuses])
    if wanted.departments:
        yield cases.c.department.in_(wanted.departments)
    if wanted.area is not None:
        yield cases.c.place_area == wanted.area
    if wanted.urgent is not None:
        yield cases.c.urgent.is_(wanted.urgent)
    if wanted.closed_since:
        yield cases.c.closed_at >= wanted.closed_since
    if wanted.joined_to:
        yield cases.c.merged_into == wanted.joined_to
    if wanted.first_level:
        yield cases.c.first_level == wanted.first_level
    if wanted.second_level:
        yield cases.c.second_level == wanted.second_level
    if wanted.handler:
        yield cases.c.handler == wanted.handler
    if wanted.reporter:
        yield cases.c.reporter == wanted.reporter
    if wanted.due_before:
        yield func.coalesce(cases.c.reply_by, cases.c.decide_by) < wanted.due_before
    if wanted.phone_index:
        yield cases.c.phone_index == wanted.phone_index


ADD = cases.insert()
SAVE = update(cases).where(cases.c.number == bindparam("b_number"), cases.c.version == bindparam("b_version"))
NEXT_LINE = select(func.coalesce(func.max(case_events.c.seq), 0) + 1).where(
    case_events.c.number == bindparam("b_number")
)
APPEND = case_events.insert().values(seq=NEXT_LINE.scalar_subquery()).returning(case_events.c.seq)
GET = select(cases).where(cases.c.number == bindparam("b_number"))
GET_HELD = GET.with_for_update()
HISTORY = select(case_events).where(case_events.c.number == bindparam("b_number")).order_by(case_events.c.seq)
JOINED = select(cases).where(cases.c.merged_into == bindparam("b_number")).order_by(cases.c.id)
"""Statements that are always the same: built once, filled in each time."""
SEARCHED = (
    cases.c.id, cases.c.filed_at, cases.c.number, cases.c.phone_index, cases.c.narrative, cases.c.place_text,
    cases.c.respondent, cases.c.confidential,
)  # fmt: skip
LOOKED = 20_000
"""How many cases one search opens and reads."""
LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; `until`: older cases than this were not looked at (None: all were, or enough was found)."""

    cases: Sequence[Case]
    until: datetime | None


def _fits(row: Any, needles: Sequence[str], phones: Sequence[str]) -> bool:
    """Whether every word stands in the row, or is its phone number; nobody tries out whose a confidential case is."""
    phone_index = None if row.confidential else row.phone_index
    text = f"{row.number}\n{row.narrative}\n{row.place_text}\n{row.respondent}".casefold()
    return all(
        needle in text or (phone and phone == phone_index) for needle, phone in zip(needles, phones, strict=True)
    )


class CaseStore:
    """Cases within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._sealer = sealer_of(connection.dialect)

    async def next_in_day(self, day: str) -> int:
        """The next running number of `day` (``YYYYMMDD``), from 1. It is given out once, also under concurrency."""
        dialect: Any = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(number_series).values(day=day, last=1)
        statement = statement.on_conflict_do_update(
            index_elements=[number_series.c.day], set_={"last": number_series.c.last + 1}
        ).returning(number_series.c.last)
        return int((await self._connection.execute(statement)).scalar_one())

    async def add(self, case: Case) -> None:
        """Keep a new case."""
        await self._connection.execute(ADD, {"version": 1, **self._row(case)})
        case.version = 1

    async def get(self, number: str, *, lock: bool = False) -> Case | None:
        """The case with that number; `lock` keeps it for this transaction."""
        statement = GET_HELD if lock else GET
        row = (await self._connection.execute(statement, {"b_number": number})).mappings().first()
        return case_of(dict(row)) if row else None

    async def save(self, case: Case) -> None:
        """Write a changed case back; raise `StaleCase` when it changed since it was read."""
        row = self._row(case)
        number = row.pop("number")
        values = {**row, "version": case.version + 1, "b_number": number, "b_version": case.version}
        if (await self._connection.execute(SAVE, values)).rowcount != 1:
            raise StaleCase(case.number)
        case.version += 1

    async def append(self, number: str, event: Event) -> Event:
        """Add a line to the history; its `seq` is given here. Returns the line as kept."""
        line = {
            "b_number": number,
            "number": number,
            "at": event.at,
            "action": event.action.value,
            "actor_role": event.actor.role.value,
            "actor_id": event.actor.id,
            "actor_department": event.actor.department,
            "before": event.before.value,
            "after": event.after.value,
            "text": event.text,
            "internal": event.internal,
            "data": event.data,
        }
        return replace(event, seq=int((await self._connection.execute(APPEND, line)).scalar_one()))

    async def history(self, number: str) -> Sequence[Event]:
        """All lines of a case, the oldest first."""
        found = await self._connection.execute(HISTORY, {"b_number": number})
        return [event_of(dict(row)) for row in found.mappings()]

    async def find(
        self, wanted: CaseFilter, *, limit: int = 20, newest_first: bool = True, offset: int = 0
    ) -> Sequence[Case]:
        """Cases that fit, by filing order."""
        order = cases.c.id.desc() if newest_first else cases.c.id.asc()
        statement = self._selected(wanted).order_by(order).limit(limit).offset(offset)
        return [case_of(dict(row)) for row in (await self._connection.execute(statement)).mappings()]

    async def search(
        self, words: Sequence[str], wanted: CaseFilter, *, limit: int = 10, look: int = LOOKED, page: int = 1000
    ) -> Found:
        """The newest cases that fit and in which every word occurs: in number, story, place, respondent, or as the
        reporter's phone number.

        What is sealed cannot be searched by the database: the newest `look` cases are opened and read, no more.
        """
        hits: list[int] = []
        needles = [word.casefold() for word in words]
        phones = [self._sealer.phone_index(word) for word in words]
        last, seen, until = LARGEST_ID, 0, None
        newest = select(*SEARCHED).where(*conditions(wanted)).order_by(cases.c.id.desc()).limit(page)
        while len(hits) < limit and seen < look:
            rows = (await self._connection.execute(newest.where(cases.c.id < last))).all()
            hits += [row.id for row in rows if _fits(row, needles, phones)]
            seen += len(rows)
            if len(rows) < page:
                until = None
                break
            last, until = rows[-1].id, rows[-1].filed_at
        return Found(await self._these(hits[:limit]), None if len(hits) >= limit else until)

    async def _these(self, ids: Sequence[int]) -> Sequence[Case]:
        statement = select(cases).where(cases.c.id.in_(ids)).order_by(cases.c.id.desc())
        return [case_of(dict(row)) for row in (await self._connection.execute(statement)).mappings()]

    async def log(
        self, since: datetime, until: datetime, actions: Iterable[Action], *, chunk: int = 2000
    ) -> AsyncIterator[tuple[str, Event]]:
        """The lines of all histories with one of these actions, in order, without holding them all."""
        wanted = [action.value for action in actions]
        statement = (
            select(case_events)
            .where(case_events.c.at >= since, case_events.c.at < until, case_events.c.action.in_(wanted))
            .order_by(case_events.c.id)
            .limit(chunk)
        )
        last = 0
        while True:
            rows = (await self._connection.execute(statement.where(case_events.c.id > last))).mappings().all()
            for row in rows:
                yield row["number"], event_of(dict(row))
            if len(rows) < chunk:
                return
            last = rows[-1]["id"]

    async def watched(self, now: datetime, *, limit: int) -> Sequence[Case]:
        """Cases for which a step of the ladder is due, the oldest step first; held for this transaction."""
        statement = select(cases).where(cases.c.watch_at <= now).order_by(cases.c.watch_at, cases.c.id).limit(limit)
        rows = (await self._connection.execute(statement.with_for_update(skip_locked=True))).mappings()
        return [case_of(dict(row)) for row in rows]

    async def joined(self, number: str) -> Sequence[Case]:
        """The cases that were merged into this one, in the order in which they were filed."""
        found = await self._connection.execute(JOINED, {"b_number": number})
        return [case_of(dict(row)) for row in found.mappings()]

    async def due(self, wanted: CaseFilter, *, limit: int = 50) -> Sequence[Case]:
        """Cases that fit, the most pressing first."""
        deadline = func.coalesce(cases.c.reply_by, cases.c.decide_by)
        statement = self._selected(wanted).order_by(deadline.asc(), cases.c.id.asc()).limit(limit)
        return [case_of(dict(row)) for row in (await self._connection.execute(statement)).mappings()]

    async def count(self, wanted: CaseFilter) -> int:
        """How many fit."""
        statement = select(func.count()).select_from(cases).where(*conditions(wanted))
        return int((await self._connection.execute(statement)).scalar_one())

    async def stream(self, wanted: CaseFilter, *, chunk: int = 500) -> AsyncIterator[Case]:
        """All cases that fit, in filing order, without holding them all (keyset pages)."""
        last = 0
        while True:
            statement = self._selected(wanted).where(cases.c.id > last).order_by(cases.c.id).limit(chunk)
            rows = (await self._connection.execute(statement)).mappings().all()
            for row in rows:
                yield case_of(dict(row))
            if len(rows) < chunk:
                return
            last = rows[-1]["id"]

    def _row(self, case: Case) -> dict[str, Any]:
        return {**row_of(case), "phone_index": self._sealer.phone_index(case.reporter.phone)}

    @staticmethod
    def _selected(wanted: CaseFilter) -> Select[Any]:
        return select(cases).where(*conditions(wanted))
