"""Reads the labelled sentences beside this file: Rasa's NLU YAML, one file a category or intent, by language and
part.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")
_MATTER = "matter"
# A block of sentences that are there for their marked entities, not for what they want
_MARKED = "entities"
_BULLET = "- "
_MARK = re.compile(r"\[([^\]]*)\]\(([a-z_]+)\)")


class CorpusError(Exception):
    """A corpus file does not have the form that training needs."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence. `intent` is the bot's intent; the others are "" where the file does not say."""

    text: str
    language: str
    intent: str
    first_level: str = ""
    second_level: str = ""
    kind: str = ""
    urgency: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with its entities marked by hand: (type, start, end) in `text`."""

    text: str
    language: str
    spans: frozenset[tuple[str, int, int]]


def training_part(folder: Path = FOLDER) -> list[Sentence]:
    """Everything that a shipped model is trained on."""
    return [each for language in LANGUAGES for each in _sentences(folder / language, language)]


def evaluation_part(folder: Path = FOLDER) -> list[Sentence]:
    """What was written apart from the training part, to measure with."""
    return [each for language in LANGUAGES for each in _sentences(folder / "evaluation" / language, language)]


def marked_part(folder: Path = FOLDER) -> list[Marked]:
    """The sentences whose entities are marked, to measure with."""
    return [
        _marked(line, language)
        for language in LANGUAGES
        for path in sorted((folder / "evaluation" / language).glob("*.yml"))
        for block in _blocks(path)
        if block["intent"] == _MARKED
        for line in _lines(block)
    ]


def fingerprint(*places: Path) -> str:
    """A hash of the files and of all YAML files in the folders, names and contents: it changes when a sentence does."""
    digest = hashlib.sha256()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.glob("*.yml")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _sentences(folder: Path, language: str) -> Iterator[Sentence]:
    for path in sorted(folder.glob("*.yml")):
        for block in _blocks(path):
            if block["intent"] != _MARKED:
                yield from _of_block(block, language, path)


def _blocks(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        blocks: list[dict[str, Any]] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["nlu"]
    return blocks


def _lines(block: dict[str, Any]) -> list[str]:
    lines = (line.strip().removeprefix(_BULLET).strip() for line in block["examples"].splitlines())
    return [line for line in lines if line]


def _marked(line: str, language: str) -> Marked:
    text, spans, position = "", set(), 0
    for match in _MARK.finditer(line):
        text += line[position : match.start()]
        spans.add((match[2], len(text), len(text) + len(match[1])))
        text, position = text + match[1], match.end()
    return Marked(text + line[position:], language, frozenset(spans))


def _of_block(block: dict[str, Any], language: str, path: Path) -> Iterator[Sentence]:
    name, data = str(block["intent"]), block.get("metadata") or {}
    first, second = _levels(name, path)
    for text in _lines(block):
        yield Sentence(
            text,
            language,
            "file" if first else name,
            first,
            second,
            str(data.get("kind", "")),
            str(data.get("urgency", "")),
            str(data.get("line", "")),
        )


def _levels(name: str, path: Path) -> tuple[str, str]:
    parts = name.split("/")
    if parts[0] != _MATTER:
        return "", ""
    if len(parts) != 3:
        raise CorpusError(f"{path.name}: {name!r} is not matter/<first level>/<second level>")
    return parts[1], parts[2]
