"""The command menus: citizens', in both languages, and staff's, in the chats that are bound to staff."""

from collections.abc import Sequence
from enum import StrEnum

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.channels.telegram.places import Place
from dialogs.phrasebook import LANGUAGES, say


class Audience(StrEnum):
    """Whose menu; also the key of its descriptions in the texts."""

    CITIZEN = "citizen"
    STAFF = "staff"
    GROUP = "group"


CITIZEN_COMMANDS = (
    *("start", "file", "status", "supplement", "withdraw", "receipt", "mydata", "correct", "forget"),
    *("help", "language", "cancel"),
)
GROUP_COMMANDS = ("help",)
STAFF_COMMANDS = (
    *("inbox", "case", "due", "find", "accept", "decline", "assign", "return", "progress", "ask", "note", "reply"),
    *("approve", "sendback", "extend", "merge", "close", "reopen", "export", "report", "staff", "help"),
)


class Menus:
    """Tells Telegram which commands to offer where. Raises `UnknownPhrase` early for a command without words."""

    def __init__(self, bot: Bot, default_language: str, staff_commands: Sequence[str] = STAFF_COMMANDS) -> None:
        self._bot, self._default_language = bot, default_language
        self._names = {
            Audience.CITIZEN: CITIZEN_COMMANDS,
            Audience.GROUP: GROUP_COMMANDS,
            Audience.STAFF: tuple(staff_commands),
        }
        for audience in Audience:
            self.menu(audience, default_language)

    def menu(self, audience: Audience, language: str) -> list[BotCommand]:
        """The commands with their descriptions."""
        return [
            BotCommand(command=name, description=say(language, f"telegram.commands.{audience}.{name}"))
            for name in self._names[audience]
        ]

    async def publish(self) -> None:
        """Set the menus that hold everywhere."""
        default = self.menu(Audience.CITIZEN, self._default_language)
        await self._bot.set_my_commands(default, scope=BotCommandScopeDefault())
        await self._bot.set_my_commands(default, scope=BotCommandScopeAllPrivateChats())
        groups = self.menu(Audience.GROUP, self._default_language)
        await self._bot.set_my_commands(groups, scope=BotCommandScopeAllGroupChats())
        for language in LANGUAGES:
            menu, group = self.menu(Audience.CITIZEN, language), self.menu(Audience.GROUP, language)
            await self._bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=language)
            await self._bot.set_my_commands(group, scope=BotCommandScopeAllGroupChats(), language_code=language)

    async def offer(self, place: Place, audience: Audience, language: str) -> None:
        """Set the menu of one chat: staff's when an account is bound, a citizen's in the language they chose."""
        await self._bot.set_my_commands(self.menu(audience, language), scope=BotCommandScopeChat(chat_id=place.chat_id))

    async def withdraw(self, place: Place) -> None:
        """Let one chat have the menu again that holds everywhere."""
        await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=place.chat_id))
