"""What stands before every request: refusals as JSON with a clear sentence, limits, and headers that browsers obey."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import orjson
import structlog
from aiohttp import web
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from bot.channels.doors import ASKED, DOORS, Caller, door_of
from bot.channels.webchat.languages import language_of
from dialogs.phrasebook import say
from storage.away import is_away

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
PROXIES = web.AppKey("proxies", int)
"""How many proxies of our own stand before us."""
OURSELVES = web.AppKey("ourselves", str)
"""Host and port under which people reach us; a proxy may call us otherwise."""
SECURE = web.AppKey("secure", bool)
"""Whether people reach us by https."""
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
    """A refusal, a failure of ours or of the database becomes JSON with a sentence; never a traceback."""
    try:
        return await handler(request)
    except Refused as refused:
        return refusal(request, refused)
    except web.HTTPException:
        raise
    except Exception as error:
        if is_away(error):
            log.exception("the database is away", route=route_of(request))
            return refusal(request, Refused(503, "not_kept", retry_after=5))
        if isinstance(error, ConnectionError):
            raise
        log.exception("request failed", method=request.method, route=route_of(request))
        return refusal(request, Refused(500, "trouble"))


@web.middleware
async def same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Another site's page changes nothing here, whatever cookies the browser sends with it (OWASP ASVS 5.0, 3.5).

    Browsers say where a request comes from, old ones by `Origin` alone; programs with a key, and Telegram, say nothing.
    """
    if request.method not in ("GET", "HEAD") and not _from_here(request):
        raise Refused(403, "cross_site")
    return await handler(request)


def _from_here(request: web.Request) -> bool:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None or origin is None:
        return site is None or site in OURS
    return origin.partition("://")[2] in (request.host, request.app.get(OURSELVES, ""))


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only routes of the table answer, and those that are not for anyone only after they found out who calls."""
    if request.match_info.http_exception is not None:
        return await handler(request)
    caller = DOORS.get(door_of(request))
    if caller is None:
        raise Refused(404, "no_such_page")
    response = await handler(request)
    if response.status < 400 and caller is not Caller.ANYONE and not request.get(ASKED, False):
        log.error("route did not ask who calls", route=route_of(request))
        raise Refused(500, "trouble")
    return response


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
    if request.app.get(SECURE, False):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


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
    wrong: str = "30/minute"
    """Wrong keys of one network."""
    streams: int = 12
    """Event streams of one sender that are open at once."""


class RateLimit:
    """Counts in this process's memory."""

    def __init__(self, limits: Limits) -> None:
        self._sender, self._address, self._wrong = parse(limits.sender), parse(limits.address), parse(limits.wrong)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def check(self, request: web.Request, sender: str = "") -> None:
        """Count one request; raise `Refused` (429) when it is too many."""
        await self._count(self._address, "address", client_network(request))
        if sender:
            await self._count(self._sender, "sender", sender)

    async def may_guess(self, request: web.Request) -> None:
        """Raise `Refused` (429) for who has shown too many wrong keys."""
        if not await self._limiter.test(self._wrong, "wrong", client_network(request)):
            raise Refused(429, "too_fast", retry_after=60)

    async def wrong(self, request: web.Request) -> None:
        """Count a wrong key."""
        await self._limiter.hit(self._wrong, "wrong", client_network(request))

    async def _count(self, item: RateLimitItem, kind: str, who: str) -> None:
        if not await self._limiter.hit(item, kind, who):
            raise Refused(429, "too_fast", retry_after=5)


def client_address(request: web.Request) -> str:
    """The network address of who asks, as the outermost of our own proxies saw it."""
    lines = request.headers.getall("X-Forwarded-For", [])
    return believed(request.remote or "", lines, request.app.get(PROXIES, 0))


def client_network(request: web.Request) -> str:
    """What limits count by: an IPv4 address, or the /64 that one IPv6 customer has."""
    return network_of(client_address(request))


def believed(remote: str, forwarded: Sequence[str], proxies: int) -> str:
    """The caller's address behind so many proxies of our own: counted from the right, each proxy having added the one
    that it saw; what stands further left is the caller's own writing. Without that many, the connection's address.
    """
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    seen = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return seen if _parsed(seen) else remote


def network_of(address: str) -> str:
    """An address without the part that its owner may choose at will."""
    found = _parsed(address)
    if not isinstance(found, ipaddress.IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def is_near(request: web.Request) -> bool:
    """Whether the request comes from this machine or our own network, and through no proxy that we do not know of."""
    passed_on = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    found = _parsed(client_address(request))
    return found is not None and found.is_private and (request.app.get(PROXIES, 0) > 0 or not passed_on)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
