"""Things known by their digits: phones, identity numbers, plates, amounts, case numbers, query codes."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from re import Match, Pattern

from stdnum.cn import ric

from intents.finder import Finder, finder
from intents.lexicon import load
from intents.meaning import Entity
from intents.reading import Reading


def numbers_in(reading: Reading) -> list[Entity]:
    """Every such number of the message; a stretch is taken by the first type that fits it."""
    found: list[Entity] = []
    for entity in _all(reading):
        if all(entity.end <= other.start or entity.start >= other.end for other in found):
            found.append(entity)
    return found


def _all(reading: Reading) -> Iterator[Entity]:
    for name, (kind, value_of) in _TYPES.items():
        if not _regex("hints", name).search(reading.plain):
            continue
        for match in _finder(name).finditer(reading.plain):
            value, valid = value_of(match)
            if value:
                yield Entity(kind, reading.text[match.start() : match.end()], *match.span(), value, valid=valid)


def query_code(reading: Reading) -> Entity | None:
    """The whole message as a query code, when one was asked for."""
    code = reading.plain.strip()
    if not _regex("bare_query_code").fullmatch(code):
        return None
    start = reading.plain.index(code)
    end = start + len(code)
    return Entity("query_code", reading.text[start:end], start, end, code.upper())


def _digits(match: Match[str]) -> tuple[str, bool]:
    return "".join(group for group in match.groups() if group), True


def _hidden(match: Match[str]) -> tuple[str, bool]:
    return match.group().upper(), False


def _identity(match: Match[str]) -> tuple[str, bool]:
    return match[1].upper(), bool(ric.is_valid(match[1].upper()))


def _plate(match: Match[str]) -> tuple[str, bool]:
    return (match[1] + match[2]).upper(), True


def _case(match: Match[str]) -> tuple[str, bool]:
    return f"{match[1]}{match[2]}-{match[3]}-{match[4]}".upper(), True


def _code(match: Match[str]) -> tuple[str, bool]:
    return match[1].upper(), True


def _amount(match: Match[str]) -> tuple[str, bool]:
    """Yuan as a plain decimal number; "" where the words make none."""
    lexicon = load("numbers")
    text = match["number"] or match["number2"] or match["number3"] or ""
    scale = float(lexicon["scales"].get(match["scale"], 1)) * lexicon["small_units"].get(match["unit"], 1)
    value = _worth(text.replace(",", "")) * scale
    return (f"{value:.2f}".rstrip("0").rstrip(".") if value < 1e13 else ""), True


def _worth(text: str) -> float:
    lexicon = load("numbers")
    if text in lexicon["vague"]:
        return float(lexicon["vague"][text])
    if not text or text[0].isdecimal():
        return float(text[:13] or 0)
    return _spelled(text, lexicon["numerals"])


def _spelled(text: str, numerals: dict[str, int]) -> float:
    """Chinese number words: digits times ten, hundred, thousand, and all of these times ten thousand or more."""
    total, section, digit = 0, 0, 0
    for char in text:
        value = numerals.get(char, 0)
        if value >= 10_000:
            total, section, digit = total + (section + digit or 1) * value, 0, 0
        elif value >= 10:
            section, digit = section + (digit or 1) * value, 0
        else:
            digit = value
    return total + section + digit


@cache
def _finder(name: str) -> Finder:
    return finder(re.compile(load("numbers")[name], re.ASCII))


@cache
def _regex(name: str, key: str = "") -> Pattern[str]:
    found = load("numbers")[name]
    return re.compile(found[key] if key else found)


_TYPES: dict[str, tuple[str, Callable[[Match[str]], tuple[str, bool]]]] = {
    "case_number": ("case_number", _case),
    "identity_number": ("identity_number", _identity),
    "phone": ("phone", _digits),
    "hidden_phone": ("phone", _hidden),
    "plate": ("plate", _plate),
    "amount": ("amount", _amount),
    "query_code": ("query_code", _code),
}
