"""The register as a file: right in Excel and WPS, nothing runs, nobody is exposed, everything is logged."""

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from bot.export.columns import COLUMNS, Cell
from bot.export.wishes import read_wish
from bot.export.writers import FORMATS, csv_lines, harmless, in_csv
from cases.rules.case import ContactWay, Kind, Reporter, Role, Status
from cases.rules.city import City
from cases.rules.desk import DeskError
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.clock import SHANGHAI, START, TestClock
from tests.support.office import Office

HOSTILE = "=cmd|' /C calc'!A0"
PHONE = "+8613812345678"
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)


def day(text: str) -> datetime:
    """The beginning of a day here."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
async def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office with three cases."""
    reporter = Reporter("telegram:3527065", "zh", ContactWay.PHONE, "张三丰", PHONE)
    async with working(sqlite) as unit:
        await unit.cases.add(a_case(number="N1", reporter=reporter, narrative=HOSTILE, reply_by=START))
        await unit.cases.add(a_case(number="N2", reporter=reporter, department="jtj", status=Status.RESOLVED))
        await unit.cases.add(a_case(number="N3", reporter=reporter, kind=Kind.REPORT, narrative="局长受贿"))
    return Office(sqlite, engine, city, clock, tmp_path)


async def test_csv_opens_right_and_runs_nothing(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    content = await office.exported(exporter, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["编号 (service_request_id)"] for row in rows] == ["N1", "N3"]
    assert rows[0]["经过 (description)"] == f"'{HOSTILE}"
    assert rows[0]["登记时间 (requested_datetime)"] == "2026-11-23 15:00:00"


async def test_xlsx_has_types_a_frozen_head_and_no_formula(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    book = openpyxl.load_workbook(io.BytesIO(await office.exported(exporter, "xlsx")))
    sheet = book.active
    assert sheet is not None
    assert sheet.freeze_panes == "B2"
    heads = {str(cell.value): number for number, cell in enumerate(sheet[1])}
    first = sheet[2]
    assert first[heads["登记时间 (requested_datetime)"]].value == datetime(2026, 11, 23, 15, 0)  # noqa: DTZ001
    narrative = first[heads["经过 (description)"]]
    assert (narrative.data_type, narrative.value) == ("s", HOSTILE)
    assert first[heads["附件数"]].value == 0


async def test_json_lines_have_the_columns_keys(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    lines = (await office.exported(exporter, "jsonl")).decode().splitlines()
    assert set(json.loads(lines[0])) == {column.key for column in COLUMNS}


async def test_people_are_masked_unless_there_is_a_right_and_a_reason(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    masked = (await office.exported(exporter, "csv")).decode()
    assert "张三丰" not in masked
    assert "13812345678" not in masked
    assert "局长受贿" not in masked
    assert "138****5678" in masked
    assert "理由" in await exporter.says("/export csv unmasked")
    assert PHONE in (await office.exported(exporter, "csv unmasked 理由：审计")).decode()
    supervisor = await office.staff("du", "xfj", Role.SUPERVISOR)
    assert "没有这个权限" in await supervisor.says("/export csv unmasked 理由：看看")


async def test_every_export_is_logged(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    await office.exported(exporter, "csv unmasked 理由：审计")
    async with looking(office.database) as unit:
        (line,) = await unit.audit.newest("export")
    assert (line.actor, line.outcome, line.reason, line.data["rows"]) == ("sun", "allowed", "审计", 2)


async def test_an_order_is_answered_at_once_and_outlives_a_restart(office: Office, tmp_path: Path) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    assert "自动发到这里" in await exporter.says("/export csv")
    assert not exporter.answers[0].attachments
    async with looking(office.database) as unit:
        assert await unit.outbox.waiting() == 1
        assert not await unit.audit.newest("export"), "nothing has left yet"
    again = Office(office.database, office.turns.engine, office.city, office.clock, tmp_path)
    again.terminals.by_id = office.terminals.by_id
    await again.delivers()
    (message,) = again.terminals.sent
    assert "2" in message.text
    assert (await again.files.read(message.attachments[0].key)).startswith(b"\xef\xbb\xbf")
    assert not list((tmp_path / "exports").iterdir()), "nothing lies about"


async def test_a_locked_export_opens_with_the_password_that_was_told_once(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    content = await office.exported(exporter, "csv locked")
    told = next(text for text in exporter.screen.shown if "密码" in text)
    password = re.search(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", told)
    assert password
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        with pytest.raises(RuntimeError, match="password"):
            archive.read(name)
        archive.setpassword(password[0].encode())
        assert "N1" in archive.read(name).decode("utf-8-sig")
    assert name.endswith(".csv")
    (message,) = [message for message in office.terminals.sent if message.attachments]
    assert message.attachments[0].name.endswith(".zip")
    assert "密码" not in message.text
    async with looking(office.database) as unit:
        (line,) = await unit.audit.newest("export")
        assert line.data["locked"] is True
        assert password[0] not in str(line)
        assert not await unit.outbox.of("terminal:sun"), "the order and its password are gone"


async def test_an_export_does_not_lie_about_for_ever(office: Office, tmp_path: Path) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    await office.exported(exporter, "csv unmasked reason: audit")
    (sent,) = [file for message in office.terminals.sent for file in message.attachments]
    office.clock.passes(days=6)
    await office.house.expire()
    await office.house.sweep()
    assert await office.files.read(sent.key)
    office.clock.passes(days=2)
    await office.house.expire()
    await office.house.sweep()
    with pytest.raises(KeyError):
        await office.files.read(sent.key)
    async with looking(office.database) as unit:
        assert await unit.attachments.get(sent.key) is None
        assert "copies" in {line.subject for line in await unit.audit.newest("retention")}


async def test_who_is_no_staff_any_more_gets_no_file(office: Office) -> None:
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    admin = await office.staff("gao", "xfj", Role.ADMIN)
    await exporter.says("/export csv")
    assert "sun" in await admin.says("/staff off sun")
    await office.delivers()
    assert not [file for message in office.terminals.sent for file in message.attachments]


async def test_an_order_stands_behind_the_answer_to_it(sqlite: Database) -> None:
    async with working(sqlite) as unit:
        unit.outbox.put_behind("telegram:1", "file", START)
        await unit.outbox.put("telegram:1", "answer", START)
    async with looking(sqlite) as unit:
        assert [row.message for row in await unit.outbox.of("telegram:1")] == ["answer", "file"]


async def test_filters_and_departments(office: Office) -> None:
    supervisor = await office.staff("du", "xfj", Role.SUPERVISOR)

    async def numbers(words: str) -> list[str]:
        lines = (await office.exported(supervisor, f"jsonl {words}")).decode().splitlines()
        return [json.loads(line)["number"] for line in lines]

    assert await numbers("") == ["N1", "N2", "N3"]
    assert await numbers("status=resolved") == ["N2"]
    assert await numbers("department=jtj,sthj 2026-11-23..2026-11-23") == ["N1", "N2", "N3"]
    assert await numbers("2026-11-24..") == []
    assert await numbers("category=环境保护") == ["N1", "N2", "N3"]
    exporter = await office.staff("sun", "sthj", Role.EXPORTER)
    assert "没有" in await exporter.says("/export csv department=jtj")
    handler = await office.staff("wang", "sthj", Role.HANDLER)
    assert "没有这个权限" in await handler.says("/export csv")


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("excel 上个月", "2026-10-01", "2026-11-01"),
        ("last week xlsx", "2026-11-16", "2026-11-23"),
        ("Excel 2026年10月 城管局 已办结", "2026-10-01", "2026-11-01"),
        ("xlsx 2026-10-01..2026-10-31", "2026-10-01", "2026-11-01"),
    ],
)
def test_a_time_is_understood_as_people_say_it(city: City, words: str, since: str, until: str) -> None:
    wish = read_wish(words, city, NOON)
    assert (wish.format, wish.filter.since, wish.filter.until) == ("xlsx", day(since), day(until))


def test_departments_and_statuses_go_by_their_names(city: City) -> None:
    wish = read_wish("城管局、生态环境局 已办结 加密", city, NOON)
    assert wish.filter.departments == ("cgj", "sthj")
    assert wish.filter.statuses == (Status.RESOLVED,)
    assert wish.locked


@pytest.mark.parametrize("words", ["docx", "status=happy", "department=nobody", "category=x", "2026-13-01..", "a=b"])
def test_words_that_are_not_understood_are_named(city: City, words: str) -> None:
    with pytest.raises(DeskError) as caught:
        read_wish(words, city, NOON)
    assert caught.value.values["words"] == words


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@"))


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_any_text_can_be_written_in_any_format(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("export")
    cells = [None if column.times else texts[number % len(texts)] for number, column in enumerate(COLUMNS)]
    for name, format in FORMATS.items():
        if name == "jsonl" and any(0xD800 <= ord(letter) <= 0xDFFF for text in texts for letter in text):
            continue  # lone surrogates are cleaned at the door
        file = format.begin(folder / f"x.{name}", [column.key for column in COLUMNS])
        file.write(1, format.rows([[cell] for cell in cells]))
        file.close()


CSV_CELL = ANY_TEXT | st.text(',"\r\n=\0 a') | st.integers() | st.floats() | st.none()


@given(st.lists(st.tuples(CSV_CELL, CSV_CELL), min_size=1))
def test_csv_is_what_python_s_own_writer_makes_of_the_harmless_cells(rows: list[tuple[Cell, Cell]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
    assert csv_lines(map(in_csv, zip(*rows, strict=True))) == out.getvalue().encode("utf-8", "replace")
