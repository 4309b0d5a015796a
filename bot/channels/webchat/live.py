"""Who is listening right now: woken at once by posts of this process, by a look at the table for those of others."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog

from storage.session import Database
from storage.unit import looking

LOOK_EVERY = 1.0
AT_ONCE = 500
"""Conversations in one query."""
log = structlog.get_logger(__name__)


class Listener:
    """One open stream. `seen` is the id of the newest message that it has."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be news."""
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Until there may be news, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for may swallow a cancellation in Python 3.11
                await self._news.wait()
        self._news.clear()


class Live:
    """The listeners of this process."""

    def __init__(self, database: Database, look_every: float = LOOK_EVERY) -> None:
        self._database = database
        self._look_every = look_every
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self.closing = False

    @contextmanager
    def listening(self, address: str, seen: int) -> Iterator[Listener]:
        """A listener for the length of the block."""
        listener = Listener(seen)
        self._listeners[address].add(listener)
        try:
            yield listener
        finally:
            self._listeners[address].discard(listener)
            if not self._listeners[address]:
                del self._listeners[address]

    def count(self, address: str = "") -> int:
        """How many streams are open, of one conversation or of all."""
        if address:
            return len(self._listeners.get(address, ()))
        return sum(len(each) for each in self._listeners.values())

    def wake(self, address: str) -> None:
        """Something was posted to a conversation."""
        for listener in self._listeners.get(address, ()):
            listener.wake()

    def close(self) -> None:
        """End every stream."""
        self.closing = True
        for address in self._listeners:
            self.wake(address)

    async def watch(self) -> None:
        """Look for what other processes posted, until cancelled."""
        while True:
            await asyncio.sleep(self._look_every)
            try:
                await self.look()
            except Exception:
                log.exception("cannot look for new messages")

    async def look(self) -> None:
        """One look."""
        addresses = list(self._listeners)
        for start in range(0, len(addresses), AT_ONCE):
            async with looking(self._database) as unit:
                newest = await unit.conversations.newest_posted(addresses[start : start + AT_ONCE])
            for address, posted in newest.items():
                for listener in self._listeners.get(address, ()):
                    if listener.seen < posted:
                        listener.wake()
