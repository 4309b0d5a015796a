"""Word lists and grammars of the languages that citizens write, as files that a clerk can read and extend.

Code holds no words: a module asks for its file by name and compiles what it needs once.
"""

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@cache
def load(name: str) -> dict[str, Any]:
    """The content of ``lexicon/<name>.yml``; treat it as read-only."""
    with (FOLDER / f"{name}.yml").open(encoding="utf-8") as file:
        content: dict[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return content


def any_of(words: list[str]) -> str:
    """A regular expression's alternation of literal words, the longest first; what begins alike is tried once."""
    return _branches(sorted(set(words)))


def _branches(words: list[str]) -> str:
    """The words as a tree by their first characters; an empty word among them means that one may end here."""
    groups = [(first, [word[1:] for word in group]) for first, group in groupby(filter(None, words), lambda w: w[0])]
    ends = [first for first, rest in groups if rest == [""]]
    parts = [re.escape(first) + _branches(rest) for first, rest in groups if rest != [""]]
    if ends:
        parts.append(f"[{''.join(map(re.escape, ends))}]" if len(ends) > 1 else re.escape(ends[0]))
    whole = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f"(?:{whole})?" if "" in words and parts else whole if parts else ""


def pattern(parts: list[str] | str) -> re.Pattern[str]:
    """One compiled expression out of alternatives that are expressions themselves."""
    return re.compile("|".join(f"(?:{each})" for each in alternatives(parts)))


def alternatives(parts: list[str] | str) -> list[str]:
    """The expressions of a word list, its plain words put together as the last of them."""
    if isinstance(parts, str):
        return [parts]
    plain = [part for part in parts if re.escape(part) == part]
    others = [part for part in parts if re.escape(part) != part]
    return [*others, any_of(plain)] if plain else others
