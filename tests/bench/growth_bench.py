"""A register that has grown: how long people wait for its lists, for filing, and how fast it goes into a file.

``python tests/bench/growth_bench.py [lists] [csv] [xlsx]``; ``JIESU_GROWTH_CASES`` (1,000,000) says how many cases,
``JIESU_GROWTH_FILE`` where the register is kept for the next time (else it is made in a temporary folder; a million
take 3 GB). Prints a line for each figure of docs/measures.md.
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psutil

from bot.export.columns import View
from bot.export.exporting import write_file
from bot.export.wishes import Wish
from cases.casework.citizens import CitizenDesk
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import ContactWay, Kind, Occurrence, Place, Role
from cases.rules.desk import Complaint
from storage.cases import CaseFilter
from storage.migrate import migrate
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import Unit, looking, working
from tests.bench.register import CITY, END, fill
from tests.support.keys import SEALER

CASES = int(os.environ.get("JIESU_GROWTH_CASES", "1000000"))  # noqa: TID251  (benchmarks have no settings)
KEPT = os.environ.get("JIESU_GROWTH_FILE", "")  # noqa: TID251
CALLS = int(os.environ.get("JIESU_GROWTH_CALLS", "400"))  # noqa: TID251
TODAY = END + timedelta(days=1)
Ask = Callable[[Unit, int], Awaitable[object]]


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Database]:
    """A migrated database."""
    database = Database(f"sqlite:///{file}", SEALER)
    await migrate(database)
    yield database
    await database.aclose()


async def make_tables(file: Path) -> None:
    """An empty register."""
    async with opened(file):
        pass


def make_register(file: Path) -> None:
    """Make the register where it is not there yet."""
    if file.exists():
        return
    asyncio.run(make_tables(file))
    began = time.perf_counter()
    fill(file, SEALER, CASES)
    seconds, size = time.perf_counter() - began, file.stat().st_size / 1e9
    print(f"made {CASES:,} cases in {seconds:.0f} s, {size:.1f} GB", flush=True)


def desk(unit: Unit, department: str, role: Role) -> StaffDesk:
    """Somebody's desk."""
    return StaffDesk(Work(unit, CITY, END), StaffAccount("x", "x", department, frozenset({role})), "terminal:x")


async def asked(database: Database, name: str, ask: Ask) -> None:
    """The time of a question in a transaction of its own."""
    waited: list[float] = []
    worked: list[float] = []
    for n in range(CALLS):
        began, busy = time.perf_counter(), time.process_time()
        async with looking(database) as unit:
            await ask(unit, n)
        waited.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    print(f"{name}: {spread(waited)}; of the processor {spread(worked)}", flush=True)


def spread(times: list[float]) -> str:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(times)
    return f"median {ordered[len(times) // 2]:.1f}, p99 {ordered[int(len(times) * 0.99)]:.1f} ms"


async def lists(file: Path) -> None:
    """What citizens and staff ask for."""
    async with opened(file) as database:
        async with looking(database) as unit:
            found = await unit.cases.due(CaseFilter(), limit=CALLS)
        numbers = [(case.reporter.address, case.number) for case in found]
        departments = list(CITY.departments)

        async def status(unit: Unit, n: int) -> None:
            await CitizenDesk(Work(unit, CITY, END)).look_up(*numbers[n % len(numbers)])

        async def inbox_of_all(unit: Unit, n: int) -> None:
            page = await desk(unit, "xfj", Role.SUPERVISOR).inbox()
            assert page.last

        def one(unit: Unit, n: int) -> StaffDesk:
            return desk(unit, departments[n % len(departments)], Role.HANDLER)

        await asked(database, "status by number", status)
        await asked(database, "/inbox of a department", lambda unit, n: one(unit, n).inbox())
        await asked(database, "/inbox of everything", inbox_of_all)
        await asked(database, "/due of a department", lambda unit, n: one(unit, n).due(END))
        await asked(database, "/due of everything", lambda unit, _: desk(unit, "xfj", Role.SUPERVISOR).due(END))


