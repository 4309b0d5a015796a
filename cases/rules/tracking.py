"""Tracking numbers and query codes.

A number is dated, sortable and ends in a check digit (ISO 7064 MOD 11,10), so that a typing error is told apart from
an unknown number: ``XF20261123-000042-7``. The query code is separate and random: 40 bits, without letters that look
alike. The number is public, the code is the key.
"""

import re
from collections.abc import Callable
from datetime import date

from stdnum.iso7064 import mod_11_10

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
NUMBER = re.compile(r"([A-Za-z]{1,4})?(\d{8})[-\s]?(\d{1,6})[-\s]?(\d)")


class BadNumber(ValueError):
    """The check digit is wrong: a typing error."""


def number(prefix: str, day: date, running: int) -> str:
    """The tracking number of the `running`-th case of a day (from 1)."""
    digits = f"{day:%Y%m%d}{running:06d}"
    return f"{prefix}{digits[:8]}-{digits[8:]}-{mod_11_10.calc_check_digit(digits)}"


def read_number(text: str, prefix: str) -> str | None:
    """The number that a text carries, in its proper form; None when there is none, `BadNumber` when it is mistyped."""
    found = NUMBER.search(text)
    if not found or (found[1] and found[1].upper() != prefix):
        return None
    digits = f"{found[2]}{int(found[3]):06d}"
    if not mod_11_10.is_valid(digits + found[4]):
        raise BadNumber(found[0])
    return f"{prefix}{digits[:8]}-{digits[8:]}-{found[4]}"


def query_code(choose: Callable[[str], str]) -> str:
    """A new code; `choose` picks one letter of a string (`secrets.choice`)."""
    return "".join(choose(CODE_LETTERS) for _ in range(CODE_LENGTH))


def plain_code(given: str) -> str:
    """A typed code in the form in which codes are kept: upper case, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", given).upper()
