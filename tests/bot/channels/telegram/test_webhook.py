"""The webhook: only Telegram gets in, and 200 means that the turn is committed."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web
from aiohttp.typedefs import Handler
from yarl import URL

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.webhook import BODY_BYTES, PATH, SECRET_HEADER, webhook_secret
from tests.bot.channels.telegram.conftest import NOW, QUICK, SECRET_KEY, MemoryKeep, RecordingFront
from tests.emulators.telegram_api import PATIENCE, TOKEN, TelegramApi, User

SECRET = webhook_secret(SECRET_KEY, TOKEN)


@dataclass
class House:
    """Our web server with the channel's route."""

    channel: TelegramChannel
    url: str
    http: ClientSession
    buried: list[str]
    called: list[str]
    news: asyncio.Condition

    async def calls(self, count: int) -> None:
        """Wait until so many calls have come in."""
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: len(self.called) >= count)

    async def post_raw(self, secret: bytes) -> bytes:
        """Post with a header of any bytes; the first line of the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(self.url).port)
        lines = [f"POST {PATH} HTTP/1.1", "Host: x", "Connection: close", "Content-Length: 2", SECRET_HEADER + ": "]
        writer.write("\r\n".join(lines).encode() + secret + b"\r\n\r\n{}")
        first = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return first

    async def post(self, body: bytes | str, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with self.http.post(self.url + PATH, data=body, headers=headers) as response:
            assert await response.read() == b""
            return response.status


@pytest.fixture
async def house(api: TelegramApi, keep: MemoryKeep) -> AsyncIterator[House]:
    buried: list[str] = []

    async def bury(channel: str, update_id: str, payload: str, error: str) -> None:
        buried.append(update_id)

    called: list[str] = []
    news = asyncio.Condition()

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        called.append(request.path)
        async with news:
            news.notify_all()
        return await handler(request)

    app = web.Application(middlewares=[note])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    channel = TelegramChannel(
        api.token,
        SECRET_KEY,
        keep=keep,
        mode="webhook",
        api_url=api.url,
        public_url="https://to-be.replaced",
        dead_letter=bury,
        pace=QUICK,
        clock=lambda: NOW,
    )
    channel.routes(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    channel._public_url = f"http://{host}:{port}/"  # the port is known only now
    async with ClientSession() as http:
        yield House(channel, f"http://{host}:{port}", http, buried, called, news)
    await channel.stop()
    await runner.cleanup()


@pytest.fixture
async def open_house(house: House, api: TelegramApi, front: RecordingFront) -> House:
    await house.channel.start(front)
    await api.until(lambda: api.webhook["url"])
    return house


async def test_telegram_is_told_where_and_with_which_secret(open_house: House, api: TelegramApi) -> None:
    assert api.webhook["url"] == open_house.url + PATH
    assert api.webhook["secret_token"] == SECRET
    assert api.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert "drop_pending_updates" not in api.webhook


async def test_it_is_tried_until_telegram_can_be_reached(
    house: House, api: TelegramApi, user: User, front: RecordingFront
) -> None:
    api.fail("setWebhook", 502, body="<html>", times=3)
    await house.channel.start(front)
    await user.says("hello")
    await api.until(lambda: api.webhook["url"])
    assert [message.text for message in await front.got()] == ["hello"]


async def test_messages_arrive_in_order(open_house: House, api: TelegramApi, user: User, front: RecordingFront) -> None:
    for number in range(20):
        await user.says(str(number))
        await api.user(8).says("other")
    await front.got(40)
    assert [message.text for message in front.messages if message.address.id == "7"] == [str(n) for n in range(20)]
    await api.until(lambda: not api.unconfirmed)


def text_update(number: int, chat: int = 7) -> str:
    sender = {"id": chat, "is_bot": False, "first_name": "Li"}
    message = {"message_id": number, "date": 1, "text": "x", "chat": {"id": chat, "type": "private"}, "from": sender}
    return json.dumps({"update_id": number, "message": message})


async def test_updates_of_a_chat_that_come_at_once_are_taken_in_turn(open_house: House, front: RecordingFront) -> None:
    front.held = lambda message: message.update_id == "1"
    first = asyncio.ensure_future(open_house.post(text_update(1)))
    await front.is_asked()
    second = asyncio.ensure_future(open_house.post(text_update(2)))
    await open_house.calls(2)
    assert await open_house.post(text_update(3, chat=8)) == 200
    front.release.set()
    assert [await first, await second] == [200, 200]
    assert [message.update_id for message in front.asked] == ["1", "3", "2"]


async def test_the_answer_waits_for_the_turn(
    open_house: House, api: TelegramApi, user: User, front: RecordingFront
) -> None:
    front.held = lambda message: True
    update_id = await user.says("slow")
    await front.is_asked()
    assert not api.deliveries
    front.release.set()
    await api.until(lambda: api.deliveries == [(update_id, 200)])


async def test_a_failure_asks_telegram_to_come_again(
    open_house: House, api: TelegramApi, user: User, front: RecordingFront
) -> None:
    front.fails = lambda message: len(front.asked) < 3
    update_id = await user.says("hello")
    await api.until(lambda: not api.unconfirmed)
    assert api.deliveries == [(update_id, 500), (update_id, 500), (update_id, 200)]
    assert {message.update_id for message in front.asked} == {str(update_id)}


async def test_poison_is_buried_after_five_tries(
    open_house: House, api: TelegramApi, user: User, front: RecordingFront
) -> None:
    front.fails = lambda message: message.text == "poison"
    poison = await user.says("poison")
    await user.says("bread")
    assert [message.text for message in await front.got()] == ["bread"]
    assert [status for update_id, status in api.deliveries if update_id == poison] == [500, 500, 500, 500, 200]
    assert open_house.buried == [str(poison)]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "сéкрет"])
async def test_others_stay_outside(open_house: House, front: RecordingFront, secret: str | None) -> None:
    assert await open_house.post(b'{"update_id": 1}', secret) == 403
    assert front.asked == []


async def test_a_secret_that_is_no_text_at_all(open_house: House) -> None:
    assert await open_house.post_raw(b"\xff\xfe") == b"HTTP/1.1 403 Forbidden\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"update_id": "1"}',
        b"[" * 100_000,
        b'{"update_id": 5, "message": {"text": 1}}',
        b'{"update_id": 6, "message": 7}',
        b'{"update_id": 7, "wonder_of_next_year": {}}',
    ],
)
async def test_what_is_of_no_use_does_not_come_again(open_house: House, front: RecordingFront, body: bytes) -> None:
    assert await open_house.post(body) == 200
    assert front.asked == []


async def test_a_body_larger_than_any_update(open_house: House) -> None:
    assert await open_house.post(b" " * (BODY_BYTES + 1)) == 413


async def test_before_the_start_telegram_is_sent_away_to_come_again(house: House) -> None:
    assert await house.post(b'{"update_id": 1}') == 503
    assert await house.post(b'{"update_id": 1}', "wrong") == 403


def test_settings_that_cannot_work(keep: MemoryKeep) -> None:
    with pytest.raises(ValueError, match="secret key"):
        TelegramChannel(TOKEN, "", keep=keep, mode="webhook", public_url="https://a.example")
    with pytest.raises(ValueError, match="public URL"):
        TelegramChannel(TOKEN, SECRET_KEY, keep=keep, mode="webhook")
    with pytest.raises(ValueError, match="not a Telegram bot token"):
        TelegramChannel("no token", SECRET_KEY, keep=keep)
