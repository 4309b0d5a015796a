"""The database as another process reads it: with the driver alone, since SQLAlchemy would be most of such a process's
memory. Nothing is written through it. The errors are the driver's (`Database.told` says them as everybody else's).
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

Ask = Callable[[str, Sequence[Any]], Sequence[Sequence[Any]]]
"""A statement and its values; gives the rows."""


class Source(Protocol):
    """Where a database is; can be sent to another process, and then only through what nobody else reads (it may have a
    password in it)."""

    def looked_at(self) -> Any:
        """A context manager that gives an `Ask`; all that it gives was there when the block began, where the database
        holds one moment for a reader (SQLite), else when each statement began (PostgreSQL, as in `Database.reading`).
        """
        ...


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A file; `patience`: seconds to wait for a lock."""

    path: str
    patience: float

    @contextmanager
    def looked_at(self) -> Iterator[Ask]:
        """One moment: SQLite takes it with the first look, so that comes at once."""
        connection = sqlite3.connect(self.path, timeout=self.patience, isolation_level=None)
        try:
            for statement in ("PRAGMA query_only=ON", "BEGIN", "SELECT 1 FROM sqlite_master LIMIT 1"):
                connection.execute(statement).fetchall()
            yield lambda text, values: connection.execute(text, values).fetchall()
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server; `options` as asyncpg takes them."""

    options: Mapping[str, Any]

    @contextmanager
    def looked_at(self) -> Iterator[Ask]:
        """Each statement sees what is committed when it begins."""
        import asyncio  # the two are half of the memory, which SQLite need not pay for

        import asyncpg

        with asyncio.Runner() as runner:
            connection = runner.run(_connected(asyncpg, self.options))
            try:
                yield lambda text, values: runner.run(connection.fetch(text, *values))
            finally:
                runner.run(connection.close())


async def _connected(asyncpg: Any, options: Mapping[str, Any]) -> Any:
    """A connection that gives JSON as SQLAlchemy's does."""
    connection = await asyncpg.connect(**options)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    return connection
