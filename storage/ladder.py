"""Which steps of the ladder were done, what is left out of the rates, which days were reported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.rules.ladder import Step
from storage.prepared import Prepared, dialect_insert, insert_on
from storage.tables import daily_reports, exclusions, ladder_steps


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A case that the rates leave out (剔除): who said so, and why."""

    number: str
    account: str
    reason: str
    at: datetime


DONE = Prepared(
    lambda _: select(ladder_steps.c.clock, ladder_steps.c.due, ladder_steps.c.name).where(
        ladder_steps.c.number == bindparam("b_number")
    )
)
KEEP = Prepared(lambda dialect: insert_on(dialect, ladder_steps).on_conflict_do_nothing())


class LadderStore:
    """Steps, exclusions and daily reports; each is kept once."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, number: str, step: Step, at: datetime, *, told: bool) -> bool:
        """Note that a step was done; False when it had been before. `told`: somebody was told of it."""
        values = {"number": number, "clock": step.clock, "due": step.due, "name": step.name, "at": at, "told": told}
        return bool(await KEEP.run(self._connection, **values))

    async def done(self, number: str) -> Sequence[tuple[str, datetime, str]]:
        """The steps that were done for a case: clock, due date, name."""
        return [(clock, due, name) for clock, due, name in await DONE.rows(self._connection, b_number=number)]

    async def exclude(self, exclusion: Exclusion) -> None:
        """Leave a case out of the rates; a later reason replaces an earlier one."""
        values = {"account": exclusion.account, "reason": exclusion.reason, "at": exclusion.at}
        statement = dialect_insert(self._connection, exclusions).values(number=exclusion.number, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[exclusions.c.number], set_=values)
        )

    async def include(self, number: str) -> bool:
        """Count a case again; whether it had been left out."""
        statement = delete(exclusions).where(exclusions.c.number == number)
        return bool((await self._connection.execute(statement)).rowcount)

    async def excluded(self, numbers: Iterable[str] | None = None) -> Mapping[str, Exclusion]:
        """What is left out, by number."""
        rows = (await self._connection.execute(select(exclusions))).mappings()
        wanted = None if numbers is None else set(numbers)
        found = (Exclusion(row["number"], row["account"], row["reason"], row["at"]) for row in rows)
        return {each.number: each for each in found if wanted is None or each.number in wanted}

    async def report_day(self, day: str, at: datetime) -> bool:
        """Take the report of a day (``YYYYMMDD``) on oneself; False when somebody has."""
        statement = dialect_insert(self._connection, daily_reports).values(day=day, at=at).on_conflict_do_nothing()
        return bool((await self._connection.execute(statement)).rowcount)
