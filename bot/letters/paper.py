"""A letter as files: DOCX through the office's own frame (docxtpl), PDF with the Chinese font embedded (fpdf2)."""

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bot.letters.wording import Letter

OPENING = r"[\uff08\u300a\u201c\u2018\u3014\u3010(\[]*"
"""Marks that do not end a line: they go with what follows."""
PIECES = re.compile(rf"{OPENING}[A-Za-z0-9][A-Za-z0-9_.,:/%+\-]*|\s+|{OPENING}.", re.DOTALL)
HANGING = frozenset("\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f\uff09\u300b\u201d\u2019\u3015,.;:!?)]}")
"""Marks that do not begin a line; they may hang a little over its end."""
LOOSE = 1.06
FRAME = "letter.docx"
MARGIN = 26
"""Millimetres on each side of the page, near to the public documents' standard (GB/T 9704)."""
LINE = 9.0
CODE = 42.0
"""Millimetres of the square code on a receipt."""


@cache
def font_file() -> str:
    """The serif font with Chinese that comes with the project."""
    from pylopdf_fonts_zh_cn import serif_path

    return str(serif_path())


def docx(letter: Letter, frame: Path) -> bytes:
    """The letter in the office's frame, to be edited in a word processor."""
    from docxtpl import DocxTemplate
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    template = DocxTemplate(frame)
    values: dict[str, Any] = {
        "title": letter.title,
        "number": letter.number,
        "to": letter.to,
        "paragraphs": list(letter.paragraphs),
        "sign": letter.sign,
        "date": letter.date,
    }
    template.render(values, jinja_env=ImmutableSandboxedEnvironment(autoescape=True))
    whole = io.BytesIO()
    template.save(whole)
    return whole.getvalue()


def pdf(letter: Letter, code: str = "") -> bytes:
    """The letter as PDF (A4); `code` is drawn as a QR code at its end."""
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.set_title(letter.title)
    page.set_margins(MARGIN, 30, MARGIN)
    page.set_auto_page_break(True, 25)
    page.add_font("letter", "", font_file())
    page.add_page()
    _head(page, letter)
    page.set_font("letter", size=14)
    for paragraph in letter.paragraphs:
        for line in wrapped("\u3000\u3000" + paragraph, page.epw, page.get_string_width):
            page.cell(0, LINE, line, new_x="LMARGIN", new_y="NEXT")
    _foot(page, letter, code)
    return bytes(page.output())


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of a paragraph: Chinese breaks anywhere but before closing marks, Latin words stay whole."""
    line = ""
    for piece in PIECES.findall(text):
        if line and measure(line + piece) > width and piece not in HANGING:
            yield line.rstrip(" ")
            line = piece.lstrip(" ")
        else:
            line += piece
        most = width * LOOSE if piece in HANGING else width
        while measure(line) > most and len(line) > 1:  # a word longer than a line
            fits = next(n for n in range(len(line) - 1, 0, -1) if measure(line[:n]) <= width or n == 1)
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line.rstrip(" ")


def _head(page: Any, letter: Letter) -> None:
    page.set_font("letter", size=22)
    page.multi_cell(0, 13, letter.title, align="C", new_x="LMARGIN", new_y="NEXT")
    if letter.number:
        page.set_font("letter", size=12)
        page.multi_cell(0, LINE, letter.number, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(6)
    if letter.to:
        page.set_font("letter", size=14)
        page.multi_cell(0, LINE, letter.to, align="L", new_x="LMARGIN", new_y="NEXT")


def _foot(page: Any, letter: Letter, code: str) -> None:
    page.ln(8)
    if code:
        if page.get_y() + CODE + 25 > page.h:
            page.add_page()
        page.image(_square(code), x=MARGIN, y=page.get_y(), w=CODE)
    for line in (letter.sign, letter.date):
        page.multi_cell(0, LINE, line, align="R", new_x="LMARGIN", new_y="NEXT")


def _square(code: str) -> io.BytesIO:
    import segno

    picture = io.BytesIO()
    segno.make(code, error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    picture.seek(0)
    return picture
