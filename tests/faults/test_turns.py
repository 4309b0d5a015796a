"""Turns when things go wrong: nothing answered is lost, what was not kept is said, and all goes on by itself."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.channels.contract import NotKept
from cases.rules.city import City
from dialogs.engine import Engine
from dialogs.messages import Address, InboundMessage, OutboundMessage
from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import looking, working
from tests.support.clock import TestClock
from tests.support.office import Office

STORY = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
WORDS = (STORY, '/contact{"v":"chat"}', "/submit")


@pytest.fixture
def office(database: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """The office on each database."""
    return Office(database, engine, city, clock, tmp_path)


def said(office: Office, who: str, number: int, words: str) -> InboundMessage:
    """The message that somebody sends; the same again with the same number."""
    return InboundMessage(Address("terminal", who), f"{who}-{number}", office.clock(), words, message_id=str(number))


async def says(office: Office, who: str, number: int, words: str) -> list[OutboundMessage]:
    """One message, to its answers."""
    return list(await office.turns.receive(said(office, who, number, words)))


async def numbers(office: Office) -> list[str]:
    """The numbers of all cases."""
    async with looking(office.database) as unit:
        return [case.number for case in await unit.cases.find(CaseFilter(), limit=1000)]


async def steps(work: Coroutine[Any, Any, Any], most: int) -> bool:
    """Take a coroutine to its `most`-th await and cancel it there; whether it came to its own end before that."""
    stepping = work.__await__()
    try:
        for _ in range(most):
            await over(next(stepping))
    except StopIteration:
        return True
    with suppress(asyncio.CancelledError, StopIteration):
        waits = stepping.throw(asyncio.CancelledError())
        while True:
            await over(waits)
            waits = next(stepping)
    return False


async def over(waits: Any) -> None:
    """Until what a coroutine waits for is there."""
    if waits is None:
        await asyncio.sleep(0)
        return
    waits._asyncio_future_blocking = False
    await asyncio.wait([waits])


async def test_a_turn_that_ends_at_any_of_its_awaits_is_kept_whole_or_not_at_all_and_comes_again(
    office: Office,
) -> None:
    for number, words in enumerate(WORDS[:2]):
        await says(office, "wang", number, words)
    awaits = 0
    while not await steps(office.turns.receive(said(office, "wang", 2, "/submit")), awaits):
        assert len(await numbers(office)) <= 1
        awaits += 1
    answers = await says(office, "wang", 2, "/submit")
    (filed,) = await numbers(office)
    assert filed in answers[0].text
    assert awaits > 1
    async with looking(office.database) as unit:
        assert len(await unit.cases.history(filed)) == 1


async def test_a_poisoned_update_is_put_aside_and_its_neighbours_do_not_notice(office: Office) -> None:
    understand = office.turns.understand

    def poisoned(words: str, **more: Any) -> Any:
        if words == "poison":
            raise ZeroDivisionError
        return understand(words, **more)

    office.turns.understand = poisoned
    people = [f"p{number}" for number in range(6)]
    told = await asyncio.gather(
        *(says(office, who, 0, "poison" if who == "p3" else STORY) for who in people), says(office, "p3", 1, STORY)
    )
    assert all(told)
    async with looking(office.database) as unit:
        for who in people:
            assert await unit.conversations.peek(f"terminal:{who}")
    async with office.database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM dead_letters"))).scalar_one() == 1


async def test_a_full_disk_is_said_and_the_same_message_is_taken_when_there_is_room(
    sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path
) -> None:
    office = Office(sqlite, engine, city, clock, tmp_path)
    for number, words in enumerate(WORDS[:2]):
        await says(office, "wang", number, words)
    async with sqlite.reading() as connection:
        room = [int((await connection.exec_driver_sql("PRAGMA page_count")).scalar_one())]

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0]}")

    event.listen(sqlite.engine.sync_engine, "begin", limit)
    people = [f"p{number}" for number in range(12)]
    told = await asyncio.gather(*(says(office, who, 0, STORY) for who in people), return_exceptions=True)
    refused = [who for who, answer in zip(people, told, strict=True) if isinstance(answer, NotKept)]
    assert refused
    async with working(sqlite) as unit:
        for who in people:
            begun = await unit.conversations.begin("terminal", f"{who}-0", f"terminal:{who}")
            assert (begun.answers is None) is (who in refused)
    room[0] = 1_000_000
    for who in refused:
        assert await says(office, who, 0, STORY)
    assert (await says(office, "wang", 2, "/submit"))[0].text
    assert len(await numbers(office)) == 1


async def test_a_clock_that_goes_back_gives_no_number_twice_and_loses_no_order(office: Office) -> None:
    for number, words in enumerate(WORDS):
        await says(office, "wang", number, words)
    office.clock.now = office.clock.now.replace(hour=1)
    for number, words in enumerate(WORDS):
        await says(office, "li", number, words.replace("88", "99"))
    assert len(set(await numbers(office))) == 2


async def test_a_file_that_another_process_holds_is_waited_for(sqlite: Database, tmp_path: Path) -> None:
    other = Database(sqlite.url, sqlite.sealer)
    held, release = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        async with working(other) as unit:
            await unit.conversations.save("terminal:other", "x", "zh", TestClock()())
            held.set()
            await release.wait()

    async def waits() -> None:
        async with working(sqlite) as unit:
            await unit.conversations.save("terminal:one", "x", "zh", TestClock()())

    holding = asyncio.ensure_future(holds())
    await held.wait()
    waiting = asyncio.ensure_future(waits())
    assert await sqlite.ready()
    release.set()
    await asyncio.gather(holding, waiting)
    await other.aclose()
    async with looking(sqlite) as unit:
        assert await unit.conversations.peek("terminal:one")
