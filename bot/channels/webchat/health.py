"""Whether we live, whether we can work, and figures for Prometheus."""

import asyncio

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.channels.doors import ASKED
from bot.channels.webchat.guard import Handler, is_near, json_answer, route_of
from bot.channels.webchat.live import Live
from bot.channels.webchat.programs import METRICS, Programs
from storage.migrate import is_current
from storage.session import Database

PATIENCE = 5.0
log = structlog.get_logger(__name__)


class Health:
    """The handlers, and the figures of this process."""

    def __init__(self, database: Database, live: Live, programs: Programs) -> None:
        self._database = database
        self._programs = programs
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "jiesu_http_requests", "HTTP requests by route and status", ("route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "jiesu_http_request_seconds", "Time to answer by route", ("route",), registry=self.registry
        )
        Gauge("jiesu_chat_streams", "Open event streams", registry=self.registry).set_function(live.count)

    async def healthz(self, request: web.Request) -> web.Response:
        """The process answers."""
        return json_answer({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        """The database answers and no migration is missing; 503 otherwise."""
        try:
            async with asyncio.timeout(PATIENCE):
                ready = await self._database.ready() and await is_current(self._database)
        except Exception as error:
            log.warning("not ready", error=repr(error))
            ready = False
        return json_answer({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus's text format, for our own network and programs with a key; no personal data."""
        if not is_near(request):
            await self._programs.check(request, METRICS)
        request[ASKED] = True
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=generate_latest(self.registry), headers=headers)

    @web.middleware
    async def count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count every request and how long it took; a stream's time says nothing and is left out."""
        route = route_of(request)
        started = asyncio.get_running_loop().time()
        status = 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            self._requests.labels(route, str(status)).inc()
            if "events" not in route:
                self._seconds.labels(route).observe(asyncio.get_running_loop().time() - started)
