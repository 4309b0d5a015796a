"""Pages of the register, column by column: how what a driver gives is opened.

A `Case` for each row would cost more than everything else that an export does. Here a page is a list of values for each
column, in the order in which the cases were filed; times stay text, which is what a file wants. Nothing here knows
SQLAlchemy: a process that only reads pages (`storage.apart`) starts at once and stays small without it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import compress
from typing import Any

import orjson

from storage.sealing import MARK, QUOTED, Sealer

Page = Mapping[str, Sequence[Any]]
"""For each column of the table the values of all cases of the page."""
Opener = Callable[[Sequence[Any]], Sequence[Any]]


class Form(StrEnum):
    """In which form the driver gives a column's values."""

    PLAIN = "plain"
    MOMENT = "moment"
    JSON = "json"
    SEALED = "sealed"
    SEALED_JSON = "sealed_json"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Kept:
    """A column, its form, and the context that it is sealed under."""

    name: str
    form: Form
    context: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A statement that gives a page: each row begins with the case's id, the columns follow.

    Its values are the ids between which it looks (after the first, up to the second), then `values`. It gives `most`
    rows at most.
    """

    text: str
    values: tuple[Any, ...]
    columns: tuple[Kept, ...]
    most: int

    def between(self, after: int, until: int) -> tuple[Any, ...]:
        """The values for cases after one id and up to another."""
        return (after, until, *self.values)

    def next_after(self, rows: Sequence[Sequence[Any]], until: int) -> int:
        """After which id the next page begins, when these rows came."""
        return int(rows[-1][0]) if len(rows) == self.most else until


class Opening:
    """Opens the rows that a question was answered with."""

    def __init__(self, question: Question, sealer: Sealer) -> None:
        self._openers = [(each.name, opener(each, sealer)) for each in question.columns]

    def page(self, rows: Sequence[Sequence[Any]]) -> Page:
        """The rows (one at least) as a page; raise `Unreadable`."""
        _, *columns = zip(*rows, strict=True)
        return {name: opened(column) for (name, opened), column in zip(self._openers, columns, strict=True)}


def opener(column: Kept, sealer: Sealer) -> Opener:
    """What makes values of a column as the driver gives them."""
    match column.form:
        case Form.MOMENT:
            return utc_texts
        case Form.SEALED:
            return sealer.opener_of_many(column.context)
        case Form.ADDRESS:
            return lambda values: [sealer.open_address(value) for value in values]
        case Form.JSON:
            return lambda values: [plain_json(value) for value in values]
        case Form.SEALED_JSON:
            return sealed_json(sealer, column.context)
    return lambda values: values


def plain_json(value: Any) -> Any:
    """A JSON value; SQLite gives its text."""
    return () if value == "[]" else json.loads(value) if value.__class__ is str else value


def sealed_json(sealer: Sealer, context: str) -> Opener:
    """Opens JSON values; a sealed one is kept as JSON text, in quotes, of letters that need no unescaping.

    SQLite gives it with its quotes, PostgreSQL's driver without; an empty list or object was never sealed.
    """
    open_all = sealer.opener_of_many(context)

    def opened(values: Sequence[Any]) -> Sequence[Any]:
        sealed = [value.__class__ is str and value.startswith((QUOTED, MARK)) for value in values]
        found = map(orjson.loads, open_all([value.strip('"') for value in compress(values, sealed)]))
        if all(sealed):
            return list(found)
        return [
            next(found) if is_sealed else plain_json(value) for value, is_sealed in zip(values, sealed, strict=True)
        ]

    return opened


def utc_texts(values: Sequence[Any]) -> Sequence[str | None]:
    """Moments as ``2026-11-23 07:00:00.000000`` in UTC, by which they are also compared. SQLite keeps them so."""
    if set(map(type, values)) <= {str, type(None)}:
        return values
    return [value and utc_text(value) for value in values]


def utc_text(moment: datetime) -> str:
    """One aware moment in that form."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
