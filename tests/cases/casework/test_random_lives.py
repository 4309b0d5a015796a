"""Random lives of cases: whatever citizens, staff and time do, in any order, what must hold holds.

`make test` lives a few hundred; ``JIESU_LIVES=20000`` (`make lives`) as many as are asked for.
"""

import asyncio
import os
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.casework import extensions, joint, ladder, objections, replies, reviews
from cases.casework import undo as undoing
from cases.casework.citizens import CitizenDesk
from cases.casework.delivery import delivered
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import (
    Action,
    Case,
    ContactWay,
    Event,
    Kind,
    Occurrence,
    Place,
    Role,
    Satisfaction,
    Solved,
    Status,
)
from cases.rules.city import SAMPLE, City
from cases.rules.deadlines import Deadlines
from cases.rules.desk import Complaint, DeskError
from cases.rules.ladder import URGE, steps
from cases.rules.lifecycle import BY_PAIR, ENDED
from cases.rules.notices import SHARED
from cases.rules.rates import standing
from storage.migrate import migrate
from storage.session import Database, sqlite_file
from storage.staff import StaffAccount
from storage.unit import Unit, working
from tests.support.clock import START, TestClock
from tests.support.keys import SEALER

LIVES = int(os.environ.get("JIESU_LIVES", "60"))  # noqa: TID251  (tests have no settings)
CITY = City.load(SAMPLE)
WAYS_BACK = {"reopen", "request_review", "request_recheck", "split", "undo"}
PEOPLE = {
    "wang": StaffAccount("wang", "wang", "sthj", frozenset({Role.HANDLER, Role.LEAD, Role.REVIEWER})),
    "sun": StaffAccount("sun", "sun", "sthj", frozenset({Role.HANDLER})),
    "qian": StaffAccount("qian", "qian", "cgj", frozenset({Role.HANDLER, Role.LEAD})),
    "chief": StaffAccount("chief", "chief", "xfj", frozenset({Role.SUPERVISOR})),
}
STAFF: dict[str, Callable[[StaffDesk, str], Awaitable[object]]] = {
    "accept": lambda desk, number: desk.accept(number),
    "decline": lambda desk, number: desk.decline(number, "not ours"),
    "redirect": lambda desk, number: desk.redirect(number, "the court"),
    "assign": lambda desk, number: desk.assign(number, "cgj"),
    "sign": lambda desk, number: desk.sign(number),
    "object": lambda desk, number: objections.object_(desk, number, "not ours"),
    "keep": lambda desk, number: objections.refuse(desk, number, "it is yours"),
    "recuse": lambda desk, number: objections.recuse(desk, number, "a relative"),
    "ask": lambda desk, number: desk.ask(number, "when exactly?"),
    "schedule": lambda desk, number: desk.schedule(number, "a measurement on Wednesday"),
    "call_back": lambda desk, number: desk.call_back(number, "is it quiet now?"),
    "supervise": lambda desk, number: desk.supervise(number, "within three days"),
    "helper": lambda desk, number: objections.add_unit(desk, number, "gaj"),
    "progress": lambda desk, number: desk.progress(number, "on site tonight"),
    "extend": lambda desk, number: desk.extend(number, 10, "a measurement"),
    "ask_extension": lambda desk, number: extensions.ask(desk, number, 5, "a measurement"),
    "grant": extensions.grant,
    "deny": lambda desk, number: extensions.refuse(desk, number, "it is clear enough"),
    "reply": lambda desk, number: replies.reply(desk, number, "the site was ordered to stop at night, done"),
    "approve": replies.approve,
    "send_back": lambda desk, number: replies.send_back(desk, number, "say why"),
    "close": lambda desk, number: desk.close(number),
    "reopen": lambda desk, number: desk.reopen(number, "again"),
    "review": lambda desk, number: reviews.decide(desk, number, "upheld", "the facts are clear"),
    "split": joint.split,
    "represent": joint.represent,
    "undo": lambda desk, number: undoing.undo(desk),
}
CITIZEN: dict[str, Callable[[CitizenDesk, str, str], Awaitable[object]]] = {
    "supplement": lambda desk, who, number: desk.supplement(who, number, "from eleven to four", ()),
    "withdraw": lambda desk, who, number: desk.withdraw(who, number, ""),
    "urge": lambda desk, who, number: desk.urge(who, number),
    "solved": lambda desk, who, number: desk.rate(who, number, Solved.SOLVED, Satisfaction.SATISFIED),
    "unsolved": lambda desk, who, number: desk.rate(who, number, Solved.UNSOLVED, None),
    "reopen": lambda desk, who, number: desk.reopen(who, number, "not solved"),
    "review": lambda desk, who, number: desk.request_review(who, number, "not solved"),
    "split": lambda desk, who, number: desk.split(who, number),
}
LIKELY = ("accept", "reply", "approve", "solved", "unsolved", "progress", "time")
STEP = st.one_of(
    st.tuples(st.sampled_from(sorted(STAFF)), st.sampled_from(sorted(PEOPLE)), st.integers(0, 2)),
    st.tuples(st.sampled_from([f"citizen {name}" for name in sorted(CITIZEN)]), st.just(""), st.integers(0, 2)),
    st.tuples(st.sampled_from(["time 20s", "time 1d", "time 4d", "time 16d", "time 40d"]), st.just(""), st.just(0)),
    st.tuples(st.sampled_from([name for name in LIKELY if name in STAFF]), st.just("wang"), st.just(0)),
)


