"""Commands in plain words: a case's number alone, or with what is to be done as ``/help`` calls it ("受理 XF…"), and
what concerns no single case ("待办", "导出 上个月").
"""

import re
from functools import cache

from bot.staff.commands import COMMANDS
from bot.staff.parsing import NUMBER, Call
from dialogs.phrasebook import LANGUAGES, texts

OFFICE = "staff.called."
OPEN_ENDED = frozenset({"export", "report", "rates", "find"})
"""Commands about no single case behind which words follow: what is sought, from when to when."""
VERB_FIRST = re.compile(rf"(?P<verb>[^\d/]+?)\s*(?P<call>{NUMBER.pattern})", re.DOTALL)


def plain_call(text: str, language: str) -> Call | None:
    """The command that a text without a slash is; None where it is none."""
    said = text.strip()
    if found := NUMBER.match(said):
        number, rest = found["number"], (found["rest"] or "").strip()
        return _said_behind(number, rest, language) if rest else Call("case", number)
    found = VERB_FIRST.match(said)
    name = _names(language).get(found["verb"].strip().casefold()) if found else None
    return Call(name, found["call"]) if found and name else _of_the_office(said)


def _of_the_office(said: str) -> Call | None:
    """A command that concerns no single case, by the words of either language; behind some more may follow."""
    verb, _, rest = said.partition(" ")
    whole, opening = _office().get(said.casefold()), _office().get(verb.casefold())
    if whole:
        return Call(whole, "")
    return Call(opening, rest.strip()) if opening in OPEN_ENDED else None


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


@cache
def _office() -> dict[str, str]:
    """The words for commands about no single case, to their names."""
    found = (each for language in LANGUAGES for each in texts(language).items() if each[0].startswith(OFFICE))
    return {word.strip().casefold(): key.removeprefix(OFFICE) for key, words in found for word in words.split("|")}
