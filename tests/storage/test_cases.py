"""Cases in the register, on each database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.rules.case import (
    Action,
    Actor,
    Case,
    ContactWay,
    Event,
    File,
    Kind,
    Occurrence,
    Place,
    Reporter,
    Role,
    Satisfaction,
    Solved,
    Status,
)
from storage.audit import AuditLine
from storage.case_rows import case_of, row_of
from storage.cases import CaseFilter, StaleCase
from storage.session import Database
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.clock import START

EVENT = Event(0, START, Action.REGISTER, Actor(Role.REPORTER, "terminal:li"), Status.DRAFT, Status.SUBMITTED)


def full_case() -> Case:
    """A case with every field filled."""
    return a_case(
        reporter=Reporter("telegram:7", "en", ContactWay.PHONE, "Li", "+8613800001234"),
        place=Place("幸福路88号", "990101", "G0101", 30.5, 104.25),
        occurrence=Occurrence("昨晚11点", START - timedelta(hours=16), START),
        requests=("停工", "赔偿"),
        helpers=("cgj",),
        files=(File("k" * 32, "photo", "a.jpg", "image/jpeg", 12, "f" * 64),),
        solved=Solved.PARTLY,
        satisfaction=Satisfaction.FAIR,
        decide_by=START,
        language="en",
        urgent=True,
    )


async def test_a_case_comes_back_as_it_was(database: Database) -> None:
    case = full_case()
    async with working(database) as unit:
        await unit.cases.add(case)
    async with looking(database) as unit:
        assert await unit.cases.get(case.number) == case


async def test_history_is_appended_in_order(database: Database) -> None:
    async with working(database) as unit:
        await unit.cases.add(a_case())
        for _ in range(3):
            await unit.cases.append(a_case().number, EVENT)
        history = await unit.cases.history(a_case().number)
    assert [event.seq for event in history] == [1, 2, 3]
    assert history[0] == replace(EVENT, seq=1)


async def test_a_stale_case_is_not_saved(database: Database) -> None:
    async with working(database) as unit:
        await unit.cases.add(a_case())
    async with working(database) as unit:
        mine, theirs = await unit.cases.get(a_case().number), await unit.cases.get(a_case().number)
        assert mine and theirs
        await unit.cases.save(mine)
        with pytest.raises(StaleCase):
            await unit.cases.save(theirs)


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with working(database) as unit:
            await unit.cases.add(a_case())
            raise RuntimeError
    async with looking(database) as unit:
        assert await unit.cases.get(a_case().number) is None


async def test_every_running_number_is_given_out_once(database: Database) -> None:
    async def take() -> int:
        async with working(database) as unit:
            return await unit.cases.next_in_day("20261123")

    numbers = await asyncio.gather(*(take() for _ in range(20)))
    assert sorted(numbers) == list(range(1, 21))


async def test_cases_are_found_by_what_is_asked(database: Database) -> None:
    async with working(database) as unit:
        for count in range(1, 6):
            status = Status.ACCEPTED if count % 2 else Status.SUBMITTED
            department = "sthj" if count < 4 else "jtj"
            due = START + timedelta(days=10 - count)
            await unit.cases.add(
                a_case(
                    number=f"N{count}", status=status, department=department, reply_by=due, narrative=f"电梯{count}%_"
                )
            )
    async with looking(database) as unit:
        cases = unit.cases
        assert [c.number for c in await cases.find(CaseFilter(departments=("jtj",)))] == ["N5", "N4"]
        assert [c.number for c in await cases.due(CaseFilter(statuses=(Status.ACCEPTED,)))] == ["N5", "N3", "N1"]
        assert [c.number for c in (await cases.search(("电梯3",), CaseFilter())).cases] == ["N3"]
        assert (await cases.search(("%_%_",), CaseFilter())).cases == []
        assert await cases.count(CaseFilter(since=START, until=START + timedelta(seconds=1))) == 5
        assert [c.number async for c in cases.stream(CaseFilter(), chunk=2)] == ["N1", "N2", "N3", "N4", "N5"]


words = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words, words, st.lists(words, max_size=3), st.sampled_from(Status))
def test_any_case_survives_its_row(narrative: str, place: str, requests: list[str], status: Status) -> None:
    case = a_case(narrative=narrative, place=Place(place), requests=tuple(requests), status=status)
    assert case_of({**row_of(case), "version": 0}) == case


async def test_lists_of_staff_on_each_database(database: Database) -> None:
    async with working(database) as unit:
        first = a_case(helpers=("cgj",), wanted_days=10, reply_by=START, status=Status.ACCEPTED)
        second = a_case(number="XF20261123-000002-6", reply_by=START + timedelta(days=2), kind=Kind.REPORT)
        for case in (first, second):
            await unit.cases.add(case)
        unit.audit.log(AuditLine(START, "wang", "look", first.number, "allowed", "", {}))
    async with looking(database) as unit:
        for wanted in (
            CaseFilter(helped_by="cgj"),
            CaseFilter(asks_time=True),
            CaseFilter(due_before=START + timedelta(days=1)),
        ):
            assert [case.number for case in await unit.cases.due(wanted)] == [first.number], wanted
        later = CaseFilter(due_since=START + timedelta(days=1))
        assert [case.number for case in await unit.cases.due(later)] == [second.number]
        assert await unit.cases.commonest(CaseFilter()) == [("环境保护", "环境污染", 1)]
        assert await unit.audit.last_subject("wang", "look", START - timedelta(minutes=1)) == first.number
        assert await unit.audit.last_subject("wang", "look", START + timedelta(minutes=1)) == ""
