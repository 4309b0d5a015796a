"""Phone numbers as people type and speak them, read with `phonenumbers`."""

import re
from functools import cache

import phonenumbers

from dialogs.forms.lists import lists
from intents.reading import simplify

HOME = "CN"
MISTYPED = re.compile(r"(?<!\d)1[3-9]\d(?:[-\s]?\d){6,7}(?!\d)|(?<!\d)1[3-9]\d(?:[-\s]?\d){9,10}(?!\d)")
MARKS = ".!?;\u3002\uff01\uff1f\uff1b\n"
CLAUSE = re.compile(r"[,.!?;\s\uff0c\u3002\uff01\uff1f\uff1b]+")
LATIN = re.compile(r"[,.!?;\n]+")
FEW = 12
"""Letters of a clause that may name the number after it."""
ENOUGH = re.compile(r"(?:\d\D{0,3}){6}\d")
LONGEST = 2_000
AROUND = " ,.;:\n\u3000\uff0c\u3002\uff1b\uff1a\u3001"


def read_phone(text: str) -> str:
    """The first valid number in a text, or the one that puts it right ("no, it is 139…"), in international form
    (E.164); empty when there is none.
    """
    found = _numbers(in_figures(text[:200]))
    if not found:
        return ""
    meant = next((each for each in found[1:] if _instead().search(text[: each.start])), found[0])
    return phonenumbers.format_number(meant.number, phonenumbers.PhoneNumberFormat.E164)


def is_mistyped(text: str) -> bool:
    """Whether a text looks like a mobile number with a figure too few or too many, which nobody could call."""
    return not read_phone(text) and bool(MISTYPED.search(in_figures(text)))


def own_phone(story: str) -> str:
    """The number that they are reached by; empty where there is none, or it is somebody else's."""
    return next((number for number, _, _ in own_phones(story)), "")


def own_phones(story: str) -> list[tuple[str, int, int]]:
    """The numbers that are theirs, and where they stand; first those that are said to be.

    A number belongs to whom its clause speaks of, or the clause before where it stands alone: the boss's is not theirs.
    """
    figures = in_figures(story)
    found = [(each, _before(figures, each.start)) for each in _numbers(figures)]
    mine = [each for each, head in found if _regex("of_mine").search(head)]
    free = [each for each, head in found if each not in mine and not _regex("of_others").search(head)]
    number = phonenumbers.PhoneNumberFormat.E164
    return [(phonenumbers.format_number(each.number, number), each.start, each.end) for each in (*mine, *free)]


def is_of_others(story: str, start: int) -> bool:
    """Whether what stands at `start` is said to be somebody else's ("他身份证…")."""
    head = _before(story, start)
    return bool(_regex("of_others").search(head)) and not _regex("of_mine").search(head)


def _before(figures: str, start: int) -> str:
    """The clause before a number; where it only says that a number follows, with the one before it."""
    marks = LATIN if figures.isascii() else CLAUSE
    clauses = [each for each in marks.split(simplify(figures[:start].lower())) if each.strip()]
    if figures[:start].rstrip()[-1:] in MARKS or not clauses:
        return clauses[-1] if clauses and len(clauses[-1]) < FEW else ""
    alone = not _label().sub("", clauses[-1]).strip()
    return " ".join(clauses[-2:]) if alone else clauses[-1]


def without_phone(text: str) -> str:
    """A text without its first number and the words that lead to it ("我电话")."""
    for found in _numbers(in_figures(text[:LONGEST])):
        return (_label().sub("", text[: found.start]) + text[found.end :]).strip(AROUND)
    return text


def _numbers(figures: str) -> list[phonenumbers.PhoneNumberMatch]:
    """The valid numbers of a text; most have not even the figures for one."""
    return list(phonenumbers.PhoneNumberMatcher(figures, HOME)) if ENOUGH.search(figures) else []


def in_figures(text: str) -> str:
    """With spoken numbers ("幺三八…") in figures; the same length."""
    figures = _figures()
    return _spoken().sub(lambda found: "".join(figures[each] for each in found[0]), text)


@cache
def _instead() -> re.Pattern[str]:
    return re.compile(lists("reaching")["number_instead"], re.IGNORECASE)


@cache
def _figures() -> dict[str, str]:
    return {word: str(figure) for figure, words in enumerate(lists("reaching")["figures"]) for word in words}


@cache
def _spoken() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_figures())}]{{7,}}")


@cache
def _label() -> re.Pattern[str]:
    return re.compile(lists("reaching")["label"], re.IGNORECASE)


@cache
def _regex(name: str) -> re.Pattern[str]:
    return re.compile(lists("reaching")[name])


def shown(phone: str) -> str:
    """A number as its owner would write it at home: one of ours without the country's code."""
    if not phone.startswith("+86"):
        return phone
    national = phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(national.split())
