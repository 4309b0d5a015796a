"""Numbers as they are written: digits, or Chinese and English words."""

from collections.abc import Mapping


def number(text: str, digits: Mapping[str, float], ten: str = "") -> float:
    """The value of `text` up to 9,999: "12", a word of `digits`, ten-words and digit by digit; 1 where it says
    nothing. Of two neighbours that mean "one or the other" (两三点, 三四十) it is the lesser.
    """
    if text.isdecimal():
        return int(text)
    if text in digits:
        return digits[text]
    if ten and ten in text:
        tens, _, ones = text.partition(ten)
        return (number(tens, digits) if tens else 1) * 10 + (number(ones, digits) if ones else 0)
    return _either(text, digits) or _digit_by_digit(text, digits)


def _either(text: str, digits: Mapping[str, float]) -> float:
    """The lesser of two words for neighbouring numbers; 0 where the text is something else."""
    if len(text) != 2 or not all(char in digits for char in text):
        return 0
    lesser, greater = (digits[char] for char in text)
    return lesser if greater - lesser == 1 else 0


def _digit_by_digit(text: str, digits: Mapping[str, float]) -> float:
    value = 0
    for char in text:
        value = value * 10 + (int(char) if char.isdecimal() else int(digits.get(char, 0)))
    return value or 1
