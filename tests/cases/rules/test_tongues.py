"""Whether a citizen can read what is written to them."""

import pytest

from cases.rules.tongues import readable, written_in
from tests.support.cases import a_case

ENGLISH = "The site at 88 Xingfu Road was piling all night, please stop it"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("经查属实，已责令停工", "zh"),
        ("work at night was stopped under 《噪声污染防治法》 article 43", "en"),
        ("已请KTV关小音量", "zh"),
        ("ok", ""),
        ("", ""),
        ("12345", ""),
    ],
)
def test_the_language_of_most_of_a_text(text: str, language: str) -> None:
    assert written_in(text) == language


@pytest.mark.parametrize(
    ("language", "told", "answer", "can"),
    [
        ("en", ENGLISH, "经查属实，已责令停工，并处罚款", False),
        ("en", ENGLISH, "We checked it and work at night was stopped", True),
        ("en", ENGLISH, "经查属实，已责令夜间停工。It was true, and work at night was stopped.", True),
        ("en", "幸福路88号工地夜里打桩，吵得睡不着", "经查属实，已责令停工，并处罚款", True),
        ("zh", "幸福路88号工地夜里打桩", "It was true, work at night was stopped", False),
        ("zh", "幸福路88号工地夜里打桩", "OK", True),
    ],
)
def test_what_they_chose_or_wrote_in_they_read(language: str, told: str, answer: str, can: bool) -> None:
    assert readable(answer, a_case(language=language, narrative=told)) is can
