"""Which language something is written in, and whether a citizen can read it.

信访工作条例 art. 32: the answer is given to the person; one that they cannot read gives them nothing.
"""

import re
from collections.abc import Mapping

from cases.rules.case import Case

CHARACTER = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[^\W\d_]{2,}")
CHARACTERS_A_WORD = 2
"""So many Chinese characters say about as much as one word."""
FEWEST = 3
"""Words below which a text is in no language: "ok", a number, a name."""
ENOUGH = 1 / 3
"""The part of a text that tells the whole of it: a translation stands beside the original."""


def weights(text: str) -> Mapping[str, float]:
    """How many words of each language a text has."""
    chinese = len(CHARACTER.findall(text)) / CHARACTERS_A_WORD
    return {"zh": chinese, "en": len(WORD.findall(CHARACTER.sub(" ", text)))}


def written_in(text: str) -> str:
    """The language of most of a text; empty where too little is said to tell.

    The name of a law or a street in the other language does not change it.
    """
    found = weights(text)
    most = max(found, key=lambda language: found[language])
    return most if found[most] >= FEWEST else ""


def readable(text: str, case: Case) -> bool:
    """Whether who filed the case can read it: what they chose, and what they wrote in."""
    found = weights(text)
    theirs = found.get(case.language, 0), found.get(written_in(case.narrative), 0)
    return not written_in(text) or max(theirs) >= ENOUGH * sum(found.values())
