"""Deadlines watched, reviews decided, rates counted, duty kept, documents issued, people brought together."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cases.rules.case import Role, Status
from cases.rules.city import City, DutyRow
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking
from tests.support.clock import SHANGHAI, TestClock
from tests.support.office import Office, Person, case_of, filed


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office on SQLite whose duty officer is chief."""
    roster = replace(city, duty=(DutyRow("daily", "chief", "0999-8812399"),))
    return Office(sqlite, engine, roster, clock, tmp_path)


@pytest.fixture
async def wang(office: Office) -> Person:
    """A handler and lead of the environment bureau."""
    return await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD, Role.REVIEWER)


async def answered(office: Office, wang: Person, citizen: Person) -> str:
    """A case whose answer has arrived."""
    number = await filed(citizen)
    for command in ("accept {0}", "reply {0} 幸福路88号工地已责令夜间停工", "approve {0}"):
        await wang.says("/" + command.format(number))
    await office.delivers()
    return number


async def test_reminder_urging_and_escalation_come_once_each(
    office: Office, wang: Person, chief: Person, clock: TestClock
) -> None:
    number = await filed(office.person("li"))
    for _ in range(24):
        clock.passes(days=1)
        for _ in range(2):
            await office.house.climb()
        await office.delivers()
    told = [text for text in wang.screen.shown if number in text]
    assert sum("临期提示" in text for text in told) == 1
    assert sum("到期催办" in text for text in told) == 1
    assert sum("逾期升级" in text for text in told) == 2
    assert sum("逾期升级" in text for text in chief.screen.shown) == 2
    assert "逾期升级" in await wang.says(f"/case {number}")


async def test_after_a_standstill_only_the_highest_step_is_told(office: Office, wang: Person, clock: TestClock) -> None:
    number = await filed(office.person("li"))
    clock.passes(days=30)
    await office.house.climb()
    await office.delivers()
    told = [text for text in wang.screen.shown if number in text and "新事项" not in text]
    assert len(told) == 1 and "逾期升级" in told[0]
    async with looking(office.database) as unit:
        assert len(await unit.ladder.done(number)) == 4, "no step is missing from the record"


async def test_asking_pauses_the_clock_where_the_policy_allows(
    sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path
) -> None:
    office = Office(sqlite, engine, replace(city, policy="county_520"), clock, tmp_path)
    wang = await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/accept {number}")
    before = (await case_of(office, number)).reply_by
    await wang.says(f"/ask {number} 噪声几点到几点？")
    clock.passes(days=3)
    await li.says(f'/supplement{{"n":"{number}"}}')
    await li.says("晚上十一点到凌晨四点")
    after = (await case_of(office, number)).reply_by
    assert before and after and (after - before).days == 3


async def test_a_handler_asks_for_time_and_the_lead_grants_it_once(
    office: Office, wang: Person, clock: TestClock
) -> None:
    li = office.person("li")
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(li)
    await sun.says(f"/accept {number}")
    before = (await case_of(office, number)).reply_by
    assert "报领导" in await sun.says(f"/extend {number} 10 需要专业检测")
    await office.delivers()
    assert any("申请延期 10 天" in text for text in wang.screen.shown)
    await wang.says(f"/grant {number}")
    after = (await case_of(office, number)).reply_by
    assert before and after and (after - before).days == 10
    await office.delivers()
    assert any("需要专业检测" in text for text in li.screen.shown)
    assert "延期过一次" in await wang.says(f"/extend {number} 5 再等等")


async def test_time_that_is_asked_for_is_refused_with_a_reason_and_the_deadline_stays(
    office: Office, wang: Person
) -> None:
    li, sun = office.person("li"), await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(li)
    await sun.says(f"/accept {number}")
    before = (await case_of(office, number)).reply_by
    assert "没有人申请延期" in await wang.says(f"/deny {number} 请按期答复")
    await sun.says(f"/extend {number} 10 需要专业检测")
    assert "没有这个权限" in await sun.says(f"/deny {number} 不用了")
    assert number in await wang.says("/grant"), "what is not decided is listed"
    assert "申请延期：10 天" in await wang.says(f"/case {number}")
    assert {f"/grant {number}", f"/deny {number}"} <= set(wang.payloads)
    assert f"/deny {number} " in await wang.says(f"/deny {number}"), "how to refuse is ready to copy"
    assert "没有同意延期" in await wang.says(f"/deny {number} 检测已有结果")
    await office.delivers()
    assert any("检测已有结果" in text and "期限不变" in text for text in sun.screen.shown)
    assert not any("检测已有结果" in text for text in li.screen.shown), "that is between colleagues"
    assert (await case_of(office, number)).reply_by == before
    assert "没有等着批的" in await wang.says("/grant")
    assert "没有人申请延期" in await wang.says(f"/grant {number}")
    await sun.says(f"/extend {number} 5 检测机构推迟了")
    assert "已延期" in await wang.says(f"/grant {number}")
    await office.delivers()
    assert any("已延期，答复期限改为" in text for text in sun.screen.shown)
    assert not any("已延期，答复期限改为" in text for text in wang.screen.shown), "who did it knows"


