"""The figures of this process for Prometheus: what turns, pushes and the model did; and the lines' common id.

Each process counts for itself and gives its own; what lies in the database is looked up at the scrape
(`bot.channels.webchat.health`). docs/operations.md says what each figure means. No figure names a person or a case.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from bot.considering import Consider
from dialogs.runner.reading import Understand
from intents.meaning import Understanding

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
QUICK = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
TURNS = Counter("jiesu_turns", "Messages taken in, by channel", ("channel",), registry=REGISTRY)
TURN_SECONDS = Histogram(
    "jiesu_turn_seconds", "From a message to its durable answer", ("channel",), buckets=QUICK, registry=REGISTRY
)
TURN_FAILURES = Counter(
    "jiesu_turn_failures", "Tries of a turn that failed; three and it is put aside", ("channel",), registry=REGISTRY
)
PUSHES = Counter("jiesu_pushes", "Sendings by channel and what came of them", ("channel", "outcome"), registry=REGISTRY)
LIMITER_SECONDS = Histogram(
    "jiesu_limiter_wait_seconds",
    "How long a push waited for its turn under a platform's limits",
    ("channel",),
    buckets=(0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 30.0),
    registry=REGISTRY,
)
MATTERS = Counter("jiesu_matters", "Messages whose matter was judged, sure or not", ("sure",), registry=REGISTRY)
MODEL_LOADED = Gauge("jiesu_model_info", "The model in use", ("version",), registry=REGISTRY)


@contextmanager
def turn(channel: str) -> Iterator[None]:
    """One turn: its lines in the log carry one id, and its time is taken."""
    began = time.perf_counter()
    with structlog.contextvars.bound_contextvars(turn=uuid.uuid4().hex[:12], channel=channel):
        try:
            yield
        finally:
            TURNS.labels(channel).inc()
            TURN_SECONDS.labels(channel).observe(time.perf_counter() - began)


def counted(understand: Understand) -> Understand:
    """The same reader; how often it was sure of the matter is counted."""

    def reads(said: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
        meaning = understand(said, now=now, asked=asked)
        MATTERS.labels("no" if meaning.matter.unsure else "yes").inc()
        return meaning

    return reads


def counted_too(consider: Consider) -> Consider:
    """The same second opinion, with readers that count."""

    async def considers(text: str) -> Understand:
        return counted(await consider(text))

    return considers


def uses(version: str) -> None:
    """Another model is in use."""
    MODEL_LOADED.clear()
    MODEL_LOADED.labels(version).set(1)
