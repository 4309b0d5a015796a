"""How somebody wants to be reached, said by the way and before it is asked: "匿名", "电话联系 138…", "reply here"."""

import re
from functools import cache
from itertools import pairwise
from typing import Any

from cases.rules.case import ContactWay
from cases.rules.privacy import IDENTITY
from dialogs.forms.lists import lists
from dialogs.forms.phones import is_of_others, own_phones, read_phone
from intents.entities.respondents import introduced
from intents.reading import simplify

MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
STARS = "**"
LATIN_NAME = re.compile(r"[A-Z][\w'.-]*(?: [A-Z][\w'.-]*){1,3}")
NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
OTHER = re.compile(r"[^a-z'\u3400-\u9fff]+")
LONGEST = 40
FEW, FEW_LATIN = 3, 15
"""Letters beside a time that say nothing more."""
CLAUSE = re.compile(r"(?:[^\n,.;!?\uff0c\u3002\uff1b\uff01\uff1f]|\.(?=\w))+")
FIGURES = re.compile(r"\+?\d[\d -]{5,}\d")


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


def own_name(text: str) -> str:
    """What they say that they are called ("我叫李秀英"); empty where they do not."""
    found = introduced(simplify(text))
    return text[slice(*found[0])] if found else ""


def calling_hours(story: str) -> str:
    """When they say that they can be called ("晚上六点以后打给我"); empty where they do not."""
    clauses = [" ".join(each.group().split()) for each in CLAUSE.finditer(FIGURES.sub(" ", story))]
    pairs = [", ".join(each) for each in pairwise(clauses) if any(map(_is_only_time, each))]
    return next((each for each in (*clauses, *pairs) if _tells_hours(each)), "")


def _is_only_time(clause: str) -> bool:
    """Whether a clause says when and next to nothing else ("下班后", "but not in the morning")."""
    rest, times = _pattern(lists("reaching")["hours"]["time"]).subn("", simplify(clause.lower()))
    return bool(times) and len(rest) <= (FEW_LATIN if clause.isascii() else FEW)


def _tells_hours(clause: str) -> bool:
    said, words = simplify(clause.lower()), lists("reaching")["hours"]
    told = _pattern(words["call"]).search(said) and _pattern(words["time"]).search(said)
    return len(said) <= LONGEST and bool(told) and not _pattern(words["not"]).search(said)


def without_me(text: str) -> str:
    """A text in which who tells it has no name and no number: stars for what they say of themselves, none for what they
    say of others.
    """
    spans = [*introduced(simplify(text)), *((start, end) for _, start, end in own_phones(text))]
    spans += [found.span() for found in IDENTITY.finditer(text) if not is_of_others(text, found.start())]
    for first, last in sorted(spans, reverse=True):
        text = f"{text[:first]}{STARS}{text[last:]}"
    return text


def name_beside(rest: str) -> str:
    """The name that stands alone beside a phone number ("张红 139…"); empty where it is none."""
    if LATIN_NAME.fullmatch(rest):
        return rest
    return own_name(f"{lists('reaching')['i_am']}{rest}") if NAME.fullmatch(rest) else ""


def has_mail(text: str) -> bool:
    """Whether words give a mail address, which nobody here can write to."""
    return bool(MAIL.search(text))


def wants_secrecy(text: str) -> bool:
    """Whether a short message wishes that nobody there learns who says it (保密): "别告诉村里是我说的"."""
    return len(text) <= LONGEST and bool(_secret().search(simplify(text.lower()).replace("\u2019", "'")))


def asks_secrecy(story: str) -> bool:
    """Whether a story asks that nobody there learns who tells it ("别让学校知道是我反映的")."""
    return any(_pattern(each).search(simplify(story.lower())) for each in lists("reaching")["secret_in_story"])


def is_about_them(wish: str) -> bool:
    """Whether a wish is only how to treat who tells it: secretly, in this chat, without a name."""
    return len(wish) <= LONGEST and (wants_secrecy(wish) or asks_secrecy(wish) or way_in(wish) is not None)


@cache
def _says(way: ContactWay) -> re.Pattern[str]:
    """Messages that say this way, and perhaps please and thank you."""
    return _pattern(rf"{_only('').pattern}{_any(lists('reaching')[way.value])} *{_only('').pattern}")


@cache
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
