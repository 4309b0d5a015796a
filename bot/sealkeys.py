"""``jiesu sealing``: which keys seal, a new one, an old one goes. All of it while the office works."""

import asyncio
from collections import Counter

from rich.console import Console

from bot.app import App, build
from bot.exports import operator
from bot.settings import Settings, SettingsError
from dialogs.phrasebook import say
from storage.audit import AuditLine
from storage.keys import BadKeys, with_new, without
from storage.migrate import migrate
from storage.resealing import keys_in_use, reseal_in_steps
from storage.unit import working


async def in_use(app: App) -> Counter[str]:
    """How many values and files each key sealed."""
    async with app.database.reading() as connection:
        values = await connection.run_sync(keys_in_use)
    return values + await asyncio.to_thread(app.files.keys_in_use)


async def listing(settings: Settings, console: Console) -> None:
    """Print the keys, the newest last: it seals."""
    app = build(settings)
    try:
        used = await in_use(app)
        for id in app.database.sealer.keys.ids():
            console.print(say(settings.language, "sealing.key", id=id, count=used[id]), markup=False)
    finally:
        await app.database.aclose()


async def rotate(settings: Settings, console: Console) -> None:
    """Make a new key, and seal everything with it, page by page; may be stopped and called again.

    Where the newest key has not sealed everything yet, that is finished instead of making another one.
    """
    app = build(settings)
    sealer = app.database.sealer
    try:
        await migrate(app.database)
        old = set(await in_use(app)) - {sealer.keys.current}
        if not old:
            sealer.source.write(with_new(sealer.keys))
            sealer.reload()
        rows = await reseal_in_steps(app.database)
        files = await asyncio.to_thread(app.files.reseal)
        await note(app, "rotate", sealer.keys.current)
        words = say(settings.language, "sealing.rotated", id=sealer.keys.current, rows=rows, files=files)
        console.print(words, markup=False)
    except BadKeys as error:
        raise SettingsError(f"JIESU_KEYS: {error}") from None
    finally:
        await app.database.aclose()


async def retire(settings: Settings, console: Console, id: str) -> None:
    """An old key that seals nothing any more goes; raise `SettingsError` while something still needs it."""
    app = build(settings)
    sealer = app.database.sealer
    try:
        if count := (await in_use(app))[id]:
            raise SettingsError(say(settings.language, "sealing.needed", id=id, count=count))
        sealer.source.write(without(sealer.keys, id))
        await note(app, "retire", id)
        console.print(say(settings.language, "sealing.retired", id=id), markup=False)
    except BadKeys as error:
        raise SettingsError(f"JIESU_KEYS: {error}") from None
    finally:
        await app.database.aclose()


async def note(app: App, action: str, id: str) -> None:
    """A line in the audit log."""
    async with working(app.database) as unit:
        unit.audit.log(AuditLine(app.clock(), operator(), f"key_{action}", id, "allowed", "", {}))
