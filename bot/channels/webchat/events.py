"""What was said, to pages that were away (history) and to pages that are open (server-sent events)."""

import orjson
from aiohttp import web
from aiohttp_sse import EventSourceResponse

from bot.channels.webchat.guard import HEADERS, Refused, json_answer
from bot.channels.webchat.history import History, only_open_buttons
from bot.channels.webchat.live import Live
from bot.channels.webchat.senders import Senders
from storage.session import Database
from storage.unit import looking

PING_SECONDS = 15.0
LARGEST_ID = 2**53


class Events:
    """The handlers."""

    def __init__(self, database: Database, senders: Senders, history: History, live: Live, most_streams: int) -> None:
        self._database = database
        self._senders = senders
        self._history = history
        self._live = live
        self._most_streams = most_streams

    async def messages(self, request: web.Request) -> web.Response:
        """``GET /chat/messages?sender=&after=``: both sides of the conversation, the last 200 messages."""
        sender = await self._senders.admit(request, request.query.get("sender", ""))
        address = str(sender.address)
        entries = only_open_buttons(await self._history.entries(address, after_of(request)))
        async with looking(self._database) as unit:
            kept = await unit.conversations.peek(address)
        return json_answer({"messages": entries, "language": kept.language if kept else ""})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """``GET /chat/events?sender=``: every message after ``Last-Event-ID`` (or ``after``), then as they come.

        Without either: only what is new from now on.
        """
        sender = await self._senders.admit(request, request.query.get("sender", ""))
        address = str(sender.address)
        if self._live.count(address) >= self._most_streams:
            raise Refused(429, "too_many_streams", retry_after=5)
        seen = after_of(request) if asked(request) else await self._history.newest(address)
        response = EventSourceResponse(headers=HEADERS, ping_interval=PING_SECONDS)
        await response.prepare(request)
        async with response:
            await self._pour(response, address, seen)
        return response

    async def _pour(self, response: EventSourceResponse, address: str, seen: int) -> None:
        with self._live.listening(address, seen) as listener:
            while response.is_connected() and not self._live.closing:
                for entry in await self._history.entries(address, listener.seen, limit=1000):
                    await response.send(orjson.dumps(entry).decode(), id=str(entry["id"]))
                    listener.seen = entry["id"]
                await listener.wait(PING_SECONDS)


def asked(request: web.Request) -> str:
    """From where on the caller wants to hear; a reconnecting browser says it in a header."""
    return request.headers.get("Last-Event-ID", "") or request.query.get("after", "")


def after_of(request: web.Request) -> int:
    """The id after which messages are wanted; what is no number is the beginning."""
    text = asked(request)
    return min(int(text), LARGEST_ID) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
