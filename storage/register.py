"""The register read by columns, for a file: which cases, hundreds of them at a time (`storage.pages`)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Dialect, Select, bindparam, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from storage.cases import CaseFilter, conditions
from storage.pages import Form, Kept, Opening, Page, Question
from storage.prepared import run
from storage.sealed import Sealed, SealedAddress, SealedJson, sealer_of
from storage.tables import AwareDateTime, cases

CHUNK = 500
"""Cases in a page: in so many rows a file grows, and so long nobody else has the processor."""
SPAN = ("b_after", "b_until")


class Register:
    """The register within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def pages(self, wanted: CaseFilter, names: Sequence[str], *, chunk: int = CHUNK) -> AsyncIterator[Page]:
        """The columns `names` of all cases that fit, in filing order, without holding them all (keyset pages)."""
        question = self.question(wanted, names, chunk=chunk)
        opening = Opening(question, sealer_of(self._connection.dialect))
        after, until = await self.span(wanted)
        while after < until:
            rows, _ = await run(self._connection, question.text, question.between(after, until), reads=True)
            if rows:
                yield opening.page(rows)
            after = question.next_after(rows, until)

    def question(self, wanted: CaseFilter, names: Sequence[str], *, chunk: int = CHUNK) -> Question:
        """What the database is asked for a page."""
        dialect = self._connection.dialect
        raw = (type_coerce(cases.c[name], NullType()).label(f"c{n}") for n, name in enumerate(names))
        after, until = (bindparam(name, 0, cases.c.id.type) for name in SPAN)
        within = (cases.c.id > after, cases.c.id <= until, *conditions(wanted))
        statement = select(cases.c.id, *raw).where(*within).order_by(cases.c.id).limit(chunk)
        text, values = written(statement, dialect)
        return Question(text, values[len(SPAN) :], tuple(kept(cases.c[name]) for name in names), chunk)

    async def span(self, wanted: CaseFilter) -> tuple[int, int]:
        """The ids between which everything lies that fits a filter's time: after the first, up to the second."""
        within = [cases.c.filed_at >= wanted.since] if wanted.since else []
        within += [cases.c.filed_at < wanted.until] if wanted.until else []
        statement = select(func.min(cases.c.id), func.max(cases.c.id)).where(*within)
        first, last = (await self._connection.execute(statement)).one()
        return (first or 1) - 1, last or 0

    async def has_more(self, wanted: CaseFilter, than: int) -> bool:
        """Whether more cases fit; no more are counted than need be."""
        some = select(cases.c.id).where(*conditions(wanted)).limit(than + 1).subquery()
        counted = await self._connection.execute(select(func.count()).select_from(some))
        return int(counted.scalar_one()) > than


def written(statement: Select[Any], dialect: Dialect) -> tuple[str, tuple[Any, ...]]:
    """A statement as the driver takes it, with its values in their order."""
    compiled: Any = statement.compile(dialect=dialect)
    state = compiled.construct_expanded_state()
    return state.statement, tuple(_given(compiled, name, state.parameters[name]) for name in state.positiontup or ())


def _given(compiled: Any, name: str, value: Any) -> Any:
    """A value in the driver's form; those of a list are texts, which stay as they are."""
    if name not in compiled.binds:
        return value
    change = compiled.binds[name].type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    return change(value) if change else value


def kept(column: Column[Any]) -> Kept:
    """In which form a column's values come; flags and numbers are what they are."""
    name, kind = str(column.name), column.type  # SQLAlchemy's own kind of text would take it along to a helper
    if isinstance(kind, (Sealed, SealedJson)):
        return Kept(name, Form.SEALED if isinstance(kind, Sealed) else Form.SEALED_JSON, kind.context)
    if isinstance(kind, SealedAddress):
        return Kept(name, Form.ADDRESS)
    if isinstance(kind, AwareDateTime):
        return Kept(name, Form.MOMENT)
    return Kept(name, Form.JSON if isinstance(kind, JSON) else Form.PLAIN)
