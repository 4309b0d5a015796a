"""The database and its transactions: SQLite in WAL mode by default, PostgreSQL for many processes.

`Database.writing()` is one unit of work that is durable when its block ends and undone when it raises; `reading()` is
a snapshot. Everything else in this package works on the connection that a transaction holds.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.apart import PostgresServer, Source, SqliteFile
from storage.commits import Lane
from storage.near import connector
from storage.prepared import run, told
from storage.sealed import attach
from storage.sealing import Sealer

WRITING = "jiesu_writing"
BUSY = 30.0
"""Seconds to wait for another process that writes to the SQLite file."""
LANES = 2
"""On PostgreSQL: while one batch waits for the disk, the other works."""
OURS = ("prepared_statement_cache_size", "prepared_statement_name_func")
"""What a URL may say to SQLAlchemy, not to the driver."""
MOST = 32
"""Units in a batch there: PostgreSQL keeps up to 64 subtransactions of a transaction at hand."""


def async_url(url: str) -> str:
    """The URL with its asynchronous driver: ``sqlite:///x`` and ``postgresql://…`` are what people write."""
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    parsed = make_url(url)
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername)).render_as_string(
        hide_password=False
    )


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for another kind."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.drivername.startswith("sqlite") and parsed.database else None


class Database:
    """One engine, and the sealer that personal data go through. Close it with `aclose`."""

    def __init__(self, url: str, sealer: Sealer) -> None:
        self.url = async_url(url)
        self.sealer = sealer
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)
        attach(self.engine.sync_engine, sealer)
        self.lanes = [Lane(self._transaction)] if self.is_sqlite else self._postgres_lanes()

    def _postgres_lanes(self) -> list[Lane]:
        return [Lane(self._transaction, most=MOST) for _ in range(LANES)]

    @asynccontextmanager
    async def writing(self, lane: str = "", *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """A unit of work, durable when its block is left; units that come together share a commit (`storage.commits`).

        SQLite has one writer, so that all of a process stand in one line. On PostgreSQL a unit has a transaction of
        its own unless it names a `lane`: those of one name keep their order, and may have to come `Again`, `first`.
        """
        if not self.is_sqlite and not lane:
            async with self._transaction() as connection:
                yield connection
            return
        async with self.lanes[crc32(lane.encode()) % len(self.lanes)].unit(first=first) as connection:
            yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of its own, before anybody works: for changes of the tables."""
        async with self._transaction() as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            await connection.execution_options(**{WRITING: True})
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        async with self.engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Nothing is committed to a SQLite file within this block: readers that begin there see the same moment."""
        if not self.is_sqlite:
            yield
            return
        async with self.writing():
            yield

    def source(self) -> Source:
        """Where another process finds it."""
        url = self.engine.url
        if self.is_sqlite:
            return SqliteFile(str(Path(url.database or "").resolve()), BUSY)
        _, options = self.engine.dialect.create_connect_args(url)
        return PostgresServer({name: value for name, value in options.items() if name not in OURS})

    def told(self, error: Exception) -> BaseException:
        """What another process met, as SQLAlchemy tells it where the driver raised it."""
        if isinstance(error, sqlite3.Error):
            return told(error, "", self.engine.dialect)
        if not self.is_sqlite:
            from storage import straight

            if isinstance(error, straight.DRIVERS):
                return straight.told(error, "", self.engine.dialect)
        return error

    async def ready(self) -> bool:
        """Whether the database answers and its tables are there."""
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1 FROM alembic_version"))
        return True

    async def aclose(self) -> None:
        """Commit what was begun and close every connection."""
        for lane in self.lanes:
            await lane.aclose()
        await self.engine.dispose()


async def hold(connection: AsyncConnection, key: str) -> None:
    """Make transactions about the same `key` wait for each other until this one ends.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))", (key,))


def _postgres_engine(url: str) -> AsyncEngine:
    return create_async_engine(url, hide_parameters=True, pool_size=10, max_overflow=10, pool_pre_ping=True)


def _sqlite_engine(url: str) -> AsyncEngine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY, "async_creator_fn": connector}
    )
    event.listen(engine.sync_engine, "connect", _sqlite_connect)
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get(WRITING))
    driver: Any = connection.connection.driver_connection
    driver.near = False
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    driver.near = writing
