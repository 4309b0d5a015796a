"""What goes wrong at Telegram's, and what the delivery worker is told."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.contract import ChannelError
from bot.channels.telegram import Pace, TelegramChannel
from bot.channels.telegram.errors import channel_error
from dialogs.messages import Address, OutboundMessage
from tests.bot.channels.telegram.conftest import QUICK, SECRET_KEY, MemoryKeep
from tests.emulators.telegram_api import TOKEN, TelegramApi, User

MESSAGE = OutboundMessage(Address("telegram", "7"), "hello")
HTML = "<html><h1>nginx</h1></html>"

FAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("slow down", {"status": 429, "parameters": {"retry_after": 17}}, {"retry_after": 17.0}),
    ("slow down, no time given", {"status": 429, "description": "Too Many Requests"}, {"retry_after": 5.0}),
    ("slow down, a gateway's page", {"status": 429, "body": HTML}, {"retry_after": 5.0}),
    (
        "blocked",
        {"status": 403, "description": "Forbidden: bot was blocked by the user"},
        {"permanent": True, "blocked": True},
    ),
    ("no such chat", {"status": 400, "description": "Bad Request: chat not found"}, {"permanent": True}),
    (
        "the group moved",
        {"status": 400, "description": "Bad Request: upgraded", "parameters": {"migrate_to_chat_id": -1001}},
        {"moved_to": Address("telegram", "-1001")},
    ),
    ("too large", {"status": 413, "description": "Request Entity Too Large"}, {"permanent": True}),
    ("too large, a gateway's page", {"status": 413, "body": HTML}, {"permanent": True}),
    ("a wrong token", {"status": 401, "description": "Unauthorized"}, {}),
    ("Telegram is in trouble", {"status": 500}, {"unknown": True}),
    ("bad gateway", {"status": 502, "body": HTML}, {"unknown": True}),
    ("no service, a gateway's page", {"status": 503, "body": HTML}, {}),
    ("gateway timeout", {"status": 504, "body": HTML}, {"unknown": True}),
    ("a proxy's refusal says nothing of the citizen", {"status": 403, "body": HTML}, {}),
    ("a good answer that is none", {"status": 200, "body": HTML}, {"unknown": True}),
    ("the line is cut", {"drop": True, "after": True}, {"unknown": True}),
]


def facts(error: ChannelError) -> dict[str, Any]:
    """What is not as usual."""
    values = {
        "permanent": error.permanent,
        "blocked": error.blocked,
        "retry_after": error.retry_after,
        "moved_to": error.moved_to,
        "unknown": error.unknown,
    }
    return {name: value for name, value in values.items() if value not in (False, None)}


@pytest.mark.parametrize(("fault", "expected"), [pytest.param(*row[1:], id=row[0]) for row in FAULTS])
async def test_faults(
    api: TelegramApi, user: User, channel: TelegramChannel, fault: dict[str, Any], expected: dict[str, Any]
) -> None:
    api.fail("sendMessage", **fault)
    with pytest.raises(ChannelError) as failed:
        await channel.send(MESSAGE, key="1")
    assert facts(failed.value) == expected
    assert str(failed.value)
    assert TOKEN not in str(failed.value)
    await channel.send(MESSAGE, key="1")
    assert user.sees[-1].text == "hello"


class TestImpatient:
    @pytest.fixture
    def pace(self) -> Pace:
        return replace(QUICK, request=0.05)

    async def test_no_answer_in_time(self, api: TelegramApi, user: User, channel: TelegramChannel) -> None:
        api.fail("sendMessage", hang=True)
        with pytest.raises(ChannelError) as failed:
            await channel.send(MESSAGE, key="1")
        assert facts(failed.value) == {"unknown": True}
        api.heal()


async def test_nobody_there(keep: MemoryKeep) -> None:
    channel = TelegramChannel(TOKEN, SECRET_KEY, keep=keep, api_url="http://127.0.0.1:9", pace=QUICK)
    with pytest.raises(ChannelError) as failed:
        await channel.send(MESSAGE, key="1")
    assert facts(failed.value) == {}
    await channel.stop()


@pytest.mark.parametrize("address", [Address("webchat", "7"), Address("telegram", "someone")])
async def test_an_address_that_is_none_of_ours(channel: TelegramChannel, address: Address) -> None:
    with pytest.raises(ChannelError) as failed:
        await channel.send(OutboundMessage(address, "hello"), key="1")
    assert facts(failed.value) == {"permanent": True}


async def test_a_person_who_stopped_the_bot(api: TelegramApi, user: User, channel: TelegramChannel) -> None:
    await user.blocks()
    with pytest.raises(ChannelError) as failed:
        await channel.send(MESSAGE, key="1")
    assert failed.value.blocked


def test_a_mistake_of_ours_is_a_channel_error_too() -> None:
    assert facts(channel_error(KeyError("x"))) == {"unknown": True}
    assert facts(channel_error(TimeoutError())) == {"unknown": True}


async def test_an_answer_of_a_newer_telegram_counts_as_sent(
    api: TelegramApi, user: User, channel: TelegramChannel
) -> None:
    api.fail("sendMessage", 200, body='{"ok": true, "result": {"message_id": 77, "chat": "of another shape"}}')
    assert await channel.send(MESSAGE, key="1") == "77"
