"""Turns that come together share a commit: each is kept whole, or undone alone, and nobody is told too early."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from storage.commits import Again
from storage.session import WRITING, Database
from storage.unit import looking, working
from tests.support.clock import START

LANE = "telegram:1"


class Bad(Exception):
    """A turn that goes wrong."""


@contextmanager
def counted(database: Database) -> Iterator[list[int]]:
    """Collects an entry a commit of something written."""
    commits: list[int] = []

    def seen(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITING):
            commits.append(1)

    event.listen(database.engine.sync_engine, "commit", seen)
    yield commits
    event.remove(database.engine.sync_engine, "commit", seen)


async def keep(database: Database, name: str, *, bad: bool = False, first: bool = False) -> None:
    """One small turn."""
    async with working(database, LANE, first=first) as unit:
        await unit.conversations.save(name, "said", "zh", START)
        if bad:
            raise Bad(name)


async def kept(database: Database, names: list[str]) -> list[str]:
    """Which of them are there for everybody to see."""
    async with looking(database) as unit:
        return [name for name in names if await unit.conversations.peek(name)]


async def test_forty_turns_at_once_take_a_few_commits_and_each_is_there_when_it_returns(database: Database) -> None:
    names = [f"telegram:{number}" for number in range(40)]
    for lane in database.lanes:
        lane.longest = 60.0  # the machine may be slow

    async def turn(name: str) -> None:
        await keep(database, name)
        assert await kept(database, [name]) == [name], "told before it was durable"

    with counted(database) as commits:
        await asyncio.gather(*(turn(name) for name in names))
    assert 1 <= len(commits) <= 2
    assert await kept(database, names) == names


async def test_a_turn_that_fails_is_undone_alone_also_the_first_of_its_batch(database: Database) -> None:
    names = [f"telegram:{number}" for number in range(12)]
    bad = {names[0], names[5], names[11]}
    told = await asyncio.gather(*(keep(database, each, bad=each in bad) for each in names), return_exceptions=True)
    assert {name for name, outcome in zip(names, told, strict=True) if isinstance(outcome, Bad)} == bad
    assert await kept(database, names) == [name for name in names if name not in bad]


async def test_turns_of_one_lane_go_in_the_order_in_which_they_came(database: Database) -> None:
    order: list[int] = []

    async def turn(number: int) -> None:
        async with working(database, LANE) as unit:
            order.append(number)
            await unit.conversations.save(f"telegram:{number}", "said", "zh", START)

    await asyncio.gather(*(turn(number) for number in range(20)))
    assert order == list(range(20))


async def test_who_goes_away_while_waiting_or_working_takes_nobody_along(database: Database) -> None:
    working_on, others = asyncio.Event(), [f"telegram:{number}" for number in range(8)]

    async def endless() -> None:
        async with working(database, LANE) as unit:
            await unit.conversations.save("telegram:gone", "said", "zh", START)
            working_on.set()
            await asyncio.Event().wait()

    before = [asyncio.ensure_future(keep(database, each)) for each in others[:4]]
    stuck = asyncio.ensure_future(endless())
    waiting = asyncio.ensure_future(keep(database, "telegram:waited"))
    after = [asyncio.ensure_future(keep(database, each)) for each in others[4:]]
    await working_on.wait()
    waiting.cancel()
    stuck.cancel()
    await asyncio.gather(*before, *after)
    await asyncio.wait([stuck, waiting])
    assert stuck.cancelled() and waiting.cancelled()
    assert await kept(database, [*others, "telegram:gone", "telegram:waited"]) == others


async def test_a_commit_that_fails_is_told_to_every_turn_of_its_batch_and_the_next_ones_work(
    database: Database,
) -> None:
    names = [f"telegram:{number}" for number in range(5)]

    def fails(connection: object) -> None:
        raise OSError("no space left on device")

    event.listen(database.engine.sync_engine, "commit", fails)
    told = await asyncio.gather(*(keep(database, each) for each in names), return_exceptions=True)
    assert all(isinstance(each, Again) for each in told), told
    event.remove(database.engine.sync_engine, "commit", fails)
    assert await kept(database, names) == []
    await asyncio.gather(*(keep(database, each) for each in names))
    assert await kept(database, names) == names


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer: no such lock
async def test_a_later_turn_does_not_wait_for_another_processs_lock_while_its_batch_holds_some(
    database: Database,
) -> None:
    begun, release = asyncio.Event(), asyncio.Event()
    for lane in database.lanes:
        lane.longest = 60.0  # else a slow machine ends the batch before the later turn comes

    async def other_process() -> None:
        async with working(database) as unit:
            await unit.hold("the same")
            begun.set()
            await release.wait()

    async def turn(*, first: bool) -> None:
        async with working(database, LANE, first=first) as unit:
            await unit.hold("the same")

    other = asyncio.ensure_future(other_process())
    await begun.wait()
    early, late = await asyncio.gather(keep(database, "telegram:early"), turn(first=False), return_exceptions=True)
    assert early is None and isinstance(late, Again)
    patient = asyncio.ensure_future(turn(first=True))
    behind = asyncio.ensure_future(keep(database, "telegram:behind"))
    release.set()
    await asyncio.gather(other, patient, behind)
    assert await kept(database, ["telegram:early", "telegram:behind"]) == ["telegram:early", "telegram:behind"]
