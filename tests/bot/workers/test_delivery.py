"""The delivery: what comes of each fault of a channel."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import ChannelError, Front
from bot.wire import dump
from bot.workers.delivery import Delivery
from bot.workers.retrying import LONGEST_WAIT, MOST_ATTEMPTS, decide
from cases.rules.city import City
from dialogs.messages import Address, OutboundMessage
from storage.session import Database
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.clock import START, TestClock

LI = Address("telegram", "1")


class Recording:
    """A channel that remembers what it sent and fails to order."""

    name = "telegram"
    replies_by_outbox = True
    per_second = 0.0

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.faults: list[Exception] = []

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """Send, or fail as ordered."""
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append((str(message.address), message.text))
        return "1"

    async def start(self, front: Front) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


class House:
    """A delivery with a recording channel."""

    def __init__(self, database: Database, city: City, clock: TestClock) -> None:
        self.database, self.clock = database, clock
        self.channel = Recording()
        self.delivery = Delivery(database, {"telegram": self.channel}, city, clock)

    async def queues(self, *texts: str, number: str = "") -> None:
        """Queue messages for Li."""
        async with working(self.database) as unit:
            for text in texts:
                await unit.outbox.put(str(LI), dump(OutboundMessage(LI, text)), START, case_number=number)

    @property
    def texts(self) -> list[str]:
        """What was sent."""
        return [text for _, text in self.channel.sent]


@pytest.fixture
def house(sqlite: Database, city: City, clock: TestClock) -> House:
    """A delivery with a recording channel."""
    return House(sqlite, city, clock)


async def test_messages_arrive_in_order(house: House) -> None:
    await house.queues("a", "b", "c")
    await house.delivery.drain()
    assert house.texts == ["a", "b", "c"]


async def test_a_fault_holds_the_order_and_is_tried_again_later(house: House) -> None:
    await house.queues("a", "b")
    house.channel.faults = [ChannelError("502")]
    await house.delivery.drain()
    assert house.texts == []
    house.clock.passes(seconds=3)
    await house.delivery.drain()
    assert house.texts == ["a", "b"]


async def test_too_many_requests_waits_as_long_as_asked(house: House) -> None:
    await house.queues("a")
    house.channel.faults = [ChannelError("429", retry_after=30)]
    await house.delivery.drain()
    house.clock.passes(seconds=29)
    await house.delivery.drain()
    assert house.texts == []
    house.clock.passes(seconds=2)
    await house.delivery.drain()
    assert house.texts == ["a"]


async def test_a_blocked_bot_is_noted_on_the_case_and_the_next_goes_on(house: House) -> None:
    async with working(house.database) as unit:
        await unit.cases.add(a_case(number="N1"))
    await house.queues("a", "b", number="N1")
    house.channel.faults = [ChannelError("blocked", permanent=True, blocked=True)]
    await house.delivery.drain()
    assert house.texts == ["b"]
    async with looking(house.database) as unit:
        case = await unit.cases.get("N1")
        assert case and case.blocked
        assert [row.case_number for row in await unit.outbox.dead()] == ["N1"]


async def test_a_chat_that_moved_is_followed(house: House) -> None:
    await house.queues("a", "b")
    house.channel.faults = [ChannelError("moved", moved_to=Address("telegram", "-100"))]
    await house.delivery.drain()
    assert house.channel.sent == [("telegram:-100", "a"), ("telegram:-100", "b")]


async def test_a_message_that_cannot_be_read_does_not_stop_the_others(house: House) -> None:
    async with working(house.database) as unit:
        await unit.outbox.put(str(LI), "{broken", START)
    await house.queues("b")
    await house.delivery.drain()
    assert house.texts == ["b"]


async def test_a_worker_that_died_leaves_its_message_to_the_next(house: House) -> None:
    await house.queues("a")
    async with working(house.database) as unit:
        await unit.outbox.claim(house.clock(), timedelta(seconds=60), channels=["telegram"])
    await house.delivery.drain()
    assert house.texts == []
    house.clock.passes(seconds=61)
    await house.delivery.drain()
    assert house.texts == ["a"]


def test_waiting_doubles_up_to_an_hour_and_ends() -> None:
    fault = ChannelError("502")
    waits = [decide(n, fault, START).at for n in range(1, MOST_ATTEMPTS)]
    spans = [(at - START) for at in waits if at]
    assert spans[0] == timedelta(seconds=2)
    assert spans == sorted(spans)
    assert max(spans) <= LONGEST_WAIT
    assert decide(MOST_ATTEMPTS, fault, START).at is None


@given(st.integers(1, 50), st.booleans(), st.booleans(), st.none() | st.floats(0, 3600))
def test_a_decision_is_never_in_the_past(attempts: int, permanent: bool, blocked: bool, wait: float | None) -> None:
    at = decide(attempts, ChannelError("x", permanent, blocked, wait), START).at
    assert at is None or at >= START
    if permanent or blocked:
        assert at is None
