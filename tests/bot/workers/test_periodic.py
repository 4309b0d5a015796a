"""The house is kept: old update ids go, young ones stay."""

from datetime import timedelta
from pathlib import Path

from bot.workers.periodic import Housekeeping
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
