"""Makes a hostile message readable: a clean text to show and keep, and a plain form of it to match on.

`Reading.plain` is lower-case, half-width and simplified, and every position of it maps to one of `Reading.text`, so
that spans found in the plain form can be given back in the citizen's own characters.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from intents.lexicon import load
from intents.pieces import pieces_of
from intents.tokenizer import words

LIMIT = 5_000
_UNWANTED = re.compile(
    r"[\ud800-\udfff\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LATIN = re.compile(r"[a-zA-Z]")
_FULL_TO_HALF = {0x3000: " ", 0x2018: "'", 0x2019: "'"} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# These marks end clauses in Chinese; their half-width twins also stand inside numbers and addresses.
_KEPT = "\uff0c\u3002\uff01\uff1f\uff1b\uff1a\uff08\uff09"
_TO_PLAIN = {chr(code): char for code, char in _FULL_TO_HALF.items() if chr(code) not in _KEPT}
_WIDE = re.compile("[" + "".join(map(re.escape, _TO_PLAIN)) + "]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it is kept (`text`) and as it is matched (`plain`, the same length); `words` joined are `plain`,
    `pieces` are what few characters of it stand side by side (`pieces_of`).
    """

    text: str
    plain: str
    language: str
    words: tuple[str, ...]
    pieces: Set[str]


def read(message: str) -> Reading:
    """Clean, cap at `LIMIT` characters and simplify; takes any string, raises nothing."""
    text = clean(message)
    plain, characters = _simplified(_lowered(_WIDE.sub(_narrow, text)))
    return Reading(text, plain, language_of(plain), words(plain), pieces_of(plain, characters))


def clean(message: str) -> str:
    """Without lone surrogates, control, zero-width and direction characters; line breaks and tabs stay."""
    return _UNWANTED.sub("", message[: LIMIT * 2].replace("\r\n", "\n").replace("\r", "\n"))[:LIMIT]


def simplify(text: str) -> str:
    """Traditional (Taiwan, Hong Kong) to simplified, with the length kept: phrases where they map one to one; the
    characters of Cantonese as those of the written language.
    """
    return _simplified(text)[0]


def _simplified(text: str) -> tuple[str, set[str]]:
    """The text simplified, and its characters, by which most texts are known to be simple already."""
    characters = set(text)
    if characters.isdisjoint(_changed()):
        return text, characters
    plain = _converted(text.translate(_dialect()))
    return plain, set(plain)


def _converted(text: str) -> str:
    converted: str = _phrases().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(map(_simple, text))


def language_of(text: str) -> str:
    """``zh`` or ``en``, by the script that carries the text; digits alone are ``zh``."""
    # UTF-8 gives a Chinese character two bytes more than one: this bounds the count without looking at each.
    if (len(text.encode()) - len(text)) * 2 > len(text):
        return "zh"
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return "en" if latin > 4 * han and latin > 1 else "zh"


def _narrow(found: re.Match[str]) -> str:
    return _TO_PLAIN[found[0]]


def _lowered(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


@cache
def _traditional() -> frozenset[str]:
    """The characters that simplifying changes: most texts have none of them."""
    every = [chr(code) for code in range(0x3400, 0xA000)]
    plain = _characters().convert("\n".join(every)).split("\n")
    return frozenset(old for old, new in zip(every, plain, strict=True) if old != new)


@cache
def _changed() -> frozenset[str]:
    """Every character that `simplify` may change."""
    return _traditional() | frozenset(map(chr, _dialect()))


@cache
def _dialect() -> dict[int, str]:
    return str.maketrans(load("dialect")["characters"])


@cache
def _phrases() -> OpenCC:
    return OpenCC("tw2sp")


@cache
def _characters() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simple(char: str) -> str:
    plain = _characters().convert(char)
    return plain if len(plain) == 1 else char


def compact(text: str) -> str:
    """Canonical form for comparing short answers: composed, without spaces and punctuation."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
