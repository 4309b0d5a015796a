"""How many people a story speaks for: "我们36户", "60多名教师", "forty of us"."""

import re
from functools import cache

from dialogs.forms.lists import lists
from intents.entities.numerals import number
from intents.reading import simplify


def people_in(story: str) -> str:
    """The office's class of so many people (``6-20``); empty where the story does not say it."""
    told, words = simplify(story.lower()), lists("counting")
    found = next((match for each in _together() if (match := each.search(told))), None)
    if found is None:
        return ""
    said = found["count"]
    some = said not in words["digits"] and said.endswith(words["some"])
    count = number(said[:-1] if some else said, words["digits"], words["ten"]) + some
    return next(str(name) for most, name in words["classes"] if count <= most)


@cache
def _together() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, lists("counting")["together"]))
