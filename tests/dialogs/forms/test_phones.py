"""Numbers as people type and speak them: whose they are, how they are read back, what nobody could call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.forms.phones import in_figures, is_mistyped, own_phone, own_phones, read_phone, shown, without_phone


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("我电话13900001111，白天打", "13900001111"),
        ("俺手机号是幺三八零零一三八零零零", "13800138000"),
        ("电话 86-13911110000", "13911110000"),
        ("退钱 13400001111", "13400001111"),
        ("固话0571-88886666", "057188886666"),
    ],
)
def test_a_number_is_heard_wherever_it_stands(said: str, number: str) -> None:
    ((phone, start, end),) = own_phones(said)
    assert shown(phone) == number
    assert any(letter in said[start:end] for letter in number) or in_figures(said)[start:end].isdecimal()


@pytest.mark.parametrize(
    "said",
    [
        "老板电话13900001111", "老板姓陈 电话13500009999", "公司客服电话是400-800-1234", "没有号码",
        "他电话13911112222",
        "投诉我前夫 他叫赵强 电话13700001111 我在阳光小区", "举报赌场 老板微信电话15844447777 老街夜市 请查处",
        "弟弟叫陈二牛 老板叫吴大发 电话13899998888", "the landlord's phone is 13812345678",
    ],
)  # fmt: skip
def test_somebody_else_s_number_is_not_theirs(said: str) -> None:
    assert not own_phone(said)


def test_of_two_numbers_theirs_counts() -> None:
    assert shown(own_phone("中介骗钱 中介小李 13955558888 … 我手机13611112222")) == "13611112222"


def test_the_number_that_puts_it_right_counts() -> None:
    assert shown(read_phone("13900001111不对 是13900001112")) == "13900001112"


@pytest.mark.parametrize(
    ("said", "wrong"), [("1390000111", True), ("139000011112", True), ("13900001111", False), ("1000元", False)]
)
def test_a_figure_too_few_or_too_many_is_seen(said: str, wrong: bool) -> None:
    assert is_mistyped(said) is wrong


def test_words_are_left_without_the_number() -> None:
    assert without_phone("退钱，我电话13900001111") == "退钱"


@given(st.text(max_size=200))
def test_any_text_is_read(said: str) -> None:
    assert len(in_figures(said)) == len(said)
    read_phone(said), own_phone(said), is_mistyped(said), without_phone(said)