async def filing(file: Path, folder: Path) -> None:
    """Filing here and in an empty register, by turns."""
    async with opened(file) as full, opened(folder / "empty.db") as empty:
        times: dict[str, list[float]] = {"full": [], "empty": []}
        busy: dict[str, list[float]] = {"full": [], "empty": []}
        for n in range(CALLS):
            for name, database in (("full", full), ("empty", empty)):
                began = time.process_time()
                times[name].append(await file_one(database, n))
                busy[name].append(time.process_time() - began)
        for what, found in (("filing", times), ("filing, of the processor", busy)):
            here, there = (statistics.median(found[name]) * 1000 for name in ("full", "empty"))
            print(f"{what}: {here:.2f} ms, in an empty register {there:.2f} ms: {here / there:.2f} times", flush=True)


async def file_one(database: Database, n: int) -> float:
    """Seconds for one complaint, committed."""
    category = CITY.categories[n % len(CITY.categories)]
    complaint = Complaint(
        narrative=f"x {n}", first_level=category.first_level, second_level=category.second_level,
        category_confidence=1.0, category_by="model", kind=Kind.COMPLAINT, requests=("mend it",), place=Place(),
        occurrence=Occurrence(), respondent="", contact_way=ContactWay.CHAT,
    )  # fmt: skip
    began = time.perf_counter()
    async with working(database) as unit:
        await CitizenDesk(Work(unit, CITY, TODAY)).file(f"web:{time.time_ns()}", complaint)
    return time.perf_counter() - began


async def export(file: Path, format: str, folder: Path) -> None:
    """All of it into a file; memory is that of this process at its highest over what it had before, and all that its
    helper processes have at theirs (looked at as the rows come: what the kernel counts begins with our own).
    """
    async with opened(file) as database, looking(database) as unit:
        view = View(CITY, "zh", True, END)
        idle, before = psutil.Process().memory_info().rss, resource.getrusage(resource.RUSAGE_SELF)
        began = time.perf_counter()
        helpers = Helpers()
        rows = await write_file(database, unit, Wish(format, CaseFilter()), folder / "x", view, None, helpers.look)
        seconds = time.perf_counter() - began
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = processor(own) - processor(before) + processor(others)
    more = own.ru_maxrss * 1024 - idle
    speeds = f"{rows / seconds:,.0f} rows/s, {busy / rows * 1e6:.1f} us of the processor a row"
    shares = f"{more / 1e6:.0f} MB here, {helpers.most / 1e6:.0f} MB in helpers"
    print(f"{format}: {rows:,} rows, {speeds}, {(more + helpers.most) / 1e6:.0f} MB above idle ({shares})", flush=True)


def processor(used: resource.struct_rusage) -> float:
    """Seconds of the processor."""
    return used.ru_utime + used.ru_stime


class Helpers:
    """The processes that an export started, and the most that they took together."""

    def __init__(self) -> None:
        self._found: list[psutil.Process] = []
        self.most = 0

    def look(self, _count: int) -> None:
        """Look how much it is."""
        self._found = self._found or psutil.Process().children()
        with suppress(psutil.NoSuchProcess):
            self.most = max(self.most, sum(each.memory_info().rss for each in self._found))


async def run(part: str, file: Path, folder: Path) -> None:
    """One part."""
    if part == "lists":
        await lists(file)
        await filing(file, folder)
    else:
        await export(file, part, folder)


def main() -> None:
    """One part, or everything."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(KEPT or f"{folder}/register.db")
        make_register(file)
        if sys.argv[1:]:
            asyncio.run(run(sys.argv[1], file, Path(folder)))
            return
        for part in ("lists", "csv", "xlsx"):  # each in a process of its own, whose memory at its highest is its own
            own = {**os.environ, "JIESU_GROWTH_FILE": str(file)}  # noqa: TID251
            subprocess.run([sys.executable, __file__, part], check=True, env=own)


if __name__ == "__main__":
    main()