async def test_a_request_that_nobody_decides_passes_no_deadline_unseen(
    office: Office, wang: Person, chief: Person, clock: TestClock
) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    await sun.says(f"/accept {number}", f"/extend {number} 10 需要专业检测")
    for _ in range(62):
        clock.passes(days=1)
        await office.house.climb()
    await office.delivers()
    undecided = [message for message in office.terminals.sent if "延期申请还没批" in message.text]
    assert sorted(message.address.id for message in undecided) == ["chief", "wang", "wang"]
    assert all(message.buttons[0][0].payload == f"/grant {number}" for message in undecided)
    late = next(message for message in office.terminals.sent if "逾期升级" in message.text)
    assert f"/deny {number}" in [button.payload for row in late.buttons for button in row]


async def test_what_was_answered_or_given_away_needs_no_decision_on_time(
    office: Office, wang: Person, chief: Person
) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    for ending in ("/reply {0} 经查属实，幸福路88号工地已责令夜间停工", "/assign {0} cgj"):
        number = await filed(office.person("li"))
        await sun.says(f"/accept {number}", f"/extend {number} 10 需要专业检测")
        await wang.says(ending.format(number))
        assert (await case_of(office, number)).wanted_days == 0, ending
    assert "没有等着批的" in await chief.says("/grant")


async def test_review_then_recheck_then_final(office: Office, wang: Person, chief: Person, clock: TestClock) -> None:
    li = office.person("li")
    number = await answered(office, wang, li)
    await li.says(f'/review{{"n":"{number}"}}')
    assert "已申请复查" in await li.says("还是在打桩，没有人来管")
    assert "上一级" in await wang.says(f"/review {number} 维持 没问题") or "没有这个权限" in wang.answers[0].text
    assert "复查" in await li.says(f'/status{{"n":"{number}"}}')
    await chief.says(f"/review {number} 维持 原答复事实清楚")
    clock.passes(days=20)
    await li.says(f'/review{{"n":"{number}"}}')
    await li.says("复查没有到现场看")
    assert (await case_of(office, number)).status is Status.RECHECK
    await chief.says(f"/review {number} 维持 复查意见正确")
    assert (await case_of(office, number)).status is Status.FINAL


async def test_a_late_review_says_what_is_still_possible(office: Office, wang: Person, clock: TestClock) -> None:
    li = office.person("li")
    number = await answered(office, wang, li)
    clock.passes(days=31)
    await li.says(f'/review{{"n":"{number}"}}')
    assert "12348" in await li.says("还是在打桩")


async def test_a_revoked_answer_is_handled_again(office: Office, wang: Person, chief: Person) -> None:
    li = office.person("li")
    number = await answered(office, wang, li)
    await li.says(f'/review{{"n":"{number}"}}')
    await li.says("还是在打桩")
    await chief.says(f"/review {number} 撤销 没有现场检测，事实不清")
    assert (await case_of(office, number)).status is Status.REOPENED


async def test_a_silent_citizen_is_reminded_once_and_the_case_closes(
    office: Office, wang: Person, clock: TestClock
) -> None:
    li = office.person("li")
    number = await answered(office, wang, li)
    for _ in range(32):
        clock.passes(days=1)
        await office.house.climb()
        await office.delivers()
    assert sum("问题解决了吗？点一下" in text for text in li.screen.shown) == 1
    assert (await case_of(office, number)).status is Status.RESOLVED


@pytest.mark.parametrize(
    ("solved", "satisfied", "kept"),
    [("没解决", "很不满意", ("unsolved", "dissatisfied")), ("partly solved", "so-so", ("partly", "fair"))],
)
async def test_a_rating_in_words_counts_like_a_tap(
    office: Office, wang: Person, solved: str, satisfied: str, kept: tuple[str, str]
) -> None:
    li = office.person("li")
    number = await answered(office, wang, li)
    assert "满意" in await li.says(solved)
    await li.says(satisfied)
    case = await case_of(office, number)
    assert (case.solved, case.satisfaction) == kept


