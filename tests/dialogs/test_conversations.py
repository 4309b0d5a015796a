"""The conversations in ``tests/conversations``, played against the real dialogue, desk and database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases.rules.city import City
from dialogs.engine import Engine
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.office import Office

FOLDER = Path(__file__).parents[1] / "conversations"


def conversations() -> Iterator[Any]:
    """Every conversation of every file."""
    for file in sorted(FOLDER.rglob("*.yml")):
        for name, turns in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            yield pytest.param(turns, id=f"{file.parent.name}/{file.stem}: {name}")


@pytest.mark.parametrize("turns", list(conversations()))
async def test_conversation(
    turns: list[dict[str, Any]], sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path
) -> None:
    office = Office(sqlite, engine, city, clock, tmp_path)
    citizen = office.person("li")
    for turn in turns:
        answer = await citizen.says(turn["citizen"])
        for words in turn["bot"]:
            assert words in answer, f"after {turn['citizen']!r}: {answer}"
