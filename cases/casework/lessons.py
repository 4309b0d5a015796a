"""What the office's own cases teach about matters: the categories that people settled on.

`bot.learning` trains on it. A category counts where a handler set it, and where the case was closed under it, for then
nobody who worked on it found it wrong; what the model guessed and nobody looked at teaches nothing.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from cases.rules.case import Case, Status
from storage.cases import CaseFilter
from storage.unit import Unit

STAFF = "staff"
CLOSED = (Status.RESOLVED, Status.CLOSED_UNSOLVED, Status.FINAL, Status.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A citizen's words and the category, in the Chinese names of the city's file, that they were settled under."""

    narrative: str
    language: str
    first_level: str
    second_level: str


async def lessons(unit: Unit) -> AsyncIterator[Lesson]:
    """Every case whose category is settled, in the order of filing."""
    async for case in unit.cases.stream(CaseFilter()):
        if case.narrative.strip() and settled(case):
            yield Lesson(case.narrative, case.language, case.first_level, case.second_level)


def settled(case: Case) -> bool:
    """Whether people settled on the case's category."""
    return case.category_by == STAFF or case.status in CLOSED
