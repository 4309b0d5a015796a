"""The register read by columns, for a file: thousands of cases at a time, each column opened in one go.

A `Case` for each row would cost more than everything else that an export does. Here a page is a list of values for each
column, in the order in which the cases were filed; times stay text, which is what a file wants.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import compress
from typing import Any, cast

import orjson
from sqlalchemy import Column, Dialect, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from storage.cases import CaseFilter, conditions
from storage.sealed import QUOTED, Sealed, SealedAddress, SealedJson, sealer_of
from storage.tables import AwareDateTime, cases

Page = Mapping[str, Sequence[Any]]
"""For each column of the table the values of all cases of the page."""
Opener = Callable[[Sequence[Any]], Sequence[Any]]
CHUNK = 1000
"""Cases in a page: in so many rows a file grows, and so long nobody else has the processor."""


class Register:
    """The register within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def pages(self, wanted: CaseFilter, names: Sequence[str], *, chunk: int = CHUNK) -> AsyncIterator[Page]:
        """The columns `names` of all cases that fit, in filing order, without holding them all (keyset pages)."""
        openers = [opener(cases.c[name], self._connection.dialect) for name in names]
        raw = (type_coerce(cases.c[name], NullType()).label(f"c{n}") for n, name in enumerate(names))
        statement = select(cases.c.id, *raw).where(*conditions(wanted)).order_by(cases.c.id).limit(chunk)
        last, end = await self._span(wanted)
        while last < end:
            page = statement.where(cases.c.id > last, cases.c.id <= end)
            rows = (await self._connection.execute(page)).all()
            if not rows:
                return
            _, *columns = zip(*rows, strict=True)
            yield {name: opened(column) for name, opened, column in zip(names, openers, columns, strict=True)}
            last = rows[-1][0] if len(rows) == chunk else end

    async def _span(self, wanted: CaseFilter) -> tuple[int, int]:
        """The ids between which everything lies that fits a filter's time: after the first, up to the second."""
        within = [cases.c.filed_at >= wanted.since] if wanted.since else []
        within += [cases.c.filed_at < wanted.until] if wanted.until else []
        statement = select(func.min(cases.c.id), func.max(cases.c.id)).where(*within)
        first, last = (await self._connection.execute(statement)).one()
        return (first or 1) - 1, last or 0


def opener(column: Column[Any], dialect: Dialect) -> Opener:
    """What makes values of a column as the driver gives them."""
    kind, sealer = column.type, sealer_of(dialect)
    if isinstance(kind, AwareDateTime):
        return utc_texts
    if isinstance(kind, Sealed):
        return sealer.opener_of_many(kind.context)
    if isinstance(kind, SealedAddress):
        return lambda values: [sealer.open_address(value) for value in values]
    process = cast(Any, kind.dialect_impl(dialect)).result_processor(dialect, None)
    if process is None:
        return lambda values: values
    if isinstance(kind, SealedJson):
        open_all = sealer.opener_of_many(kind.context)
        return lambda values: opened_json(values, open_all, process)
    return lambda values: [process(value) for value in values]


def opened_json(
    values: Sequence[Any], open_all: Callable[[Sequence[str]], list[str]], read: Callable[[Any], Any]
) -> Sequence[Any]:
    """JSON values; a sealed one is kept as text in quotes, of letters that need no unescaping."""
    sealed = [value.__class__ is str and value.startswith(QUOTED) for value in values]
    texts = iter(open_all([value[1:-1] for value in compress(values, sealed)]))
    return [
        orjson.loads(next(texts)) if is_sealed else () if value == "[]" else read(value)
        for value, is_sealed in zip(values, sealed, strict=True)
    ]


def utc_texts(values: Sequence[Any]) -> Sequence[str | None]:
    """Moments as ``2026-11-23 07:00:00.000000`` in UTC, by which they are also compared. SQLite keeps them so."""
    if all(value is None or value.__class__ is str for value in values):
        return values
    return [value and utc_text(value) for value in values]


def utc_text(moment: datetime) -> str:
    """One aware moment in that form."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
