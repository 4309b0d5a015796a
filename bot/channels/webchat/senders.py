"""Who speaks over HTTP: a page with a token that we issued, or a program with the API key.

A page's token is signed and carries nothing but a random session id, so that nobody can speak for another's session.
A program speaks for any id of its own (``rest:<id>``), never for a session of a page unless it holds its token.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer

from bot.channels.webchat.guard import Refused, same_secret
from dialogs.messages import Address

WEBCHAT = "webchat"
REST = "rest"
LONGEST_ID = 150


@dataclass(frozen=True, slots=True)
class Sender:
    """`given` is what the caller called itself; `trusted` is a program with the API key."""

    given: str
    address: Address
    trusted: bool = False


class Senders:
    """Issues and reads tokens."""

    def __init__(self, secret_key: str, api_key: str) -> None:
        self._api_key = api_key
        self._tokens = URLSafeSerializer(secret_key, "webchat-sender", signer_kwargs={"digest_method": sha256})

    def issue(self) -> str:
        """A token for a new session: 144 random bits, signed."""
        return str(self._tokens.dumps(secrets.token_urlsafe(18)))

    def session(self, token: str) -> Address | None:
        """The session that a token is for; None when it is not one of ours."""
        try:
            return Address(WEBCHAT, str(self._tokens.loads(token)))
        except (BadSignature, ValueError):
            return None

    def has_key(self, request: web.Request) -> bool:
        """Whether the request carries the right API key."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and same_secret(given.strip(), self._api_key)

    def read(self, request: web.Request, given: str) -> Sender:
        """Who speaks; raise `Refused` (401) for who cannot show it."""
        if address := self.session(given):
            return Sender(given, address)
        if not self.has_key(request):
            raise Refused(401, "sender")
        if not given.strip() or len(given) > LONGEST_ID or not given.isprintable():
            raise Refused(400, "sender_id")
        return Sender(given, Address(REST, given), trusted=True)

    def meant(self, name: str) -> Address:
        """The conversation that a program with the API key names: a token, ``channel:id``, or an id of its own."""
        if address := self.session(name):
            return address
        channel, colon, identity = name.partition(":")
        if colon and identity and channel in (WEBCHAT, REST, "telegram", "terminal"):
            return Address(channel, identity)
        return Address(REST, name)
