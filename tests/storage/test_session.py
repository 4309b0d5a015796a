"""Transactions end whatever happens to the task that they run in."""

import asyncio

from sqlalchemy import text

from storage.session import Database

LONG = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000) SELECT count(*) FROM c"


async def test_a_task_that_is_cancelled_twice_leaves_nothing_that_waits_for_ever(sqlite: Database) -> None:
    async def works() -> None:
        async with sqlite.reading() as connection:
            begun.set()
            await connection.execute(text(LONG))

    begun = asyncio.Event()
    task = asyncio.ensure_future(works())
    await begun.wait()
    for _ in range(3):
        await asyncio.sleep(0)
    task.cancel()
    while not (left := asyncio.all_tasks() - {task, asyncio.current_task()}):  # noqa: ASYNC110
        await asyncio.sleep(0)  # until the broken connection is being closed
    task.cancel()
    await asyncio.wait({task})
    done, waiting = await asyncio.wait(left, timeout=10)
    assert done and not waiting
    assert await sqlite.ready()
