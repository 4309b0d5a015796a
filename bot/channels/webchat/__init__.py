"""The web chat: a page for citizens, one for staff, and the same conversation for programs (Rasa's REST channel)."""

from bot.channels.webchat.channel import Route, WebChatChannel
from bot.channels.webchat.guard import Limits

__all__ = ["Limits", "Route", "WebChatChannel"]
