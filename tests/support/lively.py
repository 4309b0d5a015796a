"""A register with cases of every status, kind and shape, and with words that want to be more than words."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from cases.rules.case import Case, File, Kind, Occurrence, Place, Status
from cases.rules.city import City
from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import looking, working
from tests.bench.register import a_case as a_lively_case
from tests.support.clock import START

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+86 139 1234 5678",
    "@x",
    "\uff1d1+1",
    " =1",
    "<r>x</r>",
    "a_x0041_b",
    "\t",
    "'",
    "1" * 18,
)


def cases_of(city: City) -> Iterator[Case]:
    """Cases of every status, kind and shape."""
    dice = random.Random(7)
    for n, status in enumerate([*Status, *Status]):
        if status is Status.DRAFT:
            continue
        case = a_lively_case(n, dice, closed=n % 2 == 0)
        kind = (Kind.COMPLAINT, Kind.REPORT, Kind.SUGGESTION)[n % 3]
        words = HOSTILE[n % len(HOSTILE)]
        when = START - timedelta(days=n * 9, minutes=n * 7, seconds=n, microseconds=n * 101)
        yield replace(
            case, number=f"N{n}", status=status, kind=kind, filed_at=when, narrative=f"{words} {case.narrative}",
            requests=(words, "\u8054\u7cfb 13812345678"), respondent=words, confidential=n % 5 == 0,
            reporter=replace(case.reporter, name=words if n % 2 else case.reporter.name),
            helpers=("jtj",) if n % 4 == 0 else (), recused=("sun",) if n % 7 == 0 else (),
            department=list(city.departments)[n % len(city.departments)], responsible="sthj" if n % 6 == 0 else "",
            place=Place("\u5e78\u798f\u8def88\u53f7", "990101", "", *((31.5, 120.25) if n % 2 else ())),
            occurrence=Occurrence(words), decide_by=when + timedelta(days=15), reply_by=None if n % 3 else START,
            files=tuple(File(f"{each:032x}", "photo", "a.jpg", "image/jpeg", 9, "0" * 64) for each in range(n % 3)),
        )  # fmt: skip


async def kept(database: Database, city: City) -> list[Case]:
    """The cases, in the register."""
    async with working(database) as unit:
        for case in cases_of(city):
            await unit.cases.add(case)
    async with looking(database) as unit:
        return [case async for case in unit.cases.stream(CaseFilter())]
