"""Telling the bare wish to complain ("我要投诉") from the beginning of a story."""

import re
from functools import cache

from dialogs.forms.lists import lists
from intents.reading import simplify

LETTERS = re.compile(r"[^\W\d_]")


@cache
def _wish() -> re.Pattern[str]:
    chinese, english = (
        "|".join(re.escape(word) for word in sorted(lists("wishes")[language], key=len, reverse=True))
        for language in ("zh", "en")
    )
    return re.compile(rf"{chinese}|\b(?:{english})\b", re.IGNORECASE)


def is_bare(text: str) -> bool:
    """Whether a text only wishes to complain: nothing of two letters is left without the words of wishing."""
    return len(LETTERS.findall(_wish().sub(" ", simplify(text)))) < 2
