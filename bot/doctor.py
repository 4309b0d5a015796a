"""``jiesu doctor``: what works and what does not, one line each."""

from collections.abc import Awaitable, Callable

from rich.console import Console

from bot.app import App, build
from bot.settings import Settings
from dialogs.phrasebook import say
from storage.migrate import is_current


async def city(app: App) -> str:
    """The city's folder."""
    return f"{len(app.city.departments)} / {len(app.city.categories)} / {len(app.city.areas)}"


async def database(app: App) -> str:
    """The database and its tables."""
    if not await is_current(app.database):
        raise RuntimeError("jiesu migrate")
    return app.database.engine.url.render_as_string(hide_password=True)


async def folder(app: App) -> str:
    """The folder for files can be written."""
    probe = app.settings.folder / ".probe"
    probe.parent.mkdir(parents=True, exist_ok=True)
    probe.write_bytes(b"")
    probe.unlink()
    return str(app.settings.folder)


async def model(app: App) -> str:
    """The understanding answers."""
    meaning = app.turns.understand("x", now=app.clock(), asked=None)
    return str(meaning.language)


async def telegram(app: App) -> str:
    """Whether Telegram is on."""
    return app.settings.telegram_mode if "telegram" in app.channels else "-"


CHECKS: dict[str, Callable[[App], Awaitable[str]]] = {
    "city": city,
    "database": database,
    "folder": folder,
    "model": model,
    "telegram": telegram,
}


async def examine(settings: Settings, console: Console) -> bool:
    """Print a line a check; whether all are well."""
    app = build(settings)
    well = True
    for name, check in CHECKS.items():
        try:
            found = await check(app)
            console.print(say(settings.language, "doctor.well", name=name, found=found), markup=False)
        except Exception as error:  # every fault is a line of its own
            well = False
            console.print(say(settings.language, "doctor.ill", name=name, error=str(error)), markup=False)
    await app.database.aclose()
    return well
