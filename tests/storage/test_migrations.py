"""The migrations make just the tables that the code uses, on each database."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.migrate import is_current, migrate, newest
from storage.migrations.running import config, downgrade
from storage.session import Database
from storage.tables import metadata


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_models_match_migrations(database: Database) -> None:
    async with database.writing() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), metadata)
        )
    assert differences == []


async def test_the_newest_file_is_alembic_s_head(database: Database) -> None:
    async with database.reading() as connection:
        head = await connection.run_sync(lambda sync: ScriptDirectory.from_config(config(sync)).get_current_head())
    assert head == newest()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)
    assert await is_current(database)
    assert await database.ready()


async def test_migrations_can_be_taken_back_and_run_again(database: Database) -> None:
    async with database.writing() as connection:
        await connection.run_sync(downgrade)
    assert not await is_current(database)
    await migrate(database)
    assert await is_current(database)
