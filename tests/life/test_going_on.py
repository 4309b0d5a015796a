"""A handler asks and the citizen simply answers; a citizen goes on about a case and need not file it twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from cases.rules.case import Role
from cases.rules.city import City
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking
from tests.support.clock import TestClock
from tests.support.office import Office, Person

STORY = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
NUMBER = "XF20261123-000001-8"


@pytest.fixture
async def office(database: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    return Office(database, engine, city, clock, tmp_path)


@pytest.fixture
async def li(office: Office) -> Person:
    """Somebody with a case that a handler works on."""
    person = office.person("li")
    await person.says(STORY, "只在这里回复", "提交")
    return person


@pytest.fixture
async def handler(office: Office, li: Person) -> Person:
    person = await office.staff("hj", "sthj", Role.HANDLER)
    await person.says(f"/accept {NUMBER}")
    return person


async def asks(office: Office, handler: Person, question: str) -> None:
    """The handler asks, a little later."""
    office.clock.now += timedelta(hours=1)
    await handler.says(f"/ask {NUMBER} {question}")
    await office.delivers()


@pytest.mark.parametrize("answer", ["恒大那个", "是恒大工地", "不知道", "没有", "13812345678"])
async def test_what_is_answered_in_plain_words_lands_on_the_case(
    office: Office, li: Person, handler: Person, answer: str
) -> None:
    await asks(office, handler, "请问是哪个工地？")
    assert f"已补充到 {NUMBER}" in await li.says(answer)
    assert answer in await handler.says(f"/case {NUMBER}")


@pytest.mark.parametrize(
    ("said", "answer"),
    [("多久能办好？", "60天"), ("查进度", "请您补充"), ("我要投诉", "说说发生了什么事"), ("谢谢", "不客气")],
)
async def test_who_wants_something_else_gets_it_and_the_question_stays(
    office: Office, li: Person, handler: Person, said: str, answer: str
) -> None:
    await asks(office, handler, "请问是哪个工地？")
    assert answer in await li.says(said)
    assert "请问是哪个工地" in await li.says(f'/status{{"n":"{NUMBER}"}}')


async def test_a_story_of_another_matter_is_one_of_its_own(office: Office, li: Person, handler: Person) -> None:
    await asks(office, handler, "请问是哪个工地？")
    said = "我在滨江路的恒通电子厂上班，从今年8月起公司一直拖欠工资，一共欠了两万三，老板电话也不接"
    assert "是给它的补充吗" in await li.says(f"{said}，我们十几个人都等着这笔钱回家过年，希望劳动局帮我们把工资要回来")
    answer = await li.says("不是，新的事情")
    assert "如何联系您" in answer
    assert "像是同一件事" not in answer


async def test_a_newer_question_goes_before_an_older_draft_which_waits(
    office: Office, li: Person, handler: Person
) -> None:
    assert "什么地方" in await li.says("路灯坏了没人修")
    await asks(office, handler, "请问是哪个工地？")
    assert f"已补充到 {NUMBER}" in await li.says("恒大那个")
    assert "什么地方" in await li.says("接着填")
    assert "什么时候" in await li.says("幸福路12号")


async def test_who_goes_on_about_an_open_case_may_add_to_it_with_one_tap(li: Person) -> None:
    answer = await li.says("昨天晚上又打到三点，我录了音")
    assert f"像是同一件事的（{NUMBER}）" in answer
    assert "什么地方" in li.answers[-1].text
    last = [button.payload for row in li.answers[-1].buttons for button in row]
    assert f'/supplement{{"n":"{NUMBER}","v":"draft"}}' in last  # where a page shows its buttons
    assert f"已补充到 {NUMBER}" in await li.says("补充到那一件")
    assert "又打到三点" in await li.says("查进度")
    assert "有进展就在这里告诉您" in await li.says("好的")


async def test_who_goes_on_answering_files_another_one(li: Person) -> None:
    assert "像是同一件事的" in await li.says("昨晚幸福路88号工地又在打桩，吵死了")
    assert "如何联系您" in await li.says("要求赔偿")


@pytest.mark.parametrize("said", ["解放路3号工地半夜还在打桩，吵死了", "我们公司欠我三个月工资"])
async def test_another_place_or_matter_is_not_taken_for_the_same(li: Person, said: str) -> None:
    assert "像是同一件事" not in await li.says(said)


async def test_what_is_said_with_urging_is_kept_also_the_second_time(li: Person, handler: Person) -> None:
    assert "已催" in await li.says("再催一催，工地今天白天都没停，谁来管管这个事情啊")
    assert "白天都没停" in await handler.says(f"/case {NUMBER}")
    assert "已补充" in await li.says("麻烦再帮我催催，工地现在还在吵呢，孩子都病了")
    assert "催过" in await li.says("催一下")


@pytest.fixture
async def answered(office: Office, li: Person, handler: Person) -> Person:
    """The same person, who was just asked whether it is solved."""
    lead = await office.staff("lead", "sthj", Role.LEAD)
    await handler.says(f"/reply {NUMBER} 已责令工地夜间停工，并处罚款五万元。")
    await lead.says(f"/approve {NUMBER}")
    await office.delivers()
    return li


@pytest.mark.parametrize("said", ["没有", "没有啊，昨晚又干到两点", "不"])
async def test_a_no_after_an_answer_says_that_it_is_not_solved(answered: Person, said: str) -> None:
    assert "满意" in await answered.says(said)
    assert "复查" in str(await answered.says("非常不满意")) + str(answered.payloads) or "/review" in str(
        answered.payloads
    )


async def test_a_yes_may_be_politeness_and_is_asked_again(answered: Person) -> None:
    assert "问题解决了吗" in await answered.says("好的")
    assert "满意" in await answered.says("解决了")
    assert "谢谢" in await answered.says("很满意")
    assert "有进展就在这里告诉您" in await answered.says("好的")


async def test_what_is_said_after_an_answer_is_the_reason_to_take_it_up_again(answered: Person, office: Office) -> None:
    said = await answered.says("昨晚工地又打桩了，吵得睡不着")
    assert "已经答复过您" in said and "重新办理" in str(answered.answers[-1].buttons)
    assert "重新办理" in await answered.says("重新办理")
    async with looking(office.database) as unit:
        lines = await unit.cases.history(NUMBER)
    assert "昨晚工地又打桩了" in lines[-1].text


async def test_photos_of_a_draft_that_waits_stay_with_it(
    office: Office, li: Person, handler: Person, tmp_path: Path
) -> None:
    photo = tmp_path / "lamp.png"
    Image.new("RGB", (8, 8)).save(photo)
    await li.says("路灯坏了没人修", f"/file:{photo}")
    await asks(office, handler, "请问是哪个工地？")
    assert f"已补充到 {NUMBER}" in await li.says("恒大那个")
    assert f"/files {NUMBER}" not in str(await handler.says(f"/case {NUMBER}")) + str(handler.payloads)
    await li.says("接着填", "幸福路12号", "昨天")
    assert "附件：1 个" in await li.says("尽快修好")


async def test_whoever_is_in_danger_is_not_taken_for_an_answer(office: Office, li: Person, handler: Person) -> None:
    await asks(office, handler, "请问是哪个工地？")
    assert "110" in await li.says("快来人，煤气泄漏了，有人昏迷")


async def test_submitting_a_draft_is_no_answer_to_a_handler(office: Office, li: Person, handler: Person) -> None:
    await li.says("幸福路12号的路灯从昨天坏到现在，希望尽快修好", "只在这里回复")
    await asks(office, handler, "请问是哪个工地？")
    assert "已登记" in await li.says("提交")
    assert f"已补充到 {NUMBER}" in await li.says("恒大那个")


async def test_a_no_long_after_the_case_is_closed_judges_nothing(answered: Person, handler: Person) -> None:
    await handler.says(f"/close {NUMBER}")
    assert "没有正在填" in await answered.says("不")
