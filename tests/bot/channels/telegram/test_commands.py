"""Who is offered which commands."""

from collections.abc import Sequence

import pytest

from bot.channels.contract import ChannelError
from bot.channels.telegram import STAFF_COMMANDS, Audience, TelegramChannel
from bot.channels.telegram.commands import CITIZEN_COMMANDS
from dialogs.messages import Address
from dialogs.phrasebook import UnknownPhrase, say
from tests.bot.channels.telegram.conftest import SECRET_KEY, MemoryKeep, RecordingFront
from tests.emulators.telegram_api import TOKEN, TelegramApi

CHAT = Address("telegram", "7")


def names(commands: Sequence[dict[str, str]]) -> tuple[str, ...]:
    return tuple(command["command"] for command in commands)


async def test_citizens_are_offered_theirs_in_their_language(
    api: TelegramApi, polling: TelegramChannel, front: RecordingFront
) -> None:
    await api.until(lambda: len(api.called("setMyCommands")) == 7)
    for language in ("zh", "en"):
        menu = api.commands["all_private_chats", None, language]
        assert names(menu) == CITIZEN_COMMANDS
        assert menu[1]["description"] == say(language, "telegram.commands.citizen.file")
    assert api.commands["all_private_chats", None, ""] == api.commands["all_private_chats", None, "zh"]
    assert names(api.commands["default", None, ""]) == CITIZEN_COMMANDS
    assert names(api.commands["all_group_chats", None, "en"]) == ("help",)


async def test_a_bound_chat_is_offered_the_staffs(api: TelegramApi, channel: TelegramChannel) -> None:
    await channel.offer_commands(CHAT, Audience.STAFF, "en")
    menu = api.commands["chat", 7, ""]
    assert names(menu) == STAFF_COMMANDS
    assert menu[0]["description"] == say("en", "telegram.commands.staff.inbox")
    await channel.withdraw_commands(CHAT)
    assert api.commands == {}


async def test_a_menu_that_telegram_refuses(api: TelegramApi, channel: TelegramChannel) -> None:
    api.fail("setMyCommands", 400, "Bad Request: chat not found")
    with pytest.raises(ChannelError) as failed:
        await channel.offer_commands(CHAT, Audience.CITIZEN, "zh")
    assert failed.value.permanent


def test_a_command_without_words_is_found_at_once(keep: MemoryKeep) -> None:
    with pytest.raises(UnknownPhrase):
        TelegramChannel(TOKEN, SECRET_KEY, keep=keep, staff_commands=["inbox", "dance"])


async def test_the_bots_name_for_links(api: TelegramApi, channel: TelegramChannel) -> None:
    api.fail("getMe", 401, "Unauthorized")
    with pytest.raises(ChannelError, match="is the token right"):
        await channel.username()
    assert await channel.username() == "jiesu_bot"
