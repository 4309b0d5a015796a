"""Word lists are tried only where they can match, with the same result as everywhere."""

import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.corpus import evaluation_part
from intents.lexicon import alternatives, any_of, load
from intents.reading import read
from intents.sought import sought

NATURE, PLACE = load("nature"), load("place")
LISTS = {
    **{
        f"{section}.{name}": words
        for section in ("urgency", "kind", "lawful")
        for name, words in NATURE[section].items()
    },
    "graft": NATURE["breach"]["graft"],
    "despair": NATURE["despair"],
    **{name: PLACE[name] for name in ("home", "room", "code", "compound", "numbered")},
    "alone": PLACE["before_alone"] + any_of(PLACE["alone"]),
}
SOUGHT = {name: sought(words) for name, words in LISTS.items()}
PLAINLY = {name: [re.compile(each) for each in alternatives(words)] for name, words in LISTS.items()}
TOLD = [read(each.text) for each in evaluation_part()]


@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_missed_in_what_people_wrote(name: str) -> None:
    for reading in TOLD:
        plainly = any(expression.search(reading.plain) for expression in PLAINLY[name])
        assert SOUGHT[name].is_in(reading) == plainly, reading.plain
        assert bool(SOUGHT[name].matches(reading)) == plainly, reading.plain


@given(st.lists(st.sampled_from(sorted(set(chain(*(each.plain for each in TOLD[:40]))))), max_size=30).map("".join))
def test_nothing_is_missed_in_a_heap_of_characters(text: str) -> None:
    reading = read(text)

    for name, list_ in SOUGHT.items():
        assert list_.is_in(reading) == any(expression.search(reading.plain) for expression in PLAINLY[name])


def test_matches_come_in_the_order_of_the_text_and_none_within_another() -> None:
    words = sought(["乱收(?:费|钱)", "收费", "投诉"])

    assert [match[0] for match in words.matches(read("他们乱收费，我要投诉，再说一遍收费"))] == [
        "乱收费",
        "投诉",
        "收费",
    ]


def test_what_nobody_said_is_not_there() -> None:
    assert not sought(["(?:着|起)火"]).is_in(read("路灯不亮"))
    assert not sought(["(?:着|起)火"]).matches(read(""))
