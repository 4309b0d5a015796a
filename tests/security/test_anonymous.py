"""Filing without a name: with the database and its keys nobody finds out in which chat a case was filed."""

import re
from pathlib import Path

import pytest

from cases.rules.case import Role, Status
from cases.rules.city import City
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking, working
from tests.support.clock import TestClock
from tests.support.office import STORY, Office, Person
from tests.support.rows import rows

CHAT = "terminal:li"


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    return Office(sqlite, engine, city, clock, tmp_path)


async def filed_without_a_name(citizen: Person) -> tuple[str, str]:
    """Number and query code, as the citizen reads them."""
    await citizen.says(STORY, '/contact{"v":"anonymous"}', "/submit")
    (receipt,) = citizen.answers
    return str(receipt.custom["case"]), str(receipt.custom["query_code"])


async def test_no_row_of_any_table_says_both_who_and_what(office: Office) -> None:
    li = office.person("li")
    number, code = await filed_without_a_name(li)
    for table, row in await rows(office.database):
        if CHAT in row:
            assert table == "conversations"
            assert not re.search("打桩|/submit|幸福路", row)
            assert re.search(r"updated_at=[^)]*, \d+, 0, tzinfo", row)  # its time is the day
        assert not (CHAT in row and (number in row or code in row or "打桩" in row)), table


async def test_the_repeated_tap_still_gives_the_code_and_an_hour_later_nothing_is_left_of_it(office: Office) -> None:
    li = office.person("li")
    _, code = await filed_without_a_name(li)
    with_code = [table for table, row in await rows(office.database) if code in row]
    assert sorted(with_code) == ["cases", "inbox"]
    office.clock.passes(hours=1, minutes=1)
    await office.house.part()
    assert [table for table, row in await rows(office.database) if code in row] == ["cases"]


async def test_number_and_code_lead_back_to_read_add_and_rate(office: Office) -> None:
    wang = await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD, Role.REVIEWER, Role.SUPERVISOR)
    number, code = await filed_without_a_name(office.person("li"))
    await wang.says(
        f"/accept {number}", f"/reply {number} 已要求工地夜间停工。", f"/send {number}", f"/approve {number}"
    )
    await office.delivers()
    async with looking(office.database) as unit:
        case = await unit.cases.get(number)
    assert case
    assert case.status is Status.REPLIED  # nobody could be told
    back = office.person("somewhere else")
    assert "已要求工地夜间停工" in await back.says(f"{number} {code}")
    assert "可以在这里补充" in back.answers[0].text
    async with looking(office.database) as unit:
        read = await unit.cases.get(number)
    assert read
    assert read.status is Status.FOLLOW_UP  # read is delivered
    assert "满意吗" in await back.taps(f'/rate{{"n":"{number}","s":"solved"}}')
    assert "谢谢" in await back.taps(f'/rate{{"n":"{number}","v":"satisfied"}}')


async def test_who_came_back_is_forgotten_after_half_an_hour(office: Office) -> None:
    number, code = await filed_without_a_name(office.person("li"))
    li = office.person("li")
    await li.says(f"{number} {code}")
    await li.says(f'/supplement{{"n":"{number}"}}', "昨晚又开工了")
    assert "已补充" in li.answers[0].text
    office.clock.passes(minutes=31)
    assert "没有查到" in await li.says(f'/urge{{"n":"{number}"}}')
    await office.house.part()
    linked = [table for table, row in await rows(office.database) if CHAT in row and number in row]
    assert linked == []


async def test_without_the_code_the_case_is_nobodys(office: Office) -> None:
    number, _ = await filed_without_a_name(office.person("li"))
    for name in ("li", "zhao"):
        person = office.person(name)
        assert "没有查到" in await person.says(f'/withdraw{{"n":"{number}"}}')
        assert "没有查到" in await person.says(f'/supplement{{"n":"{number}"}}')
        assert not re.search("打桩|幸福路", await person.says(f"{number} AAAA-BBBB"))


async def test_a_message_that_leaves_nothing_is_gone_once_it_arrived(database: Database, clock: TestClock) -> None:
    async with working(database) as unit:
        kept = await unit.outbox.put("telegram:1", "{}", clock())
        gone = await unit.outbox.put("telegram:1", "{}", clock(), fleeting=True)
        await unit.outbox.sent([kept, gone], clock())
        assert [row.id for row in await unit.outbox.of("telegram:1")] == [kept]
