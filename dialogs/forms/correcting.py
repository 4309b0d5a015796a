"""Telling the wish to change an answer, typed ("时间不对，是前天晚上"), from a new part of the story."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogs.forms.lists import lists
from intents.reading import simplify

LONGEST, LONGEST_LATIN = 40, 80
"""Letters; who writes more than that tells something."""
BETWEEN = r"[\s,，。.:：、!！]*"


@dataclass(frozen=True, slots=True)
class Correction:
    """Which answer is wrong (the slot), and the words of the right one; empty where they did not say it."""

    slot: str
    words: str


def correction_in(text: str) -> Correction | None:
    """What a short message corrects; None where it corrects nothing by name."""
    longest = LONGEST_LATIN if text.isascii() else LONGEST
    said = text.strip()
    found = _wish().match(simplify(said)) if len(said) <= longest else None
    if found is None:
        return None
    named = found["changed"] or found["wronged"]
    slot = next(slot for slot, names in lists("corrections")["fields"].items() if named.lower() in names)
    return Correction(slot, said[found.start("words") :].strip(" \n。.!！"))


def instead_of_it(text: str) -> str:
    """What a short message says is right, without a name for what is wrong ("不对，是解放路"); empty if nothing."""
    said = text.strip()
    found = _no_it_is().match(simplify(said)) if len(said) <= (LONGEST_LATIN if text.isascii() else LONGEST) else None
    return said[found.start("words") :].strip(" \n。.!！") if found else ""


def swapped(text: str) -> tuple[str, str]:
    """What is right and what was wrong, of "it's A, not B" and "不是B，是A"; empty if nothing."""
    said = text.strip()
    longest = LONGEST_LATIN if text.isascii() else LONGEST
    found = (
        next((match for each in _swaps() if (match := each.match(simplify(said)))), None)
        if len(said) <= longest
        else None
    )
    if found is None:
        return "", ""
    right, wrong = (said[slice(*found.span(name))].strip(" ,.!\uff0c\u3002") for name in ("right", "wrong"))
    return right, wrong


@cache
def _swaps() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each, re.IGNORECASE) for each in lists("corrections")["swaps"])


@cache
def _no_it_is() -> re.Pattern[str]:
    words = lists("corrections")
    return re.compile(
        rf"(?:{_any(words['begins'])}){BETWEEN}(?:{_any(words['instead'])}){BETWEEN}(?P<words>.+)\Z",
        re.IGNORECASE | re.DOTALL,
    )


@cache
def _wish() -> re.Pattern[str]:
    words = lists("corrections")
    field = _any(name for names in words["fields"].values() for name in names)
    mine = rf"(?:{_any(words['mine'])}\s*)?"
    change = rf"{_any(words['change'])}{BETWEEN}{mine}(?P<changed>{field})"
    wrong = rf"{mine}(?P<wronged>{field}){BETWEEN}{_any(words['wrong'])}"
    instead = rf"(?:{BETWEEN}{_any(words['instead'])})?"
    return re.compile(
        rf"(?:{_any(words['openings'])}{BETWEEN})*(?:{change}|{wrong}){instead}{BETWEEN}(?P<words>.*)\Z",
        re.IGNORECASE | re.DOTALL,
    )


def _any(words: Any) -> str:
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"
