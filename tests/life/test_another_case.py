"""What is said after an answer is about that case, also while a draft of another matter is open; and it is kept."""

from pathlib import Path

import pytest

from cases.rules.case import Role, Satisfaction, Solved
from cases.rules.city import City
from dialogs.engine import Engine
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.office import STORY, Office, Person, case_of, filed

NUMBER = "XF20261123-000001-8"


@pytest.fixture
async def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    return Office(sqlite, engine, city, clock, tmp_path)


@pytest.fixture
async def handler(office: Office) -> Person:
    return await office.staff("hj", "sthj", Role.HANDLER)


@pytest.fixture
async def li(office: Office, handler: Person) -> Person:
    """Somebody whose case was answered."""
    person = office.person("li")
    await filed(person)
    reviewer = await office.staff("sh", "sthj", Role.REVIEWER)
    await handler.says(f"/accept {NUMBER}", f"/reply {NUMBER} 已经查过，夜间不再施工")
    await reviewer.says(f"/approve {NUMBER}")
    await office.delivers()
    return person


async def test_a_judgement_in_the_midst_of_a_draft_is_of_the_answered_case_and_the_draft_stays(
    office: Office, li: Person
) -> None:
    assert "什么地方" in await li.says("单位拖欠我三个月工资")
    assert "满意吗" in await li.says("没解决")
    assert "没填完的那件还在" in await li.says("不满意")
    case = await case_of(office, NUMBER)
    assert (case.solved, case.satisfaction) == (Solved.UNSOLVED, Satisfaction.DISSATISFIED)
    assert "什么地方" in await li.says("接着填")
    answer = await li.says("看看我填的")
    assert "三个月工资" in answer
    assert "没解决" not in answer


async def test_in_english_too(office: Office, li: Person) -> None:
    await li.says("English please", "my boss has not paid my wages")
    assert "satisfied" in await li.says("not solved")
    assert "kept" in await li.says("not satisfied")
    assert "Where is this" in await li.says("go on")
    assert "what do you object to" in (await li.says("I want a review")).lower()
    assert "kept" in await li.says("they still make noise")


async def test_the_wish_for_a_review_asks_for_the_reason_and_the_draft_is_offered_again(li: Person) -> None:
    await li.says("单位拖欠我三个月工资")
    assert f"对 {NUMBER} 的答复哪里不服" in await li.says("我要复查")
    assert "已申请复查" in await li.says("晚上还在打")
    assert "/resume" in li.payloads


async def test_words_of_its_matter_are_offered_as_not_solved_or_go_to_the_draft(li: Person) -> None:
    await li.says("单位拖欠我三个月工资")
    assert f"{NUMBER} 已经答复过您" in await li.says("工地还是没停，晚上还在打桩")
    assert "什么地方" in await li.says("不是，说的是没填完的那件")
    assert "晚上还在打桩" in await li.says("看看我填的")


async def test_a_button_of_the_answer_does_not_end_the_draft(li: Person) -> None:
    await li.says("单位拖欠我三个月工资")
    await li.says("查进度")
    assert "要给" in await li.says(f'/supplement{{"n":"{NUMBER}"}}')
    assert "没填完的那件还在" in await li.says("工头姓陈")
    await li.says("/resume")
    assert "三个月工资" in await li.says("看看我填的")


@pytest.mark.parametrize("said", ["没解决", "不满意", "我要复查"])
async def test_who_has_no_answered_case_tells_the_draft(office: Office, said: str) -> None:
    person = office.person("wang")
    await person.says("单位拖欠我三个月工资")
    await person.says(said)
    assert said in await person.says("看看我填的")


@pytest.mark.parametrize(
    ("said", "solved", "satisfaction"),
    [
        ("态度还行就是太慢了，给3分", None, Satisfaction.FAIR),
        ("解决了一半，态度挺好，给4分", Solved.PARTLY, Satisfaction.SATISFIED),
        ("不满意，没人来过", Solved.UNSOLVED, Satisfaction.DISSATISFIED),
        ("not satisfied, nobody came", Solved.UNSOLVED, Satisfaction.DISSATISFIED),
        ("it is fixed now, very satisfied", Solved.SOLVED, Satisfaction.SATISFIED),
    ],
)
async def test_a_rating_with_its_reasons(
    office: Office, li: Person, handler: Person, said: str, solved: Solved | None, satisfaction: Satisfaction
) -> None:
    await li.says(said)
    case = await case_of(office, NUMBER)
    assert (case.solved, case.satisfaction) == (solved, satisfaction)
    assert said in await handler.says(f"/case {NUMBER}")


async def test_what_is_added_to_a_secret_case_does_not_say_who_tells_it(office: Office, handler: Person) -> None:
    person = office.person("wang")
    number = await filed(person, f"{STORY}，请对我保密")
    assert "已经去掉" in await person.says("我再补充一下，我叫李秀英，电话13800001111，工头姓陈")
    assert "已经去掉" in await person.says("催一下，我叫李秀英，都等了很久了，到底什么时候能处理")
    card = await handler.says(f"/case {number}")
    assert "工头姓陈" in card
    assert "李秀英" not in card
    assert "13800001111" not in card


async def test_what_is_added_to_another_case_stays_as_it_is(office: Office, handler: Person) -> None:
    person = office.person("wang")
    number = await filed(person)
    assert "去掉" not in await person.says("我再补充一下，我叫李秀英，工头姓陈")
    assert "我叫李秀英" in await handler.says(f"/case {number}")
