"""Turns to send, as a platform's limits allow them: decided here, kept in the database for all processes together.

A little is left to spare (`SPARE`), so that messages that travel at different speed do not bunch up to more than the
limit at the other end.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.contract import SendingLimits
from storage.session import Database
from storage.unit import Unit, working

AHEAD = timedelta(seconds=0.5)
"""How far ahead turns are taken: few writes of the bucket's row, and an answer waits no longer than that."""
SPARE = 0.03


@dataclass(frozen=True, slots=True)
class Turns:
    """`most` messages may go, the first at `first`, the others `gap` after each other."""

    first: datetime
    gap: timedelta
    most: int

    def at(self, number: int) -> datetime:
        """When message `number` (from 0) may go."""
        return self.first + number * self.gap

    def after(self, number: int) -> datetime:
        """When more may be claimed after `number` were."""
        return self.at(number) - AHEAD / 2


def turns(limits: SendingLimits, free_at: datetime, now: datetime) -> Turns:
    """What may be claimed now; nothing while half of what was taken ahead is still to go (so claims are few)."""
    gap = timedelta(seconds=(1 + SPARE) / limits.per_second)
    if free_at - now > AHEAD / 2:
        return Turns(free_at, gap, 0)
    return Turns(free_at, gap, max(int((now + AHEAD - free_at) / gap), 1))


def chat_gap(limits: SendingLimits, address: str) -> timedelta:
    """The time between two messages into one chat."""
    return timedelta(seconds=limits.gap(address) * (1 + SPARE))


async def take(unit: Unit, limits: SendingLimits, turn: Turns, count: int) -> None:
    """These turns are taken."""
    if count:
        await unit.paces.hold_back([limits.key], turn.at(count))


class SharedTurnstile:
    """Keeps the limits for calls that a channel makes beyond the first one of a message."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def turn(self, limits: SendingLimits, address: str) -> None:
        """Wait until one more message may go into that chat."""
        async with working(self._database) as unit:
            now = self._clock()
            free_at = await unit.paces.free_at(limits.key, now)
            gap = timedelta(seconds=(1 + SPARE) / limits.per_second)
            await take(unit, limits, Turns(free_at, gap, 1), 1)
        wait = max(free_at - now, chat_gap(limits, address))
        await asyncio.sleep(wait.total_seconds())
