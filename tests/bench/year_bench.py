"""One year of a city: cases come, people are absent, holidays pass, the ladder climbs; nothing is late unseen.

``python tests/bench/year_bench.py [CASES]`` (`make simulate`, 50,000 cases). Two processes live half a city each. Every
deadline is held against the independent counter of days in `tests.support.oracle`, every ladder step against the times
at which its clock ran. Prints what was checked and how long it took; exits with 1 on the first thing that is wrong.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, update

from cases.casework import ladder, replies
from cases.casework.citizens import CitizenDesk
from cases.casework.delivery import delivered
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import ContactWay, Kind, Occurrence, Place, Role, Satisfaction, Solved
from cases.rules.city import SAMPLE, City
from cases.rules.desk import Complaint
from cases.rules.routing import route
from storage.migrate import migrate
from storage.session import Database
from storage.staff import StaffAccount
from storage.tables import outbox
from storage.unit import working
from tests.support import oracle
from tests.support.keys import SEALER

CITY = City.load(SAMPLE)
BEGIN = datetime(2025, 11, 1, tzinfo=oracle.ZONE)
DAYS = 365
A_ROUND = 500
AFTER = 60
"""Days after the year in which the last cases come to their end."""
CATEGORIES = CITY.categories
PERIODS = {("ordinary", "decide"): (15, "days"), ("ordinary", "reply"): (60, "days"),
           ("simple", "decide"): (3, "workdays"), ("simple", "reply"): (10, "workdays")}  # fmt: skip
ACCOUNTS = {
    f"{code}_{ending}": StaffAccount(f"{code}_{ending}", f"{code}_{ending}", code, roles)
    for code in CITY.departments
    for ending, roles in (("h", frozenset({Role.HANDLER})), ("l", frozenset({Role.LEAD, Role.REVIEWER})))
}
"""A handler and a lead in every department; the latter reviews."""


@dataclass
class Told:
    """What was checked."""

    filed: int = 0
    deadlines: int = 0
    steps: int = 0
    by_name: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Running:
    """A case on its way: when which clock ran, and what its handler will do next."""

    number: str
    who: str
    department: str
    procedure: str
    filed_at: datetime
    accept_at: datetime
    answer_at: datetime
    rate_at: datetime | None
    stage: str = "filed"
    clocks: list[tuple[str, datetime, datetime, datetime]] = field(default_factory=list)
    """Clock, due, from when, until when it ran."""
    accepted_at: datetime | None = None


def delay(dice: random.Random, usual: float, late: float) -> timedelta:
    """Mostly in time; one in eight is absent and late."""
    days = dice.expovariate(1 / usual) if dice.random() < 0.88 else dice.uniform(usual, late)
    return timedelta(days=days)


def expected_due(running: Running, step: str, start: datetime) -> datetime:
    """The due date by the oracle."""
    return oracle.end_of_day(oracle.last_day(start, *PERIODS[running.procedure, step]))


def expected_steps(clock: str, due: datetime) -> list[tuple[str, datetime]]:
    """The rungs of the regulation's ladder: three days before, on the day, one and five days after, at nine."""
    day = due.astimezone(oracle.ZONE).date()
    shifts = (("remind", -3), ("urge", 0), ("escalate1", 1), ("escalate2", 5))
    return [(name, oracle.morning(day + timedelta(days=shift))) for name, shift in shifts]


async def live(part: int, cases: int, folder: str) -> Told:
    """Half a city's year."""
    dice, told = random.Random(part), Told()
    database = Database(f"sqlite:///{folder}/city{part}.db", SEALER)
    await migrate(database)
    async with working(database) as unit:
        for account in ACCOUNTS.values():
            await unit.staff.put(account, BEGIN)
            await unit.staff.bind(f"terminal:{account.account}", account.account, BEGIN)
    todo: list[Running] = []
    ended: list[Running] = []
    for hour in range(DAYS * 24 + 24 * AFTER):
        now = BEGIN + timedelta(hours=hour)
        async with working(database) as unit:
            work = Work(unit, CITY, now, dice.choice)
            if hour < DAYS * 24:
                todo += [await file(work, dice, told, part) for _ in range(arrivals(dice, cases, hour))]
            todo = [each for each in todo if not await went_on(work, dice, told, each, ended)]
            while await ladder.climb(work, limit=A_ROUND) == A_ROUND:
                pass
        await arrive(database, now)
    await check(database, told, ended + todo, BEGIN + timedelta(hours=DAYS * 24 + 24 * AFTER - 1))
    await database.aclose()
    return told


async def arrive(database: Database, now: datetime) -> None:
    """What is due arrives, as the workers see to it; how fast is `outbox_bench`'s question."""
    due = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None), outbox.c.not_before <= now)
    async with database.writing() as connection:
        await connection.execute(update(outbox).where(due).values(sent_at=now))


def arrivals(dice: random.Random, cases: int, hour: int) -> int:
    """How many come in this hour."""
    mean = cases / (DAYS * 24)
    return int(mean) + (dice.random() < mean % 1)


