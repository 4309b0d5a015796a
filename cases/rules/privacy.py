"""Masking of personal data for lists, logs and ordinary exports: 张*, 138****1234.

个人信息保护法 (PIPL) arts. 6 and 51: no more than is needed is shown.
"""

import re
from functools import cache

from cases.rules.reply_words import words

PHONE = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?(1\d{2})[-\s]?(\d{4})[-\s]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[-\s]?(\d{3,4})(\d{4})(?!\d)")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
NUMBER = re.compile(r"\d{3}[-\s]?\d{3}")
"""Stands in each of the three, and is quickly looked for: most texts have none."""
STAR = "*"


def mask_name(name: str) -> str:
    """The family name (the first character; of a Latin name the first letter), the rest as stars."""
    name = name.strip()
    return name[:1] + STAR * min(max(len(name) - 1, 1), 3) if name else ""


def mask_phone(phone: str) -> str:
    """The first three and the last four digits; of a short number only the last two."""
    digits = phone.removeprefix("+")
    if not digits.isdecimal():
        digits = re.sub(r"\D", "", phone)
    if not digits:
        return ""
    if len(digits) < 8:
        return STAR * 4 + digits[-2:]
    return digits[-11:-8] + STAR * 4 + digits[-4:]


def mask_address(address: str) -> str:
    """Where a person is reached: the channel, and the last characters of the id."""
    channel, _, identity = address.partition(":")
    return f"{channel}:{STAR * 4}{identity[-2:]}" if identity else STAR * 4


def mask_text(text: str) -> str:
    """A narrative with the phone and identity numbers in it masked."""
    if not NUMBER.search(text):
        return text
    text = IDENTITY.sub(rf"\1{STAR * 8}\2", text)
    text = PHONE.sub(rf"\1{STAR * 4}\3", text)
    return LANDLINE.sub(rf"\1-{STAR * 4}\3", text)


ENGLISH_DOOR = re.compile(r"\b\d+(?=\s+(?:[A-Z]\w+\s+){1,3}(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive)\b)")


DOOR = re.compile(r"\d+(?=\s*(?:\u53f7|\u5ba4|\u680b|\u5355\u5143|\u697c|\u5e62|\u95e8))")
MAYBE_ENGLISH_DOOR = re.compile(r"\d\s+[A-Z]")
MAYBE_DOOR = re.compile(r"[\u53f7\u5ba4\u680b\u5143\u697c\u5e62\u95e8]")
"""What a door cannot be without, and is quickly looked for."""


def mask_place(place: str) -> str:
    """A place without the door: digits before 号, 室, 栋, 单元 and their like become stars."""
    if " " in place and MAYBE_ENGLISH_DOOR.search(place):
        place = ENGLISH_DOOR.sub(STAR * 2, place)
    return DOOR.sub(STAR * 2, place) if MAYBE_DOOR.search(place) else place


DIGITS = re.compile(r"\d{3,}")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


@cache
def _family_name() -> re.Pattern[str]:
    """The character before a form of address."""
    return re.compile(rf"\w(?={'|'.join(words()['address'])})")


def anonymised(text: str, named: tuple[str, ...]) -> str:
    """A text without the people and places that are known (`named`), without numbers of three digits and more, doors,
    mail addresses and family names before a form of address.
    """
    for each in sorted(named, key=len, reverse=True):
        text = text.replace(each, STAR * 2)
    text = mask_place(mask_text(MAIL.sub(STAR * 3, text)))
    return _family_name().sub(STAR, DIGITS.sub(STAR * 3, text))
