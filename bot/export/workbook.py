"""The register as a workbook: a frozen bold head, typed cells, and nothing that can run.

XlsxWriter makes the workbook with its head, formats and panes; the rows are put into its sheet here, as the inline
strings and numbers that it would write itself in its constant memory, for a tenth of the time. A text stays text
whatever it says (XlsxWriter takes one that begins with ``<r>`` for its own markup). ECMA-376 part 1, 18.3.1.4.

Rows are made (`sheet_rows`) before anybody knows their numbers; those are put in when the sheet takes them.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import cache
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bot.export.columns import COLUMNS, Cell, Known
from cases.rules.desk import DeskError

LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
"""What a sheet holds, its head included."""
WIDTHS = {"number": 24, "narrative": 60, "reply": 60, "requests": 30, "place": 30}
ORDINARY_WIDTH = 16
SHEET = "xl/worksheets/sheet1.xml"
DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
"""How large the sheet is, said before anybody knows; it may be left out."""
TIMES = 2
"""The number of the style of times: XlsxWriter counts them as it meets them, and meets the head's first."""
EXAMPLE = re.compile(rf'<row r="2".*?<c r="A2" s="{TIMES}">.*?</row>', re.DOTALL)
NUMBER, END = "\x00", "\x01"
"""Where a row's number goes, and where a row ends: letters that XML cannot have."""
LEVEL = 1
"""Of compression: a workbook is a tenth larger than with 6, and made in half the time."""
SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ufffe\uffff\ud800-\udfff]|_x[0-9a-fA-F]{4}_|^[ \t\n]|[ \t\n]$")
"""What a text of the sheet may not have as it is."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
ESCAPED = re.compile("_x[0-9a-fA-F]{4}_")
EPOCH = date(1899, 12, 30)
"""Day zero of a workbook, for days after February 1900."""
Maker = Callable[[Sequence[Cell]], list[str]]
"""Cells as XML."""


class Workbook:
    """Writes the file row by row in constant memory."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        frame = path.with_name(f"{path.name}.frame")
        try:
            write_frame(frame, heads)
            self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=LEVEL)
            with ZipFile(frame) as source:
                for name in source.namelist():
                    if name != SHEET:
                        self._zip.writestr(name, source.read(name))
                head, self._tail = parts(source.read(SHEET).decode())
        finally:
            frame.unlink(missing_ok=True)
        self._sheet = self._zip.open(SHEET, "w", force_zip64=True)
        self._sheet.write(head.encode())
        self._next = 2

    def write(self, count: int, rows: bytes) -> None:
        """So many rows."""
        first, self._next = self._next, self._next + count
        if self._next > MOST_ROWS + 1:
            raise DeskError("staff.export_rows", most=MOST_ROWS - 1)
        self._sheet.write(numbered(rows, first))

    def close(self) -> None:
        """Make the workbook whole."""
        self._sheet.write(self._tail.encode())
        self._sheet.close()
        self._zip.close()


def write_frame(file: Path, heads: Sequence[str]) -> None:
    """A workbook with its head, and one row that shows which number the style of times has."""
    import xlsxwriter  # takes 30 ms, which no start need wait for

    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet()
    times = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for number, (column, head) in enumerate(zip(COLUMNS, heads, strict=True)):
        sheet.set_column(number, number, WIDTHS.get(column.key, ORDINARY_WIDTH))
        sheet.write_string(0, number, head, bold)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, 0, len(COLUMNS) - 1)
    sheet.write_datetime(1, 0, datetime.combine(EPOCH, time()), times)
    book.close()


def parts(sheet: str) -> tuple[str, str]:
    """What of the frame's sheet stands before the rows and behind them."""
    before, after = EXAMPLE.split(DIMENSION.sub("", sheet))
    return before, after


def letters(place: int) -> str:
    """What a sheet calls its columns: A to Z, AA, AB …"""
    tens, ones = divmod(place, 26)
    return (letters(tens - 1) if tens else "") + chr(ord("A") + ones)


def sheet_rows(cells: Sequence[Sequence[Cell]]) -> bytes:
    """Rows of the sheet, without their numbers."""
    made = [make(each) for make, each in zip(_makers(), cells, strict=True)]
    return "".join([f'<row r="{NUMBER}">{"".join(row)}</row>{END}' for row in zip(*made, strict=True)]).encode()


def numbered(rows: bytes, first: int) -> bytes:
    """The rows with their numbers."""
    number, end = NUMBER.encode(), END.encode()
    return b"".join([row.replace(number, b"%d" % each) for each, row in enumerate(rows.split(end)[:-1], first)])


@cache
def _makers() -> Sequence[Maker]:
    return [
        times_of(letters(place)) if column.times else cells_of(letters(place)) for place, column in enumerate(COLUMNS)
    ]


def cells_of(letter: str) -> Maker:
    """Makes the cells of a column of texts and numbers; an empty one is none. Equal texts are made once."""
    before, after = f'<c r="{letter}{NUMBER}"', "</t></is></c>"
    text = f'{before} t="inlineStr"><is><t'

    def make(cells: Sequence[Cell]) -> list[str]:
        known: dict[Cell, str] = {cell: f"{text}{inner(cell)}{after}" for cell in set(cells) if isinstance(cell, str)}
        known |= {None: "", "": ""}
        return [f"{before}><v>{cell:.16G}</v></c>" if (made := known.get(cell)) is None else made for cell in cells]

    return make


def times_of(letter: str) -> Maker:
    """Makes the cells of a column of times: days since the epoch, shown as the style says."""
    days: Known[str, int] = Known(lambda day: (date.fromisoformat(day) - EPOCH).days)

    def serial(moment: str) -> str:
        seconds = int(moment[11:13]) * 3600 + int(moment[14:16]) * 60 + int(moment[17:19])
        return f"{days[moment[:10]] + seconds / 86400:.16G}"

    before = f'<c r="{letter}{NUMBER}" s="{TIMES}"><v>'

    def make(cells: Sequence[Cell]) -> list[str]:
        return [f"{before}{serial(str(cell))}</v></c>" if cell else "" for cell in cells]

    return make


def inner(text: str) -> str:
    """A text as the end of its tag and what is in it: no longer than a cell holds, nothing in it that XML cannot."""
    text = text[:LONGEST_CELL]
    if not SPECIAL.search(text):
        return f">{text}"
    text = text.encode("utf-8", "replace").decode()
    space = ' xml:space="preserve"' if text != text.strip(" \t\n") else ""
    text = ESCAPED.sub(lambda found: f"_x005F{found[0]}", text)
    text = CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f"{space}>{escape(text, quote=False)}"
