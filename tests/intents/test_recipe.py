"""What a model is made of: only features that say something, whatever else the texts hold."""

from dataclasses import replace

import pytest

from intents.corpus import Sentence
from intents.features import spans_of
from intents.reading import read
from intents.recipe import Example, Recipe, of_sentence, telling, vocabulary_of

FIRSTS = {"环境保护": "工地噪音扰民", "劳动和社会保障": "老板拖欠工资", "交通运输": "公交绕路拒载"}
PLACES = ("东风镇", "幸福路", "李家村", "人民广场", "柳树湾", "朝阳街", "白马乡", "高新区")
NUMBERS = Recipe(matter_strength=0.4, bayes=0.7)


@pytest.fixture(scope="module")
def told() -> list[Example]:
    return [
        of_sentence(Sentence(f"{place}{words}", "zh", "file", first, f"{first}一", "complaint", "ordinary"))
        for place in PLACES
        for first, words in FIRSTS.items()
    ]


def known(words: str, examples: list[Example], least: float) -> int:
    """How many of the words' features the model keeps."""
    kept = telling(vocabulary_of(examples, 2), examples, replace(NUMBERS, least=least))
    return len(kept.vector(spans_of(read(words))).rows)


def test_what_is_said_of_every_matter_alike_is_left_out(told: list[Example]) -> None:
    assert known("东风镇", told, 0.5) < known("东风镇", told, 0.0)


def test_what_tells_matters_apart_is_kept(told: list[Example]) -> None:
    for words in FIRSTS.values():
        assert known(words, told, 0.5) > 0
    assert known("拖欠工资", told, 0.1) == known("拖欠工资", told, 0.0)