async def file(work: Work, dice: random.Random, told: Told, part: int) -> Running:
    """Somebody files."""
    category = dice.choice(CATEGORIES)
    who = f"web:{part}-{told.filed}"
    complaint = Complaint(
        narrative="x", first_level=category.first_level, second_level=category.second_level, category_confidence=1.0,
        category_by="model", kind=Kind.COMPLAINT, requests=("mend it",), place=Place(), occurrence=Occurrence(),
        respondent="", contact_way=ContactWay.CHAT,
    )  # fmt: skip
    receipt = await CitizenDesk(work).file(who, complaint)
    way = route(CITY, category.first_level, category.second_level, "", complaint.kind, complaint.respondent)
    told.filed += 1
    running = Running(
        receipt.number, who, way.department, way.procedure, work.now,
        work.now + delay(dice, 2, 40), work.now, None,
    )  # fmt: skip
    due = expected_due(running, "decide", work.now)
    compare(told, running, "decide", receipt.decide_by, due)
    running.clocks.append(("decide", due, work.now, datetime.max.replace(tzinfo=oracle.ZONE)))
    return running


def compare(told: Told, running: Running, step: str, found: datetime | None, due: datetime) -> None:
    """Hold a deadline against the oracle."""
    told.deadlines += 1
    if found != due:
        told.wrong.append(f"{running.number} {step}: {found} instead of {due}")


async def went_on(work: Work, dice: random.Random, told: Told, running: Running, ended: list[Running]) -> bool:
    """Do what is due for a case; whether it is over."""
    if running.stage == "filed" and running.accept_at <= work.now:
        await accept(work, dice, told, running)
    elif running.stage == "accepted" and running.answer_at <= work.now:
        await answer(work, dice, running)
    elif running.stage == "answered" and (running.rate_at is None or running.rate_at <= work.now):
        if running.rate_at:
            await CitizenDesk(work).rate(running.who, running.number, Solved.SOLVED, Satisfaction.SATISFIED)
        ended.append(running)
        return True
    return False


def desk_of(work: Work, running: Running, ending: str) -> StaffDesk:
    """The handler's or the lead's desk."""
    account = ACCOUNTS[f"{running.department}_{ending}"]
    return StaffDesk(work, account, f"terminal:{account.account}")


async def accept(work: Work, dice: random.Random, told: Told, running: Running) -> None:
    """A handler accepts: one clock ends, the next begins."""
    case = await desk_of(work, running, "h").accept(running.number)
    clock, due, since, _ = running.clocks[-1]
    running.clocks[-1] = (clock, due, since, work.now)
    due = expected_due(running, "reply", work.now)
    compare(told, running, "reply", case.reply_by, due)
    running.clocks.append(("reply", due, work.now, datetime.max.replace(tzinfo=oracle.ZONE)))
    running.answer_at = work.now + (delay(dice, 20, 90) if running.procedure == "ordinary" else delay(dice, 5, 30))
    running.stage = "accepted"


async def answer(work: Work, dice: random.Random, running: Running) -> None:
    """The answer is written, approved and delivered."""
    text = "mended and checked on site"
    await replies.reply(desk_of(work, running, "h"), running.number, text)
    await replies.approve(desk_of(work, running, "l"), running.number)
    await delivered(work, running.number)
    clock, due, since, _ = running.clocks[-1]
    running.clocks[-1] = (clock, due, since, work.now)
    running.rate_at = work.now + delay(dice, 2, 20) if dice.random() < 0.6 else None
    running.stage = "answered"


async def check(database: Database, told: Told, cases: list[Running], end: datetime) -> None:
    """Every step that was due while its clock ran was done once, and no other."""
    async with working(database) as unit:
        for running in cases:
            done = Counter(each for each in await unit.ladder.done(running.number) if each[0] in ("decide", "reply"))
            wanted = {
                (clock, due, name)
                for clock, due, since, until in running.clocks
                for name, at in expected_steps(clock, due)
                if since < at <= end and at < until
            }
            told.steps += len(wanted)
            told.by_name.update(name for _, _, name in wanted)
            if set(done) != wanted or any(count != 1 for count in done.values()):
                told.wrong.append(f"{running.number}: steps {sorted(set(done) ^ wanted)}")


def half(part: int, cases: int, folder: str) -> Told:
    """One process's half."""
    return asyncio.run(live(part, cases, folder))


def main() -> None:
    """Live the year, print what was found."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    began = time.perf_counter()
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder, ProcessPoolExecutor(2) as pool:
        halves = list(pool.map(half, (0, 1), (cases // 2, cases - cases // 2), (folder, folder)))
    names = sum((each.by_name for each in halves), Counter())
    print(f"cases {sum(each.filed for each in halves)}, deadlines {sum(each.deadlines for each in halves)}")
    print(f"ladder steps {sum(each.steps for each in halves)}: {dict(sorted(names.items()))}")
    print(f"{time.perf_counter() - began:.0f} s")
    wrong = [each for told in halves for each in told.wrong]
    print(f"wrong: {len(wrong)}", *wrong[:10], sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
