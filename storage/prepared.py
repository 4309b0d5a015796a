"""Statements that are always the same, run without what SQLAlchemy does anew for each run.

SQLAlchemy builds and compiles a statement once; what it does at every later run (looking the compiled one up by its
cache key, collecting parameters, making a context and a result) costs a turn more than the database's own work. Here a
statement keeps its text and what turns values into the driver's and back. Inside a transaction that writes to SQLite it
goes straight to the driver (`storage.near`), inside any on PostgreSQL too (`storage.straight`), else through
`exec_driver_sql`.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Dialect, Float, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from storage.near import NearConnection
from storage.sealing import Unreadable

Change = Callable[[Any], Any]
Spoilt = Callable[[Any, Unreadable], None]
_ATTRIBUTE = "jiesu_prepared"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one database. `given`: each parameter's name, its value where none is given, what makes the
    driver's form of it. `changes`: what makes a column's value of what the driver gives."""

    text: str
    given: tuple[tuple[str, Any, Change | None], ...]
    changes: tuple[tuple[int, Change], ...]
    row: Callable[[Sequence[Any]], Any]

    def values(self, params: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters as the driver takes them."""
        return tuple(
            change(params.get(name, default)) if change else params.get(name, default)
            for name, default, change in self.given
        )

    def opened(self, row: Sequence[Any]) -> Any:
        """A row's values as they are meant."""
        values = list(row)
        for position, change in self.changes:
            values[position] = change(values[position])
        return self.row(values)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A statement, built for a database (``sqlite``, ``postgresql``) when it is first needed there.

    All parameters have names (`bindparam`); lists of unknown length (``IN``) it cannot have.
    """

    build: Callable[[str], Select[Any] | UpdateBase]

    async def rows(self, connection: AsyncConnection, /, **params: Any) -> list[Any]:
        """All rows, as named tuples."""
        compiled = self._on(connection.dialect, params)
        found, _ = await run(connection, compiled.text, compiled.values(params), reads=True)
        return [compiled.opened(row) for row in found]

    async def readable(self, connection: AsyncConnection, spoilt: Spoilt, /, **params: Any) -> list[Any]:
        """The rows that can be opened; of the others `spoilt` hears the first value and what was wrong."""
        compiled = self._on(connection.dialect, params)
        found, _ = await run(connection, compiled.text, compiled.values(params), reads=True)
        rows = []
        for row in found:
            try:
                rows.append(compiled.opened(row))
            except Unreadable as error:
                spoilt(row[0], error)
        return rows

    async def first(self, connection: AsyncConnection, /, **params: Any) -> Any:
        """The first row, None where there is none."""
        return next(iter(await self.rows(connection, **params)), None)

    async def value(self, connection: AsyncConnection, /, **params: Any) -> Any:
        """The first value of the first row; raise `IndexError` where there is none."""
        return (await self.rows(connection, **params))[0][0]

    async def run(self, connection: AsyncConnection, /, **params: Any) -> int:
        """Run what gives no rows; how many it changed."""
        compiled = self._on(connection.dialect, params)
        return (await run(connection, compiled.text, compiled.values(params)))[1]

    def _on(self, dialect: Dialect, params: Mapping[str, Any]) -> _Compiled:
        """Kept with the dialect, which is the engine's and holds its sealer."""
        known: dict[Any, _Compiled] = dialect.__dict__.setdefault(_ATTRIBUTE, {})
        key = (self, *params)
        if key not in known:
            known[key] = _compiled(self.build(dialect.name), dialect, tuple(params))
        return known[key]


def _compiled(statement: Select[Any] | UpdateBase, dialect: Dialect, names: Sequence[str]) -> _Compiled:
    keys = None if isinstance(statement, Select) else names
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    binds, order = compiled.binds, compiled.positiontup or ()
    columns = {str(name): column.type for name, column in statement.exported_columns.items()}
    changes = [_change(kind, dialect) for kind in columns.values()]
    row: Any = namedtuple("Row", columns)  # type: ignore[misc]
    return _Compiled(
        str(compiled),
        tuple((name, binds[name].value, _kind(binds[name].type, dialect).bind_processor(dialect)) for name in order),
        tuple((position, change) for position, change in enumerate(changes) if change),
        row._make,
    )


def _change(kind: TypeEngine[Any], dialect: Dialect) -> Change | None:
    """What makes a column's value of the driver's; both drivers give numbers as they are."""
    change: Change | None = (
        _kind(kind, dialect).result_processor(dialect, None) if not isinstance(kind, Float) else None
    )
    return change


def _kind(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    """A column's type as the database at hand has it."""
    return kind.dialect_impl(dialect)


async def run(
    connection: AsyncConnection, text: str, values: tuple[Any, ...] = (), *, reads: bool = False
) -> tuple[Sequence[Any], int]:
    """Run SQL as it is; its rows, where it `reads` any, and how many it gave or changed."""
    driver = driver_of(connection)
    if connection.dialect.name == "postgresql" and driver.is_in_transaction():
        from storage.straight import ask

        return await ask(driver, connection.dialect, text, values, reads=reads)
    if isinstance(driver, NearConnection) and driver.near:
        try:
            return driver.at_once(text, values)
        except sqlite3.Error as error:
            raise told(error, text, connection.dialect) from error
    result = await connection.exec_driver_sql(text, values)  # where SQLAlchemy begins the transaction, for one
    return (result.all() if result.returns_rows else []), result.rowcount


def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection."""
    return cast(Any, connection.sync_connection).connection.driver_connection


def told(error: sqlite3.Error, text: str, dialect: Dialect) -> BaseException:
    """The driver's error as SQLAlchemy tells it."""
    return DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect)


def dialect_insert(connection: AsyncConnection, table: Any) -> Any:
    """An insert statement that knows ``ON CONFLICT`` of the database at hand."""
    return insert_on(connection.dialect.name, table)


def insert_on(dialect: str, table: Any) -> Any:
    """The same by the database's name."""
    named: Any = postgresql if dialect == "postgresql" else sqlite
    return named.insert(table)
