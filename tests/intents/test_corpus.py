"""The corpus: known labels, enough of each, no copies, and an evaluation part of its own."""

from collections import Counter
from pathlib import Path

import pytest

from intents.corpus import CorpusError, Sentence, evaluation_part, fingerprint, training_part
from intents.lexicon import load

FEWEST = {"zh": 120, "en": 60}
FEWEST_ASKING = {"zh": 60, "en": 30}
TOPICS = 25
KINDS = set(load("nature")["kinds"])
MATTERS = {(first, second) for first, seconds in load("matters").items() for second in seconds}


@pytest.fixture(scope="module")
def training() -> list[Sentence]:
    return training_part()


@pytest.fixture(scope="module")
def evaluation() -> list[Sentence]:
    return evaluation_part()


def test_every_label_is_a_known_one(training: list[Sentence], evaluation: list[Sentence]) -> None:
    for each in [*training, *evaluation]:
        if each.first_level:
            assert (each.first_level, each.second_level) in MATTERS
            assert each.kind in KINDS
            assert each.urgency in ("emergency", "urgent", "ordinary")


def test_both_parts_know_the_same_intents(training: list[Sentence], evaluation: list[Sentence]) -> None:
    assert {each.intent for each in evaluation} <= {each.intent for each in training}


def grams(text: str, length: int) -> set[str]:
    return {text[start : start + length] for start in range(len(text) - length + 1)}


def test_sentences_are_written_not_copied(training: list[Sentence], evaluation: list[Sentence]) -> None:
    """Nearly the same: more than seven tenths of the characters' 4-grams in common, in either part."""
    long = [each.text for each in [*training, *evaluation] if len(each.text) >= 12]
    written: dict[str, int] = {}
    copies = 0
    for number, text in enumerate(long):
        own = grams(text, 4)
        others = {written[piece] for piece in grams(text, 8) if piece in written}
        copies += any(len(own & other) > 0.7 * len(own | other) for other in (grams(long[n], 4) for n in others))
        written |= dict.fromkeys(grams(text, 8), number)
    assert copies <= 0.03 * len(long)


def test_no_sentence_is_in_both_parts(training: list[Sentence], evaluation: list[Sentence]) -> None:
    shared = {each.text for each in training if len(each.text) > 12} & {each.text for each in evaluation}
    assert not shared


def test_a_name_of_the_wrong_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "bad.yml").write_text(
        "nlu:\n  - intent: matter/one\n    examples: |\n      - x\n", encoding="utf-8"
    )
    with pytest.raises(CorpusError):
        training_part(tmp_path)


def test_the_fingerprint_changes_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("one", encoding="utf-8")
    before = fingerprint(tmp_path)
    path.write_text("two", encoding="utf-8")
    assert fingerprint(tmp_path) != before


@pytest.mark.parametrize("language", list(FEWEST))
def test_every_first_level_and_every_intent_has_its_sentences(training: list[Sentence], language: str) -> None:
    own = [each for each in training if each.language == language]
    levels = Counter(each.first_level for each in own if each.first_level)
    assert set(levels) == set(load("matters"))
    assert min(levels.values()) >= FEWEST[language]
    intents = Counter(each.intent.partition("/")[0] for each in own if not each.first_level)
    assert min(intents.values()) >= FEWEST_ASKING[language]
    assert len({each.intent for each in own if each.intent.startswith("ask/")}) >= TOPICS
