"""Where cases and their histories are kept: rows in, `Case` and `Event` out.

Used by `cases.casework` inside a transaction. A save checks the row's version, so that two hands never overwrite each
other; history lines are only inserted.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.rules.case import BEARER, Action, Case, Event, Kind, Place, Status
from cases.rules.desk import Question
from cases.rules.lifecycle import OPEN, UNANSWERED
from storage.case_rows import case_of, event_of, line_of, row_of
from storage.prepared import Prepared, insert_on
from storage.sealed import sealer_of
from storage.sealing import Unreadable
from storage.tables import DUE, OPEN_WORK, case_events, cases, number_series

log = structlog.get_logger(__name__)


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
    due_since: datetime | None = None
    due_before: datetime | None = None
    phone_index: str = ""
    joined_to: str = ""
    urgent: bool | None = None
    helped_by: str = ""
    """A department that helps with them."""
    asks_time: bool = False
    """Only those for which more time is asked and not decided."""
    closed_since: datetime | None = None


def conditions(wanted: CaseFilter) -> Iterable[ColumnElement[bool]]:
    """The SQL conditions of a filter, written so that the indexes serve them.

    Open work is named as the partial indexes name it. One department leads into an index; many are most of the office,
    and are better met on the way than looked for: there the column is hidden from the planner.
    """
    if wanted.since:
        yield cases.c.filed_at >= wanted.since
    if wanted.until:
        yield cases.c.filed_at < wanted.until
    if wanted.statuses:
        yield cases.c.status.in_([status.value for status in wanted.statuses])
        if set(wanted.statuses) <= set(OPEN):
            yield literal_column(OPEN_WORK)
    if len(wanted.departments) == 1 and not wanted.since:
        yield cases.c.department == wanted.departments[0]
    elif wanted.departments:
        yield cases.c.department.concat("").in_(wanted.departments)
    if wanted.urgent is not None:
        yield cases.c.urgent.is_(wanted.urgent)
    if wanted.helped_by:
        yield cast(cases.c.helpers, Text).contains(f'"{wanted.helped_by}"')
    if wanted.asks_time:
        yield cases.c.wanted_days > 0
    if wanted.closed_since:
        yield cases.c.closed_at >= wanted.closed_since
    if wanted.joined_to:
        yield and_(IS_JOINED, cases.c.merged_into == wanted.joined_to)
    if wanted.first_level:
        yield cases.c.first_level == wanted.first_level
    if wanted.second_level:
        yield cases.c.second_level == wanted.second_level
    if wanted.handler:
        yield cases.c.handler == wanted.handler
    if wanted.due_since:
        yield bindparam(None, wanted.due_since, cases.c.reply_by.type) <= DUE
    if wanted.due_before:
        yield bindparam(None, wanted.due_before, cases.c.reply_by.type) > DUE
    if wanted.phone_index:
        yield and_(HAS_PHONE, cases.c.phone_index == wanted.phone_index)


IS_JOINED = text("merged_into <> ''")
HAS_PHONE = text("phone_index <> ''")
"""What a partial index leaves out; a query that says it too may use the index."""
_this = cases.c.number == bindparam("b_number")
_next_line = select(func.coalesce(func.max(case_events.c.seq), 0) + 1).where(
    case_events.c.number == bindparam("b_number")
)
_newest = cases.c.id.desc()
ADD = Prepared(lambda _: cases.insert())
SAVE = Prepared(lambda _: update(cases).where(_this, cases.c.version == bindparam("b_version")))
APPEND = Prepared(lambda _: case_events.insert().values(seq=_next_line.scalar_subquery()).returning(case_events.c.seq))
GET = Prepared(lambda _: select(cases).where(_this))
GET_HELD = Prepared(lambda _: select(cases).where(_this).with_for_update())
HISTORY = Prepared(
    lambda _: select(case_events).where(case_events.c.number == bindparam("b_number")).order_by(case_events.c.seq)
)
JOINED = Prepared(
    lambda _: select(cases).where(IS_JOINED, cases.c.merged_into == bindparam("b_number")).order_by(cases.c.id)
)
OWN = Prepared(
    lambda _: (
        select(cases).where(cases.c.reporter == bindparam("b_reporter")).order_by(_newest).limit(bindparam("b_limit"))
    )
)
ASKED = Prepared(
    lambda _: (
        select(cases.c.number, cases.c.asked_at, cases.c.second_level)
        .where(cases.c.reporter == bindparam("b_reporter"), cases.c.asked_at.is_not(None))
        .order_by(cases.c.asked_at.desc())
        .limit(1)
    )
)
FILED_BY = Prepared(
    lambda _: (
        select(func.count())
        .select_from(cases)
        .where(cases.c.filed_at >= bindparam("b_since"), cases.c.reporter == bindparam("b_reporter"))
    )
)
_matter = and_(cases.c.first_level == bindparam("b_first"), cases.c.second_level == bindparam("b_second"))
ALIKE = Prepared(
    lambda _: (
        select(func.count())
        .select_from(cases)
        .where(cases.c.filed_at >= bindparam("b_since"), cases.c.place_area == bindparam("b_area"), _matter)
    )
)
_unanswered = cases.c.status.in_([literal_column(f"'{status.value}'") for status in UNANSWERED])
SITES = Prepared(
    lambda _: (
        select(cases.c.id, cases.c.place_text, cases.c.place_area, cases.c.place_grid)
        .where(_unanswered, literal_column(OPEN_WORK), _matter)
        .order_by(_newest)
        .limit(bindparam("b_limit"))
    )
)
BY_ID = Prepared(lambda _: select(cases).where(cases.c.id == bindparam("b_id")))
SEARCHED = (
    cases.c.id, cases.c.filed_at, cases.c.number, cases.c.phone_index, cases.c.narrative, cases.c.place_text,
    cases.c.respondent, cases.c.confidential,
)  # fmt: skip
LOGGED = tuple(case_events.c[name] for name in (
    "id", "number", "seq", "at", "action", "actor_role", "actor_department", "before", "after", "data",
))  # fmt: skip
LOOKED = 20_000
"""How many cases one search opens and reads."""
LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; `until`: older cases than this were not looked at (None: all were, or enough was found)."""

    cases: Sequence[Case]
    until: datetime | None


