"""Commands by their names in plain words: a case's number alone, or with what is to be done as ``/help`` calls it
("受理 XF…"), and what concerns no single case ("待办", "导出 上个月"). Other words are guessed: `bot.staff.meant`.
"""

import re
from functools import cache

from bot.staff.commands import COMMANDS
from bot.staff.parsing import Call
from dialogs.phrasebook import LANGUAGES, texts

OFFICE = "staff.called."
OPEN_ENDED = frozenset({"export", "report", "rates", "find"})
"""Commands about no single case behind which words follow: what is sought, from when to when."""
ANYWHERE = re.compile(r"[A-Za-z]{0,4}\d{8}-?\d{1,6}-?\d(?!\d)")
"""A case's number, wherever it stands."""
CODE = re.compile(r"[A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4}")
TO_WHOM = frozenset({"assign", "helper"})
"""A department may follow these without a space ("转给住建局")."""
LATIN_ENDS = (":", ",")
"""What has to stand behind an English name where no case is named: "note that they left" is a sentence."""
ENDS = " \n:,\uff1a\uff0c\u3002"


def plain_call(text: str, language: str) -> Call | None:
    """The command that a text without a slash is; None where it is none."""
    said = text.strip()
    found = ANYWHERE.search(said)
    if found is None:
        return _of_the_office(said)
    words = f"{said[: found.start()].strip()} {said[found.end() :].strip()}".strip()
    if not words:
        return Call("case", found[0])
    verb, name = _verb_of(words, language)
    rest = words[len(verb) :].strip(ENDS)
    return Call(name, f"{found[0]} {'' if _points(rest) else rest}".strip()) if name else None


def named_call(words: str, language: str) -> Call | None:
    """What is to be done with a case that is not named, by the command's own name; with what stands behind it."""
    if name := _bare(words.strip(), language):
        return Call(name, "")
    verb, name = _verb_of(words.strip(), language)
    behind = words.strip()[len(verb) :]
    if not name or name in _office().values() or (verb.isascii() and behind[:1] not in LATIN_ENDS):
        return None
    return Call(name, behind.strip(ENDS))


def shows_code(text: str) -> bool:
    """Whether a query code stands beside the number: somebody looks up a case as a citizen."""
    return any(CODE.fullmatch(word) and re.search(r"\d", word) for word in ANYWHERE.sub(" ", text).split())


def _verb_of(words: str, language: str) -> tuple[str, str]:
    """The longest name that the words begin with, and its command; empty where there is none."""
    low, names = words.casefold(), _names(language)
    fitting = [each for each in names if low == each or low.startswith(tuple(each + end for end in ENDS))]
    fitting += [each for each in names if names[each] in TO_WHOM and not each.isascii() and low.startswith(each)]
    verb = max(fitting, key=len, default="")
    return verb, names.get(verb, "")


def _bare(said: str, language: str) -> str:
    """The command whose name is all that is said, besides that some case is meant; empty where there is none."""
    names = _names(language)
    name = names.get(said.casefold().rstrip(ENDS)) or names.get(_which().sub("", said).casefold(), "")
    return "" if name in _office().values() else name


def _of_the_office(said: str) -> Call | None:
    """A command that concerns no single case, by the words of either language; behind some more may follow."""
    verb, _, rest = said.partition(" ")
    whole, opening = _office().get(said.casefold()), _office().get(verb.casefold())
    if whole:
        return Call(whole, "")
    return Call(opening, rest.strip()) if opening in OPEN_ENDED else None


@cache
def _names(language: str) -> dict[str, str]:
    """What commands are called: as typed, as ``/help`` calls them, as the history does ("备注"), and as people do."""
    kept, keys = texts(language), ("staff.help.{}", "action.{}")
    named = ((kept.get(key.format(name)), name) for name in COMMANDS for key in keys)
    both = (texts(each).get(f"staff.verbs.{name}", "").split("|") for each in LANGUAGES for name in COMMANDS)
    others = zip((name for _ in LANGUAGES for name in COMMANDS), both, strict=True)
    called = {word.strip().casefold(): name for name, words in others for word in words if word.strip()}
    return {words.casefold(): name for words, name in named if words} | called | {name: name for name in COMMANDS}


def _points(rest: str) -> bool:
    """Whether it only says once more which case is meant ("close it")."""
    return any(_which().fullmatch(each) for each in (rest, f" {rest}"))


@cache
def _which() -> re.Pattern[str]:
    """How people point at a case instead of naming it."""
    return re.compile("|".join(texts(language)["staff.which_one"] for language in LANGUAGES))


@cache
def _office() -> dict[str, str]:
    """The words for commands about no single case, to their names."""
    found = (each for language in LANGUAGES for each in texts(language).items() if each[0].startswith(OFFICE))
    return {word.strip().casefold(): key.removeprefix(OFFICE) for key, words in found for word in words.split("|")}


def command_called(name: str) -> str:
    """The command that people call so, in any language; empty where there is none."""
    return next((_names(each)[name.casefold()] for each in LANGUAGES if name.casefold() in _names(each)), "")
