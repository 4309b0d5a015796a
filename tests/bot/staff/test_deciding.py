"""Deciding and pressing: a matter is accepted once, goes on without the citizen's answer, is helped with, watched."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cases.casework.citizens import CitizenDesk
from cases.casework.work import Work
from cases.rules.case import ContactWay, Kind, Occurrence, Place, Role, Status
from cases.rules.city import City, DutyRow
from cases.rules.desk import Complaint
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import working
from tests.support.clock import SHANGHAI, TestClock
from tests.support.office import Office, Person, case_of, filed


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office on SQLite whose duty officer is chief."""
    return Office(sqlite, engine, replace(city, duty=(DutyRow("daily", "chief", "1"),)), clock, tmp_path)


@pytest.fixture
async def wang(office: Office) -> Person:
    """A handler of the environment bureau."""
    return await office.staff("wang", "sthj", Role.HANDLER)


@pytest.fixture
async def lin(office: Office) -> Person:
    """A lead and reviewer there."""
    return await office.staff("lin", "sthj", Role.LEAD, Role.REVIEWER)


def seen(person: Person, words: str) -> list[str]:
    """What arrived with these words."""
    return [text for text in person.screen.shown if words in text]


async def test_a_matter_is_accepted_once_and_its_clock_is_not_turned_back(
    office: Office, wang: Person, lin: Person, clock: TestClock
) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    due = (await case_of(office, number)).reply_by
    clock.passes(days=9)
    await wang.says(f"/ask {number} 几点到几点？")
    assert f"/accept {number}" not in wang.payloads
    assert "已经受理过了" in await wang.says(f"/accept {number}")
    assert "已经受理过了" in await wang.says(f"/decline {number} 不是我们的")
    await lin.says(f"/assign {number} cgj")
    qian = await office.staff("qian", "cgj", Role.HANDLER)
    assert "已受理" in await qian.says(f"/accept {number}")
    case = await case_of(office, number)
    assert case.reply_by == due
    assert case.responsible == "cgj"


async def test_nothing_is_answered_before_it_is_accepted(office: Office, wang: Person, lin: Person) -> None:
    number = await filed(office.person("li"))
    await lin.says(f"/assign {number} sthj")
    await wang.says(f"/sign {number}")
    assert "还没有受理" in await wang.says(f"/reply {number} 已责令幸福路88号工地夜间停工")
    assert f"/accept {number}" in (await wang.says(f"/case {number}"), wang.payloads)[1]
    await wang.says(f"/accept {number}")
    assert "送审" in await wang.says(f"/reply {number} 已责令幸福路88号工地夜间停工")


async def test_who_waits_for_an_answer_in_vain_goes_on_and_the_pause_counts(
    office: Office, wang: Person, clock: TestClock
) -> None:
    office.turns.city = replace(office.city, policy="county_520")
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    due = (await case_of(office, number)).reply_by
    assert due
    await wang.says(f"/ask {number} 几点到几点？")
    clock.passes(days=5)
    assert "送审" in await wang.says(f"/reply {number} 已责令幸福路88号工地夜间停工")
    case = await case_of(office, number)
    assert case.reply_by == due + timedelta(days=5)
    assert case.asked_at is None


async def test_what_is_arranged_and_asked_afterwards_is_told(office: Office, wang: Person, lin: Person) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/accept {number}", f"/schedule {number} 周三9点检测")
    await wang.says(f"/reply {number} 已责令幸福路88号工地夜间停工")
    await lin.says(f"/approve {number}")
    await office.delivers()
    await wang.says(f"/callback {number} 这几天夜里还吵吗？")
    await office.delivers()
    assert seen(li, "已安排（云州市生态环境局）：周三9点检测")
    assert seen(li, "想听听您的意见：这几天夜里还吵吗？")
    assert (await case_of(office, number)).status is Status.FOLLOW_UP


async def test_a_helping_department_sees_the_case_and_is_told(office: Office, wang: Person, lin: Person) -> None:
    zhao = await office.staff("zhao", "gaj", Role.HANDLER)
    number = await filed(office.person("li"))
    assert "没有这个编号" in await zhao.says(f"/case {number}")
    assert "已加派" in await lin.says(f"/helper {number} gaj")
    assert "已经在办" in await lin.says(f"/helper {number} gaj")
    await office.delivers()
    assert seen(zhao, "请协办")
    assert "幸福路88号" in await zhao.says(f"/case {number}")
    assert (await case_of(office, number)).department == "sthj"


