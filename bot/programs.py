"""``jiesu key``: keys for other programs, each with a name, scopes and an end; only their hashes are kept."""

import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from rich.console import Console

from bot.app import build
from bot.channels.webchat.programs import SCOPES
from bot.exports import operator
from bot.settings import Settings, SettingsError
from dialogs.phrasebook import say
from storage.audit import AuditLine
from storage.migrate import migrate
from storage.unit import Unit, working

NAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
PREFIX = "jk_"
"""Makes a key that was left somewhere easy to find for secret scanners."""


@asynccontextmanager
async def office(settings: Settings) -> AsyncIterator[tuple[Unit, datetime]]:
    """One transaction on the migrated database."""
    app = build(settings)
    try:
        await migrate(app.database)
        async with working(app.database) as unit:
            yield unit, app.clock()
    finally:
        await app.database.aclose()


async def add(settings: Settings, console: Console, name: str, scopes: Sequence[str], days: int) -> None:
    """Make a key and print it, this one time; raise `SettingsError` for a wrong name, scope or span."""
    language = settings.language
    if not NAME.fullmatch(name):
        raise SettingsError(say(language, "key.bad_name", name=name))
    if not scopes or not set(scopes) <= set(SCOPES):
        raise SettingsError(say(language, "key.bad_scope", scopes=" ".join(SCOPES)))
    async with office(settings) as (unit, now):
        token, until = PREFIX + secrets.token_urlsafe(32), now + timedelta(days=days)
        if not await unit.doors.add_key(name, token, frozenset(scopes), now, until):
            raise SettingsError(say(language, "key.taken", name=name))
        _log(unit, now, "key_add", name, {"scopes": sorted(scopes), "until": until.isoformat()})
    console.print(say(language, "key.made", name=name, until=f"{until:%Y-%m-%d}"), markup=False)
    console.print(token, markup=False)


async def revoke(settings: Settings, console: Console, name: str) -> None:
    """From now on a key opens nothing; raise `SettingsError` for an unknown one."""
    async with office(settings) as (unit, now):
        if not await unit.doors.revoke_key(name, now):
            raise SettingsError(say(settings.language, "key.unknown", name=name))
        _log(unit, now, "key_revoke", name, {})
    console.print(say(settings.language, "key.revoked", name=name), markup=False)


async def listing(settings: Settings, console: Console) -> None:
    """Print every key: name, scopes, until when."""
    async with office(settings) as (unit, now):
        for key in await unit.doors.keys():
            ended = key.revoked_at or (key.expires_at if key.expires_at and key.expires_at <= now else None)
            state = say(settings.language, "key.ended" if ended else "key.until")
            day = f"{ended or key.expires_at:%Y-%m-%d}" if ended or key.expires_at else ""
            console.print(f"{key.name}\t{' '.join(sorted(key.scopes))}\t{state} {day}".rstrip(), markup=False)


def _log(unit: Unit, now: datetime, action: str, name: str, data: dict[str, object]) -> None:
    unit.audit.log(AuditLine(now, operator(), action, name, "allowed", "", data))
