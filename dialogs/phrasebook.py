"""Every word that a person reads, by language and key; who wants to say something asks here.

The words live in ``dialogs/texts/<language>/<feature>.yml``; the key is ``<feature>.<path in the file>``.
A placeholder is written ``{name}``.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


class UnknownPhrase(LookupError):
    """There is no such text key."""


def flatten(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Walk a YAML tree; give ``(dotted key, text)`` pairs.

    Raises `TypeError` where YAML read something else than a text (of a bare ``No``).
    """
    for name, value in tree.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            yield from flatten(value, key)
        elif isinstance(value, str):
            yield key, value.rstrip("\n")
        else:
            raise TypeError(f"{key} is {value!r}, no text: put it in quotation marks")


@cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of one language, read once."""
    found: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.yml")):
        tree = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        found.update(flatten(tree or {}, file.stem))
    return found


def has(key: str) -> bool:
    """Whether the key exists in the default language (tests keep the languages alike)."""
    return key in texts(DEFAULT_LANGUAGE)


def say(language: str, key: str, /, **values: object) -> str:
    """The text of `key` with its placeholders filled; an unknown language reads the default one.

    Raises `UnknownPhrase` for an unknown key and `KeyError` for a placeholder without a value.
    """
    book = texts(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        pattern = book[key]
    except KeyError:
        raise UnknownPhrase(key) from None
    return Formatter().vformat(pattern, (), values) if values or "{" in pattern else pattern
