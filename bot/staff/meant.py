"""What staff mean in words of their own ("帮我延期十天 因为要鉴定", "what's due tomorrow"): guessed by ``meant.yml``.

A guess is only a guess: `bot.staff.asking_back` does at once what only looks, and asks back before anything is done.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.staff.plain import command_called
from cases.rules.city import QUICK

SAID, DAYS, VERB, OTHER = "said", "days", "verb", "other"
"""What a command takes that is more than a stretch of the text: `OTHER` is the second case that was named."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Commands that may be meant, each with the words behind the case's number; all to be offered, or the first that is
    possible.
    """

    commands: Mapping[str, tuple[str, ...]]
    all: bool = False
    office: bool = False
    """About no single case."""


def meant(said: str, other: str = "") -> Meant | None:
    """What a text without its case's number asks for; None where nothing fits. `other`: a second number in it."""
    text = _bare(said)
    for rule, pattern in _rules():
        if len(text) > _lists()["longest"] and "long" not in rule:
            continue
        if found := pattern.search(text):
            groups = {name.partition("_")[0]: words for name, words in found.groupdict().items() if words}
            groups[OTHER] = other
            return Meant(
                {name: _words(wanted, groups, text) for name, wanted in rule["do"].items()},
                "each" in rule,
                "office" in rule,
            )
    return None


def _words(wanted: list[str], groups: Mapping[str, str], text: str) -> tuple[str, ...]:
    """What stands behind the number; it ends before what was not said."""
    found = []
    for name in wanted:
        words = _word(name, groups, text)
        if not words:
            break
        found.append(words)
    return tuple(found)


def _word(name: str, groups: Mapping[str, str], text: str) -> str:
    if name == SAID:
        return text
    if name not in _groups():
        return name
    words = groups.get(name, "").strip()
    if name == DAYS and words and not words.isdecimal():
        return str(_lists()["days"].get(words, ""))
    return command_called(words) if name == VERB else words


def _bare(said: str) -> str:
    """Without what may stand before and after and means nothing."""
    text, before = said.strip(), ""
    while text != before:
        before, text = text, _ends("before").sub("", _ends("after").sub("", text))
    return text or said.strip()


@cache
def _lists() -> Mapping[str, Any]:
    file = files(__package__).joinpath("meant.yml")
    tree: Mapping[str, Any] = yaml.load(file.read_text("utf-8"), Loader=QUICK)
    return tree


@cache
def _rules() -> tuple[tuple[Mapping[str, Any], re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule["says"], re.IGNORECASE)) for rule in _lists()["rules"])


@cache
def _groups() -> frozenset[str]:
    """The names of stretches that some expression takes out."""
    return frozenset((OTHER, *(name.partition("_")[0] for _, pattern in _rules() for name in pattern.groupindex)))


@cache
def _ends(which: str) -> re.Pattern[str]:
    return re.compile(_lists()[which], re.IGNORECASE)
