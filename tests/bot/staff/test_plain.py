"""Staff work in plain words too: a number opens its card, "受理 XF…" accepts; citizens' words stay citizens' words."""

import pytest

from bot.staff.parsing import Call
from bot.staff.plain import named_call, plain_call
from cases.rules.case import Role
from tests.support.office import Office, Person

NUMBER = "XF20261123-000001-8"
STORY = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"


@pytest.fixture
async def li(office: Office) -> Person:
    """A citizen with a case for the environment bureau."""
    person = office.person("li")
    await person.says(STORY, "只在这里回复", "提交")
    return person


@pytest.mark.parametrize(
    ("said", "call"),
    [
        (NUMBER, Call("case", NUMBER)),
        (f"受理 {NUMBER}", Call("accept", NUMBER)),
        (f"{NUMBER} 受理", Call("accept", NUMBER)),
        (f"accept {NUMBER}", Call("accept", NUMBER)),
        (f"答复 {NUMBER} 已责令停工", Call("reply", f"{NUMBER} 已责令停工")),
        (f"{NUMBER} 备注 老问题", Call("note", f"{NUMBER} 老问题")),
        (f"{NUMBER} 内部备注 老问题", Call("note", f"{NUMBER} 老问题")),
        ("待办", Call("inbox", "")),
        ("My cases", Call("inbox", "")),
        ("导出 上个月 excel", Call("export", "上个月 excel")),
        ("search Xingfu Road", Call("find", "Xingfu Road")),
        ("值班", Call("duty", "")),
        ("值班的人不在", None),
        ("待办 很多", None),
        ("受理", None),
        (f"{NUMBER} close it", Call("close", NUMBER)),
        (f"转给住建局 {NUMBER}", Call("assign", f"{NUMBER} 住建局")),
        (f"{NUMBER} 不归我们管，是街道的事", Call("return", f"{NUMBER} 是街道的事")),
        (f"通过 {NUMBER}", Call("approve", NUMBER)),
        (f"退回修改 {NUMBER} 请写明依据", Call("sendback", f"{NUMBER} 请写明依据")),
        (f"答复太慢了 {NUMBER}", None),
        (f"帮我看看 {NUMBER}", None),
        ("昨晚11点开始打桩", None),
        ("", None),
    ],
)
def test_what_a_text_without_a_slash_asks_for(said: str, call: Call | None) -> None:
    assert plain_call(said, "zh") == call


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("受理", Call("accept", "")),
        ("受理第一件", Call("accept", "")),
        ("accept", Call("accept", "")),
        ("答复：已责令停工", Call("reply", "已责令停工")),
        ("转给住建局", Call("assign", "住建局")),
        ("note: an old problem", Call("note", "an old problem")),
        ("note that they left", None),
        ("受理的标准太高", None),
        ("待办", None),
    ],
)
def test_a_command_s_own_name_without_a_case(said: str, call: Call | None) -> None:
    assert named_call(said, "zh") == call


async def test_a_number_opens_the_card_and_words_work_the_case(li: Person, wang: Person) -> None:
    assert "一直在打桩" in await wang.says(NUMBER)
    assert "已受理" in await wang.says(f"受理 {NUMBER}")
    assert "进展已告诉群众" in await wang.says(f"{NUMBER} 告诉群众进展 已到现场查看")


async def test_a_number_in_any_words_opens_the_card_and_asks_for_no_code(li: Person, wang: Person) -> None:
    assert "一直在打桩" in await wang.says(f"{NUMBER} 现在啥情况")
    assert "没有这个编号" in await wang.says("查一下 XF20261123-000002-6")
    assert f"/accept {NUMBER}" in await wang.says("受理"), "of the case that was looked at last"


async def test_what_they_may_not_see_is_not_there_for_them(office: Office, li: Person) -> None:
    stranger = await office.staff("stranger", "jyj", Role.HANDLER)
    assert "一直在打桩" not in await stranger.says(NUMBER)
    assert "受理" not in await stranger.says(f"受理 {NUMBER}")


async def test_the_day_s_work_opens_by_its_name(li: Person, wang: Person) -> None:
    assert NUMBER in await wang.says("待办")
    assert "没有快到期的" in await wang.says("快到期")
    assert "/accept" in await wang.says("命令")
    assert "没有这个权限" in await wang.says("导出 上个月")


async def test_their_own_complaint_stays_a_citizen_s(office: Office, wang: Person) -> None:
    await wang.says(STORY, "只在这里回复", "提交")
    assert "下一步" in await wang.says(NUMBER)
