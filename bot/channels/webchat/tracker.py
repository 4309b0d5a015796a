"""``GET /conversations/{sender}/tracker`` for programs with the API key: the conversation as Rasa shows it."""

from aiohttp import web

from bot.channels.webchat.guard import json_answer
from bot.channels.webchat.programs import TRACKERS, Programs
from bot.channels.webchat.senders import Tokens
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking


class TrackerDoor:
    """The handler."""

    def __init__(self, database: Database, engine: Engine, tokens: Tokens, programs: Programs) -> None:
        self._database = database
        self._engine = engine
        self._tokens = tokens
        self._programs = programs

    async def tracker(self, request: web.Request) -> web.Response:
        """Slots, ``requested_slot``, ``active_loop``, latest message, events; of an unknown sender, an empty one."""
        await self._programs.check(request, TRACKERS)
        name = request.match_info["sender"]
        async with looking(self._database) as unit:
            kept = await unit.conversations.peek(str(self._tokens.meant(name)))
        return json_answer(self._engine.picture(kept.state if kept else None, name))
