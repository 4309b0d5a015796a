"""What few words sound like by themselves: a wish, impatience, a yes, the way to a place."""

import re
from functools import cache

from dialogs.forms.lists import lists
from intents.reading import compact, simplify

LONGEST, LONGEST_LATIN = 40, 80
"""Letters of a place or a time that was asked for."""
ASIDE = 12
"""Letters beside an answer that are more than "it was" and "about", so that they belong to the story."""


def is_curt(text: str) -> bool:
    """One or two words, or a few Chinese characters: "cancel", but not "stop the digging at night"."""
    return len(text.split()) <= 2 and len(text) <= 12


def is_long(words: str) -> bool:
    """Whether words are more than a name of a place or of a time."""
    return len(words) > (LONGEST_LATIN if words.isascii() else LONGEST)


def is_more(words: str, named: str) -> bool:
    """Whether words say more around a place that they name than where it is."""
    return len(words) - len(named) > (LONGEST_LATIN // 2 if words.isascii() else ASIDE)


def as_place(words: str) -> str:
    """An answer without the words that only lead to the place ("我在", "地址是", "it's at")."""
    return _leading().sub("", words.strip(), count=1) or words


@cache
def _leading() -> re.Pattern[str]:
    return re.compile(lists("answers")["to_the_place"], re.IGNORECASE)


def is_impatient(words: str) -> bool:
    """Whether somebody who was asked what they want only asks when it will be done ("怎么还不处理啊")."""
    return bool(says("impatient").search(simplify(words.lower())))


def wishes_late(words: str) -> bool:
    """Whether words by themselves are what somebody wants done, and not how they want to be reached."""
    said = simplify(words.lower())
    return bool(says("late_wish").search(said)) and not says("by_phone").search(said)


def is_empty_yes(words: str) -> bool:
    """Whether words are a yes and nothing else, however it is turned ("可以的，提交吧，辛苦了")."""
    return bool(says("assents").fullmatch(compact(simplify(words.lower()))))


@cache
def says(name: str) -> re.Pattern[str]:
    """Whether words sound so, by the expressions under that name in ``answers.yml``."""
    return re.compile("|".join(lists("answers")[name]))
