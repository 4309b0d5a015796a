"""Word lists and grammars of the languages that citizens write, as files that a clerk can read and extend.

Code holds no words: a module asks for its file by name and compiles what it needs once.
"""

import re
from functools import cache
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
    """A regular expression's alternation of literal words, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def pattern(parts: list[str] | str) -> re.Pattern[str]:
    """One compiled expression out of alternatives that are expressions themselves."""
    return re.compile(parts if isinstance(parts, str) else "|".join(f"(?:{part})" for part in parts))
