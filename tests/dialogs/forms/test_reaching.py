"""How somebody wants to be reached is understood before it is asked, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.case import ContactWay
from dialogs.forms.reaching import (
    LONGEST,
    asks_secrecy,
    calling_hours,
    has_mail,
    is_about_them,
    own_name,
    wants_secrecy,
    way_in,
    without_me,
)


@pytest.mark.parametrize(
    "said", ["匿名", "匿名吧", "我要匿名举报", "不想留名", "anonymous please", "I want to stay anonymous"]
)
def test_without_a_name(said: str) -> None:
    assert way_in(said) == (ContactWay.ANONYMOUS, "")


@pytest.mark.parametrize("said", ["就在这里回复就行", "不要打电话", "please reply here", "Don’t call me"])
def test_in_this_chat(said: str) -> None:
    assert way_in(said) == (ContactWay.CHAT, "")


@pytest.mark.parametrize(
    "said", ["13812345678", "电话联系 138 1234 5678", "我的手机号是13812345678，谢谢", "call me on 13812345678"]
)
def test_by_phone(said: str) -> None:
    assert way_in(said) == (ContactWay.PHONE, "+8613812345678")


@pytest.mark.parametrize(
    "said",
    [
        "", "手机被偷了", "匿名举报领导贪污", "打电话给他们让他们停工", "在这里修个公厕", "退钱 13812345678", "谢谢",
        "here", "they refused to call an ambulance",
    ],
)  # fmt: skip
def test_what_tells_something_else_is_left_to_the_story(said: str) -> None:
    assert way_in(said) is None


@given(st.text(st.sampled_from("我要匿名就行可以打电话a138 "), max_size=LONGEST + 5))
def test_any_heap_of_these_words_is_read_at_once(said: str) -> None:
    assert way_in(said) is None or way_in(f"{said}退钱") is None


@pytest.mark.parametrize(
    "said",
    [
        "别告诉村里是我说的", "不想让学校知道是我", "千万别让他们发现", "nobody should know it's me",
        "Don’t let them know",
        "I don't want my boss to find out", "please keep my name out of it",
    ],
)  # fmt: skip
def test_nobody_there_may_learn_who_says_it(said: str) -> None:
    assert wants_secrecy(said)


@pytest.mark.parametrize("said", ["", "他们不让别人进", "没人知道怎么办", "nobody answers the phone", "let me know"])
def test_what_is_no_wish_for_secrecy(said: str) -> None:
    assert not wants_secrecy(said)


def test_a_mail_address_is_seen() -> None:
    assert has_mail("email me at joe.b+x@example.com")
    assert not has_mail("meet me @ the gate")


def test_who_tells_it_is_taken_out_of_the_story() -> None:
    story = "我叫周桂兰，电话15812340000，身份证110101199003072345。老板叫王德发，电话13900001111"
    assert without_me(story) == "我叫**，电话**，身份证**。老板叫王德发，电话13900001111"
    assert without_me("路灯坏了") == "路灯坏了"
    assert without_me("老板身份证110101199003072345") == "老板身份证110101199003072345"
    assert without_me("打我13800001111，家里0571-88886666") == "打我**，家里**"


@pytest.mark.parametrize(
    ("said", "name"), [("我叫李秀英，住槐树巷", "李秀英"), ("反映人：孙大有", "孙大有"), ("他叫赵强", "")]
)
def test_what_they_say_that_they_are_called(said: str, name: str) -> None:
    assert own_name(said) == name


@pytest.mark.parametrize(
    "said",
    [
        "为避免打击报复，请对我的身份保密",
        "希望不要泄露我的信息",
        "My boss must not know it was me",
        "keep me confidential",
    ],
)
def test_a_letter_asks_for_secrecy(said: str) -> None:
    assert asks_secrecy(said)
    assert is_about_them(said)


@given(st.text(max_size=300))
def test_any_story_can_be_looked_through(said: str) -> None:
    without_me(said)
    assert not asks_secrecy("") and not is_about_them("")


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("晚上六点以后打给我 13800001111", "晚上六点以后打给我"),
        ("我电话13800001111，白天打，晚上睡得早", "白天打"),
        ("打电话吧，下班后", "打电话吧, 下班后"),
        ("by phone please, but not in the morning", "by phone please, but not in the morning"),
        ("call me after 6 pm please, 13800001111", "call me after 6 pm please"),
        ("希望晚上停工，打电话吧", ""),
        ("催收公司每天晚上给我打电话", ""),
        ("昨晚11点打110没人接", ""),
        ("they call me at night", ""),
        ("打我电话13800001111", ""),
    ],
)
def test_when_they_can_be_called(said: str, hours: str) -> None:
    assert calling_hours(said) == hours
