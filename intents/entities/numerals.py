"""Numbers as they are written: digits, or Chinese and English words."""

from collections.abc import Mapping


def number(text: str, digits: Mapping[str, float], ten: str = "") -> float:
    """The value of `text` up to 9,999: "12", a word of `digits`, ten-words and digit by digit; 1 where it says
    nothing.
    """
    if text.isdecimal():
        return int(text)
    if text in digits:
        return digits[text]
    if ten and ten in text:
        tens, _, ones = text.partition(ten)
        return (digits.get(tens, 1) if tens else 1) * 10 + (digits.get(ones, 0) if ones else 0)
    return _digit_by_digit(text, digits)


def _digit_by_digit(text: str, digits: Mapping[str, float]) -> float:
    value = 0
    for char in text:
        value = value * 10 + (int(char) if char.isdecimal() else int(digits.get(char, 0)))
    return value or 1
