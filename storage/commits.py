"""Group commit: units of work that come at the same time share one transaction and one wait for the disk.

A lane has one transaction at a time. Its units run one after another, each in the task of whoever asked; all but the
first of a batch stand behind a SAVEPOINT, so that one that fails is undone alone. When nobody waits any more, or the
batch is large or old enough, the batch is committed, and only then does each of its units go on. While one batch is
being committed the next one gathers: nobody ever waits for company.

The first unit of a batch may wait for other processes' locks as long as it takes, because its transaction holds none;
the later ones wait `LOCK_WAIT` at most and are then asked to come `Again`: lanes never wait for each other in a circle.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import run

MOST = 64
"""Units in one batch."""
LONGEST = 0.03
"""Seconds after which a batch takes in no more units: who came first does not wait for ever."""
LOCK_WAIT = "SET LOCAL lock_timeout = '100ms'"
LOCKED = frozenset({"55P03", "40P01"})
"""PostgreSQL's codes for a lock that was not given in time, and for a circle of locks."""

Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Again(Exception):
    """The unit was not kept, through no fault of its own: do it again, as the first of a batch."""


class Undone(Exception):
    """The only unit of a batch failed: its transaction ends with nothing."""


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False, slots=True)
class Ticket:
    """One unit's place: `go` gives it the connection, `ended` says whether it came to its end, `kept` when it is
    durable."""

    first: bool
    go: asyncio.Future[AsyncConnection] = field(default_factory=_future)
    ended: asyncio.Future[bool] = field(default_factory=_future)
    kept: asyncio.Future[None] = field(default_factory=_future)

    def refuse(self, error: BaseException) -> None:
        """It did not even begin."""
        if not self.go.done():
            self.go.set_exception(error)

    def keep(self, error: BaseException | None = None) -> None:
        """It is durable, or (with an error) not kept."""
        if self.kept.done():
            return  # who waited has gone
        if error is None:
            self.kept.set_result(None)
            return
        again = Again("the batch was not kept")
        again.__cause__ = error
        self.kept.set_exception(again)


class Lane:
    """Units of work in order; `transaction` opens one that commits when its block ends."""

    def __init__(self, transaction: Transaction, *, most: int = MOST, longest: float = LONGEST) -> None:
        self._transaction = transaction
        self.most = most
        self.longest = longest
        self._waiting: deque[Ticket] = deque()
        self._runner: asyncio.Task[None] | None = None
        self.commits = self.committed = 0
        """Batches that were committed, and the units in them."""

    @asynccontextmanager
    async def unit(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """A unit of work: durable when the block is left. `first`: it begins a batch and may wait for locks."""
        ticket = Ticket(first)
        self._waiting.append(ticket)
        if self._runner is None:
            self._runner = asyncio.get_running_loop().create_task(self._run(), name="commits")
        try:
            yield await ticket.go
        except DBAPIError as error:
            ticket.ended.set_result(False)
            if getattr(error.orig, "sqlstate", None) in LOCKED:
                raise Again("others hold what it needs") from error
            raise
        except BaseException:
            ticket.ended.set_result(False)
            raise
        ticket.ended.set_result(True)
        await ticket.kept

    async def aclose(self) -> None:
        """Wait until everything that was begun is committed."""
        while self._runner is not None:
            await asyncio.wait([self._runner])

    async def _run(self) -> None:
        try:
            while self._next():
                await self._batch()
        finally:
            self._runner = None

    def _next(self) -> Ticket | None:
        """Whose turn it is; who went away while waiting has none."""
        while self._waiting and self._waiting[0].go.done():
            self._waiting.popleft()
        return self._waiting[0] if self._waiting else None

    async def _batch(self) -> None:
        """One transaction; a failure reaches everybody who has a part in it."""
        done: list[Ticket] = []
        begun = False
        try:
            async with self._transaction() as connection:
                begun = True
                await self._units(connection, done)
        except Undone:
            return
        except Exception as error:
            for ticket in done:
                ticket.keep(error)
            if not begun:
                self._refuse_all(error)
            return
        self.commits += 1
        self.committed += len(done)
        for ticket in done:
            ticket.keep()

    def _refuse_all(self, error: BaseException) -> None:
        """No transaction can begin: waiting longer is of no use."""
        for ticket in self._waiting:
            ticket.refuse(error)
        self._waiting.clear()

    async def _units(self, connection: AsyncConnection, done: list[Ticket]) -> None:
        clock = asyncio.get_running_loop().time
        until = clock() + self.longest
        while (ticket := self._next()) and self._fits(ticket, done, soon=clock() < until):
            if not done and not await self._ended(ticket, connection):
                raise Undone
            if done and not await self._marked(ticket, connection, alone=len(done) == 1):
                continue
            done.append(ticket)

    def _fits(self, ticket: Ticket, done: list[Ticket], *, soon: bool) -> bool:
        return not done or (soon and not ticket.first and len(done) < self.most)

    async def _ended(self, ticket: Ticket, connection: AsyncConnection) -> bool:
        """Let a unit run; whether it came to its end."""
        self._waiting.popleft()
        if ticket.go.done():
            return False
        ticket.go.set_result(connection)
        return await ticket.ended

    async def _marked(self, ticket: Ticket, connection: AsyncConnection, *, alone: bool) -> bool:
        """Let a unit run so that it can be undone without those before it."""
        if alone and connection.dialect.name == "postgresql":
            await run(connection, LOCK_WAIT)
        await run(connection, "SAVEPOINT unit")
        kept = await self._ended(ticket, connection)
        if not kept:
            await run(connection, "ROLLBACK TO SAVEPOINT unit")
        await run(connection, "RELEASE SAVEPOINT unit")
        return kept
