"""What handlers and supervisors say in their own words: each is acted on, or answered with the right command."""

from datetime import timedelta

import pytest

from bot.staff.commands import COMMANDS
from bot.staff.meant import _rules, meant
from cases.rules.case import Role, Status
from dialogs.messages import Attachment, AttachmentKind, InboundMessage
from tests.support.clock import TestClock
from tests.support.office import Office, Person, case_of, filed

SAID = {
    "今天要到期的有哪些": ("due", "today"),
    "today's deadlines": ("due", "today"),
    "明天到期的": ("due", "tomorrow"),
    "what's due tomorrow": ("due", "tomorrow"),
    "这周要到期的": ("due", "week"),
    "下周到期的有几件": ("due", "next_week"),
    "有多少件超期了": ("due", "overdue"),
    "超期的有几件": ("due", "overdue"),
    "看看超期的": ("due", "overdue"),
    "how many are overdue": ("due", "overdue"),
    "哪些快到期了": ("due",),
    "what is due": ("due",),
    "我手上有几件": ("inbox", "mine"),
    "我负责的": ("inbox", "mine"),
    "待审核的有哪些": ("inbox", "review"),
    "which ones wait for my approval": ("inbox", "review"),
    "给我看看今天的待办": ("inbox",),
    "今天有什么事": ("inbox",),
    "what do I have today": ("inbox",),
    "有哪些延期申请没批": ("grant",),
    "who wants more time": ("grant",),
    "今天谁值班": ("duty",),
    "满意率多少": ("rates",),
    "这个月办了多少件": ("report", "week"),
    "把昨天的台账导出来": ("export", "昨天"),
    "导出上个月的": ("export", "上个月"),
    "上个月的台账发我": ("export", "上个月"),
    "查一下幸福路 噪声": ("find", "幸福路 噪声"),
    "怎么答复群众": ("help", "reply"),
    "怎么延期": ("help", "extend"),
    "how do I reply": ("help", "reply"),
    "不会用": ("help",),
    "发错件了": ("undo",),
    "写错了，撤回": ("undo",),
    "undo that": ("undo",),
    "我要回避，当事人是我舅舅": ("recuse", "当事人是我舅舅"),
    "他是我舅舅": ("recuse", "他是我舅舅"),
    "he is my cousin": ("recuse", "he is my cousin"),
    "帮我延期十天 因为要鉴定": ("extend", "10", "要鉴定"),
    "申请延期15天，检测报告没出来": ("extend", "15", "检测报告没出来"),
    "延期一个星期，等检测": ("extend", "7", "等检测"),
    "再给我五天时间": ("extend", "5"),
    "extend by ten days, waiting for the test": ("extend", "10", "waiting for the test"),
    "need two weeks more because of the expert": ("extend", "14", "the expert"),
    "不同意延期，检测已经出来了": ("deny", "检测已经出来了"),
    "同意延期": ("grant",),
    "谁在办这个": ("case",),
    "有人在办吗": ("case",),
    "who is handling this": ("case",),
    "has anyone picked this up": ("case",),
    "几号到期": ("case",),
    "还剩几天": ("case",),
    "when is it due": ("case",),
    "群众电话多少": ("case",),
    "怎么联系群众": ("case",),
    "有没有类似的案子": ("similar",),
    "有没有照片": ("files",),
    "需要住建局配合": ("helper", "住建局"),
    "请住建局协助": ("helper", "住建局"),
    "这个转给城管": ("assign", "城管"),
    "应该归住建局管": ("assign", "住建局"),
    "send it to city management": ("assign", "city management"),
    "换个人办": ("lead",),
    "指定给wang": ("lead", "wang"),
    "这件不归我们管": ("return",),
    "不是我们的，是街道的事": ("return", "是街道的事"),
    "this is not ours": ("return",),
    "不予受理，已经在法院了": ("decline", "已经在法院了"),
    "审核通过": ("approve",),
    "looks good": ("approve",),
    "打回去重写，没有依据": ("sendback", "没有依据"),
    "答复：经查属实，已责令停工": ("reply", "经查属实，已责令停工"),
    "告诉群众明天上门": ("progress", "明天上门"),
    "tell the citizen we visit tomorrow": ("progress", "we visit tomorrow"),
    "问一下群众具体地址": ("ask", "具体地址"),
    "已经联系群众了": ("note", "已经联系群众了"),
    "we have called the citizen": ("note", "we have called the citizen"),
    "我收到了": ("accept",),
    "I got it": ("accept",),
    "我来办": ("accept",),
    "可以受理": ("accept",),
    "可以办结了": ("close",),
    "这个办完了": ("close",),
    "close it": ("close",),
    "重新办理，又开始吵了": ("reopen", "又开始吵了"),
    "催一下": ("supervise",),
    "分类错了": ("classify",),
    "这两件是同一件事": ("merge",),
}


@pytest.mark.parametrize("said", SAID)
def test_what_is_meant(said: str) -> None:
    found = meant(said)
    assert found, said
    command, words = next(iter(found.commands.items()))
    assert (command, *words) == SAID[said]


@pytest.mark.parametrize(
    "said",
    [
        "谢谢",
        "昨晚11点开始，幸福路88号工地一直在打桩",
        "楼下太吵了",
        "你好",
        "hello",
        "",
        "。。。",
        "The neighbours are too loud",
    ],
)
def test_what_is_no_command_is_none(said: str) -> None:
    assert meant(said) is None


