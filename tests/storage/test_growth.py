"""However large the register is, what staff and citizens wait for is found through an index and in its order."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from cases.casework import duty, extensions, joint, rates
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import Place, Role, Status
from cases.rules.city import SAMPLE, City
from cases.rules.lifecycle import OPEN
from storage.cases import CaseFilter
from storage.session import Database
from storage.staff import StaffAccount
from storage.tables import OPEN_WORK
from storage.unit import Unit, looking, working
from tests.support.cases import a_case
from tests.support.clock import START

CITY = City.load(SAMPLE)
ONE, ALL = ("sthj", Role.HANDLER), ("xfj", Role.SUPERVISOR)


def desk(unit: Unit, department: str, role: Role) -> StaffDesk:
    """Somebody's desk."""
    return StaffDesk(Work(unit, CITY, START), StaffAccount("x", "x", department, frozenset({role})), "terminal:x")


async def rated(unit: Unit) -> None:
    """The rates of three days."""
    await rates.of(Work(unit, CITY, START), START - timedelta(days=3), START)


ASKED: dict[str, Callable[[Unit], Awaitable[Any]]] = {
    "by number": lambda unit: unit.cases.get("x"),
    "inbox of one": lambda unit: desk(unit, *ONE).inbox(),
    "inbox of all": lambda unit: desk(unit, *ALL).inbox(),
    "inbox, on": lambda unit: unit.cases.due(CaseFilter(statuses=OPEN), after=a_case(reply_by=START)),
    "due of one": lambda unit: desk(unit, *ONE).due(START),
    "due of all": lambda unit: desk(unit, *ALL).due(START),
    "due on a day": lambda unit: desk(unit, *ALL).due(START, since=START - timedelta(days=1)),
    "inbox of mine": lambda unit: desk(unit, *ONE).inbox("mine"),
    "inbox of helpers": lambda unit: desk(unit, *ONE).inbox("helping"),
    "looked at last": lambda unit: desk(unit, *ONE).looked_at(timedelta(minutes=30)),
    "time asked for": lambda unit: extensions.asked(desk(unit, *ONE)),
    "find in one": lambda unit: desk(unit, *ONE).find(("x",)),
    "find in all": lambda unit: desk(unit, *ALL).find(("x",)),
    "week of one": lambda unit: desk(unit, *ONE).week(),
    "week of all": lambda unit: desk(unit, *ALL).week(),
    "rates": rated,
    "the day": lambda unit: duty.of_the_day(Work(unit, CITY, START), START),
    "alike": lambda unit: joint.neighbours(Work(unit, CITY, START), "a", "b", "x", Place("幸福路")),
    "own": lambda unit: unit.cases.own("x"),
    "joined": lambda unit: unit.cases.joined("x"),
    "by phone": lambda unit: unit.cases.find(CaseFilter(phone_index="x")),
    "watched": lambda unit: unit.cases.watched(START, limit=200),
    "taken back": lambda unit: unit.outbox.take_back("x", START),
}


async def plans(database: Database, ask: Callable[[Unit], Awaitable[Any]]) -> list[str]:
    """How SQLite goes about what is asked."""
    said: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    async with looking(database) as unit:
        await ask(unit)
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    asked = [each for each in said if each[0].startswith(("SELECT", "DELETE"))]
    async with database.reading() as connection:
        rows = [await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given) for words, given in asked]
        return [str(row.detail) for each in rows for row in each.all()]


@pytest.mark.parametrize("name", ASKED)
async def test_nothing_that_people_wait_for_reads_the_whole_register_or_sorts_it(sqlite: Database, name: str) -> None:
    found = await plans(sqlite, ASKED[name])
    assert found
    assert not [step for step in found if step in ("SCAN cases", "SCAN case_events", "SCAN outbox") or "B-TREE" in step]


def test_the_indexes_on_open_work_mean_what_the_lifecycle_calls_open() -> None:
    assert "status IN ({})".format(", ".join(f"'{status.value}'" for status in OPEN)) == OPEN_WORK


async def test_the_most_pressing_come_page_by_page_each_once(database: Database) -> None:
    closed = a_case(number="N99", status=Status.RESOLVED, reply_by=START)
    some = [
        a_case(number=f"N{n:02}", decide_by=START + timedelta(days=n % 3), department=("sthj", "jtj")[n % 2])
        for n in range(20)
    ]
    async with working(database) as unit:
        for case in [closed, *some]:
            await unit.cases.add(case)
    wanted = CaseFilter(statuses=OPEN, departments=("sthj", "jtj"))
    async with looking(database) as unit:
        paged = [case.number async for case in unit.cases.all_due(wanted, chunk=3)]
        mine = [case.number async for case in unit.cases.all_due(CaseFilter(departments=("jtj",)), chunk=4)]
    in_order = [case.number for case in sorted(some, key=lambda case: (case.decide_by or START, case.number))]
    assert paged == in_order
    assert mine == [number for number in in_order if int(number[1:]) % 2]
