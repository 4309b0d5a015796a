"""Joint matters: who may be joined to what, and who speaks for all.

信访工作条例 art. 20: several people with one request send at most five representatives. 同质化类案: many cases of one
cause get one parent; its progress reaches everybody, and every number that was given goes on working.
"""

from collections.abc import Sequence

from rapidfuzz.fuzz import partial_ratio

from cases.rules.case import Case, Kind, Place
from cases.rules.lifecycle import UNANSWERED
from cases.rules.replies import terms

MOST_REPRESENTATIVES = 5
SAME_PLACE = 80.0
"""Per cent of the shorter place's words that the other has."""
SHARED, SHARED_NEARBY = 0.12, 0.25
"""Share of the shorter story's terms that the other has: less is needed at the very same place."""


def may_be_joined(case: Case) -> bool:
    """Whether strangers may be told of a case and join it: an open matter, no 举报, nothing confidential."""
    secret = case.confidential or case.anonymous or case.kind is Kind.REPORT
    return not secret and not case.merged_into and case.status in UNANSWERED


def nearness(kept: Place, place: Place) -> float | None:
    """How much of their words two cases of one matter must share to be the same thing; None where they are far apart.

    At the very same place less is needed.
    """
    if not place.text or not kept.text:
        return None
    same = partial_ratio(place.text, kept.text) >= SAME_PLACE and min(map(len, (place.text, kept.text))) > 2
    if same:
        return SHARED
    return SHARED_NEARBY if place.grid and place.grid == kept.grid else None


def alike(case: Case, place: Place, text: str) -> bool:
    """Whether a case of the same matter is likely the same thing: the same place, and words in common."""
    needed = nearness(case.place, place)
    if needed is None:
        return False
    mine, theirs = terms(text), terms(case.narrative)
    return len(mine & theirs) / max(min(len(mine), len(theirs)), 1) >= needed


def representatives(parent: Case, joined: Sequence[Case]) -> tuple[Case, ...]:
    """Who speaks for all: the first reporter, and those who were named."""
    return (parent, *(case for case in joined if case.representative))


def room_for_another(parent: Case, joined: Sequence[Case]) -> bool:
    """Whether one more may speak for all."""
    return len(representatives(parent, joined)) < MOST_REPRESENTATIVES


def people(parent: Case, joined: Sequence[Case]) -> int:
    """How many different people (by the address they write from) have a part in the matter."""
    return len({case.reporter.address for case in (parent, *joined)})
