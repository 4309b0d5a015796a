"""The house is kept: old update ids go, young ones stay; of many processes one does what is due."""

import asyncio
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.staff.accounts import make_account
from bot.workers.periodic import Housekeeping
from cases.casework.work import Work
from cases.rules.case import Role
from cases.rules.city import City
from storage.attachments import AttachmentFiles
from storage.session import Database
from storage.unit import working
from tests.support.clock import TestClock
from tests.support.keys import SEALER


async def test_old_updates_go_and_young_ones_are_still_known(
    database: Database, city: City, clock: TestClock, tmp_path: Path
) -> None:
    async with working(database) as unit:
        await unit.conversations.finish("telegram", "old", "telegram:1", "[]", clock() - timedelta(days=31))
        await unit.conversations.finish("telegram", "young", "telegram:1", "[]", clock() - timedelta(days=29))
    assert await Housekeeping(database, city, clock, lambda: None, AttachmentFiles(tmp_path, SEALER)).sweep() == 1
    async with working(database) as unit:
        assert (await unit.conversations.begin("telegram", "young", "telegram:1")).answers == "[]"
        assert (await unit.conversations.begin("telegram", "old", "telegram:1")).answers is None


async def test_of_many_processes_one_sends_the_day_s_report(
    database: Database, city: City, clock: TestClock, tmp_path: Path
) -> None:
    async with working(database) as unit:
        work = Work(unit, city, clock())
        await make_account(work, "chief", "Chief", city.intake_department, frozenset({Role.SUPERVISOR, Role.LEAD}))
        await unit.staff.bind("telegram:1", "chief", clock())
    clock.now = clock().astimezone(ZoneInfo(city.timezone)).replace(hour=city.report_hour, minute=5)
    files = AttachmentFiles(tmp_path, SEALER)
    houses = [Housekeeping(database, city, clock, lambda: None, files) for _ in range(4)]
    told = await asyncio.gather(*(house.report() for house in houses))
    assert sorted(told) == [False, False, False, True]
    async with working(database) as unit:
        assert len(await unit.outbox.of("telegram:1")) == 1
