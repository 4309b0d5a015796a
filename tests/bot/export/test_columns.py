"""A page of the register is filled column by column, and says the same as one case after another would."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export.admission import Admission, Everything
from bot.export.columns import COLUMNS, View, cells, read_for
from bot.export.workbook import LONGEST_CELL, Workbook
from cases.rules.case import STAFF_ROLES, Case, File, Kind, Occurrence, Place, Status
from cases.rules.city import City
from cases.rules.permissions import may_export, may_name
from storage.cases import CaseFilter
from storage.register import utc_text
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import looking, working
from tests.bench.register import a_case as a_lively_case
from tests.support.case_cells import case_cells
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

ZONES = ("Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "UTC")
YEARS = (datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001


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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("masked", [True, False])
async def test_every_cell_is_what_the_case_itself_gives(
    database: Database, city: City, language: str, masked: bool
) -> None:
    cases, view = await kept(database, city), View(city, language, masked, START)
    found: list[dict[str, object]] = []
    async with looking(database) as unit:
        async for page in unit.register.pages(CaseFilter(), read_for(view), chunk=7):
            _, named = Everything().of(page)
            found += (dict(zip(keys(), row, strict=True)) for row in zip(*cells(page, view, named), strict=True))
    expected = [case_cells(case, view, named=True) for case in cases]
    assert len(found) > 30
    for got, wanted in zip(found, expected, strict=True):
        assert {key: cell or None for key, cell in got.items()} == {key: cell or None for key, cell in wanted.items()}


async def test_the_rights_are_those_of_each_case(database: Database, city: City) -> None:
    cases, view = await kept(database, city), View(city, "zh", False, START)
    seen = set()
    for role in STAFF_ROLES:
        for department in ("sthj", city.intake_department, "jtj"):
            account = StaffAccount("sun", "\u5b59\u660e", department, frozenset({role}))
            admission = Admission(account, city)
            async with looking(database) as unit:
                (page,) = [
                    page async for page in unit.register.pages(CaseFilter(), (*read_for(view), *admission.reads))
                ]
            admitted, named = admission.of(page)
            assert list(admitted) == [may_export(account, case, city) for case in cases], (role, department)
            assert list(named) == [may_name(account, case, city) for case in cases], (role, department)
            seen |= {*admitted, *named}
    assert seen == {True, False}


@given(st.datetimes(*YEARS, timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_a_moment_is_local_in_every_zone(city: City, moment: datetime, zone: str) -> None:
    view = View(replace(city, timezone=zone), "zh", True, START)
    local = moment.astimezone(view.zone)
    assert view.local(utc_text(moment)) == f"{local:%Y-%m-%d %H:%M:%S}"


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), min_size=1))
def test_a_workbook_gives_back_every_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [*texts, *HOSTILE, "<r><t>bold</t></r>", "x" * (LONGEST_CELL + 1)]
    path = tmp_path_factory.mktemp("book") / "x.xlsx"
    book = Workbook(path, keys())
    times = [column.times for column in COLUMNS]
    book.write([[None] * len(texts) if time else texts for time in times])
    book.write([["2026-11-23 15:00:01"] if time else [7] for time in times])
    book.close()
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    place = keys().index("narrative") + 1
    got = [openpyxl.utils.escape.unescape(str(sheet.cell(row, place).value or "")) for row in range(2, len(texts) + 2)]
    assert got == [text[:LONGEST_CELL] for text in texts]
    last = sheet.max_row
    assert sheet.cell(last, keys().index("filed_at") + 1).value == datetime(2026, 11, 23, 15, 0, 1)  # noqa: DTZ001
    assert sheet.cell(last, place).value == 7


def keys() -> list[str]:
    """The columns' keys."""
    return [column.key for column in COLUMNS]
