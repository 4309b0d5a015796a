"""What is said of photos and papers in place of an answer: "没有照片", "I'll send pictures later"."""

import re
from functools import cache

from dialogs.forms.lists import lists
from intents.reading import compact, simplify

LONGEST = 60


def evidence_said(text: str) -> str:
    """``none``, ``later``, ``ready`` or nothing: whether the whole message only says that evidence is (not) there."""
    said = compact(simplify(text.lower())) if len(text) <= LONGEST else ""
    return next((name for name in ("none", "later", "ready") if _says(name).fullmatch(said)), "") if said else ""


@cache
def _says(name: str) -> re.Pattern[str]:
    words = lists("evidence")
    return re.compile("|".join(each.replace("{things}", words["things"]) for each in words[name]))
