"""The register as a workbook: a frozen bold head, typed cells, and nothing that can run.

XlsxWriter makes the workbook with its head, formats and panes; the rows are put into its sheet here, as the inline
strings and numbers that it would write itself in its constant memory, for a tenth of the time. A text stays text
whatever it says (XlsxWriter takes one that begins with ``<r>`` for its own markup). ECMA-376 part 1, 18.3.1.4.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape
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
EXAMPLE = re.compile(r'<row r="2".*?<c r="A2" s="(\d+)">.*?</row>', re.DOTALL)
LEVEL = 1
"""Of compression: a workbook is a tenth larger than with 6, and made in half the time."""
SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ufffe\uffff\ud800-\udfff]|_x[0-9a-fA-F]{4}_|^[ \t\n]|[ \t\n]$")
"""What a text of the sheet may not have as it is."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
ESCAPED = re.compile("_x[0-9a-fA-F]{4}_")
EPOCH = date(1899, 12, 30)
"""Day zero of a workbook, for days after February 1900."""
Maker = Callable[[Sequence[Cell], Sequence[str]], list[str]]
"""Cells and the numbers of their rows as XML."""


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
                head, self._style, self._tail = parts(source.read(SHEET).decode())
        finally:
            frame.unlink(missing_ok=True)
        self._sheet = self._zip.open(SHEET, "w", force_zip64=True)
        self._sheet.write(head.encode())
        self._columns = [self._maker(place) for place in range(len(COLUMNS))]
        self._next = 2

    def write(self, cells: Sequence[Sequence[Cell]]) -> None:
        """Some rows."""
        numbers = [str(number) for number in range(self._next, self._next + len(cells[0]))]
        self._next += len(numbers)
        if self._next > MOST_ROWS + 1:
            raise DeskError("staff.export_rows", most=MOST_ROWS - 1)
        made = [make(each, numbers) for make, each in zip(self._columns, cells, strict=True)]
        rows = [
            f'<row r="{number}">{"".join(row)}</row>'
            for number, row in zip(numbers, zip(*made, strict=True), strict=True)
        ]
        self._sheet.write("".join(rows).encode())

    def close(self) -> None:
        """Make the workbook whole."""
        self._sheet.write(self._tail.encode())
        self._sheet.close()
        self._zip.close()

    def _maker(self, place: int) -> Maker:
        from xlsxwriter.utility import xl_col_to_name

        letter = xl_col_to_name(place)
        return times_of(letter, self._style) if COLUMNS[place].times else cells_of(letter)


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


def parts(sheet: str) -> tuple[str, str, str]:
    """Of the frame's sheet what stands before the rows, the style of times, what stands behind the rows."""
    before, style, after = EXAMPLE.split(DIMENSION.sub("", sheet))
    return before, style, after


def cells_of(letter: str) -> Maker:
    """Makes the cells of a column of texts and numbers; an empty one is none."""
    before, after = f'<c r="{letter}', "</t></is></c>"

    def make(cells: Sequence[Cell], numbers: Sequence[str]) -> list[str]:
        return [
            ""
            if cell is None or cell == ""
            else f'{before}{number}" t="inlineStr"><is><t{inner(cell)}{after}'
            if cell.__class__ is str
            else f'{before}{number}"><v>{cell:.16G}</v></c>'
            for cell, number in zip(cells, numbers, strict=True)
        ]

    return make


def times_of(letter: str, style: str) -> Maker:
    """Makes the cells of a column of times: days since the epoch, shown as the style says."""
    days: Known[str, int] = Known(lambda day: (date.fromisoformat(day) - EPOCH).days)

    def serial(moment: str) -> str:
        seconds = int(moment[11:13]) * 3600 + int(moment[14:16]) * 60 + int(moment[17:19])
        return f"{days[moment[:10]] + seconds / 86400:.16G}"

    def make(cells: Sequence[Cell], numbers: Sequence[str]) -> list[str]:
        return [
            f'<c r="{letter}{number}" s="{style}"><v>{serial(str(cell))}</v></c>' if cell else ""
            for cell, number in zip(cells, numbers, strict=True)
        ]

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
    return f"{space}>{escape(text)}"
