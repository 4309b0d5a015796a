"""The migrations make just the tables that the code uses, on each database."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage.migrate import _config, is_current, migrate
from storage.session import Database
from storage.tables import metadata


async def test_models_match_migrations(database: Database) -> None:
    async with database.writing() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), metadata)
        )
    assert differences == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)
    assert await is_current(database)
    assert await database.ready()


async def test_migrations_can_be_taken_back_and_run_again(database: Database) -> None:
    async with database.writing() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), "base"))
    assert not await is_current(database)
    await migrate(database)
    assert await is_current(database)
