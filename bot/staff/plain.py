"""Commands in plain words: a case's number alone, or with what is to be done as ``/help`` calls it ("受理 XF…")."""

import re
from functools import cache

from bot.staff.commands import COMMANDS
from bot.staff.parsing import NUMBER, Call
from dialogs.phrasebook import texts

VERB_FIRST = re.compile(rf"(?P<verb>[^\d/]+?)\s*(?P<call>{NUMBER.pattern})", re.DOTALL)


def plain_call(text: str, language: str) -> Call | None:
    """The command that a text without a slash is; None where it is none."""
    said = text.strip()
    if found := NUMBER.match(said):
        number, rest = found["number"], (found["rest"] or "").strip()
        return _said_behind(number, rest, language) if rest else Call("case", number)
    found = VERB_FIRST.match(said)
    name = _names(language).get(found["verb"].strip().casefold()) if found else None
    return Call(name, found["call"]) if found and name else None


def _said_behind(number: str, rest: str, language: str) -> Call | None:
    """What is to be done said behind the number; the longest name that fits."""
    low, names = rest.casefold(), _names(language)
    verb = max((each for each in names if low == each or low.startswith(f"{each} ")), key=len, default="")
    return Call(names[verb], f"{number} {rest[len(verb) :].strip()}".strip()) if verb else None


@cache
def _names(language: str) -> dict[str, str]:
    """What commands are called: as typed, as ``/help`` calls them, and as the history does ("备注")."""
    kept, keys = texts(language), ("staff.help.{}", "action.{}")
    named = ((kept.get(key.format(name)), name) for name in COMMANDS for key in keys)
    return {words.casefold(): name for words, name in named if words} | {name: name for name in COMMANDS}
