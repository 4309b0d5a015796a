"""The library of typical cases (典型案例库): good answers without anybody in them, found again by matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import dialect_insert
from storage.tables import typical_cases


@dataclass(frozen=True, slots=True)
class TypicalCase:
    """One typical case: its matter, the story and the answer, both without personal data."""

    number: str
    first_level: str
    second_level: str
    story: str
    reply: str
    added_by: str
    added_at: datetime


class LibraryStore:
    """The typical cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, typical: TypicalCase) -> None:
        """Keep one; a later wording replaces an earlier one."""
        row: dict[str, Any] = {name: getattr(typical, name) for name in TypicalCase.__slots__}
        statement = dialect_insert(self._connection, typical_cases).values(**row)
        rest = {name: value for name, value in row.items() if name != "number"}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[typical_cases.c.number], set_=rest)
        )

    async def drop(self, number: str) -> bool:
        """Take one out; whether it was there."""
        statement = delete(typical_cases).where(typical_cases.c.number == number)
        return bool((await self._connection.execute(statement)).rowcount)

    async def of_matter(self, first_level: str, *, limit: int = 300) -> Sequence[TypicalCase]:
        """The newest ones of a first level."""
        statement = (
            select(typical_cases)
            .where(typical_cases.c.first_level == first_level)
            .order_by(typical_cases.c.added_at.desc())
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).mappings()
        return [TypicalCase(**{name: row[name] for name in TypicalCase.__slots__}) for row in rows]