def _spoilt(id: int, error: Unreadable) -> None:
    log.error("a case cannot be opened", case=id, why=str(error))


def _fits(row: Any, needles: Sequence[str], phones: Sequence[str]) -> bool:
    """Whether every word stands in the row, or is its phone number; nobody tries out whose a confidential case is."""
    phone_index = None if row.confidential else row.phone_index
    text = f"{row.number}\n{row.narrative}\n{row.place_text}\n{row.respondent}".casefold()
    return all(
        needle in text or (phone and phone == phone_index) for needle, phone in zip(needles, phones, strict=True)
    )


def _next(dialect: str) -> Any:
    statement = insert_on(dialect, number_series)
    counted = statement.on_conflict_do_update(
        index_elements=[number_series.c.day], set_={"last": number_series.c.last + 1}
    )
    return counted.returning(number_series.c.last)


NEXT = Prepared(_next)


class CaseStore:
    """Cases within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._sealer = sealer_of(connection.dialect)

    def bearer(self, query_code: str) -> str:
        """Who may act on an anonymous case: whoever holds its query code. Without the keys nobody can work it out."""
        return BEARER + self._sealer.token(f"bearer {query_code}")

    async def next_in_day(self, day: str) -> int:
        """The next running number of `day` (``YYYYMMDD``), from 1. It is given out once, also under concurrency."""
        return int(await NEXT.value(self._connection, day=day, last=1))

    async def add(self, case: Case) -> None:
        """Keep a new case."""
        await ADD.run(self._connection, version=1, **self._row(case))
        case.version = 1

    async def get(self, number: str, *, lock: bool = False) -> Case | None:
        """The case with that number; `lock` keeps it for this transaction."""
        row = await (GET_HELD if lock else GET).first(self._connection, b_number=number)
        return case_of(row._asdict()) if row else None

    async def save(self, case: Case) -> None:
        """Write a changed case back; raise `StaleCase` when it changed since it was read."""
        row = self._row(case)
        number = row.pop("number")
        values = {**row, "version": case.version + 1, "b_number": number, "b_version": case.version}
        if await SAVE.run(self._connection, **values) != 1:
            raise StaleCase(case.number)
        case.version += 1

    async def append(self, number: str, event: Event) -> Event:
        """Add a line to the history; its `seq` is given here. Returns the line as kept."""
        line = {"b_number": number, **line_of(number, event)}
        return replace(event, seq=int(await APPEND.value(self._connection, **line)))

    async def history(self, number: str) -> Sequence[Event]:
        """All lines of a case, the oldest first."""
        return [event_of(row._asdict()) for row in await HISTORY.rows(self._connection, b_number=number)]

    async def find(self, wanted: CaseFilter, *, limit: int = 20) -> Sequence[Case]:
        """Cases that fit, the newest first."""
        statement = self._selected(wanted).order_by(cases.c.id.desc()).limit(limit)
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

    async def sites(self, first_level: str, second_level: str, *, limit: int) -> Sequence[tuple[int, Place]]:
        """Where the newest unanswered cases of a matter are, with the ids by which `readable` gives them whole.

        One that cannot be opened is left out and logged: it must not keep its neighbours from being filed.
        """
        wanted = {"b_first": first_level, "b_second": second_level, "b_limit": limit}
        rows = await SITES.readable(self._connection, _spoilt, **wanted)
        return [(row[0], Place(*row[1:])) for row in rows]

    async def readable(self, ids: Sequence[int]) -> Sequence[Case]:
        """Cases by their ids, in this order, without those that cannot be opened, which are logged."""
        found = [await BY_ID.readable(self._connection, _spoilt, b_id=id) for id in ids]
        return [case_of(row._asdict()) for rows in found for row in rows]

    async def own(self, reporter: str, *, limit: int = 20) -> Sequence[Case]:
        """The cases of whoever writes from that address, the newest first."""
        rows = await OWN.rows(self._connection, b_reporter=reporter, b_limit=limit)
        return [case_of(row._asdict()) for row in rows]

    async def asked(self, reporter: str) -> Question | None:
        """The newest question that waits for an answer of whoever writes from that address."""
        row = await ASKED.first(self._connection, b_reporter=reporter)
        return Question(*row) if row else None

    async def filed_by(self, reporter: str, since: datetime) -> int:
        """How many cases came from that address since then."""
        return int(await FILED_BY.value(self._connection, b_reporter=reporter, b_since=since))

    async def alike(self, first_level: str, second_level: str, area: str, since: datetime) -> int:
        """How many cases of one matter in one area were filed since then."""
        wanted = {"b_first": first_level, "b_second": second_level, "b_area": area, "b_since": since}
        return int(await ALIKE.value(self._connection, **wanted))

    async def _these(self, ids: Sequence[int]) -> Sequence[Case]:
        statement = select(cases).where(cases.c.id.in_(ids)).order_by(cases.c.id.desc())
        return [case_of(dict(row)) for row in (await self._connection.execute(statement)).mappings()]

    async def log(
        self, since: datetime, until: datetime, actions: Iterable[Action], *, chunk: int = 2000
    ) -> AsyncIterator[tuple[str, Event]]:
        """The lines of all histories with one of these actions, in order, without holding them all.

        Their words and who wrote them stay sealed, and are empty here.
        """
        wanted = [action.value for action in actions]
        statement = (
            select(*LOGGED)
            .where(case_events.c.at < until, case_events.c.action.in_(wanted))
            .order_by(case_events.c.at, case_events.c.id)
            .limit(chunk)
        )
        page = case_events.c.at >= since
        while True:
            rows = (await self._connection.execute(statement.where(page))).mappings().all()
            for row in rows:
                yield row["number"], event_of({"actor_id": "", "text": "", "internal": "", **row})
            if len(rows) < chunk:
                return
            at, last = rows[-1]["at"], rows[-1]["id"]
            page = and_(case_events.c.at >= at, or_(case_events.c.at > at, case_events.c.id > last))

    async def watched(self, now: datetime, *, limit: int) -> Sequence[Case]:
        """Cases for which a step of the ladder is due, the oldest step first; held for this transaction."""
        statement = select(cases).where(cases.c.watch_at <= now).order_by(cases.c.watch_at, cases.c.id).limit(limit)
        rows = (await self._connection.execute(statement.with_for_update(skip_locked=True))).mappings()
        return [case_of(dict(row)) for row in rows]

    async def joined(self, number: str) -> Sequence[Case]:
        """The cases that were merged into this one, in the order in which they were filed."""
        return [case_of(row._asdict()) for row in await JOINED.rows(self._connection, b_number=number)]

    async def due(self, wanted: CaseFilter, *, after: Case | None = None, limit: int = 50) -> Sequence[Case]:
        """Cases that fit, the most pressing first; `after`: those that come behind it."""
        statement = self._selected(wanted).where(DUE.is_not(None)).order_by(DUE, cases.c.id).limit(limit)
        if after is not None and (at := after.reply_by or after.decide_by):
            due = bindparam(None, at, cases.c.reply_by.type)
            own_id = select(cases.c.id).where(cases.c.number == after.number).scalar_subquery()
            statement = statement.where(due <= DUE, or_(due < DUE, cases.c.id > own_id))
        return [case_of(dict(row)) for row in (await self._connection.execute(statement)).mappings()]

    async def all_due(self, wanted: CaseFilter, *, chunk: int = 500) -> AsyncIterator[Case]:
        """All cases that fit, the most pressing first, without holding them all."""
        last: Case | None = None
        while page := await self.due(wanted, after=last, limit=chunk):
            for case in page:
                yield case
            last = page[-1]

    async def count(self, wanted: CaseFilter) -> int:
        """How many fit."""
        statement = select(func.count()).select_from(cases).where(*conditions(wanted))
        return int((await self._connection.execute(statement)).scalar_one())

    async def commonest(self, wanted: CaseFilter, *, limit: int = 3) -> Sequence[tuple[str, str, int]]:
        """The matters that most cases of the filter are about, with how many; reports (举报) are not counted."""
        matter, count = (cases.c.first_level, cases.c.second_level), func.count()
        fitting = (*conditions(wanted), cases.c.kind != Kind.REPORT.value)
        statement = (
            select(*matter, count).where(*fitting).group_by(*matter).order_by(count.desc(), *matter).limit(limit)
        )
        return [(row[0], row[1], int(row[2])) for row in (await self._connection.execute(statement)).all()]

    async def stream(self, wanted: CaseFilter, *, chunk: int = 1000) -> AsyncIterator[Case]:
        """All cases that fit, in filing order, without holding them all (keyset pages)."""
        statement, last = self._selected(wanted).order_by(cases.c.id).limit(chunk), 0
        while True:
            rows = (await self._connection.execute(statement.where(cases.c.id > last))).mappings().all()
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
