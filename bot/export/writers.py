"""The file formats: CSV that opens right in Excel and WPS, XLSX with types, JSON Lines.

`rows` makes some rows as they stand in the file, in any process; the file takes them in their order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import orjson

from bot.export.columns import COLUMNS, Cell
from bot.export.workbook import Workbook, sheet_rows

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for a formula at the beginning of a cell (OWASP: CSV injection), full width too."""
QUOTED = (",", '"', "\r", "\n")
"""What a CSV cell may only have in quotes (RFC 4180)."""
BOM = "\ufeff"
LINE_END = "\r\n"
Cells = Sequence[Sequence[Cell]]
"""Of each column the cells of some rows."""


class Writer(Protocol):
    """Takes rows into a file; `close` makes it whole."""

    def write(self, count: int, rows: bytes) -> None:
        """So many rows, as `Format.rows` makes them."""
        ...

    def close(self) -> None:
        """The end of the file."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `rows` makes rows of cells, `begin` a file with its head."""

    rows: Callable[[Cells], bytes]
    begin: Callable[[Path, Sequence[str]], Writer]


class Plain:
    """A file in which rows stand one behind the other."""

    def __init__(self, path: Path, head: bytes) -> None:
        self._file = path.open("wb")
        self._file.write(head)

    def write(self, count: int, rows: bytes) -> None:
        """So many rows."""
        self._file.write(rows)

    def close(self) -> None:
        """The end of the file."""
        self._file.close()


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: a quote before what looks like a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def guarded(cells: Sequence[str]) -> Sequence[str]:
    """A column of which no cell runs; what is the same in many rows is looked at once."""
    changed = {text: safe for text in set(cells) if not text[:1].isalnum() and (safe := harmless(text)) != text}
    return [changed.get(text, text) for text in cells] if changed else cells


def quoted(cells: Sequence[str]) -> Sequence[str]:
    """A column whose cells can stand between commas; most columns have nothing that would part them."""
    whole = "".join(cells)
    if not any(sign in whole for sign in QUOTED):
        return cells
    return ['"{}"'.format(text.replace('"', '""')) if any(sign in text for sign in QUOTED) else text for text in cells]


def in_csv(cells: Sequence[Cell]) -> Sequence[str]:
    """A column as it stands in the file."""
    if set(map(type, cells)) == {str}:
        return quoted(guarded(cells))  # type: ignore[arg-type]
    shown = iter(quoted(guarded([cell for cell in cells if cell.__class__ is str])))
    return ["" if cell is None else next(shown) if cell.__class__ is str else str(cell) for cell in cells]


def csv_rows(cells: Cells) -> bytes:
    """Rows of CSV; times as ``2026-11-23 15:00:00``, in which nothing runs or parts cells."""
    return csv_lines(
        [str(cell or "") for cell in each] if column.times else in_csv(each)
        for column, each in zip(COLUMNS, cells, strict=True)
    )


def csv_lines(columns: Iterable[Sequence[str]]) -> bytes:
    """Lines of what stands in the columns."""
    return LINE_END.join([*map(",".join, zip(*columns, strict=True)), ""]).encode("utf-8", "replace")


def begin_csv(path: Path, heads: Sequence[str]) -> Writer:
    """A CSV file in UTF-8 with a byte order mark, so that Excel and WPS read Chinese."""
    return Plain(path, BOM.encode() + csv_lines(in_csv([head]) for head in heads))


KEYS = [column.key for column in COLUMNS]


def json_rows(cells: Cells) -> bytes:
    """One object a line, keyed by the columns' keys; times as ``2026-11-23T15:00:00``."""
    shown = [
        [cell and str(cell).replace(" ", "T") for cell in each] if column.times else each
        for column, each in zip(COLUMNS, cells, strict=True)
    ]
    rows = zip(*shown, strict=True)
    return b"".join(orjson.dumps(dict(zip(KEYS, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


FORMATS: Mapping[str, Format] = {
    "csv": Format(csv_rows, begin_csv),
    "xlsx": Format(sheet_rows, Workbook),
    "jsonl": Format(json_rows, lambda path, _heads: Plain(path, b"")),
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
}
