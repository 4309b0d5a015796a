"""Turns: work of different chats side by side, work of one chat one after the other, in the order of arrival."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lanes:
    """One lock a chat, kept only while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._lanes: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, lane: str) -> AsyncIterator[None]:
        """Wait for this lane; `asyncio.Lock` serves in the order of asking."""
        lock, users = self._lanes.get(lane, (asyncio.Lock(), 0))
        self._lanes[lane] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._lanes.pop(lane)
            if users > 1:
                self._lanes[lane] = (lock, users - 1)

    def __len__(self) -> int:
        """How many chats are busy."""
        return len(self._lanes)
