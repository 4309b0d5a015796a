"""PostgreSQL's driver without SQLAlchemy between: inside a transaction that SQLAlchemy began and will end.

Of the processor's time for a statement of a turn SQLAlchemy's share (context, adapted cursor, greenlet, result) is
larger than asyncpg's own. The driver keeps the prepared statements; its errors are told as SQLAlchemy tells them.
"""

from collections.abc import Sequence
from typing import Any

from asyncpg import Connection, IntegrityConstraintViolationError, InterfaceError, PostgresError
from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError

DRIVERS = (PostgresError, InterfaceError)
"""What the driver raises."""


async def ask(
    driver: Connection, dialect: Dialect, text: str, values: Sequence[Any], *, reads: bool
) -> tuple[Sequence[Any], int]:
    """The rows where the statement `reads` any, and how many it gave or changed; raises `DBAPIError`."""
    try:
        if reads:
            rows = await driver.fetch(text, *values)
            return rows, len(rows)
        return [], _changed(await driver.execute(text, *values))
    except DRIVERS as error:
        raise told(error, text, dialect) from error


def _changed(status: str) -> int:
    """How many rows a command's tag tells of: ``INSERT 0 1``, ``UPDATE 3``, none for ``SAVEPOINT``."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


def told(error: Exception, text: str, dialect: Dialect) -> BaseException:
    """The driver's error as SQLAlchemy tells it, with its SQLSTATE."""
    kinds: Any = dialect.dbapi
    kind = kinds.Error
    if isinstance(error, IntegrityConstraintViolationError):
        kind = kinds.IntegrityError
    elif isinstance(error, InterfaceError):
        kind = kinds.InterfaceError
    orig = kind(str(error), error)
    told: BaseException = DBAPIError.instance(text, None, orig, kinds.Error, hide_parameters=True, dialect=dialect)
    return told
