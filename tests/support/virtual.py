"""Time that passes only when everybody waits: ten minutes of sending in the seconds that the work itself takes.

Whoever sleeps sleeps on the event loop; when nothing is ready and nobody is in the database, its clock jumps to the
next timer. Real sockets and a real database are waited for in real time.
"""

import asyncio
import selectors
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import Sealer
from storage.session import Database
from tests.support.clock import START

T = TypeVar("T")
SETTLE = 0.0005
"""Real seconds that a socket gets before time jumps."""


class Jumping(selectors.DefaultSelector):
    """Instead of waiting for the next timer it lets the time jump there."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.busy = 0

    def select(self, timeout: float | None = None) -> Any:
        """As a selector does; a timeout passes at once, unless somebody is in the database."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if self.busy:
            return super().select(None)
        events = super().select(SETTLE)
        if not events:
            self.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps."""

    def __init__(self) -> None:
        self.jumping = Jumping()
        super().__init__(self.jumping)

    def time(self) -> float:
        """Seconds since the start."""
        return self.jumping.now

    def clock(self) -> datetime:
        """The same as a moment, for who takes a clock."""
        return START + timedelta(seconds=self.jumping.now)


class VirtualDatabase(Database):
    """A database during whose transactions no time passes."""

    def __init__(self, url: str, sealer: Sealer, loop: VirtualLoop) -> None:
        super().__init__(url, sealer)
        self._jumping = loop.jumping

    @asynccontextmanager
    async def writing(self, lane: str = "", *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """As ever."""
        self._jumping.busy += 1
        try:
            async with super().writing(lane, first=first) as connection:
                yield connection
        finally:
            self._jumping.busy -= 1

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """As ever."""
        self._jumping.busy += 1
        try:
            async with super().reading() as connection:
                yield connection
        finally:
            self._jumping.busy -= 1


def virtually(story: Coroutine[Any, Any, T]) -> T:
    """Run a story in time that jumps."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)


def virtual_loop() -> VirtualLoop:
    """The loop that a story runs in."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop
