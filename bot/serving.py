"""The long-running commands: serve, worker; and migrate."""

import asyncio
import contextlib
import gc
import signal

from aiohttp import web
from rich.console import Console

from bot.app import App, build
from bot.settings import Settings, SettingsError
from dialogs.phrasebook import say
from storage.migrate import migrate


async def until_stopped() -> None:
    """Wait for SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stopped.set)
    await stopped.wait()


async def serve(settings: Settings, console: Console) -> None:
    """Serve until told to stop; prints where the pages are and a one-time link for the first account."""
    app = build(settings)
    await migrate(app.database)
    runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await listen(runner, settings.host, settings.port)
        await app.start()
        settled()
        await announce(app, settings, console)
        await until_stopped()
    finally:
        await runner.cleanup()
        await app.stop()


def settled() -> None:
    """What lives by now lives until the end: the garbage collector need not walk through it again and again, which took
    a tenth of a second each time, in which nobody was answered. Until now it had nothing to find (`bot.cli.starting`).
    """
    gc.freeze()
    gc.enable()


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Listen; a port that is taken is a wrong setting."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise SettingsError(f"JIESU_PORT, --port: cannot listen on {host}:{port} ({error.strerror})") from None


async def announce(app: App, settings: Settings, console: Console) -> None:
    """Where people find it."""
    words = say(
        settings.language,
        "start.ready",
        citizens=f"{settings.base_url}/",
        staff=f"{settings.base_url}/staff",
        link=await app.first_link(),
    )
    console.print(words, markup=False)


async def work_only(settings: Settings, port: int | None = None) -> None:
    """Deliver and keep the house until told to stop; takes no messages in. `port`: where it is seen from outside."""
    app = build(settings)
    runner = web.AppRunner(app.watched(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        if port is not None:
            await listen(runner, settings.host, port)
        app.tasks.spawn(app.delivery.run(), "delivery")
        app.tasks.spawn(app.housekeeping().run(), "housekeeping")
        settled()
        await until_stopped()
    finally:
        await runner.cleanup()
        await app.stop()


async def migrate_only(settings: Settings) -> None:
    """Bring the database to the newest tables."""
    app = build(settings)
    try:
        await migrate(app.database)
    finally:
        await app.database.aclose()
