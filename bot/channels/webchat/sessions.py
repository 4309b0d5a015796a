"""The browser of a session that is signed in as staff: a cookie that scripts cannot read, beside the page's token.

Who steals the token (it stands in the page's storage and in addresses of files) has nothing without the cookie; another
site that makes the browser send the cookie has nothing without the token. OWASP ASVS 5.0, V3 and V7.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web

from dialogs.messages import Address

LIFE = timedelta(days=7)


class Browsers:
    """Gives out and reads the cookies."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime], *, secure: bool) -> None:
        """`secure`: people reach us by https, so that the cookie goes no other way."""
        self._key = hmac.digest(secret_key.encode(), b"staff browser", sha256)
        self._clock = clock
        self._secure = secure

    def know(self, response: web.StreamResponse, session: Address) -> None:
        """Give the browser its cookie."""
        until = int((self._clock() + LIFE).timestamp())
        response.set_cookie(
            self._name(session), f"{until}.{self._code(session, until)}", max_age=int(LIFE.total_seconds()),
            path="/", httponly=True, secure=self._secure, samesite="Strict",
        )  # fmt: skip

    def forget(self, response: web.StreamResponse, session: Address) -> None:
        """Take it away."""
        response.del_cookie(self._name(session), path="/", httponly=True, secure=self._secure, samesite="Strict")

    def known(self, request: web.Request, session: Address) -> bool:
        """Whether the request comes from the browser that was signed in, and not too long ago."""
        until, _, given = request.cookies.get(self._name(session), "").partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 12) or not given.isascii():
            return False
        right = hmac.compare_digest(given, self._code(session, int(until)))
        return right and self._clock().timestamp() < int(until)

    def _name(self, session: Address) -> str:
        """A browser may have several sessions: each has a cookie of its own."""
        prefix = "__Host-" if self._secure else ""
        return f"{prefix}jiesu_staff_{sha256(session.id.encode()).hexdigest()[:12]}"

    def _code(self, session: Address, until: int) -> str:
        return hmac.new(self._key, f"{until} {session.id}".encode(), sha256).hexdigest()
