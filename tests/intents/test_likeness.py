"""The same matter told again is found among others."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from intents.likeness import Likeness

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CASES = {
    "noise": ("幸福路88号工地每天夜里打桩到两点，吵得孩子没法睡觉", "幸福路88号"),
    "water": ("锦绣花园三期停水两天了，物业和自来水公司互相推", "锦绣花园三期"),
    "wages": ("鸿达建筑公司拖欠我们十二个农民工三个月工资", "东风大道工地"),
    "lamp": ("朝阳街整条街的路灯坏了半个月，晚上黑得看不见路", "朝阳街"),
    "lamp far": ("白马镇的路灯坏了，晚上黑得看不见路", "白马镇"),
}


def filled() -> Likeness:
    index = Likeness()
    for key, (text, place) in CASES.items():
        index.add(key, text, place, NOW)
    return index


def test_the_same_event_in_other_words_is_found_first() -> None:
    found = filled().query("工地夜里打桩，幸福路88号这边孩子都睡不了觉", "幸福路88号", NOW)
    assert found[0].key == "noise"


def test_another_place_is_another_matter() -> None:
    found = filled().query("朝阳街路灯坏了，晚上黑看不见", "朝阳街", NOW)
    assert found[0].key == "lamp"
    assert "lamp far" not in [each.key for each in found]


def test_something_else_is_like_nothing() -> None:
    assert filled().query("孩子上小学学位不够怎么办", "河西区", NOW) == ()


def test_a_closed_case_is_found_no_more_and_a_changed_one_once() -> None:
    index = filled()
    index.remove("noise")
    index.remove("never there")
    index.add("water", CASES["water"][0], "锦绣花园三期", NOW)
    assert len(index) == len(CASES) - 1
    assert index.query(CASES["noise"][0], "幸福路88号", NOW) == ()
    assert [each.key for each in index.query(CASES["water"][0], "锦绣花园三期", NOW)] == ["water"]


def test_an_empty_index_and_an_empty_text_are_answered() -> None:
    assert Likeness().query("停水", "", None) == ()
    assert filled().query("", "", None) == ()


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 5), st.sampled_from([text for text, _ in CASES.values()])), max_size=120
)


@settings(deadline=None, max_examples=25)
@given(STEPS)
def test_it_knows_just_what_was_added_and_not_removed(steps: list[tuple[bool, int, str]]) -> None:
    index, known = Likeness(), dict[str, str]()
    for adding, number, text in steps:
        key = str(number)
        if adding:
            index.add(key, text, at=NOW + timedelta(hours=number))
            known[key] = text
        else:
            index.remove(key)
            known.pop(key, None)
    assert len(index) == len(known)
    for key, text in known.items():
        assert key in [each.key for each in index.query(text, at=NOW, limit=10)]
