"""Updates are known again, conversations are held, links are used once; on each database."""

import asyncio
from datetime import timedelta

from cases.rules.case import Role
from storage.audit import AuditLine
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import working
from tests.support.clock import START

WANG = StaffAccount("wang", "王丽", "sthj", frozenset({Role.HANDLER, Role.LEAD}))


async def test_an_update_is_ours_once(database: Database) -> None:
    async with working(database) as unit:
        assert (await unit.conversations.begin("telegram", "9", "telegram:1")).answers is None
        await unit.conversations.finish("telegram", "9", "telegram:1", "[1]", START)
    async with working(database) as unit:
        assert (await unit.conversations.begin("telegram", "9", "telegram:1")).answers == "[1]"
        assert (await unit.conversations.begin("webchat", "9", "webchat:1")).answers is None


async def test_turns_of_one_conversation_wait_for_each_other(database: Database) -> None:
    async def turn() -> None:
        async with working(database) as unit:
            kept = (await unit.conversations.begin("telegram", "1", "telegram:1")).conversation
            count = int(kept.state) if kept else 0
            await unit.conversations.save("telegram:1", str(count + 1), "zh", START)

    await asyncio.gather(*(turn() for _ in range(15)))
    async with working(database) as unit:
        kept = await unit.conversations.peek("telegram:1")
    assert kept and kept.state == "15"


async def test_old_updates_are_forgotten(database: Database) -> None:
    async with working(database) as unit:
        await unit.conversations.finish("telegram", "1", "telegram:1", "[]", START - timedelta(days=8))
        await unit.conversations.finish("telegram", "2", "telegram:1", "[]", START)
        assert await unit.conversations.forget_updates(START - timedelta(days=7)) == 1


async def test_a_one_time_link_works_once_and_in_time(database: Database) -> None:
    async with working(database) as unit:
        await unit.staff.put(WANG, START)
        await unit.staff.add_link("token", "wang", START + timedelta(hours=1))
        await unit.staff.add_link("late", "wang", START)
        assert await unit.staff.use_link("late", START) is None
        assert await unit.staff.use_link("token", START) == "wang"
        assert await unit.staff.use_link("token", START) is None


async def test_an_account_that_is_off_is_nobody(database: Database) -> None:
    async with working(database) as unit:
        await unit.staff.put(WANG, START)
        await unit.staff.bind("telegram:1", "wang", START)
        assert await unit.staff.at("telegram:1", START) == WANG
        assert await unit.staff.members("sthj", frozenset({Role.LEAD}), START) == ["telegram:1"]
        assert await unit.staff.members("jtj", frozenset({Role.LEAD}), START) == []
        await unit.staff.put(StaffAccount("wang", "王丽", "sthj", WANG.roles, active=False), START)
        assert await unit.staff.at("telegram:1", START) is None
        assert await unit.staff.members(None, frozenset({Role.LEAD}), START) == []


async def test_the_audit_log_keeps_what_was_done(database: Database) -> None:
    line = AuditLine(START, "wang", "export", "csv", "allowed", "report", {"rows": 3})
    async with working(database) as unit:
        unit.audit.log(line)
        assert await unit.audit.newest("export") == [line]
        assert await unit.audit.newest("look") == []
