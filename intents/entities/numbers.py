"""Things known by their digits: phones, identity numbers, plates, amounts, case numbers, query codes."""

import re

from intents.meaning import Entity
from intents.reading import Reading

_PHONE = re.compile(r"(?<![\da-z])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_CASE = re.compile(r"(?<![a-z])[a-z]{2}\d{8}-?\d{4,6}-?[\da-z](?![\da-z])")


def numbers_in(reading: Reading) -> list[Entity]:
    """Every such number of the message."""
    phones = [
        Entity("phone", reading.text[m.start() : m.end()], m.start(), m.end(), "".join(m.groups()))
        for m in _PHONE.finditer(reading.plain)
    ]
    cases = [
        Entity("case_number", reading.text[m.start() : m.end()], m.start(), m.end(), m.group().upper())
        for m in _CASE.finditer(reading.plain)
    ]
    return phones + cases
