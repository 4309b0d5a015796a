"""Fetching updates (long polling).

Telegram forgets an update when a later offset is asked for, so the offset never passes an update that is not dealt
with. Chats are handled side by side: while one turn is slow, news of the others is still fetched, by asking again
from the oldest open update and skipping what is under way.
"""

import asyncio
from contextlib import suppress
from itertools import count
from typing import Any

import structlog
from aiogram import Bot

from bot.channels.telegram.client import RawUpdates
from bot.channels.telegram.errors import channel_error
from bot.channels.telegram.inbound import UPDATE_KINDS, lane_of
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.pace import Pace

FAREWELL_SECONDS = 2

log = structlog.get_logger(__name__)


class Polling:
    """Fetches until cancelled; then lets the turns under way finish."""

    def __init__(self, bot: Bot, intake: Intake, pace: Pace) -> None:
        self._bot, self._intake, self._pace = bot, intake, pace
        self._lanes = Lanes()
        self._open: dict[int, asyncio.Task[None]] = {}
        self._closed: set[int] = set()
        self._next: int | None = None

    async def run(self) -> None:
        """The loop; returns by cancellation only."""
        try:
            while True:
                for raw in await self._fetch():
                    self._begin(raw)
                if self._open:
                    await asyncio.wait(self._open.values(), timeout=self._pace.look_again)
        finally:
            await self._finish()

    @property
    def _offset(self) -> int | None:
        """The oldest open update; all before it are dealt with."""
        return min(self._open, default=self._next)

    async def _fetch(self) -> list[dict[str, Any]]:
        """What is new. Trouble on the way is waited out, as long as it takes."""
        for attempt in count(1):
            self._closed = {each for each in self._closed if self._offset is not None and each >= self._offset}
            wait = 0 if self._open else self._pace.poll
            try:
                return await self._ask(self._offset, wait)
            except Exception as error:
                trouble = channel_error(error)
                log.warning("no updates from Telegram", reason=trouble.sentence, attempt=attempt)
                await asyncio.sleep(trouble.retry_after or self._pace.backoff(attempt))
        raise AssertionError  # count() does not end

    async def _ask(self, offset: int | None, wait: int, limit: int = 100) -> list[dict[str, Any]]:
        method = RawUpdates(offset=offset, limit=limit, timeout=wait, allowed_updates=list(UPDATE_KINDS))
        updates = await self._bot(method, request_timeout=int(wait + self._pace.request))
        return [raw for raw in updates if isinstance(raw.get("update_id"), int)]

    def _begin(self, raw: dict[str, Any]) -> None:
        update_id = raw["update_id"]
        if update_id in self._open or update_id in self._closed:
            return
        self._next = max(self._next or 0, update_id + 1)
        self._open[update_id] = asyncio.get_running_loop().create_task(self._work(raw))

    async def _work(self, raw: dict[str, Any]) -> None:
        """Deal with one update in its chat's turn, and try again until it is dealt with."""
        async with self._lanes.turn(lane_of(raw)):
            for attempt in count(1):
                try:
                    await self._intake.take(raw)
                    break
                except Exception:  # logged by `take`, which also knows when to give up
                    await asyncio.sleep(self._pace.backoff(attempt))
        self._closed.add(raw["update_id"])
        del self._open[raw["update_id"]]

    async def _finish(self) -> None:
        """Let the turns under way end, cut off those that take too long, and confirm what is done."""
        if self._open:
            _, late = await asyncio.wait(self._open.values(), timeout=self._pace.grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._offset is None:
            return
        with suppress(Exception):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._ask(self._offset, 0, limit=1)
