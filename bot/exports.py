"""``jiesu export`` and ``jiesu report``: the whole register, from the command line."""

import contextlib
import getpass
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app import build
from bot.export.columns import View
from bot.export.exporting import log_export, write_file
from bot.export.wishes import Wish, read_wish
from bot.settings import Settings, SettingsError
from bot.wire import rates_words
from cases.casework import rates
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.case import STAFF_ROLES
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


async def export_file(settings: Settings, console: Console, words: str, out: Path, reason: str, language: str) -> None:
    """Write the register to a file or to standard output, with a progress bar; the export is logged."""
    app = build(settings)
    language = language or settings.language
    try:
        wish = read_wish(f"{words} reason: {reason}" if reason else words, app.city, ZoneInfo(app.city.timezone))
        if wish.unmasked and not wish.reason:
            raise SettingsError(say(language, "staff.export_reason"))
        if out == STDOUT and wish.format == "xlsx":
            out = Path("jiesu.xlsx")
        async with looking(app.database) as unit:
            total = await unit.cases.count(wish.filter)
            view = View(app.city, language, not wish.unmasked, app.clock())
            target, temporary = place(out, wish)
            with progress(console, total) as tick:
                rows = await write_file(unit, app.city, wish, target, view, None, tick)
        async with working(app.database) as unit:
            log_export(unit, app.clock(), operator(), wish, rows)
        if temporary:
            pour(target)
        else:
            console.print(say(language, "staff.exported", rows=rows, name=str(out)), markup=False)
    except DeskError as error:
        raise SettingsError(say(language, error.key, **error.values)) from None
    finally:
        await app.database.aclose()


def place(out: Path, wish: Wish) -> tuple[Path, bool]:
    """Where the file is written, and whether it only passes through to standard output."""
    if out != STDOUT:
        return out, False
    return Path(tempfile.mkdtemp(prefix="jiesu-")) / f"export.{wish.format}", True


def pour(file: Path) -> None:
    """Send a finished file to standard output, and remove it."""
    with file.open("rb") as source:
        shutil.copyfileobj(source, sys.stdout.buffer)
    shutil.rmtree(file.parent)


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
