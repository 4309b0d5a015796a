"""The file formats: CSV that opens right in Excel and WPS, XLSX with types, JSON Lines. Cells come page by page."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import orjson

from bot.export.columns import COLUMNS, Cell
from bot.export.workbook import Workbook

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for a formula at the beginning of a cell (OWASP: CSV injection), full width too."""
Cells = Sequence[Sequence[Cell]]
"""Of each column the cells of some rows."""


class Writer(Protocol):
    """Writes rows to a file; `close` makes it whole."""

    def write(self, cells: Cells) -> None:
        """Some rows."""
        ...

    def close(self) -> None:
        """The end of the file."""
        ...


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: a quote before what looks like a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def guarded(cells: Sequence[Cell]) -> Sequence[Cell]:
    """A column of which no cell runs; what is the same in many rows is looked at once."""
    texts = [cell for cell in set(cells) if cell.__class__ is str and not cell[:1].isalnum()]
    changed: dict[Cell, Cell] = {text: safe for text in texts if (safe := harmless(text)) != text}
    return [changed.get(cell, cell) for cell in cells] if changed else cells


class CsvWriter:
    """UTF-8 with a byte order mark, so that Excel and WPS read Chinese."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="", errors="replace")
        self._csv = csv.writer(self._file)
        self._csv.writerow(heads)

    def write(self, cells: Cells) -> None:
        """Some rows; times as ``2026-11-23 15:00:00``."""
        self._csv.writerows(zip(*map(guarded, cells), strict=True))

    def close(self) -> None:
        """The end of the file."""
        self._file.close()


class JsonLinesWriter:
    """One object a line, keyed by the columns' keys; times as ``2026-11-23T15:00:00``."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        self._file = path.open("wb")
        self._keys = [column.key for column in COLUMNS]

    def write(self, cells: Cells) -> None:
        """One object for each row."""
        shown = [
            [cell and str(cell).replace(" ", "T") for cell in each] if column.times else each
            for column, each in zip(COLUMNS, cells, strict=True)
        ]
        for row in zip(*shown, strict=True):
            self._file.write(orjson.dumps(dict(zip(self._keys, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """The end of the file."""
        self._file.close()


WRITERS: dict[str, Callable[[Path, Sequence[str]], Writer]] = {
    "csv": CsvWriter,
    "xlsx": Workbook,
    "jsonl": JsonLinesWriter,
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
}
