"""Logs: structured lines on standard error, without personal data: only what is listed gets into a line.

What is said while a turn runs carries its id (``turn``), so that all its lines are found together.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO, cast

import structlog

LISTED = frozenset({
    "timestamp", "level", "event", "turn", "channel", "outbox", "attempt", "attempts", "error", "reason", "route",
    "routes", "method", "task", "count", "size", "update_id", "errors", "seconds", "status", "what", "exception",
})  # fmt: skip
"""What may stand in a line: names of things and figures, never what somebody said, their name or their address."""
Format = Literal["text", "json"]


class Unquoting(logging.Filter):
    """aiohttp quotes requests that it cannot read, with the tokens and words in them: only that there was one stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite such a record; every record passes."""
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and kind.__module__ == "aiohttp.http_exceptions":
            record.msg, record.args, record.exc_info = "request cannot be read: %s", (kind.__name__,), None
        return True


def set_up(level: str, format: Format = "text") -> None:
    """Set logging up for this process; `format`: ``key=value`` or an object of JSON a line."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(cast(TextIO, Stderr()))
    handler.setFormatter(Nameless("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])
    server = logging.getLogger("aiohttp.server")
    if not any(isinstance(each, Unquoting) for each in server.filters):
        server.addFilter(Unquoting())
    key_value = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_failed,
            only_listed,
            structlog.processors.JSONRenderer(ensure_ascii=False) if format == "json" else key_value,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, Stderr())),
    )


class Stderr:
    """Standard error as it is when something is written."""

    def write(self, text: str) -> int:
        """Write."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush."""
        sys.stderr.flush()


class Nameless(logging.Formatter):
    """What libraries log by themselves, of exceptions only kinds and places too."""

    def formatException(self, ei: Any) -> str:
        """Kinds and places."""
        return " < ".join(places(ei[1]))


def only_listed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """A line without what is not listed; which names were left out stands in its place."""
    kept = {name: value for name, value in line.items() if name in LISTED}
    left_out = ",".join(sorted(line.keys() - kept.keys()))
    return {**kept, "left_out": left_out} if left_out else kept


def where_it_failed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The kinds of the exceptions and the places in the code, not their words: those may quote what somebody said."""
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["exception"] = " < ".join(places(error))
    return line


def places(error: BaseException | None) -> list[str]:
    """An exception and those that led to it, the last one first: kind, and where in the code."""
    found: list[str] = []
    while error is not None and len(found) < DEEPEST:
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        way = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
        found.append(f"{type(error).__name__} ({way})" if way else type(error).__name__)
        error = error.__cause__ or error.__context__
    return found


DEEPEST, FRAMES = 5, 8
