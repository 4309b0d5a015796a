"""The web chat as a channel: every part of this package put together, and the table of its routes."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.channels.contract import ChannelError, Front, Keep
from bot.channels.webchat.events import Events
from bot.channels.webchat.files import Files
from bot.channels.webchat.guard import (
    OURSELVES,
    PROXIES,
    SECURE,
    Handler,
    Limits,
    RateLimit,
    answer_refusals,
    guarded,
    same_site,
    set_headers,
)
from bot.channels.webchat.health import Health
from bot.channels.webchat.history import History
from bot.channels.webchat.languages import FALLBACK
from bot.channels.webchat.live import Live
from bot.channels.webchat.programs import Programs
from bot.channels.webchat.rendering import Pages
from bot.channels.webchat.rest import Rest
from bot.channels.webchat.senders import REST, WEBCHAT, Senders, Tokens
from bot.channels.webchat.sessions import Browsers
from bot.channels.webchat.staff import StaffDoor
from bot.channels.webchat.tracker import TrackerDoor
from bot.settings import Settings
from bot.tasks import Tasks
from cases.rules.city import City
from dialogs.engine import Engine
from dialogs.messages import OutboundMessage
from storage.session import Database


@dataclass(frozen=True, slots=True)
class Route:
    """One route; who may call it stands in `bot.channels.doors`."""

    method: str
    path: str
    handler: Handler


class Mailbox:
    """A channel whose messages wait in the database until a page or a program fetches them."""

    replies_by_outbox = False
    limits = None
    shows_once = True

    def __init__(self, name: str, history: History) -> None:
        self.name = name
        self._history = history

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """Keep it, once for each key, and wake who listens."""
        try:
            return str(await self._history.push(message, key))
        except Exception as error:
            raise ChannelError(f"the database does not take it: {type(error).__name__}", unknown=True) from error

    async def start(self, front: Front) -> None:
        """Messages come in over the web chat's routes."""

    async def stop(self) -> None:
        """Nothing is open."""


class WebChatChannel(Mailbox):
    """Implements `bot.channels.contract.Channel` for the page; `rest` is the channel of programs with the API key."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        keep: Keep,
        city: City,
        settings: Settings,
        secret_key: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        look_every: float = 1.0,
    ) -> None:
        """`look_every`: seconds between looks for what other processes posted."""
        limits = limits or Limits()
        self._language = settings.language
        self._proxies, self._host = settings.proxies, settings.base_url.partition("://")[2].partition("/")[0]
        self._secure = settings.base_url.startswith("https://")
        self._live = Live(database, look_every)
        rate = RateLimit(limits)
        programs = Programs(database, settings.api_key.get_secret_value(), clock, rate)
        browsers = Browsers(secret_key, clock, secure=self._secure)
        tokens = Tokens(secret_key, clock)
        self._senders = Senders(database, tokens, programs, browsers, rate)
        self.history = history = History(database, self._live, clock)
        super().__init__(WEBCHAT, history)
        self.rest = Mailbox(REST, history)
        self._files = Files(database, keep, self._senders, history, clock, limits.files)
        self._rest = Rest(self._senders, rate, self._files, history, clock)
        self._events = Events(database, self._senders, history, self._live, limits.streams)
        self._staff = StaffDoor(database, self._senders, browsers, rate, self._rest, history, city, clock)
        self._tracker = TrackerDoor(database, engine, tokens, programs)
        self._pages = Pages(city)
        self._takes_in = True
        self._health = Health(database, settings.folder, self._live, programs, clock, self._is_ready)

    async def start(self, front: Front) -> None:
        """Begin to take messages in."""
        self._rest.front = front

    async def stop(self) -> None:
        """Take nothing in any more and end the streams."""
        self._rest.front = None
        self._live.close()

    def routes(self, app: web.Application) -> None:
        """Add every route, the limits and headers around them, and the look-out for other processes' posts."""
        self._add(app, self.table())
        app.on_shutdown.append(self._end_streams)
        app.cleanup_ctx.append(self._watching)

    def watched(self, app: web.Application) -> None:
        """Add only what is seen from outside, for a process that takes no messages in: it is ready without."""
        self._takes_in = False
        self._add(app, self._seen())

    def _add(self, app: web.Application, table: Sequence[Route]) -> None:
        app[FALLBACK] = self._language
        for route in table:
            app.router.add_route(route.method, route.path, route.handler)
        app[PROXIES], app[SECURE], app[OURSELVES] = self._proxies, self._secure, self._host
        app.middlewares.extend([self._health.count, answer_refusals, same_site, guarded])
        app.on_response_prepare.append(set_headers)

    def _is_ready(self) -> bool:
        return self._rest.is_open or not self._takes_in

    def table(self) -> tuple[Route, ...]:
        """Every route."""
        return (
            Route("GET", "/", self._pages.citizen),
            Route("GET", "/staff", self._pages.staff),
            Route("GET", "/staff/sign-in/{token}", self._pages.sign_in),
            Route("POST", "/staff/sign-in/{token}", self._staff.sign_in),
            Route("POST", "/staff/sign-out", self._staff.sign_out),
            Route("GET", "/staff/session", self._staff.session),
            Route("GET", "/assets/{name}", self._pages.asset),
            Route("GET", "/openapi.json", self._pages.description),
            Route("POST", "/chat/sessions", self._rest.open_session),
            Route("POST", "/webhooks/rest/webhook", self._rest.webhook),
            Route("POST", "/chat/attachments", self._files.upload),
            Route("GET", "/chat/attachments/{key}", self._files.download),
            Route("GET", "/chat/messages", self._events.messages),
            Route("GET", "/chat/events", self._events.stream),
            Route("GET", "/conversations/{sender}/tracker", self._tracker.tracker),
            *self._seen(),
        )

    def _seen(self) -> tuple[Route, ...]:
        """What is seen from outside."""
        return (
            Route("GET", "/healthz", self._health.healthz),
            Route("GET", "/readyz", self._health.readyz),
            Route("GET", "/metrics", self._health.metrics),
        )

    async def _watching(self, app: web.Application) -> AsyncIterator[None]:
        tasks = Tasks()
        tasks.spawn(self._live.watch(), "webchat look-out")
        yield
        await tasks.aclose()

    async def _end_streams(self, app: web.Application) -> None:
        self._live.close()
