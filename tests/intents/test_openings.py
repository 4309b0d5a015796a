"""What an expression needs and begins with is read out of it, and nothing that it matches is lost by that."""

import re
from re import Pattern

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.finder import finder
from intents.openings import needed_by, openings_of

LETTERS = "abc1"
_CHARACTER = st.sampled_from([*LETTERS, "[ab]", "[^a]", r"\d", ".", "[1-9]", r"\b"])
_BEHIND = st.sampled_from(["", "(?=b)", "(?!c)", "(?<=a)", "(?<!b)", "$", "^"])
_AGAIN = st.sampled_from(["", "?", "*", "+", "{2}", "{0,2}", "{1,3}", "??"])


def _grown(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    grouped = st.tuples(st.lists(part, min_size=1, max_size=3), _AGAIN)
    either = grouped.map(lambda told: f"(?:{'|'.join(told[0])}){told[1]}")
    return st.one_of(st.lists(part, min_size=1, max_size=3).map("".join), either, st.tuples(_BEHIND, part).map("".join))


EXPRESSIONS = st.recursive(_CHARACTER, _grown, max_leaves=8)
TEXTS = st.text(LETTERS, max_size=12)


def made(expression: str) -> Pattern[str]:
    return re.compile(expression, re.ASCII)


@given(EXPRESSIONS, TEXTS)
def test_every_match_holds_something_needed(expression: str, text: str) -> None:
    needs = needed_by(made(expression))

    if needs and re.search(expression, text, re.ASCII):
        assert any(each in text for each in needs)


@given(EXPRESSIONS, TEXTS)
def test_a_finder_finds_what_its_expression_finds(expression: str, text: str) -> None:
    found = finder(made(expression))
    said = [match.span() for match in found.finditer(text)]

    if found.opening is not None:
        assert said == [match.span() for match in made(expression).finditer(text)]


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        ("(?:着|起)火(?!隐患)", {"着火", "起火"}),
        ("(?:有人|孩子)[^，。]{0,8}(?:溺水|触电|昏迷)", {"有人", "孩子"}),
        ("我(?:真的)?(?:想死|不想活)", {"我想死", "我不想活", "我真的想死", "我真的不想活"}),
        ("(?<=他)叫", {"他"}),
        (".*", set()),
        ("[^a]b?", set()),
        ("(?i:gas) leak", {" leak"}),
    ],
)
def test_what_an_expression_needs(expression: str, needs: set[str]) -> None:
    assert needed_by(re.compile(expression)) == needs


@pytest.mark.parametrize(
    ("expression", "openings"),
    [
        ("去年|今年(?:春天)?", {"去年", "今年"}),
        ("上?周[一二]", {"上周", "周一", "周二"}),
        ("早(?=\\d)", {"早"}),
        ("[^a]b", set()),
        (r"\d", set("0123456789")),
    ],
)
def test_how_a_match_begins(expression: str, openings: set[str]) -> None:
    assert openings_of(re.compile(expression, re.ASCII)) == openings


def test_whose_case_does_not_matter_is_not_taken_apart() -> None:
    expression = re.compile("fire", re.IGNORECASE)

    assert not needed_by(expression)
    assert not openings_of(expression)
