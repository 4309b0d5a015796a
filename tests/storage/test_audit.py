"""The audit log tells when somebody touched it: a changed, removed, inserted line, and an end that was rolled back."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.audit import AuditLine, Fault
from storage.session import Database
from storage.tables import audit, audit_head
from storage.unit import looking, working
from tests.support.clock import TestClock

Touch = Callable[[AsyncConnection], Awaitable[object]]


async def written(database: Database, clock: TestClock, count: int = 5) -> None:
    async with working(database) as unit:
        for number in range(count):
            unit.audit.log(AuditLine(clock(), "wang", "look", f"XF-{number}", "allowed", "", {"count": number}))


async def faults(database: Database) -> list[Fault]:
    async with looking(database) as unit:
        return [fault async for fault in unit.audit.verify()]


async def change(connection: AsyncConnection) -> None:
    await connection.execute(update(audit).where(audit.c.seq == 3).values(actor="zhao"))


async def remove(connection: AsyncConnection) -> None:
    await connection.execute(delete(audit).where(audit.c.seq == 2))


async def remove_the_end(connection: AsyncConnection) -> None:
    await connection.execute(delete(audit).where(audit.c.seq == 5))


async def insert_one(connection: AsyncConnection) -> None:
    row = (await connection.execute(select(audit).where(audit.c.seq == 5))).mappings().one()
    await connection.execute(insert(audit).values(**{**row, "id": row["id"] + 1, "seq": 6}))


async def swap(connection: AsyncConnection) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        await connection.execute(update(audit).where(audit.c.seq == old).values(seq=new))


@pytest.mark.parametrize(
    ("touch", "found"),
    [
        (change, Fault(3, "changed")),
        (remove, Fault(2, "missing")),
        (remove_the_end, Fault(5, "end")),
        (insert_one, Fault(6, "changed")),
        (swap, Fault(2, "missing")),
    ],
)
async def test_a_touched_line_is_found(sqlite: Database, clock: TestClock, touch: Touch, found: Fault) -> None:
    await written(sqlite, clock)
    assert await faults(sqlite) == []
    async with sqlite.writing() as connection:
        await touch(connection)
    assert found in await faults(sqlite)


async def test_an_end_that_was_rolled_back_with_its_head_does_not_fit_the_anchor(
    sqlite: Database, clock: TestClock
) -> None:
    await written(sqlite, clock, 3)
    async with sqlite.reading() as connection:
        old = (await connection.execute(select(audit_head))).mappings().one()
    await written(sqlite, clock, 2)
    async with looking(sqlite) as unit:
        anchor = await unit.audit.head()
        assert await unit.audit.holds(*anchor)
    async with sqlite.writing() as connection:
        await connection.execute(delete(audit).where(audit.c.seq > 3))
        await connection.execute(update(audit_head).values(**old))
    assert await faults(sqlite) == []  # by itself it looks whole
    async with looking(sqlite) as unit:
        assert not await unit.audit.holds(*anchor)
