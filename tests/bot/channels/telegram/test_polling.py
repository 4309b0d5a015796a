"""Nothing that Telegram handed to us is forgotten, and every chat keeps its order."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.channels.telegram import Pace, TelegramChannel
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.pace import patience
from dialogs.messages import InboundMessage
from tests.bot.channels.telegram.conftest import QUICK, SECRET_KEY, MemoryKeep, RecordingFront
from tests.emulators.telegram_api import TelegramApi, User


def says(text: str) -> "Matching":
    return Matching(text)


class Matching:
    """True for messages of this text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, message: InboundMessage) -> bool:
        return message.text == self.text


async def test_an_update_is_confirmed_only_after_it_was_received(
    api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
) -> None:
    front.held = says("slow")
    slow = await user.says("slow")
    await front.is_asked()
    polls = len(api.called("getUpdates"))
    await api.until(lambda: len(api.called("getUpdates")) > polls + 1)
    assert api.unconfirmed == [slow]
    front.release.set()
    await api.until(lambda: not api.unconfirmed)
    assert [message.update_id for message in front.asked] == [str(slow)]


async def test_chats_side_by_side_one_chat_in_order(
    api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
) -> None:
    other = api.user(8)
    front.held = says("1")
    for text in ("1", "2", "3"):
        await user.says(text)
    await front.is_asked()
    await other.says("quick")
    await front.got()
    assert [message.text for message in front.messages] == ["quick"]
    assert len(api.unconfirmed) == 4
    front.release.set()
    await front.got(4)
    assert [message.text for message in front.messages] == ["quick", "1", "2", "3"]
    await api.until(lambda: not api.unconfirmed)


async def test_many_chats_and_more_than_one_page(
    api: TelegramApi, front: RecordingFront, polling: TelegramChannel
) -> None:
    users = [api.user(100 + number) for number in range(5)]
    for number in range(50):
        for each in users:
            await each.says(str(number))
    await front.got(250)
    await api.until(lambda: not api.unconfirmed)
    for each in users:
        texts = [message.text for message in front.messages if message.address.id == str(each.id)]
        assert texts == [str(number) for number in range(50)]


async def test_a_failing_front_is_asked_again_with_the_same_update_id(
    api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
) -> None:
    front.fails = lambda message: len(front.asked) < 4
    update_id = await user.says("路灯坏了")
    await user.says("second")
    assert [message.text for message in await front.got(2)] == ["路灯坏了", "second"]
    assert [message.update_id for message in front.asked[:4]] == [str(update_id)] * 4
    await api.until(lambda: not api.unconfirmed)


class Cemetery:
    """Keeps dead letters, unless told not to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.letters: list[tuple[str, str, str, str]] = []

    async def bury(self, channel: str, update_id: str, payload: str, error: str) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        self.letters.append((channel, update_id, payload, error))


@pytest.mark.parametrize("failures", [0, 2])
async def test_a_poisonous_update_is_buried_after_five_tries_and_the_chat_goes_on(
    api: TelegramApi, user: User, front: RecordingFront, keep: MemoryKeep, failures: int
) -> None:
    cemetery = Cemetery(failures)
    channel = TelegramChannel(api.token, SECRET_KEY, keep=keep, api_url=api.url, pace=QUICK, dead_letter=cemetery.bury)
    front.fails = says("poison")
    await channel.start(front)
    poison = await user.says("poison")
    await user.says("bread")
    assert [message.text for message in await front.got()] == ["bread"]
    assert len(front.asked) == 5 + failures + 1
    ((name, update_id, payload, error),) = cemetery.letters
    assert (name, update_id, error) == ("telegram", str(poison), "RuntimeError: the database is away")
    assert json.loads(payload)["message"]["text"] == "poison"
    await channel.stop()


async def test_an_update_that_cannot_be_read_is_buried_at_once(
    api: TelegramApi, user: User, front: RecordingFront, keep: MemoryKeep
) -> None:
    cemetery = Cemetery()
    channel = TelegramChannel(api.token, SECRET_KEY, keep=keep, api_url=api.url, pace=QUICK, dead_letter=cemetery.bury)
    await channel.start(front)
    await api.post_update({"message": {"chat": {"id": 7}, "text": "of another time"}}, update_id=9)
    await user.says("hello")
    await front.got()
    assert [letter[1] for letter in cemetery.letters] == ["9"]
    await channel.stop()


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 0.001}},
        {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
        {"drop": True},
        {"status": 200, "body": "{}"},
    ],
)
async def test_trouble_on_the_way_is_waited_out(
    api: TelegramApi, user: User, front: RecordingFront, channel: TelegramChannel, fault: dict[str, object]
) -> None:
    api.fail("deleteWebhook", 500)
    api.fail("setMyCommands", 500)
    api.fail("getUpdates", times=3, **fault)  # type: ignore[arg-type]
    await channel.start(front)
    await user.says("hello")
    await front.got()
    assert len(api.called("getUpdates")) > 3


async def test_a_webhook_left_over_is_taken_away_with_nothing_lost(
    api: TelegramApi, user: User, front: RecordingFront, channel: TelegramChannel
) -> None:
    api.webhook_tries = 1
    api.webhook = {"url": "http://127.0.0.1:9/nobody", "secret_token": ""}
    await user.says("sent before")
    await channel.start(front)
    assert [message.text for message in await front.got()] == ["sent before"]


async def test_stopping_lets_the_turn_end_and_confirms_it(
    api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
) -> None:
    front.held = says("slow")
    await user.says("slow")
    await front.is_asked()
    stopping = asyncio.ensure_future(polling.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    front.release.set()
    await stopping
    assert [message.text for message in front.messages] == ["slow"]
    assert api.unconfirmed == []


class TestShortGrace:
    @pytest.fixture
    def pace(self) -> Pace:
        return replace(QUICK, grace=0.01)

    async def test_a_turn_that_does_not_end_is_cut_off_and_comes_again(
        self, api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
    ) -> None:
        front.held = says("endless")
        update_id = await user.says("endless")
        await front.is_asked()
        await polling.stop()
        assert front.messages == []
        assert api.unconfirmed == [update_id]


async def test_stopping_before_anything_happened(api: TelegramApi, polling: TelegramChannel) -> None:
    await polling.stop()
    await polling.stop()


class TestTyping:
    @pytest.fixture
    def pace(self) -> Pace:
        return replace(QUICK, typing_after=0.0, typing_every=0.0)

    async def test_slow_work_shows_as_typing(
        self, api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
    ) -> None:
        api.fail("sendChatAction", 500)
        front.held = says("slow")
        await user.says("slow")
        await api.until(lambda: len(user.chat.actions) > 1)
        front.release.set()
        await front.got()
        assert set(user.chat.actions) == {"typing"}


async def test_quick_work_does_not(
    api: TelegramApi, user: User, front: RecordingFront, polling: TelegramChannel
) -> None:
    await user.says("quick")
    await front.got()
    await api.until(lambda: not api.unconfirmed)
    assert user.chat.actions == []


async def test_lanes_leave_nothing_behind() -> None:
    lanes, order = Lanes(), list[str]()

    async def work(lane: str, name: str) -> None:
        async with lanes.turn(lane):
            await asyncio.sleep(0)
            order.append(name)

    async with asyncio.TaskGroup() as group:
        for lane, name in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3")):
            group.create_task(work(lane, name))
    assert order == ["a1", "b1", "a2", "a3"]
    assert len(lanes) == 0


def test_patience_grows_and_has_an_end() -> None:
    assert [patience(attempt) for attempt in (1, 2, 3, 7, 8, 1000)] == [1, 2, 4, 60, 60, 60]
