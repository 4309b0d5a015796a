"""Who works on it: handing back, withdrawing, joint matters, taking back."""

import pytest

from cases.rules.case import Kind, Role, Status
from storage.unit import looking, working
from tests.support.clock import TestClock
from tests.support.office import STORY, Office, Person, case_of, filed


async def joined(citizen: Person) -> str:
    """The same thing told by somebody else, who joins; their own number."""
    await citizen.says("幸福路88号工地半夜还在打桩，太吵了，老人睡不着，希望停工")
    await citizen.says('/contact{"v":"chat"}')
    await citizen.taps("/join")
    (receipt,) = citizen.answers
    return str(receipt.custom["case"])


async def test_handing_back_needs_the_sender_s_consent(office: Office, wang: Person, chief: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/return {number} 属于城管局职责")
    assert (await case_of(office, number)).responsible == "sthj"
    assert "由交办的单位决定" in await wang.says(f"/assign {number} cgj")
    await chief.says(f"/assign {number} cgj")
    case = await case_of(office, number)
    assert (case.department, case.responsible) == ("cgj", "sthj"), "the first taker stays responsible"
    qian = await office.staff("qian", "cgj", Role.HANDLER)
    await qian.says(f"/accept {number}")
    assert (await case_of(office, number)).responsible == "cgj"


async def test_the_sender_can_refuse_and_nobody_hands_back_twice(office: Office, wang: Person, chief: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/return {number} 不归我局管")
    await chief.says(f"/keep {number} 三定方案写明由你局负责")
    await office.delivers()
    assert any("没有同意" in text for text in wang.screen.shown)
    assert "退回过一次" in await wang.says(f"/return {number} 真的不归我局管")


async def test_a_case_is_no_ball(office: Office, wang: Person, chief: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/return {number} 不归我局管")
    for code in ("cgj", "zjj"):
        await chief.says(f"/assign {number} {code}")
        person = await office.staff(f"of_{code}", code, Role.HANDLER)
        said = await person.says(f"/return {number} 不归我局管")
    assert "退来退去" in said


async def test_handing_back_has_its_days(office: Office, wang: Person, clock: TestClock) -> None:
    number = await filed(office.person("li"))
    clock.passes(days=8)
    assert "超过了提出异议的期限" in await wang.says(f"/return {number} 不归我局管")


async def test_who_withdraws_no_longer_sees_the_case(office: Office, wang: Person) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    await sun.says(f"/accept {number}")
    await sun.says(f"/recuse {number} 施工方经理是我姐夫")
    assert "没有这个编号" in await sun.says(f"/case {number}")
    await office.delivers()
    assert any("申请回避" in text for text in wang.screen.shown)
    assert "不在办理单位" in await wang.says(f"/lead {number} sun")
    assert "wang 负责" in await wang.says(f"/lead {number} wang")


async def test_the_last_step_is_taken_back_within_a_minute(office: Office, wang: Person, clock: TestClock) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/decline {number} 属于法院受理的事项")
    await office.delivers()
    clock.passes(seconds=40)
    assert "已撤销" in await wang.says("/undo")
    case = await case_of(office, number)
    assert case.status is Status.SUBMITTED and case.closed_at is None
    await office.delivers()
    assert "发错了" in li.screen.shown[-1]
    assert "没有可以撤销" in await wang.says("/undo")


async def test_after_a_minute_or_a_change_nothing_is_taken_back(office: Office, wang: Person, clock: TestClock) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/accept {number}")
    await li.says(f'/urge{{"n":"{number}"}}')
    assert "新的变动" in await wang.says("/undo")
    await wang.says(f"/progress {number} 已到现场")
    clock.passes(seconds=61)
    assert "没有可以撤销" in await wang.says("/undo")


async def test_somebody_else_joins_and_hears_of_every_step_once(office: Office, wang: Person) -> None:
    first, second = office.person("li"), office.person("zhou")
    number = await filed(first)
    theirs = await joined(second)
    assert theirs != number
    await wang.says(f"/accept {number}")
    await wang.says(f"/progress {number} 今晚派人到现场")
    await office.delivers()
    news = [text for text in second.screen.shown if theirs in text and "今晚派人" in text]
    assert len(news) == 1
    assert "一起办" in await second.says(f'/status{{"n":"{theirs}"}}')
    assert "今晚派人" in await second.says(f'/status{{"n":"{theirs}"}}')
    assert "共 2 人" in await wang.says(f"/joint {number}")


async def test_what_is_offered_to_join_names_nobody(office: Office) -> None:
    await filed(office.person("li"))
    zhou = office.person("zhou")
    await zhou.says("幸福路88号工地半夜还在打桩，太吵了，希望停工")
    said = await zhou.says('/contact{"v":"chat"}')
    assert "同一件事" in said and "88号" not in said.split("同一件事")[1].split("\n")[0]


@pytest.mark.parametrize("secret", ['/contact{"v":"anonymous"}'])
async def test_secret_matters_are_offered_to_nobody(office: Office, secret: str) -> None:
    li = office.person("li")
    await li.says(STORY)
    await li.says(secret)
    await li.says("/submit")
    zhou = office.person("zhou")
    await zhou.says("幸福路88号工地半夜还在打桩，太吵了，希望停工")
    assert "同一件事" not in await zhou.says('/contact{"v":"chat"}')


async def test_a_joined_case_goes_by_itself_again(office: Office, wang: Person) -> None:
    await filed(office.person("li"))
    zhou = office.person("zhou")
    theirs = await joined(zhou)
    assert "单独办理" in await zhou.says(f'/split{{"n":"{theirs}"}}')
    case = await case_of(office, theirs)
    assert case.status is Status.SUBMITTED and not case.merged_into


async def test_five_speak_for_all_and_no_more(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    numbers = [await joined(office.person(f"neighbour{index}")) for index in range(5)]
    for each in numbers[:4]:
        assert "代表" in await wang.says(f"/represent {each}")
    assert "最多 5 人" in await wang.says(f"/represent {numbers[4]}")
    speaker = office.person("neighbour0")
    await speaker.says(f'/urge{{"n":"{numbers[0]}"}}')
    assert "催" in speaker.answers[0].text
    async with looking(office.database) as unit:
        assert any(event.action == "urge" for event in await unit.cases.history(number))


async def test_when_the_first_reporter_leaves_the_next_one_s_case_goes_on(office: Office, wang: Person) -> None:
    li = office.person("li")
    number = await filed(li)
    second, third = [await joined(office.person(name)) for name in ("zhou", "wu")]
    await li.says(f'/withdraw{{"n":"{number}"}}')
    await li.says("/skip")
    assert (await case_of(office, number)).status is Status.WITHDRAWN
    assert (await case_of(office, second)).status is Status.SUBMITTED
    assert (await case_of(office, third)).merged_into == second


async def test_repeated_cases_of_one_person_are_merged_and_every_number_works(office: Office, wang: Person) -> None:
    li = office.person("li")
    first = await filed(li)
    second = await filed(li, "幸福路88号工地半夜打桩的噪音又来了，昨晚两点还吵得人睡不着，要求处罚施工单位")
    await wang.says(f"/merge {second} {first}")
    await wang.says(f"/accept {first}")
    await office.delivers()
    assert sum("已受理" in text for text in li.screen.shown) == 1, "told once, though both numbers are theirs"
    assert "已受理" in await li.says(f'/status{{"n":"{second}"}}')


async def test_a_report_is_invisible_to_the_person_it_is_about(office: Office) -> None:
    accused = await office.staff("zhang", "sthj", Role.HANDLER, Role.LEAD)
    colleague = await office.staff("wang", "sthj", Role.HANDLER)
    async with office.database.writing() as connection:
        from sqlalchemy import text

        await connection.execute(text("UPDATE staff SET name = '张大伟' WHERE account = 'zhang'"))
    li = office.person("li")
    number = await filed(li, "我要举报，昨晚8点在幸福路88号，执法队张大伟收受化工厂红包，对偷排视而不见，希望查处")
    case = await case_of(office, number)
    async with working(office.database) as unit:
        case.kind, case.department, case.responsible, case.respondent = Kind.REPORT, "sthj", "sthj", "张大伟"
        await unit.cases.save(case)
    assert case.confidential or case.kind == "report"
    assert "没有这个编号" in await accused.says(f"/case {number}")
    assert number not in await accused.says("/inbox")
    assert number in await colleague.says("/inbox")


async def test_a_citizen_never_reads_what_was_taken_back(office: Office, wang: Person) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/accept {number}")
    await wang.says(f"/progress {number} 已把材料转给了施工单位")
    await wang.says("/undo")
    assert "转给了施工单位" not in await li.says(f'/status{{"n":"{number}"}}')
    await wang.says(f"/reply {number} 幸福路88号工地已责令夜间停工")
    assert "待审核" not in await li.says(f'/rate{{"n":"{number}","s":"solved"}}')


async def test_a_case_that_nobody_is_left_for_is_told_at_once_and_its_time_is_watched(
    office: Office, chief: Person, clock: TestClock
) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    await sun.says(f"/accept {number}", f"/recuse {number} 当事人是我的亲属")
    await office.delivers()
    told = next(message for message in office.terminals.sent if "没人办" in message.text)
    assert "当事人是我的亲属" in told.text and "期限照常" in told.text
    assert [button.payload for button in told.buttons[0]] == [f"/lead {number}", f"/assign {number}"]
    for _ in range(63):
        clock.passes(days=1)
        await office.house.climb()
    await office.delivers()
    for step in ("临期提示", "到期催办", "逾期升级"):
        assert [text for text in chief.screen.shown if step in text and "没人办" in text], step


async def test_who_is_to_have_it_is_a_tap_away(office: Office, wang: Person, chief: Person) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    cheng = await office.staff("cheng", "cgj", Role.HANDLER)
    number = await filed(office.person("li"))
    await sun.says(f"/recuse {number} 当事人是我的亲属")
    assert "由谁办理" in await chief.says(f"/lead {number}")
    assert f"/lead {number} sun" not in chief.payloads, "who withdrew is not offered"
    await chief.taps(f"/lead {number} wang")
    assert (await case_of(office, number)).handler == "wang"
    assert "哪个单位" in await chief.says(f"/assign {number}")
    await chief.taps(f"/assign {number} cgj")
    await office.delivers()
    assert any("交办" in text for text in cheng.screen.shown)


async def test_where_others_are_left_the_supervisor_names_one(office: Office, chief: Person) -> None:
    sun, _ = await office.staff("sun", "sthj", Role.HANDLER), await office.staff("zhou", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    await sun.says(f"/recuse {number} 当事人是我的亲属")
    await office.delivers()
    told = [text for text in chief.screen.shown if "申请回避" in text]
    assert told and "没人办" not in told[0]
