"""The delivery: what comes of each fault of a channel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.channels.contract import ChannelError, Front
from bot.wire import as_repeat, dump
from bot.workers.delivery import Delivery
from bot.workers.retrying import LONGEST_WAIT, MOST_ATTEMPTS, decide
from cases.rules.case import Status
from cases.rules.city import City
from dialogs.messages import Address, OutboundMessage
from dialogs.phrasebook import say
from storage.session import Database
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.clock import START, TestClock

LI = Address("telegram", "1")
REPEAT = say("zh", "format.repeat")
DELIVERS = '{"key": "start.chat", "values": {}, "language": "zh", "buttons": [], "delivers": "N1"}'


class Recording:
    """A channel that remembers what it sent and fails to order."""

    name = "telegram"
    replies_by_outbox = True
    limits = None
    shows_once = False

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.faults: list[Exception] = []
        self.slow = asyncio.Event()
        self.slow.set()
        self.began = asyncio.Event()

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """Send, or fail as ordered."""
        self.keys.append(key)
        self.began.set()
        await self.slow.wait()
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
        await unit.outbox.claim(house.clock(), timedelta(seconds=60), channel="telegram", limit=50)
    await house.delivery.drain()
    assert house.texts == []
    house.clock.passes(seconds=61)
    await house.delivery.drain()
    assert house.texts == [f"a\n\n{REPEAT}"], "nobody knows whether the first try arrived"


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (ChannelError("timeout", unknown=True), f"a\n\n{REPEAT}"),
        (ChannelError("cannot be reached"), "a"),
        (ChannelError("429", retry_after=1), "a"),
    ],
)
async def test_what_may_have_arrived_is_marked_as_a_repeat(house: House, fault: ChannelError, text: str) -> None:
    await house.queues("a", "b")
    house.channel.faults = [fault]
    await house.delivery.drain()
    house.clock.passes(seconds=3)
    await house.delivery.drain()
    assert house.texts == [text, "b"]
    assert house.channel.keys[0] == house.channel.keys[1], "a platform with transaction ids shows it once"


async def test_a_channel_that_shows_a_message_once_needs_no_mark(house: House) -> None:
    house.channel.shows_once = True
    await house.queues("a")
    house.channel.faults = [ChannelError("timeout", unknown=True)]
    await house.delivery.drain()
    house.clock.passes(seconds=3)
    await house.delivery.drain()
    assert house.texts == ["a"]


async def test_an_edit_in_place_needs_no_mark(house: House) -> None:
    edit = OutboundMessage(LI, "a", replaces="7")
    assert as_repeat(edit, "zh") == edit
    assert as_repeat(replace(edit, text="", replaces=None), "zh").text == REPEAT


async def test_slowing_down_is_no_failure_of_ours(house: House) -> None:
    await house.queues("a")
    house.channel.faults = [ChannelError("429", retry_after=1) for _ in range(MOST_ATTEMPTS + 5)]
    for _ in range(MOST_ATTEMPTS + 6):
        await house.delivery.drain()
        house.clock.passes(seconds=2)
    assert house.texts == ["a"]


async def test_a_message_whose_case_cannot_be_told_does_not_take_the_others_along(house: House, city: City) -> None:
    async with working(house.database) as unit:
        await unit.cases.add(replace(a_case(number="N1"), status=Status.REPLIED))
        await unit.outbox.put(str(LI), DELIVERS, START, case_number="N1")
        await unit.outbox.put("telegram:2", dump(OutboundMessage(Address("telegram", "2"), "b")), START)
    broken = replace(city, departments={})
    delivery = Delivery(house.database, {"telegram": house.channel}, broken, house.clock)
    with capture_logs() as logs, pytest.MonkeyPatch.context() as patched:
        patched.setattr("cases.casework.delivery.delivered", fails)
        await delivery.drain()
    assert {each["event"] for each in logs} == {"not noted together", "the case could not be told"}
    async with looking(house.database) as unit:
        assert await unit.outbox.waiting() == 0
    assert len(house.texts) == 2


async def fails(*_: object) -> None:
    """What cannot be done."""
    raise RuntimeError("the case is not as it should be")


@asynccontextmanager
async def running(house: House) -> AsyncIterator[Delivery]:
    """The delivery at work, until it is stopped."""
    async with asyncio.TaskGroup() as group:
        group.create_task(house.delivery.run())
        yield house.delivery
        await house.delivery.stop()


async def test_a_stop_lets_arrive_what_is_under_way_and_leaves_the_rest_to_others(house: House) -> None:
    house.channel.slow.clear()
    await house.queues("a", "b")
    async with running(house):
        await house.channel.began.wait()
        asyncio.get_running_loop().call_soon(house.channel.slow.set)
    assert house.texts == ["a"]
    other = Delivery(house.database, house.delivery.channels, house.delivery.city, house.clock)
    await other.drain()
    assert house.texts == ["a", "b"], "at once, without a mark: nothing was left in the dark"


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
