"""A platform that takes for ever to answer: the others' messages go on, nothing is sent twice, order is kept."""

import asyncio
from collections import defaultdict

import pytest

from bot.wire import dump
from bot.workers import delivery as delivering
from bot.workers.delivery import LEASE, Delivery
from cases.rules.city import City
from dialogs.messages import Address, OutboundMessage
from storage.session import Database
from storage.unit import looking, working
from tests.bot.workers.test_delivery import Recording
from tests.support.clock import START, TestClock

PEOPLE = 30
TEXTS = ("one", "two", "three")


class Counting(Recording):
    """A channel on which somebody waits until so much has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = 0
        self.enough = asyncio.Event()

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """Send, and count."""
        sent = await super().send(message, key=key)
        if len(self.sent) >= self.wanted:
            self.enough.set()
        return sent

    async def until(self, count: int) -> None:
        """Wait until so many arrived in all."""
        self.wanted = count
        self.enough.clear()
        if len(self.sent) < count:
            async with asyncio.timeout(30):
                await self.enough.wait()


class Chat(Counting):
    """Another platform."""

    name = "webchat"


async def queue(database: Database, channel: str, people: int, *texts: str) -> None:
    """The same messages for each of so many people."""
    async with working(database) as unit:
        for who in range(people):
            to = Address(channel, str(who))
            for text in texts:
                await unit.outbox.put(str(to), dump(OutboundMessage(to, text)), START)


async def test_a_slow_platform_holds_nobody_else_up(
    sqlite: Database, city: City, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "AT_ONCE", PEOPLE)
    await queue(sqlite, "telegram", PEOPLE, *TEXTS)
    await queue(sqlite, "webchat", 1, *TEXTS)
    slow, quick = Counting(), Chat()
    slow.slow.clear()
    channels = {"telegram": slow, "webchat": quick}
    delivery, other = (Delivery(sqlite, channels, city, clock) for _ in range(2))
    async with asyncio.TaskGroup() as group:
        group.create_task(delivery.run())
        await quick.until(len(TEXTS))
        assert [text for _, text in quick.sent] == list(TEXTS)
        assert not slow.sent, "as many as may be under way wait for the slow one"

        clock.passes(seconds=LEASE.total_seconds() * 0.9)
        await queue(sqlite, "webchat", 1, "four")
        delivery.wake()
        await quick.until(len(TEXTS) + 1)
        clock.passes(seconds=LEASE.total_seconds() * 0.9)
        async with asyncio.timeout(10):
            assert not await other.once(), "what takes long is still ours"

        slow.slow.set()
        await slow.until(PEOPLE * len(TEXTS))
        await delivery.stop()

    told = defaultdict(list)
    for who, text in slow.sent:
        told[who].append(text)
    assert len(told) == PEOPLE
    assert all(texts == list(TEXTS) for texts in told.values())
    assert len(slow.keys) == PEOPLE * len(TEXTS), "no message was begun twice"
    async with looking(sqlite) as unit:
        assert not await unit.outbox.waiting()
