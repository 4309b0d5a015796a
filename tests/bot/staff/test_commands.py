"""Staff work cases in chat: what is done, what is refused and logged."""

import pytest

from bot.staff.commands import COMMANDS
from cases.rules.case import Kind, Role, Status
from cases.rules.tracking import number as numbered
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.clock import START, TestClock
from tests.support.office import Office, Person, filed


async def status_of(office: Office, number: str) -> Status:
    """Where a case stands."""
    async with looking(office.database) as unit:
        case = await unit.cases.get(number)
    assert case
    return case.status


async def refusals(office: Office) -> list[tuple[str, str]]:
    """What was refused: account and command."""
    async with looking(office.database) as unit:
        return [(line.actor, line.action) for line in await unit.audit.newest() if line.outcome == "refused"]


async def test_the_inbox_has_what_waits_for_my_department(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    stranger = await office.staff("zhao", "jyj", Role.HANDLER)
    assert number in await wang.says("/inbox")
    assert number not in await stranger.says("/inbox")


async def test_a_long_inbox_comes_page_by_page(office: Office, wang: Person) -> None:
    async with working(office.database) as unit:
        for n in range(12):
            await unit.cases.add(a_case(number=numbered("XF", START.date(), n), reply_by=START))
    assert "待办（12 件）" in await wang.says("/inbox"), "how many there are, not how many are shown"
    assert "XF20261123-000010" not in wang.answers[0].text
    more = wang.answers[0].buttons[-1][0]
    second = await wang.says(more.payload)
    assert "XF20261123-000010" in second
    assert "XF20261123-000011" in second
    assert not any(button.title == more.title for row in wang.answers[0].buttons for button in row)


async def test_what_was_filed_is_told_to_the_department_with_a_button(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await office.delivers()
    assert any(number in text and "新事项" in text for text in wang.screen.shown)


async def test_another_department_s_handler_finds_nothing(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    stranger = await office.staff("zhao", "jyj", Role.HANDLER, Role.LEAD)
    for command in ("case", "accept"):
        assert "没有这个编号" in await stranger.says(f"/{command} {number}")
    assert "没有找到" in await stranger.says("/find 打桩")
    assert await status_of(office, number) is Status.SUBMITTED
    assert ("zhao", "accept") in await refusals(office)


async def test_a_citizen_is_no_staff(office: Office) -> None:
    citizen = office.person("li")
    number = await filed(citizen)
    await citizen.says(f"/accept {number}")
    assert await status_of(office, number) is Status.SUBMITTED
    assert "/inbox" not in await citizen.says("/help")


async def test_a_handler_may_not_assign_and_is_told_who_may(office: Office) -> None:
    handler = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    answer = await handler.says(f"/assign {number} cgj")
    assert "没有这个权限" in answer
    assert "负责人" in answer
    assert ("sun", "assign") in await refusals(office)


async def test_what_does_not_fit_the_status_is_refused_in_words(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    assert "待受理" in await wang.says(f"/approve {number}")
    assert "不能" in await wang.says(f"/close {number}")


@pytest.mark.parametrize(
    "name", [name for name in COMMANDS if name not in ("inbox", "due", "report", "help", "export")]
)
async def test_a_command_typed_wrongly_says_what_was_expected(office: Office, wang: Person, name: str) -> None:
    answer = await wang.says(f"/{name} ???")
    assert f"/{name}" in answer or "没有" in answer


async def test_a_typing_error_in_the_number_is_told(office: Office, wang: Person) -> None:
    assert "好像打错了" in await wang.says("/case XF20261123-000001-7")


async def test_assigning_moves_the_case_and_tells_everybody(office: Office, wang: Person) -> None:
    citizen, other = office.person("li"), await office.staff("qian", "cgj", Role.HANDLER)
    number = await filed(citizen)
    await wang.says(f"/accept {number}")
    await wang.says(f"/assign {number} 云州市城市管理局")
    await office.delivers()
    assert any("交办" in text for text in other.screen.shown)
    assert any("云州市城市管理局" in text for text in citizen.screen.shown)
    assert number in await other.says("/inbox")


async def test_an_unknown_department_is_named(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    assert "没有“火星局”这个单位" in await wang.says(f"/assign {number} 火星局")


async def test_an_extension_is_once_within_the_limit_and_told_with_its_reason(office: Office, wang: Person) -> None:
    citizen = office.person("li")
    number = await filed(citizen)
    await wang.says(f"/accept {number}")
    assert "1到30天" in await wang.says(f"/extend {number} 31 检测")
    assert "2027年2月6日" in await wang.says(f"/extend {number} 15 需要专业检测")
    assert "已经延期过" in await wang.says(f"/extend {number} 5 再来")
    await office.delivers()
    assert any("需要专业检测" in text for text in citizen.screen.shown)


async def test_what_is_long_overdue_is_not_put_off_into_the_past(
    office: Office, wang: Person, clock: TestClock
) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    clock.passes(days=80)
    assert "还是过期" in await wang.says(f"/extend {number} 10 需要专业检测")
    assert "延期" in await wang.says(f"/extend {number} 25 需要专业检测")


async def test_a_note_stays_inside(office: Office, wang: Person) -> None:
    citizen = office.person("li")
    number = await filed(citizen)
    await wang.says(f"/note {number} 暗号四五六")
    await office.delivers()
    assert "暗号四五六" in await wang.says(f"/case {number}")
    assert "暗号四五六" not in await citizen.says(f'/status{{"n":"{number}"}}')
    assert not any("暗号四五六" in text for text in citizen.screen.shown)


async def test_a_reply_waits_for_its_review_and_can_be_sent_back(office: Office, wang: Person) -> None:
    citizen = office.person("li")
    number = await filed(citizen)
    await wang.says(f"/accept {number}")
    await wang.says(f"/reply {number} 已办")
    await office.delivers()
    assert not any("答复来了" in text for text in citizen.screen.shown)
    assert "办理中" in await citizen.says("/status")
    await wang.says(f"/sendback {number} 太短，写明依据")
    await wang.says(f"/reply {number} 经查属实，依据条例已责令停工")
    await wang.says(f"/approve {number}")
    await office.delivers()
    assert any("经查属实" in text for text in citizen.screen.shown)
    assert await status_of(office, number) is Status.FOLLOW_UP


async def test_unsolved_is_handled_again_once_and_then_reviewed(office: Office, wang: Person) -> None:
    citizen = office.person("li")
    number = await filed(citizen)
    for command in (f"/accept {number}", f"/reply {number} 已停工", f"/approve {number}"):
        await wang.says(command)
    await citizen.says(f'/rate{{"n":"{number}","s":"unsolved"}}')
    assert "重新办理" in await citizen.says(f'/rate{{"n":"{number}","v":"dissatisfied"}}')
    await citizen.taps(f'/reopen{{"n":"{number}"}}')
    assert "已重新办理" in await citizen.says("昨晚又开工了")
    assert await status_of(office, number) is Status.REOPENED
    for command in (f"/reply {number} 再次停工", f"/approve {number}"):
        await wang.says(command)
    await citizen.says(f'/reopen{{"n":"{number}"}}')
    assert "已经重新办理过一次" in await citizen.says("还在施工")
    await citizen.says(f'/review{{"n":"{number}"}}')
    assert "已申请复查" in await citizen.says("对答复不服")
    assert await status_of(office, number) is Status.REVIEW


async def test_merging_keeps_both_numbers_alive(office: Office, wang: Person) -> None:
    first, second = office.person("li"), office.person("zhang")
    parent, child = await filed(first), await filed(second)
    await wang.says(f"/merge {child} {parent}")
    assert "已并案" in await second.says(f'/status{{"n":"{child}"}}')
    assert "不能并入" in await wang.says(f"/merge {parent} {parent}")


async def test_correcting_the_matter_is_kept_as_a_label(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/classify {number} 0102")
    async with looking(office.database) as unit:
        case = await unit.cases.get(number)
    assert case and (case.second_level, case.category_by) == ("城市建设和市政管理", "staff")
    assert "没有“天文”这个分类" in await wang.says(f"/classify {number} 天文")


async def test_only_admins_manage_accounts(office: Office, wang: Person) -> None:
    admin = await office.staff("root", "xfj", Role.ADMIN)
    assert "管理员" in await wang.says("/staff add x jtj handler")
    answer = await admin.says("/staff add chen jtj handler,lead 陈")
    token = answer.split("/bind ")[1].split()[0]
    new = office.person("chen")
    assert "陈" in await new.says(f"/bind {token}")
    assert "不能用了" in await office.person("thief").says(f"/bind {token}")
    await admin.says("/staff off chen")
    assert "/inbox" not in await new.says("/help")


async def test_due_lists_what_is_late_first(office: Office, wang: Person, clock: TestClock) -> None:
    number = await filed(office.person("li"))
    assert "没有快到期的" in await wang.says("/due")
    clock.passes(days=14)
    assert number in await wang.says("/due")
    clock.passes(days=5)
    assert "已超期" in await wang.says("/due")


async def test_a_report_counts_the_department_s_cases(office: Office, wang: Person) -> None:
    await filed(office.person("li"))
    assert "新登记：1" in await wang.says("/report week")


async def test_a_mistyped_command_is_said_to_be_none_and_near_ones_are_offered(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    assert "没有 /acept 这个命令" in await wang.says(f"/acept {number}")
    assert "/help accept" in wang.payloads
    assert await status_of(office, number) is Status.SUBMITTED
    assert "没有 /qqq" in await wang.says("/qqq")
    assert wang.payloads == ["/help"]


async def test_help_names_what_the_roles_may_do(office: Office, wang: Person) -> None:
    helped = await wang.says("/help")
    assert "/accept" in helped
    assert "/supervise" not in helped


async def test_what_somebody_did_already_says_who_has_it_and_what_is_possible(office: Office, wang: Person) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    await sun.says(f"/accept {number}")
    said = await wang.says(f"/accept {number}")
    assert "已经是“已受理”" in said and "办理人：sun" in said and "/reply" in said
    assert f"/sign {number}" in wang.payloads
    assert "还不能做“办结”" in await wang.says(f"/close {number}")
    assert f"/case {number}" in wang.payloads


async def test_who_helps_sees_what_they_help_with_and_may_do_and_the_handler_hears_of_it(
    office: Office, wang: Person
) -> None:
    cheng = await office.staff("cheng", "cgj", Role.HANDLER, Role.LEAD)
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    assert number in await cheng.says("/inbox 协办")
    card = await cheng.says(f"/case {number}")
    assert "/note" in card and "/reply" not in card and "/extend" not in card
    assert f"/sign {number}" not in cheng.payloads
    await cheng.says(f"/note {number} 油烟净化器没有开")
    await office.delivers()
    assert any("协办单位说：油烟净化器没有开" in text for text in wang.screen.shown)


async def test_a_report_names_what_most_is_about_but_no_report_of_an_official(office: Office, chief: Person) -> None:
    async with working(office.database) as unit:
        for n in range(3):
            await unit.cases.add(a_case(number=numbered("XF", START.date(), n), reply_by=START))
        kept = {"second_level": "环保管理", "kind": Kind.REPORT}
        await unit.cases.add(a_case(number=numbered("XF", START.date(), 9), reply_by=START, **kept))
    said = await chief.says("最近什么问题最多")
    assert "各单位合计" in said and "环境污染：3 件" in said and "环保管理" not in said


async def test_staff_read_a_status_in_their_own_words(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/ask {number} 几点到几点？")
    assert "等群众补充材料" in await wang.says(f"/case {number}")
