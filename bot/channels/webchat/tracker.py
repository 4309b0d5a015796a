"""``GET /conversations/{sender}/tracker`` for programs with the API key: the conversation as Rasa shows it."""

from aiohttp import web

from bot.channels.webchat.guard import Refused, json_answer
from bot.channels.webchat.senders import Senders
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking


class TrackerDoor:
    """The handler."""

    def __init__(self, database: Database, engine: Engine, senders: Senders) -> None:
        self._database = database
        self._engine = engine
        self._senders = senders

    async def tracker(self, request: web.Request) -> web.Response:
        """Slots, ``requested_slot``, ``active_loop``, latest message, events; of an unknown sender, an empty one."""
        if not self._senders.has_key(request):
            raise Refused(401, "api_key")
        name = request.match_info["sender"]
        async with looking(self._database) as unit:
            kept = await unit.conversations.peek(str(self._senders.meant(name)))
        return json_answer(self._engine.picture(kept.state if kept else None, name))