async def test_a_supervisor_presses_and_a_lead_may_draft_the_letter(
    office: Office, wang: Person, lin: Person, chief: Person, clock: TestClock
) -> None:
    number = await filed(office.person("li"))
    await chief.says(f"/supervise {number} 请三日内到现场")
    assert "权限" in await wang.says(f"/supervise {number} 请三日内到现场")
    await office.delivers()
    assert seen(wang, "被督办：请三日内到现场")
    assert seen(lin, "被督办：请三日内到现场")
    clock.now = datetime(2026, 12, 9, 9, 1, tzinfo=SHANGHAI)
    await office.house.climb()
    await office.delivers()
    assert "督办函" not in wang.screen.shown[-1]
    assert "督办函" in "\n".join(lin.screen.shown[-1:] + chief.screen.shown[-1:])


async def test_the_reviewer_reads_what_a_colleague_would_point_out(office: Office, wang: Person, lin: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}", f"/reply {number} 好的")
    await office.delivers()
    assert "答复太短" in seen(lin, "等您审核")[-1]


async def test_an_answer_by_numbers_alone_is_told_once(office: Office, wang: Person, lin: Person) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/accept {number}", f"/reply {number} 1 支持 事实：幸福路88号工地已停工")
    await lin.says(f"/approve {number}")
    await office.delivers()
    (told,) = seen(li, "答复来了")
    assert told.count("幸福路88号工地已停工") == 1
    assert (await li.says(number)).count("事实：幸福路88号工地已停工") == 1


async def test_the_verdict_of_a_review_is_told(office: Office, wang: Person, lin: Person, chief: Person) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/accept {number}", f"/reply {number} 已责令幸福路88号工地夜间停工")
    await lin.says(f"/approve {number}")
    await office.delivers()
    await li.says("申请复查", "没有写清楚停工时间")
    await chief.says(f"/review {number} 维持 事实清楚")
    assert "由再上一级机关复核" in await li.says("申请复查")
    assert "已申请复核" in await li.says("还是不服")
    await office.delivers()
    assert seen(li, "复查结果：维持原答复。事实清楚")
    assert seen(chief, "申请复核：还是不服")
    steps = await li.says(number)
    assert "复查决定" in steps
    assert steps.count("办理中") == 0


async def test_an_ended_case_goes_to_the_archive(office: Office, wang: Person, clock: TestClock) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/decline {number} 请向法院起诉")
    clock.passes(days=179)
    await office.house.climb()
    assert (await case_of(office, number)).status is Status.NOT_ACCEPTED
    clock.passes(days=2)
    await office.house.climb()
    assert (await case_of(office, number)).status is Status.ARCHIVED


async def test_who_complains_in_confidence_is_known_to_the_office_alone(
    office: Office, wang: Person, chief: Person
) -> None:
    async with working(office.database) as unit:
        desk = CitizenDesk(Work(unit, office.city, office.clock()))
        told = replace(noise("terminal:li"), confidential=True, name="李雷", contact_way=ContactWay.PHONE)
        number = (await desk.file("terminal:li", told)).number
    assert "李雷" not in await wang.says(f"/case {number}")
    assert "李雷" in await chief.says(f"/case {number}")


async def test_a_sudden_rise_reaches_who_is_on_duty_once_a_level(
    office: Office, chief: Person, clock: TestClock
) -> None:
    for index in range(11):
        clock.passes(minutes=1)
        async with working(office.database) as unit:
            desk = CitizenDesk(Work(unit, office.city, clock()))
            who = f"terminal:citizen{index}"
            report = replace(noise(who), kind=Kind.REPORT) if index == 10 else noise(who)
            await desk.file(who, report)
    await office.delivers()
    first, second = seen(chief, "苗头预警")
    assert "关注" in first and "来了 5 件" in first
    assert "警示" in second and "来了 10 件" in second


def noise(who: str) -> Complaint:
    """An ordinary complaint about noise."""
    return Complaint(
        narrative=f"工地夜里打桩 {who}", first_level="环境保护", second_level="环境污染", category_confidence=0.9,
        category_by="model", kind=Kind.COMPLAINT, requests=("夜间停工",), place=Place("幸福路88号"),
        occurrence=Occurrence(), respondent="", contact_way=ContactWay.CHAT,
    )  # fmt: skip
