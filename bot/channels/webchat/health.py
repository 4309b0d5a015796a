"""Whether we live, whether we can work, and figures for Prometheus."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.channels.doors import ASKED
from bot.channels.webchat.guard import Handler, is_near, json_answer, route_of
from bot.channels.webchat.live import Live
from bot.channels.webchat.programs import METRICS, Programs
from bot.figures import REGISTRY
from storage.migrate import is_current
from storage.session import Database
from storage.unit import looking, working

PATIENCE = 5.0
LEAST_ROOM = 64 * 1024 * 1024
"""Bytes that have to be free where files are kept: with less, what citizens send may soon not be kept."""
PROBED = 1.0
"""Seconds for which a write that succeeded is believed."""
PROBE = "readyz"
FRESH = timedelta(seconds=5)
"""How old the database's figures may be."""
KEPT = {
    "jiesu_database_up": "Whether the database answered at the last look",
    "jiesu_outbox_waiting": "Pushes that wait, of all processes",
    "jiesu_outbox_oldest_seconds": "How long the push that waits longest has been due",
    "jiesu_outbox_dead": "Pushes that nobody sends any more",
    "jiesu_updates_dead": "Inbound updates that were put aside",
}
log = structlog.get_logger(__name__)


class Commits(Collector):
    """How many units of work shared how many commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """The figures as they stand."""
        lanes = self._database.lanes
        yield CounterMetricFamily("jiesu_commits", "Shared commits", value=sum(lane.commits for lane in lanes))
        units = sum(lane.committed for lane in lanes)
        yield CounterMetricFamily("jiesu_commit_units", "Units of work in them", value=units)


class Health:
    """The handlers, and the figures of this process."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        live: Live,
        programs: Programs,
        clock: Callable[[], datetime],
        is_open: Callable[[], bool],
    ) -> None:
        """`is_open`: whether messages are taken in yet, and still."""
        self._database = database
        self._folder = folder
        self._clock = clock
        self._is_open = is_open
        self._looked: datetime | None = None
        self._wrote = float("-inf")
        self._programs = programs
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "jiesu_http_requests", "HTTP requests by route and status", ("route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "jiesu_http_request_seconds", "Time to answer by route", ("route",), registry=self.registry
        )
        Gauge("jiesu_chat_streams", "Open event streams", registry=self.registry).set_function(live.count)
        self.registry.register(Commits(database))
        self._kept = {name: Gauge(name, words, registry=self.registry) for name, words in KEPT.items()}

    async def healthz(self, request: web.Request) -> web.Response:
        """The process answers."""
        return json_answer({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        """Messages are taken in, the database answers and keeps what is written, no migration is missing, and there is
        room on the disk; 503 otherwise.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                ready = self._is_open() and await self._database.ready() and await is_current(self._database)
                ready = ready and self._has_room() and await self._keeps()
        except Exception as error:
            log.warning("not ready", error=type(error).__name__)
            ready = False
        return json_answer({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    def _has_room(self) -> bool:
        return not self._folder.exists() or shutil.disk_usage(self._folder).free >= LEAST_ROOM

    async def _keeps(self) -> bool:
        """Whether a small write is durable; looked at once in `PROBED`, whoever asks how often."""
        now = asyncio.get_running_loop().time()
        if now - self._wrote >= PROBED:
            async with working(self._database) as unit:
                await unit.paces.hold_back([PROBE], self._clock())
            self._wrote = now
        return True

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus's text format, for our own network and programs with a key; no personal data."""
        if not is_near(request):
            await self._programs.check(request, METRICS)
        request[ASKED] = True
        await self._look()
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=generate_latest(self.registry) + generate_latest(REGISTRY), headers=headers)

    async def _look(self) -> None:
        """What lies in the database, looked up once in `FRESH`; while it is away the last figures stand."""
        now = self._clock()
        if self._looked and timedelta() <= now - self._looked < FRESH:
            return
        self._looked = now
        try:
            async with asyncio.timeout(PATIENCE), looking(self._database) as unit:
                oldest = await unit.outbox.oldest(now)
                age = (now - oldest).total_seconds() if oldest else 0.0
                found = (
                    await unit.outbox.waiting(), age, await unit.outbox.count_dead(), await unit.conversations.buried()
                )  # fmt: skip
        except Exception as error:
            log.warning("no figures of the database", error=type(error).__name__)
            self._kept["jiesu_database_up"].set(0)
            return
        for gauge, value in zip(self._kept.values(), (1, *found), strict=True):
            gauge.set(value)

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
