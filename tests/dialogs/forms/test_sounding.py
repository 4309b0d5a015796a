"""A yes is a whole yes, a late wish is a wish, and a hurry is no wish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.forms.sounding import as_place, is_empty_yes, is_impatient, wishes_late


@pytest.mark.parametrize(
    "said", ["好的，提交吧", "可以的", "没问题，发出去吧，辛苦了", "ok submit it", "Yes, that's correct", "就这样吧"]
)
def test_a_whole_yes(said: str) -> None:
    assert is_empty_yes(said)


@pytest.mark.parametrize(
    "said",
    [
        "", "谢谢", "对了公示牌在东门", "好的等下再说", "等等 我要留电话", "行人都看不见路", "好像不是5号",
        "可以先不提交吗",
        "right, the sign is at the gate", "ok later", "thanks",
    ],
)  # fmt: skip
def test_what_only_begins_like_one_submits_nothing(said: str) -> None:
    assert not is_empty_yes(said)


@pytest.mark.parametrize(
    "said", ["让他们别吵了", "退一赔十", "加车", "帮我申请吧", "please stop it", "refund my money"]
)
def test_a_wish_that_comes_late(said: str) -> None:
    assert wishes_late(said)


@pytest.mark.parametrize(
    "said", ["", "请打我电话", "别打电话联系我", "他叫王德发", "the lamp is dark", "please call me"]
)
def test_no_wish(said: str) -> None:
    assert not wishes_late(said)


@pytest.mark.parametrize("said", ["怎么还不处理啊", "你们到底能不能管", "什么时候能修好", "why is nobody coming?"])
def test_a_hurry(said: str) -> None:
    assert is_impatient(said)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("在解放路", "解放路"),
        ("镇上是青石镇", "青石镇"),
        ("地址是学府路3号", "学府路3号"),
        ("it's at 5 Oak Road", "5 Oak Road"),
        ("在", "在"),
    ],
)
def test_the_words_that_lead_to_a_place_are_none_of_it(said: str, place: str) -> None:
    assert as_place(said) == place


@given(st.text(max_size=200))
def test_any_text_is_read(said: str) -> None:
    assert (
        isinstance(is_empty_yes(said), bool) and isinstance(wishes_late(said), bool) and isinstance(as_place(said), str)
    )
