"""Who speaks over HTTP: a page with a token that we issued, or a program with a key.

A page's token is signed, ends after half a year without a visit, and carries nothing but a random session id, so that
nobody can speak for another's session. A session that is signed in as staff is bound to its browser as well: see
`sessions`. A program speaks for any id of its own (``rest:<id>``), never for a session of a page unless it holds its
token.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer

from bot.channels.doors import ASKED
from bot.channels.webchat.guard import RateLimit, Refused
from bot.channels.webchat.programs import SPEAK, Programs
from bot.channels.webchat.sessions import Browsers
from dialogs.messages import Address
from storage.session import Database
from storage.unit import looking

WEBCHAT = "webchat"
REST = "rest"
LONGEST_ID = 150
TOKEN_LIFE = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Sender:
    """`given` is what the caller called itself; `trusted` is a program with a key.

    `proven`: the request carries the cookie that a sign-in gave this session's browser.
    """

    given: str
    address: Address
    trusted: bool = False
    proven: bool = False


class Tokens:
    """Issues and reads the tokens of pages' sessions."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tokens = URLSafeSerializer(secret_key, "webchat-sender", signer_kwargs={"digest_method": sha256})

    def issue(self, session: Address | None = None) -> str:
        """A token for a new session (144 random bits), or a fresh one for a session that goes on."""
        id = session.id if session else secrets.token_urlsafe(18)
        return str(self._tokens.dumps([id, int(self._clock().timestamp())]))

    def session(self, token: str) -> Address | None:
        """The session that a token is for; None when it is not one of ours, or too old."""
        try:
            id, issued = self._tokens.loads(token)
            age = self._clock().timestamp() - int(issued)
        except (BadSignature, ValueError, TypeError):
            return None
        return Address(WEBCHAT, str(id)) if age <= TOKEN_LIFE.total_seconds() else None

    def meant(self, name: str) -> Address:
        """The conversation that a program with a key names: a token, ``channel:id``, or an id of its own."""
        if address := self.session(name):
            return address
        channel, colon, identity = name.partition(":")
        if colon and identity and channel in (WEBCHAT, REST, "telegram", "terminal"):
            return Address(channel, identity)
        return Address(REST, name)


class Senders:
    """Tells who speaks."""

    def __init__(
        self, database: Database, tokens: Tokens, programs: Programs, browsers: Browsers, rate: RateLimit
    ) -> None:
        self.tokens = tokens
        self._database = database
        self._programs = programs
        self._browsers = browsers
        self._rate = rate

    async def read(self, request: web.Request, given: str) -> Sender:
        """Who speaks; raise `Refused` (401) for who cannot show it."""
        if address := self.tokens.session(given):
            request[ASKED] = True
            return Sender(given, address, proven=self._browsers.known(request, address))
        if not await self._programs.may(request, SPEAK):
            raise Refused(401, "sender")
        if not given.strip() or len(given) > LONGEST_ID or not given.isprintable():
            raise Refused(400, "sender_id")
        return Sender(given, Address(REST, given), trusted=True)

    async def admit(self, request: web.Request, given: str) -> Sender:
        """Who speaks, when they may go on: not too fast, and from the browser that was signed in where staff were.

        Raise `Refused` (401, 429) otherwise.
        """
        sender = await self.read(request, given)
        if sender.trusted:
            return sender
        await self._rate.check(request, str(sender.address))
        if not sender.proven and await self._was_staff(sender):
            raise Refused(401, "signed_out")
        return sender

    async def know_staff(self, response: web.StreamResponse, sender: Sender) -> None:
        """After ``/bind``: give the browser its cookie when the session was signed in."""
        if not sender.trusted and await self._was_staff(sender):
            self._browsers.know(response, sender.address)

    async def _was_staff(self, sender: Sender) -> bool:
        async with looking(self._database) as unit:
            return await unit.staff.ever_bound(str(sender.address))
