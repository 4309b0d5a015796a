"""What each member of staff did last, so that it can be taken back within a minute.

Kept is what a command changes of a case, never who complains or what they told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.rules.case import Case
from storage.case_rows import case_of, row_of
from storage.prepared import insert_on
from storage.tables import undos

CHANGED = (
    "status", "first_level", "second_level", "category_by", "department", "responsible", "returns", "recused",
    "handler", "decide_by", "reply_by", "accepted_at", "replied_at", "closed_at", "asked_at", "watch_at",
    "delivered_at", "reviewed_at", "extended", "wanted_days", "reopened", "reply",
    "draft", "answers", "solved", "satisfaction", "representative",
)  # fmt: skip
"""The columns that a command may change."""
MOMENTS = (
    "decide_by", "reply_by", "accepted_at", "replied_at", "closed_at", "asked_at", "watch_at",
    "delivered_at", "reviewed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last command of an account: on which case, when, what, the case's version after it, what it was before."""

    number: str
    at: datetime
    action: str
    version: int
    before: Mapping[str, Any]


@cache
def _keep(dialect: str) -> Any:
    statement = insert_on(dialect, undos)
    values = {name: statement.excluded[name] for name in ("number", "at", "action", "version", "before")}
    return statement.on_conflict_do_update(index_elements=[undos.c.account], set_=values)


class UndoStore:
    """The last command of each account."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, account: str, done: Undoable) -> None:
        """Remember it in the place of the one before."""
        values = {
            "number": done.number,
            "at": done.at,
            "action": done.action,
            "version": done.version,
            "before": dict(done.before),
        }
        await self._connection.execute(_keep(self._connection.dialect.name), {"account": account, **values})

    async def last(self, account: str) -> Undoable | None:
        """The last command, when there is one that can still be taken back."""
        row = (await self._connection.execute(select(undos).where(undos.c.account == account))).mappings().first()
        if row is None:
            return None
        return Undoable(row["number"], row["at"], row["action"], row["version"], row["before"])

    async def forget(self, account: str) -> None:
        """It was taken back."""
        await self._connection.execute(delete(undos).where(undos.c.account == account))


def changed_part(case: Case) -> dict[str, Any]:
    """What a command may change of the case, as JSON."""
    row = row_of(case)
    part = {name: row[name] for name in CHANGED}
    return {**part, **{name: part[name].isoformat() if part[name] else None for name in MOMENTS}}


def restored(case: Case, before: Mapping[str, Any]) -> Case:
    """The case as it was, with everything else as it is now."""
    kept = [name for name in MOMENTS if name in before]
    moments = {name: datetime.fromisoformat(before[name]) if before[name] else None for name in kept}
    row = {**row_of(case), "version": case.version, **before, **moments}
    return case_of(row)
