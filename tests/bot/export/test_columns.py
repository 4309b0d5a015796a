"""A page of the register is filled column by column, and says the same as one case after another would."""

from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export.admission import Admission, Everything
from bot.export.columns import COLUMNS, View, cells, read_for
from bot.export.workbook import LONGEST_CELL, Workbook, sheet_rows
from cases.rules.case import STAFF_ROLES
from cases.rules.city import City
from cases.rules.permissions import may_export, may_name
from storage.cases import CaseFilter
from storage.pages import utc_text
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import looking
from tests.support.case_cells import case_cells
from tests.support.clock import START
from tests.support.lively import HOSTILE, kept

ZONES = ("Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "UTC")
YEARS = (datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001


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
    assert view.local([utc_text(moment), None]) == [f"{local:%Y-%m-%d %H:%M:%S}", None]


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), min_size=1))
def test_a_workbook_gives_back_every_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [*texts, *HOSTILE, "<r><t>bold</t></r>", "x" * (LONGEST_CELL + 1)]
    path = tmp_path_factory.mktemp("book") / "x.xlsx"
    book = Workbook(path, keys())
    times = [column.times for column in COLUMNS]
    book.write(len(texts), sheet_rows([[None] * len(texts) if time else texts for time in times]))
    book.write(0, sheet_rows([[] for _ in times]))
    book.write(1, sheet_rows([["2026-11-23 15:00:01"] if time else [7] for time in times]))
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
