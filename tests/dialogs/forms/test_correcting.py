"""A typed correction names the answer that is wrong, and often the right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.forms.correcting import LONGEST_LATIN, Correction, correction_in, swapped


@pytest.mark.parametrize(
    ("said", "slot", "words"),
    [
        ("改地点", "place", ""),
        ("我想改一下时间", "occurred", ""),
        ("地址错了，是幸福路66号", "place", "幸福路66号"),
        ("不对，时间不对，应该是前天晚上", "occurred", "前天晚上"),
        ("诉求改成赔偿医药费", "requests", "赔偿医药费"),
        ("麻烦改一下我的手机号", "contact_way", ""),
        ("事项不对", "matter", ""),
        ("the place is wrong, it should be 12 Xingfu Road", "place", "12 Xingfu Road"),
        ("change my phone number to 13800138000", "contact_way", "13800138000"),
    ],
)
def test_the_answer_and_the_right_words_are_told_apart(said: str, slot: str, words: str) -> None:
    assert correction_in(said) == Correction(slot, words)


@pytest.mark.parametrize(
    "said",
    [
        "希望改地点施工",
        "他们把地址写错了害我白跑一趟",
        "时间太长了",
        "要求改善环境",
        "幸福路66号",
        "the lights on this place are wrong",
    ],
)
def test_what_tells_the_story_corrects_nothing(said: str) -> None:
    assert correction_in(said) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_a_long_one_is_a_story(said: str) -> None:
    found = correction_in(said)
    assert found is None or len(said) <= LONGEST_LATIN


@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        ("no wait it's Zhongshan Road not Renmin Road", "Zhongshan Road", "Renmin Road"),
        ("Zhongshan Road, not Renmin Road", "Zhongshan Road", "Renmin Road"),
        ("不是昨天 是前天", "前天", "昨天"),
        ("好像不是5号 是15号", "15号", "5号"),
        ("我说的是建设路15号 不是5号", "建设路15号", "5号"),
        ("不是我干的", "", ""),
        ("it's not fair", "", ""),
        ("", "", ""),
    ],
)
def test_what_is_right_and_what_was_wrong(said: str, right: str, wrong: str) -> None:
    assert swapped(said) == (right, wrong)