@dataclass
class Life:
    """One joint matter of three citizens, and what is known of its past."""

    database: Database
    clock: TestClock
    numbers: list[str] = field(default_factory=list)
    past: dict[str, list[Event]] = field(default_factory=dict)

    async def begin(self) -> None:
        """Three people file; the second and third join the first."""
        for index in range(3):
            joins = self.numbers[0] if index else ""
            async with working(self.database) as unit:
                receipt = await CitizenDesk(self._work(unit)).file(self.who(index), complaint(joins))
            self.numbers.append(receipt.number)

    def who(self, index: int) -> str:
        """A citizen's address."""
        return f"terminal:citizen{index}"

    async def step(self, what: str, account: str, index: int) -> None:
        """One thing happens; what is refused changes nothing that anybody sees."""
        if what.startswith("time"):
            await self._time(what.removeprefix("time "))
            return
        number = self.numbers[index]
        self.clock.now += timedelta(seconds=1)
        try:
            async with working(self.database) as unit:
                if what.startswith("citizen "):
                    await CITIZEN[what.removeprefix("citizen ")](CitizenDesk(self._work(unit)), self.who(index), number)
                else:
                    await STAFF[what](StaffDesk(self._work(unit), PEOPLE[account], f"terminal:{account}"), number)
        except DeskError:
            return
        async with working(self.database) as unit:
            for each in self.numbers:
                case = await unit.cases.get(each)
                if case and case.status is Status.REPLIED:
                    await delivered(self._work(unit), each)

    async def _time(self, span: str) -> None:
        spans = {"20s": 20, "1d": 86_400, "4d": 345_600, "16d": 1_382_400, "40d": 3_456_000}
        self.clock.now += timedelta(seconds=spans[span])
        for _ in range(2):  # the second time nothing is left to do
            async with working(self.database) as unit:
                await ladder.climb(self._work(unit), limit=10_000)

    def _work(self, unit: Unit) -> Work:
        return Work(unit, CITY, self.clock())

    async def check(self) -> None:
        """Everything that must hold."""
        async with working(self.database) as unit:
            for number in self.numbers:
                case = await unit.cases.get(number)
                assert case
                history = list(await unit.cases.history(number))
                self._history_only_grows(number, history)
                self._status_is_the_last_line(case, history)
                assert case.responsible in CITY.departments, "exactly one unit is responsible"
                await self._no_due_date_without_a_step(unit, case)
            await self._told_once(unit)

    def _history_only_grows(self, number: str, history: list[Event]) -> None:
        before = self.past.get(number, [])
        assert history[: len(before)] == before
        assert [event.seq for event in history] == list(range(1, len(history) + 1))
        self.past[number] = history

    def _status_is_the_last_line(self, case: Case, history: list[Event]) -> None:
        assert history[-1].after is case.status
        for earlier, later in pairwise(history):
            assert later.before is earlier.after
            assert (later.before, later.action) in BY_PAIR
            if later.before in ENDED and later.after not in ENDED and later.after is not Status.ARCHIVED:
                assert later.action.value in WAYS_BACK

    async def _no_due_date_without_a_step(self, unit: Unit, case: Case) -> None:
        done = set(await unit.ladder.done(case.number))
        climbed = case.climbed_at or case.filed_at
        put_off = [event.at for event in self.past[case.number] if event.action is Action.EXTEND]
        since = max(case.filed_at, *put_off) if case.extended else case.filed_at
        for step in steps(case, Deadlines(CITY)):
            assert not case.extended or step.name != URGE or step.due > max(put_off), "never put off into the past"
            if since < step.at <= climbed:
                assert (step.clock, step.due, step.name) in done
        counted = Counter(done)
        assert not counted or max(counted.values()) == 1

    async def _told_once(self, unit: Unit) -> None:
        """Of each shared step of the parent, who has joined hears exactly once, in order."""
        parent = await unit.cases.get(self.numbers[0])
        assert parent
        for index in (1, 2):
            case = await unit.cases.get(self.numbers[index])
            assert case
            rows = await unit.outbox.of(self.who(index))
            moments = [row.created_at for row in rows]
            assert moments == sorted(moments)
            history = self.past[case.number]
            stayed = case.merged_into == parent.number and sum(event.action is Action.JOIN for event in history) == 1
            if stayed and not any(event.action is Action.SPLIT for event in history):
                for at in self._shared(parent.number):
                    assert sum(row.created_at == at for row in rows) == 1

    def _shared(self, number: str) -> list[datetime]:
        """When the parent's shared steps were that still hold."""
        kept = [event for _, event in standing((number, event) for event in self.past[number])]
        return [event.at for event in kept if event.action in SHARED and event.after is not Status.PENDING_REVIEW]


