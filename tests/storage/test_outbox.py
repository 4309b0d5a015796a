"""The outbox: in order for each recipient, leased, never lost."""

import asyncio
import uuid
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.outbox import Priority
from storage.session import Database
from storage.unit import working
from tests.support.clock import START

LEASE = timedelta(seconds=60)


async def put(database: Database, recipient: str, message: str) -> int:
    """Queue one message."""
    async with working(database) as unit:
        return await unit.outbox.put(recipient, message, START)


async def claim(database: Database, later: float = 0) -> list[str]:
    """Claim what is due; the messages."""
    async with working(database) as unit:
        rows = await unit.outbox.claim(START + timedelta(seconds=later), LEASE, channel="telegram", limit=50)
        return [row.message for row in rows]


async def test_one_message_a_recipient_at_a_time_in_order(database: Database) -> None:
    first = await put(database, "telegram:1", "a")
    await put(database, "telegram:1", "b")
    await put(database, "telegram:2", "c")
    assert await claim(database) == ["a", "c"]
    assert await claim(database) == []
    async with working(database) as unit:
        await unit.outbox.sent([first], START)
    assert await claim(database) == ["b"]


async def test_a_lease_that_ended_is_taken_by_the_next(database: Database) -> None:
    await put(database, "telegram:1", "a")
    assert await claim(database) == ["a"]
    assert await claim(database, 59) == []
    assert await claim(database, 61) == ["a"]


async def test_a_message_that_waits_holds_up_those_behind_it_and_nobody_else(database: Database) -> None:
    first = await put(database, "telegram:1", "a")
    await put(database, "telegram:1", "b")
    await put(database, "telegram:2", "c")
    await claim(database)
    async with working(database) as unit:
        await unit.outbox.retry(first, START + timedelta(hours=1), "timeout")
    assert await claim(database, 120) == ["c"]
    assert await claim(database, 3600) == ["a", "c"]


async def test_a_dead_letter_lets_the_next_go(database: Database) -> None:
    first = await put(database, "telegram:1", "a")
    await put(database, "telegram:1", "b")
    async with working(database) as unit:
        await unit.outbox.bury(first, START, "blocked")
        assert [row.message for row in await unit.outbox.dead()] == ["a"]
    assert await claim(database) == ["b"]


async def test_a_chat_that_moved_takes_its_messages_along(database: Database) -> None:
    await put(database, "telegram:1", "a")
    async with working(database) as unit:
        assert await unit.outbox.move("telegram:1", "telegram:-100") == 1
        (row,) = await unit.outbox.claim(START, LEASE, channel="telegram", limit=50)
    assert row.recipient == "telegram:-100"


async def test_what_is_more_pressing_goes_first_and_lifts_what_is_before_it(database: Database) -> None:
    async with working(database) as unit:
        for number in (1, 2, 3):
            await unit.outbox.put(f"telegram:{number}", f"all {number}", START, priority=Priority.BROADCAST)
        await unit.outbox.put("telegram:2", "notice 2", START)
        await unit.outbox.put("telegram:3", "answer 3", START, priority=Priority.ANSWER)
    sent = []
    while True:
        async with working(database) as unit:
            rows = await unit.outbox.claim(START, LEASE, channel="telegram", limit=1)
            await unit.outbox.sent([row.id for row in rows], START)
        if not rows:
            break
        sent += [row.message for row in rows]
    assert sent == ["all 3", "answer 3", "all 2", "notice 2", "all 1"]


async def test_who_ends_without_a_word_leaves_a_doubt_who_gives_back_does_not(database: Database) -> None:
    await put(database, "telegram:1", "a")
    async with working(database) as unit:
        (row,) = await unit.outbox.claim(START, LEASE, channel="telegram", limit=5)
        await unit.outbox.release([row.id], START)
        (row,) = await unit.outbox.claim(START, LEASE, channel="telegram", limit=5)
        assert (row.attempts, row.unsure) == (1, False)
        (row,) = await unit.outbox.claim(START + 2 * LEASE, LEASE, channel="telegram", limit=5)
        assert (row.attempts, row.unsure) == (2, True)


async def test_dead_letters_are_sent_again_in_their_order(database: Database) -> None:
    async with working(database) as unit:
        ids = [await unit.outbox.put("telegram:1", text, START) for text in "abc"]
        for id in ids:
            await unit.outbox.bury(id, START, "blocked")
        assert await unit.outbox.count_dead() == 3
        assert [row.error for row in await unit.outbox.dead(2, offset=1)] == ["blocked", "blocked"]
        assert await unit.outbox.revive(ids[:2], START) == 2
        assert await unit.outbox.revive([99], START) == 0
    assert await claim(database) == ["a"]


async def test_what_may_have_arrived_is_not_taken_back(database: Database) -> None:
    async with working(database) as unit:
        first = await unit.outbox.put("telegram:1", "a", START, case_number="N1")
        await unit.outbox.put("telegram:2", "b", START, case_number="N1")
        await unit.outbox.retry(first, START, "timeout", unsure=True)
        assert await unit.outbox.take_back("N1", START) == ["telegram:1"]


async def test_a_chat_takes_nothing_before_its_time(database: Database) -> None:
    await put(database, "telegram:1", "a")
    await put(database, "telegram:2", "b")
    async with working(database) as unit:
        await unit.paces.hold_back(["telegram:1"], START + timedelta(seconds=1))
        await unit.paces.hold_back(["telegram:1"], START)
        assert await unit.paces.free_at("telegram:1", START) == START + timedelta(seconds=1)
        rows = await unit.outbox.claim(START, LEASE, channel="telegram", paced=True, limit=5)
        assert [row.message for row in rows] == ["b"]
        assert await unit.outbox.due(START, ["webchat", "telegram"]) == []
        assert await unit.outbox.due(START + LEASE, ["webchat", "telegram"]) == ["telegram"]
        assert await unit.paces.forget(START + timedelta(days=1)) == 1


async def test_two_workers_never_take_the_same(database: Database) -> None:
    for number in range(10):
        await put(database, f"telegram:{number}", str(number))
    taken = await asyncio.gather(*(claim(database) for _ in range(4)))
    flat = [message for each in taken for message in each]
    assert sorted(flat) == [str(number) for number in range(10)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), min_size=1, max_size=15), st.randoms(use_true_random=False))
async def test_order_holds_whatever_fails(sqlite: Database, recipients: list[int], chance: object) -> None:
    sent: list[tuple[str, int]] = []
    run = uuid.uuid4().hex
    waiting: dict[str, list[int]] = {}
    async with working(sqlite) as unit:
        for number, recipient in enumerate(recipients):
            name = f"telegram:{run}-{recipient}"
            waiting.setdefault(name, []).append(await unit.outbox.put(name, str(number), START))
    now = START
    while sum(len(each) for each in waiting.values()) > len(sent):
        now += timedelta(seconds=61)
        async with working(sqlite) as unit:
            for row in await unit.outbox.claim(now, LEASE, channel="telegram", limit=50):
                if row.recipient not in waiting:  # of an example that hypothesis broke off
                    await unit.outbox.sent([row.id], now)
                elif chance.random() < 0.7:  # type: ignore[attr-defined]
                    await unit.outbox.sent([row.id], now)
                    sent.append((row.recipient, row.id))
                else:
                    await unit.outbox.retry(row.id, now, "fault")
    for name, ids in waiting.items():
        assert [row for recipient, row in sent if recipient == name] == ids
