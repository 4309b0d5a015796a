"""Bringing a database to the newest tables, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.session import Database, hold

FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database) -> None:
    """Run every migration that is missing; processes that start together take turns."""
    async with database.writing() as connection:
        await hold(connection, "migration")
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))


async def is_current(database: Database) -> bool:
    """Whether no migration is missing."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    async with database.reading() as connection:
        at = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return bool(at == head)