async def test_the_rates_are_counted_from_the_log(
    office: Office, wang: Person, chief: Person, clock: TestClock
) -> None:
    li = office.person("li")
    number = await answered(office, wang, li)
    await li.says(f'/rate{{"n":"{number}","s":"solved"}}')
    await li.says(f'/rate{{"n":"{number}","v":"satisfied"}}')
    other = await answered(office, wang, office.person("zhou"))
    said = await chief.says("/rates")
    assert "响应 100.0%" in said and "解决 100.0%" in said and "参评 50.0%" in said
    await chief.says(f"/exclude {other} 重复登记")
    assert "剔除 1 件" in await chief.says("/rates")
    await chief.says(f"/include {other}")
    assert "剔除 0 件" in await chief.says("/rates")
    assert "没有这个权限" in await wang.says(f"/exclude {other} 不好看")


async def test_urgent_matters_at_night_reach_who_is_on_duty(
    office: Office, wang: Person, chief: Person, clock: TestClock
) -> None:
    clock.now = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)
    number = await filed(office.person("li"), "今晚11点，幸福路88号工地煤气泄漏，有人受伤，希望马上派人处理")
    await office.delivers()
    assert any("【值班】" in text and number in text for text in chief.screen.shown)
    assert "chief" in await wang.says("/duty")


async def test_the_day_is_reported_once_also_when_nothing_came(office: Office, chief: Person, clock: TestClock) -> None:
    clock.now = datetime(2026, 11, 24, 17, 1, tzinfo=SHANGHAI)
    assert await office.house.report()
    assert not await office.house.report()
    await office.delivers()
    assert sum("零报告" in text for text in chief.screen.shown) == 1
    clock.passes(hours=1)
    await filed(office.person("li"))
    clock.passes(days=1)
    assert await office.house.report()


async def test_a_reception_slot_is_booked_moved_and_cancelled(
    office: Office, wang: Person, chief: Person, clock: TestClock
) -> None:
    li, zhou = office.person("li"), office.person("zhou")
    number, other = await filed(li), await filed(zhou, "滨江路的路灯坏了一个星期了，晚上黑得看不见路，请尽快修")
    assert "开了 3 个时段" in await chief.says("/reception 2026-12-01 09:00-10:30 30 chief 信访大厅")
    assert "想约哪个时间" in await li.says(f'/book{{"n":"{number}"}}')
    await li.taps(f'/book{{"n":"{number}","s":"1"}}')
    assert "约好了" in li.answers[0].text
    assert "刚被别人约走" in await zhou.says(f'/book{{"n":"{other}","s":"1"}}')
    await li.says(f'/book{{"n":"{number}","s":"2"}}')
    assert "约好了" in await zhou.says(f'/book{{"n":"{other}","s":"1"}}')
    clock.now = datetime(2026, 11, 30, 12, 0, tzinfo=SHANGHAI)
    assert await office.house.remind() == 2
    assert await office.house.remind() == 0
    await office.delivers()
    assert any("提醒您" in text for text in li.screen.shown)
    assert "已取消" in await li.says(f'/unbook{{"n":"{number}"}}')
    assert other in await wang.says("/reception")


async def test_a_hearing_invites_and_its_minutes_stay(
    office: Office, wang: Person, chief: Person, clock: TestClock
) -> None:
    li = office.person("li")
    number = await filed(li)
    await chief.says(f"/hearing {number} 2026-12-03 15:00 听证室 wang 居民代表")
    await office.delivers()
    assert any("举行听证" in text for text in li.screen.shown)
    assert any("请参加" in text for text in wang.screen.shown)
    assert "没有已经开过" in await chief.says(f"/minutes {number} 太早了")
    clock.passes(days=11)
    await chief.says(f"/minutes {number} 双方同意每晚十点停工")
    assert "双方同意每晚十点停工" in await wang.says(f"/case {number}")


async def test_a_mediation_begins_only_when_both_sides_agree(office: Office, wang: Person) -> None:
    li = office.person("li")
    number = await filed(li)
    await wang.says(f"/mediate {number} 幸福街道调解室")
    await office.delivers()
    await li.says(f'/mediation{{"n":"{number}","v":"agree"}}')
    await office.delivers()
    assert not any("双方都同意" in text and "约时间" in text for text in li.screen.shown)
    await wang.says(f"/mediate {number} 同意")
    await office.delivers()
    assert any("双方都同意调解" in text for text in li.screen.shown)


async def test_good_answers_help_the_next_handler(office: Office, wang: Person) -> None:
    first = await answered(office, wang, office.person("li"))
    said = await wang.says(f"/typical {first}")
    assert "88" not in said.split("\n", 1)[1]
    second = await filed(office.person("zhou"), "滨江路66号工地半夜打桩吵得睡不着，希望停工")
    assert "责令夜间停工" in await wang.says(f"/similar {second}")
