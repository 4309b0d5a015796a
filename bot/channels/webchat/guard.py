"""What stands before every request: refusals as JSON with a clear sentence, limits, and headers that browsers obey."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
import structlog
from aiohttp import web
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from bot.channels.webchat.languages import language_of
from dialogs.phrasebook import say

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OURS = ("same-origin", "none")
log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Refused(Exception):
    """A request that is answered with a refusal; `code` is a text under ``web.error``, `detail` names the place."""

    status: int
    code: str
    detail: str = ""
    retry_after: int = 0


@web.middleware
async def answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refusal, or a failure of ours, becomes JSON with a sentence; never a traceback."""
    try:
        return await handler(request)
    except Refused as refused:
        return refusal(request, refused)
    except (web.HTTPException, ConnectionError):
        raise
    except Exception:
        log.exception("request failed", method=request.method, route=route_of(request))
        return refusal(request, Refused(500, "trouble"))


@web.middleware
async def same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Another site's page changes nothing here, whatever cookies the browser sends with it (OWASP ASVS 5.0, 3.5).

    Browsers say where a request comes from; programs with a key, and Telegram, say nothing.
    """
    if request.method not in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site", "none") not in OURS:
        raise Refused(403, "cross_site")
    return await handler(request)


def route_of(request: web.Request) -> str:
    """The route's pattern, without the tokens that a path may carry."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"


def refusal(request: web.Request, refused: Refused) -> web.Response:
    """The refusal in the language of who asked."""
    said = say(language_of(request), f"web.error.{refused.code}")
    tree = {"error": refused.code, "message": said, **({"detail": refused.detail} if refused.detail else {})}
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else {}
    return json_answer(tree, refused.status, headers)


def json_answer(tree: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON that no cache keeps."""
    return web.Response(
        body=orjson.dumps(tree),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers that every answer carries unless it set its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def same_secret(given: str, right: str) -> bool:
    """Compare without telling by the time taken; an empty right one fits nothing."""
    return bool(right) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one sender and one network address may ask for, as ``limits`` writes it."""

    sender: str = "1200/minute"
    address: str = "6000/minute"
    files: int = 50
    """Files a day of one sender."""
    streams: int = 12
    """Event streams of one sender that are open at once."""


class RateLimit:
    """Counts in this process's memory."""

    def __init__(self, limits: Limits) -> None:
        self._sender, self._address = parse(limits.sender), parse(limits.address)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def check(self, request: web.Request, sender: str = "") -> None:
        """Count one request; raise `Refused` (429) when it is too many."""
        await self._count(self._address, "address", client_address(request))
        if sender:
            await self._count(self._sender, "sender", sender)

    async def _count(self, item: RateLimitItem, kind: str, who: str) -> None:
        if not await self._limiter.hit(item, kind, who):
            raise Refused(429, "too_fast", retry_after=5)


def client_address(request: web.Request) -> str:
    """The network address of who asks; behind a proxy of our own network, the one that the proxy saw."""
    remote = request.remote or ""
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return seen[:64] if seen and is_near(remote) else remote


def is_near(remote: str) -> bool:
    """Whether an address is of this machine or our own network."""
    try:
        return ipaddress.ip_address(remote).is_private
    except ValueError:
        return False
