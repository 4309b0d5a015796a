"""SQLite from the event loop: what is done in memory is done on the spot, what waits is done in the driver's thread.

A statement of a turn takes some ten microseconds, and a hop to aiosqlite's thread and back several times as long. So
while a connection is `near` (inside a transaction that writes) statements run in the event loop's own thread. What
waits for locks and the disk (begin, commit, close), and all of a reading transaction, which may be long, does not.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite

CHUNK = 64


class NearConnection(aiosqlite.Connection):
    """aiosqlite's connection, with that difference."""

    near = False
    _idle = False
    """Committed, and nothing was asked for since: nothing waits in the thread either."""
    _stopping: Any = None

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.near:
            return fn(*args, **kwargs)
        self._idle = False
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def at_once(self, text: str, values: Sequence[Any]) -> tuple[Sequence[Any], int]:
        """What a statement gives, and how many rows it changed; only while `near`."""
        cursor = self._conn.execute(text, values)
        return cursor.fetchall(), cursor.rowcount

    async def commit(self) -> None:
        """Wait for the disk; raise when SQLite has ended the transaction by itself (a full disk): nothing was kept."""
        self.near = False
        if not self.in_transaction:
            raise sqlite3.OperationalError("the transaction is gone")
        await super().commit()
        self._idle = True

    async def rollback(self) -> None:
        """Undo; nothing to do after a commit (SQLAlchemy rolls back whenever a connection is laid aside)."""
        self.near = False
        if not self._idle:
            await super().rollback()

    async def close(self) -> None:
        """Close, in the thread."""
        self.near = False
        await super().close()

    def stop(self) -> Any:
        """End the thread, once: aiosqlite 0.22 waits for ever when it is stopped twice, which happens when a task is
        cancelled a second time while SQLAlchemy closes the connection that the first cancellation broke."""
        if self._stopping is None:
            self._stopping = super().stop()
        return self._stopping


def connector(database: str, **options: Any) -> NearConnection:
    """What SQLAlchemy opens connections with."""
    connection = NearConnection(partial(sqlite3.connect, database, **{**options, "check_same_thread": False}), CHUNK)
    connection._thread.daemon = True
    return connection
