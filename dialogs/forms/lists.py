"""The forms' word lists, as files that a clerk can read and extend: ``<name>.yml`` beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cases.rules.city import QUICK

FOLDER = Path(__file__).parent


@cache
def lists(name: str) -> dict[str, Any]:
    """The lists of one file; treat them as read-only."""
    found: dict[str, Any] = yaml.load(FOLDER.joinpath(f"{name}.yml").read_text(encoding="utf-8"), Loader=QUICK)
    return found
