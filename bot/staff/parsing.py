"""Reading a staff command: the word, the case's number, the rest; a wrong one says what was expected."""

import re
from dataclasses import dataclass
from functools import cache

from dialogs.phrasebook import LANGUAGES, texts

COMMAND = re.compile(r"/(?P<word>[a-z_]+)(?:@\w+)?(?:\s+(?P<rest>.*))?\Z", re.DOTALL | re.IGNORECASE)
NUMBER = re.compile(r"(?P<number>[A-Za-z]{0,4}\d{8}-?\d{1,6}-?\d)(?:\s+(?P<rest>.*))?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was typed: ``/word rest``."""

    word: str
    rest: str


class Expected(ValueError):
    """The command was typed wrongly; its usage and example say what was expected."""


def read_call(text: str) -> Call | None:
    """The command that a text is, None when it is none."""
    found = COMMAND.match(text.strip())
    return Call(found["word"].lower(), (found["rest"] or "").strip()) if found else None


def number_and_rest(rest: str) -> tuple[str, str]:
    """A case's number and what follows it; raise `Expected` without a number."""
    found = NUMBER.match(rest)
    if not found:
        raise Expected
    return found["number"], (found["rest"] or "").strip()


def number_and_words(rest: str) -> tuple[str, str]:
    """A case's number and words that must follow; raise `Expected` otherwise."""
    number, words = number_and_rest(rest)
    if not words:
        raise Expected
    return number, words


def number_only(rest: str) -> str:
    """A case's number and nothing else."""
    number, words = number_and_rest(rest)
    if words:
        raise Expected
    return number


def number_days_words(rest: str) -> tuple[str, int, str]:
    """A number, a count of days, a reason."""
    number, words = number_and_words(rest)
    found = _days_and_reason().match(words)
    if not found:
        raise Expected
    return number, int(found["days"]), found["reason"].strip()


@cache
def _days_and_reason() -> re.Pattern[str]:
    """So many, the word for days where it is said, and why."""
    unit = "|".join(texts(language)["staff.day_words"] for language in LANGUAGES)
    return re.compile(
        rf"(?P<days>\d{{1,3}})(?!\d)\s*(?:{unit})?[\s,:\uff0c\uff1a]*(?P<reason>[^\s,:\uff0c\uff1a].*)",
        re.DOTALL | re.I,
    )


def two_numbers(rest: str) -> tuple[str, str]:
    """Two cases' numbers."""
    first, words = number_and_words(rest)
    return first, number_only(words)


def number_request_words(rest: str) -> tuple[str, int, str]:
    """A case's number, a request's number, words that must follow."""
    number, words = number_and_words(rest)
    request, _, said = words.partition(" ")
    if not request.isdecimal() or len(request) > 2 or not said.strip():
        raise Expected
    return number, int(request), said.strip()
