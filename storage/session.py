"""The database and its transactions: SQLite in WAL mode by default, PostgreSQL for many processes.

`Database.writing()` is one transaction that commits when its block ends and rolls back when it raises; `reading()` is
a snapshot. Everything else in this package works on the connection that a transaction holds.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.sealed import attach
from storage.sealing import Sealer

WRITING = "jiesu_writing"
T = TypeVar("T")


def async_url(url: str) -> str:
    """The URL with its asynchronous driver: ``sqlite:///x`` and ``postgresql://…`` are what people write."""
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    parsed = make_url(url)
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername)).render_as_string(
        hide_password=False
    )


class Database:
    """One engine, and the sealer that personal data go through. Close it with `aclose`."""

    def __init__(self, url: str, sealer: Sealer) -> None:
        self.url = async_url(url)
        self.sealer = sealer
        self.is_sqlite = self.url.startswith("sqlite")
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)
        attach(self.engine.sync_engine, sealer)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes. SQLite has one writer: tasks of this process take turns in order."""
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self.engine.connect())
            await connection.execution_options(**{WRITING: True})
            await stack.enter_async_context(connection.begin())
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        async with self.engine.connect() as connection, connection.begin():
            yield connection

    async def ready(self) -> bool:
        """Whether the database answers and its tables are there."""
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1 FROM alembic_version"))
        return True

    async def aclose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def hold(connection: AsyncConnection, key: str) -> None:
    """Make transactions about the same `key` wait for each other until this one ends.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def _postgres_engine(url: str) -> AsyncEngine:
    return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)


def _sqlite_engine(url: str) -> AsyncEngine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, connect_args={"timeout": 30})
    event.listen(engine.sync_engine, "connect", _sqlite_connect)
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def _once(stop: Callable[[], T]) -> Callable[[], T]:
    """A call that happens once: later ones give what the first one gave."""
    given: list[T] = []

    def call() -> T:
        if not given:
            given.append(stop())
        return given[0]

    return call


def _sqlite_connect(connection: Any, _record: object) -> None:
    # aiosqlite 0.22 waits for ever when its thread is stopped twice, which happens when a task is cancelled a second
    # time while SQLAlchemy closes the connection that the first cancellation broke
    driver = connection._connection
    driver.stop = _once(driver.stop)
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
