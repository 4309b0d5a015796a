"""The file formats: CSV that opens right in Excel and WPS, XLSX with types, JSON Lines. Rows come one by one."""

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

import orjson
import xlsxwriter

from bot.export.columns import COLUMNS, Cell

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for a formula at the beginning of a cell (OWASP: CSV injection), full width too."""
LONGEST_CELL = 32_767
WIDTHS = {"number": 24, "narrative": 60, "reply": 60, "requests": 30, "place": 30}
ORDINARY_WIDTH = 16


class Writer(Protocol):
    """Writes rows to a file; `close` makes it whole."""

    def write(self, cells: Iterable[Cell]) -> None:
        """One row."""
        ...

    def close(self) -> None:
        """The end of the file."""
        ...


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: a quote before what looks like a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def is_plain(cell: Cell) -> bool:
    """Whether a cell is a text that begins with a letter or a digit, as most do."""
    return cell.__class__ is str and cell[:1].isalnum()


class CsvWriter:
    """UTF-8 with a byte order mark, so that Excel and WPS read Chinese."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="", errors="replace")
        self._csv = csv.writer(self._file)
        self._csv.writerow(heads)

    def write(self, cells: Iterable[Cell]) -> None:
        """One row; times as ``2026-11-23 15:00:00``."""
        self._csv.writerow([cell if is_plain(cell) else self._cell(cell) for cell in cells])

    def close(self) -> None:
        """The end of the file."""
        self._file.close()

    @staticmethod
    def _cell(cell: Cell) -> object:
        if isinstance(cell, datetime):
            return cell.isoformat(" ", "seconds")
        return harmless(cell) if isinstance(cell, str) else cell


class JsonLinesWriter:
    """One object a line, keyed by the columns' keys."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        self._file = path.open("wb")

    def write(self, cells: Iterable[Cell]) -> None:
        """One object."""
        keyed = dict(zip((column.key for column in COLUMNS), cells, strict=True))
        self._file.write(orjson.dumps(keyed, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """The end of the file."""
        self._file.close()


class XlsxWriter:
    """A workbook with a frozen bold head, typed cells, and nothing that can run."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet()
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._next = 1
        bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for number, (column, head) in enumerate(zip(COLUMNS, heads, strict=True)):
            self._sheet.set_column(number, number, WIDTHS.get(column.key, ORDINARY_WIDTH))
            self._sheet.write_string(0, number, head, bold)
        self._sheet.freeze_panes(1, 1)
        self._sheet.autofilter(0, 0, 0, len(COLUMNS) - 1)

    def write(self, cells: Iterable[Cell]) -> None:
        """One row."""
        for number, cell in enumerate(cells):
            self._cell(number, cell)
        self._next += 1

    def close(self) -> None:
        """Make the workbook whole."""
        self._book.close()

    def _cell(self, number: int, cell: Cell) -> None:
        if isinstance(cell, datetime):
            self._sheet.write_datetime(self._next, number, cell, self._time)
        elif isinstance(cell, (int, float)):
            self._sheet.write_number(self._next, number, cell)
        elif cell:
            self._sheet.write_string(self._next, number, printable(cell))


def printable(text: str) -> str:
    """Text that XML can carry, of a length that a cell can hold."""
    with suppress(UnicodeEncodeError):
        text.encode()
        return text[:LONGEST_CELL]
    return text.encode("utf-8", "replace").decode()[:LONGEST_CELL]


WRITERS: dict[str, Callable[[Path, Sequence[str]], Writer]] = {
    "csv": CsvWriter,
    "xlsx": XlsxWriter,
    "jsonl": JsonLinesWriter,
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
