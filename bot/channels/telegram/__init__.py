"""Telegram, through aiogram, which is imported in this package only (it takes seconds)."""

from bot.channels.telegram.channel import Mode, TelegramChannel
from bot.channels.telegram.commands import STAFF_COMMANDS, Audience
from bot.channels.telegram.pace import Pace

__all__ = ["STAFF_COMMANDS", "Audience", "Mode", "Pace", "TelegramChannel"]
