"""What people may ask for about themselves, and what its time erases."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cases.rules.case import Role
from cases.rules.city import SAMPLE, City, CityError
from cases.rules.retention import Retention, RetentionError, read
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking
from tests.support.clock import TestClock
from tests.support.office import STORY, Office, Person
from tests.support.rows import rows

PHONE = "13800001234"
MARKS = ("138000", "terminal:li")


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    return Office(sqlite, engine, city, clock, tmp_path)


async def filed_with_a_phone(citizen: Person) -> str:
    await citizen.says(STORY, '/contact{"v":"phone"}', PHONE, "/submit")
    return str(citizen.answers[0].custom["case"])


async def marked(office: Office) -> set[str]:
    """Tables in which phone or chat of the citizen can be read."""
    return {table for table, row in await rows(office.database) if any(mark in row for mark in MARKS)}


async def test_the_copy_holds_everything_and_nothing_of_others(office: Office) -> None:
    li, zhou = office.person("li"), office.person("zhou")
    number = await filed_with_a_phone(li)
    other = await filed_with_a_phone(zhou)
    await li.says('/mydata{"v":"file"}')
    await office.delivers()
    async with looking(office.database) as unit:
        (file,) = [each for each in await unit.attachments.of("terminal:li") if each.name.startswith("my-data")]
    content = await office.files.read(file.key)
    copy = json.loads(content)
    assert copy["address"] == "terminal:li"
    assert [case["number"] for case in copy["cases"]] == [number]
    assert copy["cases"][0]["phone"].endswith(PHONE)
    assert "打桩" in copy["cases"][0]["narrative"]
    assert copy["cases"][0]["consent"] == "2026-11"
    assert other not in content.decode()
    assert copy["messages"] == [], "a terminal keeps no conversation to show again"
    office.clock.passes(days=8)
    assert await office.house.expire() == 1
    with pytest.raises(KeyError):
        await office.files.read(file.key)


async def test_what_was_corrected_is_what_the_handler_reads_and_nothing_of_it_is_in_the_audit_log(
    office: Office,
) -> None:
    li = office.person("li")
    number = await filed_with_a_phone(li)
    await li.says("/correct", "13900005678")
    async with looking(office.database) as unit:
        case = await unit.cases.get(number)
        lines = [str(line) for line in await unit.audit.newest(action="correct")]
    assert case
    assert case.reporter.phone == "+8613900005678"
    assert len(lines) == 1
    assert "5678" not in lines[0]


async def test_erased_is_erased_in_every_table_and_the_record_stays(office: Office) -> None:
    li = office.person("li")
    number = await filed_with_a_phone(li)
    await li.says(f'/receipt{{"n":"{number}"}}')
    await office.delivers()
    await li.says(f'/withdraw{{"n":"{number}"}}', "自己解决了", "/forget", '/forget{"v":"yes"}')
    assert await marked(office) <= {"conversations"}  # that somebody wrote to us one day, not what
    async with looking(office.database) as unit:
        case = await unit.cases.get(number)
        assert case
        assert "打桩" in case.narrative
        assert [line.subject for line in await unit.audit.newest(action="erase")] == [number]


async def test_time_erases_first_the_person_then_the_story_and_says_so(office: Office) -> None:
    wang = await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)
    li = office.person("li")
    number = await filed_with_a_phone(li)
    await wang.says(f"/accept {number}")
    await li.says(f'/withdraw{{"n":"{number}"}}', "自己解决了")
    await office.delivers()
    office.clock.passes(days=1096)
    await office.house.expire()
    await office.house.sweep()
    assert await marked(office) == set()
    office.clock.passes(days=2600)
    await office.house.expire()
    assert not [table for table, row in await rows(office.database) if "打桩" in row or "自己解决" in row]
    async with looking(office.database) as unit:
        done = [line.subject for line in await unit.audit.newest(action="retention")]
        case = await unit.cases.get(number)
    assert {"people", "contents", "conversations"} <= set(done)
    assert case
    assert case.filed_at < office.clock() - timedelta(days=3600)


def test_a_policy_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    assert read({"people": 30}) == replace(Retention(), people=30)
    for wrong in ({"person": 1}, {"people": 0}, {"people": True}, {"people": 5000}):
        with pytest.raises(RetentionError):
            read(wrong)
    for file in SAMPLE.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "retention.yml").write_text("people: soon", encoding="utf-8")
    with pytest.raises(CityError, match=r"retention\.yml: people must be a number of days"):
        City.load(tmp_path)
