"""Deadlines, each row a sentence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.city import City
from cases.rules.deadlines import Clock, Deadlines, due
from cases.rules.workdays import Workdays
from tests.support.cases import a_case
from tests.support.clock import SHANGHAI

ROWS = [
    ("the day of filing is not counted: 15 days from 23 November", "days", 15, "2026-11-23T09:00", "2026-12-08"),
    ("filed a minute before midnight, the same day is day zero", "days", 15, "2026-11-23T23:59", "2026-12-08"),
    ("60 days go over the end of the year", "days", 60, "2026-11-23T09:00", "2027-01-22"),
    ("60 days over a leap day", "days", 60, "2024-01-31T09:00", "2024-03-31"),
    ("three working days from Monday", "workdays", 3, "2026-11-23T09:00", "2026-11-26"),
    ("three working days from Thursday leave the weekend out", "workdays", 3, "2026-11-26T09:00", "2026-12-01"),
    ("before the National Day week of 2025", "workdays", 2, "2025-09-30T16:00", "2025-10-10"),
    ("the worked Saturday of 11 October 2025 counts", "workdays", 3, "2025-09-30T16:00", "2025-10-11"),
    ("the worked Sunday of 28 September 2025 counts", "workdays", 1, "2025-09-27T10:00", "2025-09-28"),
    ("before the Spring Festival of 2025", "workdays", 1, "2025-01-27T10:00", "2025-02-05"),
    ("New Year's Day 2026 is off", "workdays", 1, "2025-12-31T10:00", "2026-01-04"),
]


@pytest.mark.parametrize(("sentence", "unit", "amount", "start", "last"), ROWS, ids=[row[0] for row in ROWS])
def test_deadline(sentence: str, unit: str, amount: int, start: str, last: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    found = due(Clock(amount, unit), begin, Workdays(), SHANGHAI)
    assert found.at.date() == date.fromisoformat(last)
    assert (found.at.hour, found.at.minute, found.at.second) == (23, 59, 59)


def test_hours_are_exact() -> None:
    begin = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)
    assert due(Clock(2, "hours"), begin, Workdays(), SHANGHAI).at == begin + timedelta(hours=2)


def test_the_city_decides_before_the_state_council() -> None:
    own = Workdays({date(2026, 11, 24): False})
    assert own.after(date(2026, 11, 23), 1) == date(2026, 11, 25)


def test_a_year_that_is_not_known_is_said() -> None:
    found = due(Clock(5, "workdays"), datetime(2027, 3, 1, 9, tzinfo=SHANGHAI), Workdays(), SHANGHAI)
    assert found.provisional
    assert found.at.date() == date(2027, 3, 8)


def test_only_what_counts_working_days_is_provisional(city: City) -> None:
    deadlines, at = Deadlines(city), datetime(2027, 1, 22, 12, tzinfo=SHANGHAI)
    ordinary, simple = (a_case(procedure=each, reply_by=at) for each in ("ordinary", "simple"))
    assert deadlines.unsure(ordinary) == frozenset()
    assert deadlines.unsure(simple) == {"reply_by"}
    assert deadlines.unsure(a_case(procedure="simple", reply_by=datetime(2026, 12, 1, tzinfo=SHANGHAI))) == frozenset()


def test_midnight_is_the_city_s(city: City) -> None:
    """16:30 UTC is already the next day in China."""
    filed = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert Deadlines(city).decide_by("regulation", "ordinary", filed).date() == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("policy", "procedure", "decide", "reply"),
    [
        ("regulation", "ordinary", "2026-12-08", "2027-01-22"),
        ("regulation", "simple", "2026-11-26", "2026-12-07"),
        ("county_520", "ordinary", "2026-11-28", "2026-12-13"),
        ("hotline_12345", "ordinary", "2026-11-24", "2026-11-30"),
    ],
)
def test_each_policy_has_its_clocks(city: City, policy: str, procedure: str, decide: str, reply: str) -> None:
    filed = datetime(2026, 11, 23, 15, tzinfo=SHANGHAI)
    deadlines = Deadlines(city)
    assert deadlines.decide_by(policy, procedure, filed).astimezone(SHANGHAI).date() == date.fromisoformat(decide)
    assert deadlines.reply_by(policy, procedure, filed).astimezone(SHANGHAI).date() == date.fromisoformat(reply)


@given(st.dates(date(2005, 1, 1), date(2026, 6, 1)), st.integers(1, 40))
def test_working_days_are_counted_as_one_would_by_hand(first: date, amount: int) -> None:
    start = datetime(first.year, first.month, first.day, 9, tzinfo=SHANGHAI)
    calendar = Workdays()
    last = due(Clock(amount, "workdays"), start, calendar, SHANGHAI).at.date()
    between = [start.date() + timedelta(days=n) for n in range(1, (last - start.date()).days + 1)]
    assert sum(calendar.is_workday(day) for day in between) == amount
    assert calendar.is_workday(last)
