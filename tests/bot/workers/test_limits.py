"""Telegram's limits, kept by all processes together: a strict look-alike of Telegram over HTTP, in time that jumps."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.channels.contract import Front
from bot.channels.telegram import TelegramChannel
from bot.wire import dump
from bot.workers.delivery import Delivery
from bot.workers.pacing import SharedTurnstile
from cases.rules.city import City
from dialogs.messages import Address, OutboundMessage
from storage.migrate import migrate
from storage.outbox import Priority
from storage.unit import working
from tests.bot.channels.telegram.conftest import QUICK, SECRET_KEY, MemoryKeep
from tests.emulators.telegram_api import TOKEN, Flood, TelegramApi
from tests.support.keys import SEALER
from tests.support.virtual import VirtualDatabase, virtual_loop, virtually


class Processes:
    """Several deliveries of one bot on one database, and the Telegram that they send to."""

    def __init__(self, api: TelegramApi, database: VirtualDatabase, city: City, count: int) -> None:
        self.api, self.database, self.loop = api, database, virtual_loop()
        turnstile = SharedTurnstile(database, self.loop.clock)
        self.channels = [
            TelegramChannel(TOKEN, SECRET_KEY, keep=MemoryKeep(), api_url=api.url, pace=QUICK, turnstile=turnstile)
            for _ in range(count)
        ]
        self.deliveries = [Delivery(database, {"telegram": each}, city, self.loop.clock) for each in self.channels]
        self.running = [self.loop.create_task(each.run()) for each in self.deliveries]

    @property
    def flood(self) -> Flood:
        """What Telegram counted."""
        assert self.api.flood
        return self.api.flood

    async def queue(self, *messages: tuple[int, str], priority: Priority = Priority.NOTICE) -> None:
        """Queue messages for chats."""
        async with working(self.database) as unit:
            for chat, text in messages:
                (self.api.user if chat > 0 else self.api.group)(chat)
                address = Address("telegram", str(chat))
                body = dump(OutboundMessage(address, text))
                await unit.outbox.put(str(address), body, self.loop.clock(), priority=priority)
        for each in self.deliveries:
            each.wake()

    async def sent(self, count: int) -> None:
        """Wait until so many have arrived."""
        await self.until(lambda: len(self.flood.taken) >= count)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until it is so; time jumps."""
        while not happened():  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.5)

    def seen(self, chat: int) -> Sequence[str]:
        """What stands in a chat."""
        return [each.text for each in self.api.chats[chat].messages.values()]

    async def stop(self) -> None:
        """All processes end."""
        await asyncio.gather(*(each.stop() for each in self.deliveries), *self.running)
        await asyncio.gather(*(each.stop() for each in self.channels))


@asynccontextmanager
async def processes(folder: Path, city: City, count: int = 2) -> AsyncIterator[Processes]:
    """Deliveries that run."""
    loop = virtual_loop()
    database = VirtualDatabase(f"sqlite:///{folder}/j.db", SEALER, loop)
    await migrate(database)
    async with TelegramApi(flood=Flood(loop.time)) as api:
        opened = Processes(api, database, city, count)
        yield opened
        await opened.stop()
    await database.aclose()


def test_two_processes_together_send_thirty_a_second_and_never_more(tmp_path: Path, city: City) -> None:
    async def story() -> None:
        async with processes(tmp_path, city) as house:
            await house.queue(*((chat, "hello") for chat in range(1, 151)))
            await house.sent(150)
            assert house.flood.refused == 0
            first, last = house.flood.taken[0][0], house.flood.taken[-1][0]
            assert 149 / (last - first) >= 30 * 0.95
            assert all(len(house.seen(chat)) == 1 for chat in range(1, 151))

    virtually(story())


def test_a_person_gets_one_a_second_and_a_group_twenty_a_minute_in_order(tmp_path: Path, city: City) -> None:
    async def story() -> None:
        async with processes(tmp_path, city, count=1) as house:
            await house.queue(*((-100, str(n)) for n in range(21)), *((7, str(n)) for n in range(5)))
            await house.sent(26)
            assert house.flood.refused == 0
            assert house.seen(-100) == [str(n) for n in range(21)]
            assert house.seen(7) == [str(n) for n in range(5)]
            times = [at for at, chat in house.flood.taken if chat == 7]
            assert times[-1] - times[0] < 4 * 1.5, "a person waits little longer than the limit asks for"

    virtually(story())


def test_the_parts_of_a_long_message_keep_the_limits_too(tmp_path: Path, city: City) -> None:
    async def story() -> None:
        async with processes(tmp_path, city) as house:
            await house.queue((7, "long " * 2000), (7, "after it"))
            await house.sent(4)
            assert house.flood.refused == 0
            assert house.seen(7)[-1] == "after it"

    virtually(story())


def test_who_is_told_to_slow_down_makes_all_processes_wait(tmp_path: Path, city: City) -> None:
    async def story() -> None:
        async with processes(tmp_path, city) as house:
            house.api.fail("sendMessage", 429, "Too Many Requests", parameters={"retry_after": 20})
            await house.queue(*((chat, "hello") for chat in range(1, 41)))
            await house.sent(40)
            # what was under way when the answer came is out; nobody begins anything for twenty seconds
            gaps = [b[0] - a[0] for a, b in zip(house.flood.taken, house.flood.taken[1:], strict=False)]
            assert max([house.flood.taken[0][0], *gaps]) > 19
            assert Counter(chat for _, chat in house.flood.taken) == Counter(range(1, 41))

    virtually(story())


def test_an_answer_goes_before_what_went_to_many(tmp_path: Path, city: City) -> None:
    async def story() -> None:
        async with processes(tmp_path, city) as house:
            await house.queue(*((chat, "to all") for chat in range(1, 151)), priority=Priority.BROADCAST)
            await asyncio.sleep(1)
            asked = len(house.flood.taken)
            await house.queue((149, "your answer"), priority=Priority.ANSWER)
            await house.until(lambda: len(house.seen(149)) == 2)
            assert house.seen(149) == ["to all", "your answer"], "their own order holds"
            assert len(house.flood.taken) < asked + 60, "though a hundred others were before them"

    virtually(story())


class Slow:
    """A channel that takes 50 seconds for a message."""

    name = "terminal"
    replies_by_outbox = False
    limits = None
    shows_once = False

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.sent: list[str] = []

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """In 50 seconds."""
        self.begun.append(message.text)
        await asyncio.sleep(50)
        self.sent.append(message.text)
        return None

    async def start(self, front: Front) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


def test_who_takes_long_and_lives_keeps_the_message_from_others(tmp_path: Path, city: City) -> None:
    async def story() -> None:
        loop = virtual_loop()
        database = VirtualDatabase(f"sqlite:///{tmp_path}/j.db", SEALER, loop)
        await migrate(database)
        slow = Slow()
        deliveries = [Delivery(database, {"terminal": slow}, city, loop.clock) for _ in range(2)]
        running = [loop.create_task(each.run()) for each in deliveries]
        async with working(database) as unit:
            await unit.outbox.put("terminal:1", dump(OutboundMessage(Address("terminal", "1"), "a")), loop.clock())
        await asyncio.sleep(70)
        await asyncio.gather(*(each.stop() for each in deliveries), *running)
        await database.aclose()
        assert slow.begun == slow.sent == ["a"], "the lease is shorter than that, and was extended"

    virtually(story())
