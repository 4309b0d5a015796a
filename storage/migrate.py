"""Bringing a database to the newest tables, and telling whether it is there.

Alembic takes its time to import; a database that is there already never needs it, nor does an empty one.
"""

from importlib import import_module
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import fresh
from storage.session import Database, hold

FOLDER = Path(__file__).parent / "migrations"


def newest() -> str:
    """The newest revision: files are named ``<revision>_<what it does>.py``, in order."""
    return max(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py"))


async def version(connection: AsyncConnection) -> str | None:
    """The revision that a database is at; None when it is empty."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    return str(found) if found else None


async def migrate(database: Database) -> None:
    """Make the tables, or run every migration that is missing; processes that start together take turns."""
    async with database.migrating() as connection:
        await hold(connection, "migration")
        if await connection.run_sync(fresh.is_fresh):
            await connection.run_sync(fresh.make, newest())
        elif await version(connection) != newest():
            await connection.run_sync(import_module("storage.migrations.running").upgrade)


async def is_current(database: Database) -> bool:
    """Whether no migration is missing."""
    async with database.reading() as connection:
        return await version(connection) == newest()
