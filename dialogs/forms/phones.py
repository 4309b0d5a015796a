"""Phone numbers as people type them, read with `phonenumbers`."""

import phonenumbers

HOME = "CN"


def read_phone(text: str) -> str:
    """The first valid number in a text, in international form (E.164); empty when there is none."""
    for found in phonenumbers.PhoneNumberMatcher(text[:200], HOME):
        return phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def shown(phone: str) -> str:
    """A number as its owner would write it at home: without the country's code."""
    return phone.removeprefix("+86")
