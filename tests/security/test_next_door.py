"""A citizen complains about somebody who works next to the handler: that person hears nothing, by no way."""

from pathlib import Path
from typing import Any

import pytest

from bot.staff.accounts import make_link
from cases.casework.work import Work
from cases.rules.case import Case, ContactWay, Kind, Reporter, Role
from cases.rules.city import City
from cases.rules.permissions import of_the_accused
from cases.rules.routing import route
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking, working
from tests.bot.letters.test_letters import files_of, text_of
from tests.support.cases import a_case
from tests.support.clock import TestClock
from tests.support.office import Office, Person, filed

PHONE = "+8613812345678"
NUMBERS = ("XF20261123-000001-8", "XF20261123-000002-6", "XF20261123-000003-4")
SECRET = "陈科长收了工地老板的钱"


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office on SQLite."""
    return Office(sqlite, engine, city, clock, tmp_path)


@pytest.fixture
async def chief(office: Office) -> Person:
    """A supervisor of the complaints office."""
    return await office.staff("chief", "xfj", Role.SUPERVISOR)


async def kept(office: Office, **changes: Any) -> Case:
    """A case in the register."""
    case = a_case(**changes)
    async with working(office.database) as unit:
        await unit.cases.add(case)
    return case


def report(**changes: Any) -> dict[str, Any]:
    """A 举报 about somebody in the environment bureau, in the hands of the discipline inspectors."""
    ordinary: dict[str, Any] = {
        "number": NUMBERS[0],
        "kind": Kind.REPORT,
        "department": "jwjw",
        "respondent": "生态环境局陈科长",
        "narrative": SECRET,
        "confidential": True,
    }
    return {**ordinary, **changes}


@pytest.mark.parametrize(
    ("respondent", "story"),
    [
        ("云州市生态环境局的陈科长", ""),
        ("生态环境局的陈科长", ""),
        ("环保局长", ""),
        ("陈科长", "环保局陈科长收了工地老板的钱"),
        ("", "我要举报生态环境局的工作人员吃拿卡要"),
        ("Mr Chen", "Mr Chen is a director at the Ecology and Environment Bureau and takes money"),
        ("", "An official of the Yunzhou Ecology and Environment Bureau took 5,000 yuan"),
    ],
)
def test_whatever_people_call_the_unit_the_report_never_reaches_it(city: City, respondent: str, story: str) -> None:
    way = route(city, "环境保护", "环境污染", "", Kind.REPORT, respondent, story)
    assert "sthj" not in (way.department, *way.helpers)
    case = a_case(kind=Kind.REPORT, respondent=respondent, narrative=story)
    assert of_the_accused("sthj", case, city)


@pytest.mark.parametrize("story", ["化工厂夜里偷排，环保局长期没有来查", "化工厂偷排，我打过生态环境局电话"])
def test_a_unit_that_is_only_mentioned_is_not_accused(city: City, story: str) -> None:
    assert route(city, "环境保护", "环境污染", "", Kind.REPORT, "化工厂", story).department == "sthj"


async def test_a_supervisor_of_the_accused_unit_hears_of_no_escalation(office: Office, chief: Person) -> None:
    accused = await office.staff("boss", "sthj", Role.SUPERVISOR)
    case = await kept(office, **report())
    async with working(office.database) as unit:
        told = await Work(unit, office.city, office.clock()).audience(case, "supervisors")
    assert told == [str(chief.channel.address)]
    assert SECRET not in await accused.says(f"/case {case.number}")


async def test_who_must_not_know_cannot_be_invited(office: Office) -> None:
    lead = await office.staff("lead", "jwjw", Role.LEAD)
    accused = await office.staff("chen", "sthj", Role.HANDLER)
    helper = await office.staff("zhou", "sfj", Role.HANDLER)
    case = await kept(office, **report())
    accused.screen.shown.clear()
    assert "chen" in await lead.says(f"/consult {case.number} 2026-11-24 9:00 三楼 zhou,chen")
    await lead.says(f"/consult {case.number} 2026-11-24 9:00 三楼 zhou")
    await office.delivers()
    assert accused.screen.shown == []
    assert any(case.number in text for text in helper.screen.shown)


async def test_a_leader_who_is_accused_hears_of_no_booking(office: Office, chief: Person) -> None:
    host = await office.staff("chen", "sthj", Role.LEAD)
    await chief.says("/reception 2026-11-26 9:00-10:00 30 chen 信访局302室")
    citizen = office.person("li")
    await kept(office, **report(reporter=Reporter("terminal:li")))
    await citizen.says(f'/book{{"n":"{NUMBERS[0]}"}}')
    await citizen.says(citizen.payloads[0])
    await office.delivers()
    assert not any(NUMBERS[0] in text for text in host.screen.shown)


async def test_the_joint_list_hides_what_its_reader_must_not_see(office: Office, chief: Person) -> None:
    handler = await office.staff("sun", "jwjw", Role.HANDLER)
    await kept(office, number=NUMBERS[1], department="jwjw")
    await kept(office, **report(merged_into=NUMBERS[1]))
    await kept(office, number=NUMBERS[2], department="cgj", merged_into=NUMBERS[1], narrative="别的单位的事")
    assert SECRET[:10] in await handler.says(f"/joint {NUMBERS[1]}")
    assert "别的单位" not in await handler.says(f"/joint {NUMBERS[1]}")
    assert "别的单位" in await chief.says(f"/joint {NUMBERS[1]}")


async def test_a_report_is_never_merged_into_the_accused_unit_s_case(office: Office, chief: Person) -> None:
    case = await kept(office, **report())
    await kept(office, number=NUMBERS[1], department="sthj")
    assert "举报不能转给" in await chief.says(f"/merge {case.number} {NUMBERS[1]}")


async def test_a_phone_number_does_not_tell_whose_a_confidential_case_is(office: Office) -> None:
    handler = await office.staff("wang", "sthj", Role.HANDLER)
    reporter = Reporter("telegram:1", "zh", ContactWay.PHONE, "张三丰", PHONE)
    await kept(office, number=NUMBERS[0], reporter=reporter, confidential=True)
    await kept(office, number=NUMBERS[1], reporter=reporter)
    found = await handler.says("/find 13812345678")
    assert NUMBERS[1] in found
    assert NUMBERS[0] not in found


async def test_an_export_names_a_confidential_reporter_to_the_register_s_keepers_only(office: Office) -> None:
    reporter = Reporter("telegram:3527065", "zh", ContactWay.PHONE, "张三丰", PHONE)
    await kept(office, reporter=reporter, confidential=True)
    unit = await office.staff("sun", "sthj", Role.EXPORTER)
    register = await office.staff("ma", "xfj", Role.EXPORTER)
    for words, reader, named in (
        ("jsonl", unit, False),
        ("jsonl", register, False),
        ("jsonl unmasked reason: audit", unit, False),
        ("jsonl unmasked reason: audit", register, True),
    ):
        content = (await office.exported(reader, words)).decode()
        assert ("张三丰" in content and PHONE in content) is named, words
        assert named or not any(trace in content for trace in ("张", "5678", "telegram"))


async def test_a_letter_names_a_confidential_citizen_in_their_own_copy_only(office: Office, chief: Person) -> None:
    citizen, handler = office.person("li"), await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)
    reporter = Reporter("terminal:li", "zh", ContactWay.PHONE, "张三丰", PHONE)
    await kept(office, reporter=reporter, confidential=True)
    await handler.says(f"/accept {NUMBERS[0]}")
    await handler.says(f"/letter {NUMBERS[0]} accepted")
    await handler.says(handler.payloads[0])
    await office.delivers()
    theirs, staffs = await files_of(office, citizen), await files_of(office, handler)
    pdf = next(name for name in theirs if name.endswith(".pdf"))
    assert "张三丰" in text_of(theirs[pdf])
    assert staffs
    assert all("张三丰" not in text_of(each) for name, each in staffs.items() if name.endswith(".pdf"))


async def test_who_was_switched_off_hears_and_does_nothing_more(office: Office) -> None:
    admin, wang = await office.staff("root", "xfj", Role.ADMIN), await office.staff("wang", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    async with working(office.database) as unit:
        token = await make_link(Work(unit, office.city, office.clock()), "wang")
    await admin.says("/staff off wang")
    assert "wang" in await admin.says("/staff link wang")
    wang.screen.shown.clear()
    await office.person("li").says(f'/urge{{"n":"{number}"}}')
    await office.delivers()
    assert wang.screen.shown == []
    assert number not in await wang.says(f"/case {number}")
    await office.person("new").says(f"/bind {token}")
    async with looking(office.database) as unit:
        assert await unit.staff.at("terminal:new", office.clock()) is None


async def test_an_identity_whose_binding_ended_hears_nothing_though_the_account_works_on(office: Office) -> None:
    old = await office.staff("wang", "sthj", Role.HANDLER)
    async with working(office.database) as unit:
        await unit.staff.end("terminal:wang", office.clock())
        work = Work(unit, office.city, office.clock())
        await unit.staff.bind("terminal:phone", "wang", work.now)
    old.screen.shown.clear()
    new = office.person("phone")
    await filed(office.person("li"))
    await office.delivers()
    assert old.screen.shown == []
    assert new.screen.shown
