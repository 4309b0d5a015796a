"""The migrations make just the tables that the code uses, on each database."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.migrate import is_current, migrate, newest
from storage.migrations.running import config, downgrade, upgrade
from storage.session import Database
from storage.tables import metadata
from tests.conftest import new_postgres_database
from tests.support.keys import SEALER


@pytest.fixture
async def another_url(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the same kind."""
    if database.is_sqlite:
        return f"sqlite:///{tmp_path}/another.db"
    return await new_postgres_database(request.getfixturevalue("postgres"))


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_models_match_migrations(database: Database) -> None:
    async with database.writing() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), metadata)
        )
    assert differences == []


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_an_empty_database_gets_what_the_migrations_make(database: Database, another_url: str) -> None:
    migrated = Database(another_url, SEALER)
    async with migrated.migrating() as connection:
        await connection.run_sync(upgrade)
    async with database.reading() as one, migrated.reading() as other:
        made, expected = await one.run_sync(everything), await other.run_sync(everything)
    await migrated.aclose()
    assert made.keys() == expected.keys()
    for name, table in expected.items():
        for what, those in table.items():
            assert made[name][what] == those, f"{what} of {name}"


def everything(connection: Connection) -> dict[str, dict[str, Any]]:
    """What is known of every table, whatever the order of its columns, and its rows."""
    about = inspect(connection)
    return {
        name: {
            "columns": {each["name"]: column(each) for each in about.get_columns(name)},
            "primary key": about.get_pk_constraint(name),
            "foreign keys": named(about.get_foreign_keys(name)),
            "unique": named(about.get_unique_constraints(name)),
            "checks": named(about.get_check_constraints(name)),
            "indexes": indexes(connection, name),
            "rows": [sorted(row.items()) for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()],
        }
        for name in about.get_table_names()
    }


def column(about: Mapping[str, Any]) -> tuple[str, bool, str]:
    """Type, whether it may be empty, and what stands in it by default."""
    return str(about["type"]), about["nullable"], str(about["default"])


def named(constraints: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Constraints by their names."""
    return {str(each["name"]): each for each in constraints}


INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table",
}
"""In the database's own words: SQLAlchemy does not read indexes over expressions."""


def indexes(connection: Connection, table: str) -> dict[str, str]:
    """The indexes of a table by their names."""
    found = connection.execute(text(INDEXES[connection.dialect.name]), {"table": table})
    return {name: " ".join(str(words).split()) for name, words in found}


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
