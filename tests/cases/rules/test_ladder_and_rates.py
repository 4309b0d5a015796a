"""The ladder's steps and the rates, as tables."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.case import Action, Actor, Event, Role, Status
from cases.rules.city import City, DutyRow
from cases.rules.deadlines import Deadlines
from cases.rules.duty import office_is_open, on_duty
from cases.rules.ladder import Step, highest, next_at, steps
from cases.rules.rates import rates, total
from cases.rules.workdays import Workdays
from tests.support.cases import a_case
from tests.support.clock import SHANGHAI, START


def day(text: str) -> datetime:
    """A moment in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(city: City, **changes: object) -> list[tuple[str, str]]:
    """The steps of a case: name and moment."""
    found = steps(a_case(**changes), Deadlines(city))
    return [(step.name, f"{step.at.astimezone(SHANGHAI):%m-%d %H:%M}") for step in found]


def test_an_undecided_case_is_reminded_urged_and_escalated(city: City) -> None:
    due = day("2026-12-08T23:59:59")
    assert told(city, decide_by=due) == [
        ("remind", "12-05 09:00"),
        ("urge", "12-08 09:00"),
        ("escalate1", "12-09 09:00"),
        ("escalate2", "12-13 09:00"),
    ]


def test_a_clock_of_hours_has_its_steps_within_it(city: City) -> None:
    due = START + timedelta(hours=24)
    names = told(city, policy="hotline_12345", decide_by=due)
    assert names == [
        ("remind", "11-24 09:00"),
        ("urge", "11-24 12:00"),
        ("escalate1", "11-24 21:00"),
        ("escalate2", "11-25 15:00"),
    ]


def test_nothing_runs_while_the_citizen_is_asked_where_the_policy_pauses(city: City) -> None:
    asked = {"status": Status.NEED_INFO, "asked_at": START, "decide_by": day("2026-12-08T23:59:59")}
    assert [name for name, _ in told(city, policy="county_520", **asked)] == ["info"]
    assert "remind" in [name for name, _ in told(city, **asked)]


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.WITHDRAWN, Status.FINAL, Status.MERGED])
def test_an_ended_case_has_no_steps(city: City, status: Status) -> None:
    assert next_at(a_case(status=status, decide_by=START, reply_by=START), Deadlines(city)) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["decide", "reply"]))))
def test_after_a_standstill_each_clock_tells_its_highest_step(rungs: list[tuple[int, str]]) -> None:
    due = [Step(START + timedelta(hours=hour), clock, f"s{hour}", START) for hour, clock in rungs]
    found = highest(due)
    assert len(found) == len({clock for _, clock in rungs})
    for step in found:
        assert step.at == max(each.at for each in due if each.clock == step.clock)


def line(action: Action, after: Status, **data: str) -> Event:
    """A line of the log."""
    actor = Actor(Role.HANDLER, "wang", "sthj")
    return Event(1, START, action, actor, Status.ACCEPTED, after, data={"department": "sthj", **data})


def test_the_rates_count_in_time_late_rated_and_left_out() -> None:
    soon, past = (START + timedelta(days=1)).isoformat(), (START - timedelta(days=1)).isoformat()
    log = [
        ("a", line(Action.ACCEPT, Status.ACCEPTED, due=soon)),
        ("b", line(Action.ACCEPT, Status.ACCEPTED, due=past)),
        ("a", line(Action.REPLY, Status.PENDING_REVIEW, due=soon)),
        ("a", line(Action.APPROVE, Status.REPLIED, due=soon)),
        ("a", line(Action.DELIVER, Status.FOLLOW_UP)),
        ("a", line(Action.RATE, Status.FOLLOW_UP, solved="unsolved")),
        ("a", line(Action.RATE, Status.FOLLOW_UP, solved="solved", satisfaction="fair")),
        ("c", line(Action.APPROVE, Status.REPLIED, due=past)),
    ]
    found = rates(log, late=[("sthj", "reply")], excluded={"c"})["sthj"]
    assert (found.decided, found.decided_in_time) == (2, 1)
    assert (found.answered, found.answered_in_time) == (2, 1)
    assert (found.rated, found.solved, found.satisfied, found.excluded) == (1, 1, 1, 1)
    assert found.response == 0.5 and found.participation == 1.0


def test_what_was_taken_back_does_not_count() -> None:
    log = [
        ("a", line(Action.ACCEPT, Status.ACCEPTED)),
        ("a", line(Action.UNDO, Status.SUBMITTED, undone="accept")),
    ]
    assert rates(log) == {}
    assert total(rates(log)).acceptance is None


def test_the_roster_prefers_the_date_then_the_weekday(city: City) -> None:
    roster = replace(city, duty=(DutyRow("daily", "a", ""), DutyRow("mon", "b", ""), DutyRow("2026-11-30", "c", "")))
    assert [on_duty(roster, day(each))[0].account for each in ("2026-11-24", "2026-11-23", "2026-11-30")] == [
        "a", "b", "c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [("2026-11-23T10:00", True), ("2026-11-23T20:00", False), ("2026-11-22T10:00", False), ("2026-10-10T10:00", True)],
)
def test_office_hours_know_holidays_and_worked_weekends(city: City, moment: str, is_open: bool) -> None:
    assert office_is_open(city, Workdays(), day(moment)) is is_open
