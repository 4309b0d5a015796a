"""The library of typical cases (典型案例库): good answers, without anybody in them, offered while a handler writes."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.casework.handling import StaffDesk
from cases.rules.case import Case
from cases.rules.desk import DeskError
from cases.rules.privacy import anonymised
from cases.rules.replies import terms
from storage.library import TypicalCase

OFFERED = 3
LEAST = 0.06
"""Share of terms in common below which a typical case is no help."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A typical case with how near it is (0..1)."""

    typical: TypicalCase
    likeness: float


async def add(desk: StaffDesk, number: str) -> TypicalCase:
    """Make a well-answered case a typical one; names, numbers, places and contact are taken out."""
    case = await desk.mine(number)
    desk.may("typical")
    if not (case.replied_at and case.reply) or case.confidential or case.anonymous:
        raise DeskError("refused.not_typical", number=case.number)
    typical = TypicalCase(
        case.number, case.first_level, case.second_level, without_people(case, case.narrative),
        without_people(case, case.reply), desk.account.account, desk.work.now,
    )  # fmt: skip
    await desk.work.unit.library.put(typical)
    desk.log("typical", case.number, "allowed")
    return typical


async def drop(desk: StaffDesk, number: str) -> None:
    """Take a typical case out of the library."""
    case = await desk.mine(number)
    desk.may("untypical")
    if not await desk.work.unit.library.drop(case.number):
        raise DeskError("refused.not_in_library", number=case.number)


async def similar(desk: StaffDesk, number: str) -> Sequence[Offer]:
    """The typical cases nearest to a case, the same second level first among equals."""
    case = await desk.mine(number)
    mine = terms(" ".join((case.narrative, *case.requests)))
    known = await desk.work.unit.library.of_matter(case.first_level)
    offers = [Offer(each, likeness(mine, each, case)) for each in known if each.number != case.number]
    return sorted((each for each in offers if each.likeness >= LEAST), key=lambda each: -each.likeness)[:OFFERED]


def likeness(mine: set[str], typical: TypicalCase, case: Case) -> float:
    """Terms in common of all terms, a little more for the same second level."""
    theirs = terms(typical.story)
    shared = len(mine & theirs) / max(len(mine | theirs), 1)
    return shared + (LEAST if typical.second_level == case.second_level else 0)


def without_people(case: Case, text: str) -> str:
    """A text in which nobody and no place can be recognised."""
    named = (case.reporter.name, case.respondent, case.place.text, case.reporter.phone)
    return anonymised(text, tuple(each for each in named if len(each) > 1))
