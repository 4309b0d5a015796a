"""Other programs at the door: a bearer key with scopes, from the settings (all scopes) or made by ``jiesu key add``.

Of the latter only hashes are kept; they end, and can be revoked. A key is looked up at most every ten seconds.
"""

import time
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channels.doors import ASKED
from bot.channels.webchat.guard import RateLimit, Refused, same_secret
from storage.doors import ApiKey, hashed
from storage.session import Database
from storage.unit import looking

SPEAK, TRACKERS, METRICS = SCOPES = ("speak", "trackers", "metrics")
"""Send messages for senders of one's own; read conversations; read figures."""
REMEMBERED = 10.0
MOST_REMEMBERED = 1000


class Programs:
    """Reads the keys that requests carry."""

    def __init__(self, database: Database, api_key: str, clock: Callable[[], datetime], rate: RateLimit) -> None:
        self._database = database
        self._rate = rate
        self._api_key = api_key
        self._clock = clock
        self._found: dict[str, tuple[float, ApiKey | None]] = {}

    async def may(self, request: web.Request, scope: str) -> bool:
        """Whether the request carries a key with this scope; raise `Refused` (429) after too many wrong ones."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        given = given.strip()
        if scheme.lower() != "bearer" or not given:
            return False
        fits = same_secret(given, self._api_key) or scope in await self._scopes(request, given)
        request[ASKED] = fits
        return fits

    async def check(self, request: web.Request, scope: str) -> None:
        """Raise `Refused` (401) without such a key."""
        if not await self.may(request, scope):
            raise Refused(401, "api_key")

    async def _scopes(self, request: web.Request, given: str) -> frozenset[str]:
        """What a key may do; nothing for a wrong one, which is counted."""
        key = await self._key(request, given)
        if key is None:
            await self._rate.wrong(request)
        return key.scopes if key else frozenset()

    async def _key(self, request: web.Request, given: str) -> ApiKey | None:
        name, now = hashed(given), time.monotonic()
        if name in self._found and now - self._found[name][0] < REMEMBERED:
            return self._found[name][1]
        await self._rate.may_guess(request)
        async with looking(self._database) as unit:
            key = await unit.doors.key(given, self._clock())
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        self._found[name] = (now, key)
        return key
