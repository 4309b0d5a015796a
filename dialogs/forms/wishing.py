"""Telling the bare wish to complain ("我要投诉") from the beginning of a story."""

import re
from functools import cache
from pathlib import Path

import yaml

from intents.reading import simplify

WORDS = Path(__file__).with_name("wishes.yml")
LETTERS = re.compile(r"[^\W\d_]")


@cache
def _wish() -> re.Pattern[str]:
    lists = yaml.load(WORDS.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    chinese = "|".join(re.escape(word) for word in sorted(lists["zh"], key=len, reverse=True))
    english = "|".join(re.escape(word) for word in sorted(lists["en"], key=len, reverse=True))
    return re.compile(rf"{chinese}|\b(?:{english})\b", re.IGNORECASE)


def is_bare(text: str) -> bool:
    """Whether a text only wishes to complain: nothing of two letters is left without the words of wishing."""
    return len(LETTERS.findall(_wish().sub(" ", simplify(text)))) < 2
