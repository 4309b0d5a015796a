"""The word lists of answers and names, as a file that a clerk can read: ``reply_words.yml``."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from cases.rules.city import QUICK


@cache
def words() -> Mapping[str, Any]:
    """The words of `reply_words.yml`."""
    file = files(__package__).joinpath("reply_words.yml")
    tree: Mapping[str, Any] = yaml.load(file.read_text("utf-8"), Loader=QUICK)
    return tree
