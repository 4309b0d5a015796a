"""How somebody wants to be reached, said by the way and before it is asked: "匿名", "电话联系 138…", "reply here"."""

import re
from functools import cache
from typing import Any

from cases.rules.case import ContactWay
from dialogs.forms.lists import lists
from dialogs.forms.phones import read_phone
from intents.reading import simplify

MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
OTHER = re.compile(r"[^a-z'\u3400-\u9fff]+")
LONGEST = 40


def way_in(text: str) -> tuple[ContactWay, str] | None:
    """The way, and the phone number that goes with it; None where the message says anything else."""
    said = OTHER.sub(" ", simplify(text.lower()).replace("\u2019", "'")).strip()
    if len(text) > LONGEST:
        return None
    if phone := read_phone(text):
        return (ContactWay.PHONE, phone) if _only("number").fullmatch(said) else None
    return next(((way, "") for way in (ContactWay.ANONYMOUS, ContactWay.CHAT) if _says(way).fullmatch(said)), None)


def wants_no_name(story: str) -> bool:
    """Whether a story says that it is told without a name ("我要匿名举报村长…"), not that somebody else did so."""
    return any(_pattern(each).search(simplify(story.lower())) for each in lists("reaching")["in_story"])


def has_mail(text: str) -> bool:
    """Whether words give a mail address, which nobody here can write to."""
    return bool(MAIL.search(text))


def wants_secrecy(text: str) -> bool:
    """Whether a short message wishes that nobody there learns who says it (保密): "别告诉村里是我说的"."""
    return len(text) <= LONGEST and bool(_secret().search(simplify(text.lower()).replace("\u2019", "'")))


def _says(way: ContactWay) -> re.Pattern[str]:
    """Messages that say this way, and perhaps please and thank you."""
    return _pattern(rf"{_only('').pattern}{_any(lists('reaching')[way.value])} *{_only('').pattern}")


def _only(name: str) -> re.Pattern[str]:
    """Messages of nothing but the words of a list and filling ones, the empty message too."""
    return _pattern(rf"(?:(?:{_any((*lists('reaching')['filler'], *(lists('reaching')[name] if name else ())))}) *)*+")


@cache
def _secret() -> re.Pattern[str]:
    return re.compile("|".join((_any(lists("reaching")["secret"]), *lists("reaching")["secret_so"])))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _any(words: Any) -> str:
    """Any of the words; those of Latin letters stand by themselves."""
    ordered = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(rf'(?<![a-z]){re.escape(word)}(?![a-z])' if word.isascii() else word for word in ordered)})"
