"""``jiesu staff``: accounts from the command line."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from rich.console import Console

from bot.app import build, sign_in_link
from bot.settings import Settings, SettingsError
from bot.staff.accounts import make_account, make_link, read_roles
from cases.casework.work import Work
from cases.rules.desk import DeskError
from dialogs.phrasebook import say
from storage.migrate import migrate
from storage.unit import working


@asynccontextmanager
async def office(settings: Settings) -> AsyncIterator[Work]:
    """One transaction's casework; what the desk refuses is a one-line error."""
    app = build(settings)
    try:
        await migrate(app.database)
        async with working(app.database) as unit:
            yield Work(unit, app.city, app.clock())
    except DeskError as error:
        raise SettingsError(say(settings.language, error.key, **error.values)) from None
    finally:
        await app.database.aclose()


async def add(
    settings: Settings, console: Console, account: str, name: str, department: str, roles: Sequence[str]
) -> None:
    """Add or change an account and print its one-time link."""
    async with office(settings) as work:
        await make_account(work, account, name, department, read_roles(" ".join(roles)))
        await show_link(work, settings, console, account)


async def link(settings: Settings, console: Console, account: str) -> None:
    """Print a new one-time link."""
    async with office(settings) as work:
        await show_link(work, settings, console, account)


async def show_link(work: Work, settings: Settings, console: Console, account: str) -> None:
    """Make a link and print it."""
    token = await make_link(work, account)
    words = say(settings.language, "staff.link", account=account, link=sign_in_link(settings, token), token=token)
    console.print(words, markup=False)


async def listing(settings: Settings, console: Console) -> None:
    """Print every account."""
    async with office(settings) as work:
        for each in await work.unit.staff.all():
            roles = " ".join(sorted(role.value for role in each.roles))
            state = "" if each.active else say(settings.language, "staff.account_off")
            console.print(f"{each.account}\t{each.name}\t{each.department}\t{roles}\t{state}".rstrip(), markup=False)