def test_the_second_case_that_is_named_is_the_one_to_join() -> None:
    found = meant("和  是同一件事", "XF20261123-000002-6")
    assert found and found.commands["merge"] == ("XF20261123-000002-6",)


def test_every_rule_leads_to_commands_that_there_are() -> None:
    assert {name for rule, _ in _rules() for name in rule["do"]} <= set(COMMANDS)


async def test_what_changes_a_case_is_asked_back_with_the_case_looked_at_last(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/case {number}")
    said = await wang.says("我收到了")
    assert f"/accept {number}" in said and "幸福路88号" in said
    assert (await case_of(office, number)).status is Status.SUBMITTED, "nothing is done by a guess"
    await wang.taps(f"/accept {number}")
    assert (await case_of(office, number)).status is Status.ACCEPTED
    assert f"/reply {number} 〈答复〉" in await wang.says("这个办完了"), "what has to be said is a gap to fill"
    assert "点一下就办" in await wang.says("帮我延期十天 因为要鉴定")
    assert f"/extend {number} 10 要鉴定" in wang.payloads


async def test_a_number_with_words_of_ones_own_is_asked_back_too(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    assert f"/accept {number}" in await wang.says(f"{number} 我收到了")
    said = await wang.says(f"{number} 已经联系群众了")
    assert f"/note {number} 已经联系群众了" in said
    assert f"/assign {number} 城管局" in await wang.says(f"把{number}转给城管局")
    case = await case_of(office, number)
    assert (case.status, case.department) == (Status.SUBMITTED, "sthj")


async def test_what_only_looks_is_done_at_once(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    assert "办理人：wang" in await wang.says("谁在办这个")
    assert number in await wang.says("我手上有几件")
    assert "明天没有到期的" in await wang.says("what's due tomorrow")
    assert "没有超期的" in await wang.says("how many are overdue")


async def test_the_days_of_due(office: Office, wang: Person, clock: TestClock) -> None:
    number = await filed(office.person("li"))
    due = (await case_of(office, number)).decide_by
    assert due
    clock.now = due - timedelta(hours=5)
    assert number in await wang.says("今天要到期的有哪些")
    assert number not in await wang.says("/due 明天")
    clock.passes(days=-1)
    assert number in await wang.says("明天到期的")
    assert number in await wang.says("/due week")
    clock.passes(days=-7)
    assert number in await wang.says("下周到期的")
    clock.passes(days=9)
    assert number in await wang.says("超期的有哪些")
    assert "格式" in await wang.says("/due whenever")


async def test_a_handler_s_way_to_give_a_case_away_is_to_hand_it_back(office: Office) -> None:
    sun = await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(office.person("li"))
    assert f"/return {number} 转给城管局" in await sun.says(f"/case {number}", "这个转给城管局")


async def test_what_is_no_department_is_not_made_one(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/case {number}")
    assert "哪个单位" in await wang.says("交给同事办")


async def test_without_a_case_it_is_asked_which(office: Office, wang: Person, clock: TestClock) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/case {number}")
    clock.passes(hours=1)
    assert "哪一件" in await wang.says("可以办结了")
    assert f"/case {number}" in wang.payloads


async def test_the_last_step_is_named_before_it_is_taken_back(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    said = await wang.says("点错了")
    assert number in said and "受理" in said
    await wang.taps("/undo")
    assert (await case_of(office, number)).status is Status.SUBMITTED
    assert "没有可以撤销的" in await wang.says("点错了")


@pytest.mark.parametrize("said", ["再说吧再说", "楼下太吵了", "asdf qwer", "？？", "在吗"])
async def test_nothing_is_swallowed_nor_made_a_complaint(office: Office, wang: Person, said: str) -> None:
    await wang.says(said)
    assert "/inbox" in wang.payloads


async def test_a_matter_of_their_own_is_begun_with_a_tap_and_is_a_citizen_s_from_then(
    office: Office, wang: Person
) -> None:
    assert "没看懂" in await wang.says("楼下太吵了")
    assert "什么地方" in await wang.taps("/file 楼下太吵了")
    assert "/cancel" in wang.payloads
    await wang.says("转给城管吧")
    assert "/inbox" not in wang.payloads, "while the form asks, what is said is an answer"


async def test_danger_is_heard_from_anybody(office: Office, wang: Person) -> None:
    assert "119" in await wang.says("我家里煤气泄漏了，有人晕倒")


@pytest.mark.parametrize(
    "said",
    [
        "群众又打电话来催了",
        "my boss wants to see it done before the holidays begin next week",
        "执法队昨天晚上十一点到幸福路88号现场制止了，工人还在打桩，明天继续跟进",
    ],
)
async def test_what_is_told_of_the_case_at_hand_is_no_new_complaint(office: Office, wang: Person, said: str) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/case {number}")
    assert f"/note {number} " in await wang.says(said)
    assert "/cancel" not in wang.payloads


async def test_a_photo_without_words_is_answered(office: Office, wang: Person) -> None:
    photo = Attachment("k", AttachmentKind.PHOTO, "a.jpg", "image/jpeg", 9, "0" * 64)
    message = InboundMessage(wang.channel.address, "photo", office.clock(), attachments=(photo,))
    (answer,) = await office.turns.receive(message)
    assert "写进备注或答复" in answer.text
