"""Telegram, through aiogram, which is imported in this package only."""

from bot.channels.telegram.sparing import import_aiogram

# Before any module of this package imports aiogram by itself
import_aiogram()

from bot.channels.telegram.channel import Mode, TelegramChannel  # noqa: E402
from bot.channels.telegram.commands import STAFF_COMMANDS, Audience  # noqa: E402
from bot.channels.telegram.pace import Pace  # noqa: E402

__all__ = ["STAFF_COMMANDS", "Audience", "Mode", "Pace", "TelegramChannel"]
