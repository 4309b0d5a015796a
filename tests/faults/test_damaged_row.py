"""A case whose sealed fields were damaged on the disk does not keep its neighbours from being filed."""

from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from cases.rules.city import City
from dialogs.engine import Engine
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.office import STORY, Office, filed

AGAIN = "幸福路88号工地半夜还在打桩，太吵了，老人睡不着，希望停工"


@pytest.fixture
def office(database: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office on each database."""
    return Office(database, engine, city, clock, tmp_path)


@pytest.mark.parametrize("column", ["place_text", "narrative"])
async def test_the_neighbour_of_a_damaged_case_is_filed_and_the_sound_one_is_offered(
    office: Office, column: str
) -> None:
    sound = await filed(office.person("li"), STORY)
    damaged = await filed(office.person("zhou"), STORY)
    async with office.database.engine.begin() as connection:
        kept = await connection.execute(text(f"SELECT {column} FROM cases WHERE number = :number"), {"number": damaged})
        value = str(kept.scalar_one())
        wrong = value[:-8] + "AAAAAA" + value[-2:]
        await connection.execute(
            text(f"UPDATE cases SET {column} = :wrong WHERE number = :number"), {"wrong": wrong, "number": damaged}
        )
    wu = office.person("wu")
    with capture_logs() as logs:
        await wu.says(AGAIN)
        said = await wu.says('/contact{"v":"chat"}')
    assert "/join" in wu.payloads, said
    await wu.taps("/submit")
    assert str(wu.answers[0].custom["case"]) not in (sound, damaged)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["a case cannot be opened"]
