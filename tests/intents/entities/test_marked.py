"""Exact spans on sentences that were marked by hand."""

import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from intents.corpus import marked_part
from intents.entities import find_entities
from intents.evaluation import spans
from intents.gazetteer import Gazetteer
from intents.reading import read

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
MARK = re.compile(r"<([ptf]) ([^>]*)>")
KINDS = {"p": "place", "t": "time", "f": "phone"}
FOLDER = Path(__file__).parent.parent / "data"
Span = tuple[str, int, int]


def unmarked(line: str) -> tuple[str, set[Span]]:
    text, marks, position = "", set(), 0
    for match in MARK.finditer(line):
        text += line[position : match.start()]
        marks.add((KINDS[match[1]], len(text), len(text) + len(match[2])))
        text, position = text + match[2], match.end()
    return text + line[position:], marks


def f1_by_kind() -> dict[str, float]:
    right, found, marked = Counter[str](), Counter[str](), Counter[str]()
    for path in sorted(FOLDER.glob("entities*.yml")):
        for line in yaml.safe_load(path.read_text(encoding="utf-8")):
            text, wanted = unmarked(line)
            entities = find_entities(read(text), NOW, Gazetteer())
            got = {(each.type, each.start, each.end) for each in entities if each.type in KINDS.values()}
            right.update(kind for kind, *_ in wanted & got)
            found.update(kind for kind, *_ in got)
            marked.update(kind for kind, *_ in wanted)
    return {kind: 2 * right[kind] / (found[kind] + marked[kind]) for kind in KINDS.values()}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("kind", "least"), [("place", 0.9), ("time", 0.95), ("phone", 0.95), ("respondent", 0.85)])
def test_the_evaluation_part_is_read_as_it_was_marked(language: str, kind: str, least: float) -> None:
    found = spans([each for each in marked_part() if each.language == language], NOW)
    assert found[kind].scores["span"].f1 >= least


@pytest.mark.parametrize(("kind", "least"), [("place", 0.85), ("time", 0.95), ("phone", 0.95)])
def test_marked_spans_are_found_exactly(kind: str, least: float) -> None:
    assert f1_by_kind()[kind] >= least