def complaint(joins: str) -> Complaint:
    """An ordinary complaint."""
    return Complaint(
        narrative="a building site works at night", first_level="环境保护", second_level="环境污染",
        category_confidence=0.9, category_by="model", kind=Kind.COMPLAINT, requests=("stop at night",),
        place=Place("幸福路88号"), occurrence=Occurrence(), respondent="", contact_way=ContactWay.CHAT, joins=joins,
    )  # fmt: skip


@dataclass
class Register:
    """A database that is for every life as it was when three people had filed: no life depends on those before it."""

    database: Database
    begun: sqlite3.Connection
    numbers: list[str]

    def renew(self) -> None:
        """Take it back to the beginning."""
        with closing(sqlite3.connect(str(sqlite_file(self.database.url)))) as there:
            self.begun.backup(there)

    async def aclose(self) -> None:
        """Close both."""
        await self.database.aclose()
        self.begun.close()


async def new_register(path: Path) -> Register:
    """A migrated database with the staff, and the three cases with which every life begins."""
    database = Database(f"sqlite:///{path}", SEALER)
    await migrate(database)
    async with working(database) as unit:
        for account in PEOPLE.values():
            await unit.staff.put(account, START)
            await unit.staff.bind(f"terminal:{account.account}", account.account, START)
    life = Life(database, TestClock(START))
    await life.begin()
    begun = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(str(path))) as here:
        here.backup(begun)
    return Register(database, begun, life.numbers)


def test_whatever_happens_what_must_hold_holds(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        register = runner.run(new_register(tmp_path / "lives.db"))
        count = 0

        @settings(
            max_examples=LIVES,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            print_blob=True,
        )
        @given(st.lists(STEP, min_size=4, max_size=14))
        def lives(happening: list[tuple[str, str, int]]) -> None:
            nonlocal count
            count += 1
            register.renew()
            runner.run(one_life(Life(register.database, TestClock(START), list(register.numbers)), happening))

        lives()
        runner.run(register.aclose())
    assert count >= LIVES


async def one_life(life: Life, happening: list[tuple[str, str, int]]) -> None:
    """A life from filing to wherever it leads."""
    await life.check()
    for count, (what, account, index) in enumerate(happening, 1):
        await life.step(what, account, index)
        if count % 4 == 0:
            await life.check()
    await life.check()
