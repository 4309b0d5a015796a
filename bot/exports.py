"""``jiesu export`` and ``jiesu report``: the whole register, from the command line."""

import asyncio
import contextlib
import getpass
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app import build
from bot.archives import lock
from bot.export.columns import View
from bot.export.exporting import log_export, write_file
from bot.export.wishes import Wish, read_wish
from bot.settings import Settings, SettingsError
from bot.wire import rates_words
from cases.casework import rates
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import STAFF_ROLES
from cases.rules.city import City
from cases.rules.desk import DeskError
from dialogs.phrasebook import say
from storage.staff import StaffAccount
from storage.unit import looking, working

STDOUT = Path("-")


def operator() -> str:
    """Who sits at the command line."""
    with contextlib.suppress(OSError, KeyError):
        return f"cli:{getpass.getuser()}"
    return "cli"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for at the command line. `words` as after ``/export``; a `password` makes an encrypted archive."""

    words: str
    out: Path
    reason: str = ""
    language: str = ""
    password: str = ""


async def export_file(settings: Settings, console: Console, order: Order) -> None:
    """Write the register to a file or to standard output, with a progress bar; the export is logged."""
    app = build(settings)
    language = order.language or settings.language
    try:
        wish = read_order(order, app.city, language, app.clock())
        with tempfile.TemporaryDirectory(prefix="jiesu-") as folder:
            plan = plan_of(order, wish, Path(folder))
            async with looking(app.database) as unit:
                total = await unit.cases.count(wish.filter)
                view = View(app.city, language, not wish.unmasked, app.clock())
                with progress(console, total) as tick:
                    rows = await write_file(app.database, unit, wish, plan.written, view, None, tick)
            async with working(app.database) as unit:
                log_export(unit, app.clock(), operator(), wish, rows)
            await asyncio.to_thread(plan.finish, order.password)
        if plan.out != STDOUT:
            console.print(say(language, "staff.exported", rows=rows, name=str(plan.out)), markup=False)
    except DeskError as error:
        raise SettingsError(say(language, error.key, **error.values)) from None
    finally:
        await app.database.aclose()


def read_order(order: Order, city: City, language: str, now: datetime) -> Wish:
    """The wish; raise `DeskError` for words that nobody understands, `SettingsError` where a reason is missing."""
    words = f"{order.words} reason: {order.reason}" if order.reason else order.words
    wish = read_wish(words, city, now.astimezone(ZoneInfo(city.timezone)))
    if wish.unmasked and not wish.reason:
        raise SettingsError(say(language, "staff.export_reason"))
    return replace(wish, locked=bool(order.password))


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the register is `written`, and where what becomes of it comes `out`."""

    written: Path
    out: Path

    def finish(self, password: str) -> None:
        """Lock the file in an archive where there is a password; send it on where it only passes through."""
        done = lock(self.written, password) if password else self.written
        if self.out == STDOUT:
            with done.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
        elif done != self.out:
            shutil.move(done, self.out)


def plan_of(order: Order, wish: Wish, folder: Path) -> Plan:
    """`folder`: a private one for what must not lie about. Binary files do not go to standard output by themselves."""
    ending = "zip" if order.password else wish.format
    out = Path(f"jiesu.{ending}") if order.out == STDOUT and ending in ("xlsx", "zip") else order.out
    through = out == STDOUT or bool(order.password)
    return Plan(folder / f"jiesu.{wish.format}" if through else out, out)


@contextlib.contextmanager
def progress(console: Console, total: int):  # type: ignore[no-untyped-def]
    """A progress bar on standard error; gives what is called with the count so far."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("export", total=total)
        yield lambda count: bar.update(task, completed=count)


async def print_report(settings: Settings, console: Console) -> None:
    """Figures of the last seven days for the whole office."""
    app = build(settings)
    try:
        async with looking(app.database) as unit:
            everybody = StaffAccount("cli", "cli", app.city.intake_department, frozenset(STAFF_ROLES))
            work = Work(unit, app.city, app.clock())
            figures = await StaffDesk(work, everybody, "cli").week()
            found = await rates.of(work, work.now - timedelta(days=30), work.now)
        for name, count in figures.items():
            console.print(say(settings.language, f"staff.report_{name}", count=count), markup=False)
        for code, each in sorted(found.items()):
            line = rates_words(settings.language, app.city.department_name(code, settings.language), each)
            console.print(line, markup=False, soft_wrap=True)
    finally:
        await app.database.aclose()
