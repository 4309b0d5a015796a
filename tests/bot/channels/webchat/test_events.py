"""What is said reaches the pages that are open, once and in order, and those that were away."""

import asyncio

from aiohttp.test_utils import TestClient, TestServer

from bot.channels.webchat import Limits
from dialogs.messages import Address, Button, OutboundMessage
from tests.bot.channels.webchat.conftest import BEARER, PATIENCE, Citizen, House, listening


def address(house: House, citizen: Citizen) -> Address:
    found = house.app.webchat._senders.tokens.session(citizen.sender)
    assert found
    return found


async def push(house: House, citizen: Citizen, text: str, key: str) -> str | None:
    buttons = ((Button("查询进度", "/status"),),)
    message = OutboundMessage(address(house, citizen), text, buttons, custom={"push": True})
    return await house.app.webchat.send(message, key=key)


async def test_a_push_arrives_at_once(house: House, citizen: Citizen) -> None:
    async with listening(citizen) as stream:
        posted = await push(house, citizen, "已受理", "outbox-1")
        event = await stream.next()
        assert event["text"] == "已受理"
        assert str(event["id"]) == posted
        assert event["buttons"] == [{"title": "查询进度", "payload": "/status", "row": 0}]


async def test_a_push_that_is_sent_again_is_there_once(house: House, citizen: Citizen) -> None:
    assert await push(house, citizen, "已受理", "outbox-1") == await push(house, citizen, "已受理", "outbox-1")
    assert [each["text"] for each in await citizen.history()] == ["已受理"]


async def test_who_was_away_hears_what_was_missed_in_order(house: House, citizen: Citizen) -> None:
    first = await push(house, citizen, "一", "1")
    await push(house, citizen, "二", "2")
    await push(house, citizen, "三", "3")
    async with listening(citizen, {"Last-Event-ID": str(first)}) as stream:
        assert [(await stream.next())["text"] for _ in range(2)] == ["二", "三"]
    async with listening(citizen, after="0") as stream:
        assert [(await stream.next())["text"] for _ in range(3)] == ["一", "二", "三"]


async def test_a_new_page_hears_only_what_is_new(house: House, citizen: Citizen) -> None:
    await push(house, citizen, "旧的", "1")
    async with listening(citizen) as stream:
        await push(house, citizen, "新的", "2")
        assert (await stream.next())["text"] == "新的"


async def test_another_page_of_the_same_session_sees_both_sides(citizen: Citizen) -> None:
    async with listening(citizen) as stream:
        answers = await citizen.say("你好", message_id="here")
        heard, said = await stream.next(), await stream.next()
        assert (heard["inbound"], heard["message_id"], heard["text"]) == (True, "here", "你好")
        assert (said["inbound"], said["id"], said["text"]) == (False, answers[0]["id"], answers[0]["text"])


async def test_nobody_hears_anothers(house: House, citizen: Citizen) -> None:
    other = await house.citizen()
    async with listening(other) as stream:
        await push(house, citizen, "不是给你的", "1")
        await push(house, other, "给你的", "2")
        assert (await stream.next())["text"] == "给你的"


async def test_what_another_process_posted_is_heard(house: House, citizen: Citizen) -> None:
    async with TestClient(TestServer(house.limited(Limits()))) as client:
        elsewhere = Citizen(client, citizen.sender)
        async with listening(elsewhere) as stream:
            await push(house, citizen, "从别的进程来", "1")
            assert (await stream.next())["text"] == "从别的进程来"


async def test_streams_end_when_the_server_stops(house: House, citizen: Citizen) -> None:
    async with listening(citizen) as stream:
        await house.app.webchat.stop()
        assert await asyncio.wait_for(stream.response.content.read(), PATIENCE) is not None


async def test_one_sender_may_not_open_streams_without_end(house: House, citizen: Citizen) -> None:
    async with TestClient(TestServer(house.limited(Limits(streams=1)))) as client:
        elsewhere = Citizen(client, citizen.sender)
        async with listening(elsewhere) as stream:
            await push(house, citizen, "好", "1")
            await stream.next()
            assert (await elsewhere.get("/chat/events")).status == 429


async def test_a_program_fetches_its_pushes(house: House) -> None:
    message = OutboundMessage(Address("rest", "me"), "已受理")
    await house.app.webchat.rest.send(message, key="outbox-9")
    answer = await house.client.get("/chat/messages", params={"sender": "me"}, headers=BEARER)
    assert [each["text"] for each in (await answer.json())["messages"]] == ["已受理"]


async def test_a_reload_shows_both_sides_and_the_open_buttons_only(citizen: Citizen) -> None:
    await citizen.say("我要投诉")
    await citizen.say("/cancel", tapped=True, title="取消")
    shown = await citizen.history()
    assert [each["inbound"] for each in shown] == [True, False, True, False]
    assert shown[2]["text"] == "取消"
    assert shown[1]["buttons"] == []
    assert shown[3]["buttons"]


async def test_a_push_does_not_take_the_open_questions_buttons_away(house: House, citizen: Citizen) -> None:
    await citizen.say("我要投诉")
    await push(house, citizen, "另一件已受理", "1")
    assert [bool(each["buttons"]) for each in await citizen.history()] == [False, True, True]


async def test_history_without_a_session_is_refused(house: House) -> None:
    assert (await house.client.get("/chat/messages")).status == 401
    assert (await house.client.get("/chat/events", params={"sender": "x"})).status == 401
