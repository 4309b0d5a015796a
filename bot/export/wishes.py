"""What is to be exported: read from the words of ``/export`` or the options of ``jiesu export``."""

import contextlib
import re
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta
from functools import cache

from bot.export.writers import FORMATS
from cases.rules.case import Status
from cases.rules.city import City
from cases.rules.desk import DeskError
from cases.rules.routing import unit_called
from dialogs.phrasebook import LANGUAGES, texts
from intents.entities.times import times_in
from intents.reading import read
from storage.cases import CaseFilter

SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?")
REASON = re.compile(r"(?:reason|\u7406\u7531)\s*[:\uff1a]\s*(?P<reason>.+)\Z", re.DOTALL | re.IGNORECASE)
COMMA = re.compile("[,\uff0c\u3001]")
UNMASKED = "unmasked"
LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Wish:
    """An export: format, which cases, whether personal data are shown, and why; `locked`: with a password."""

    format: str
    filter: CaseFilter
    unmasked: bool = False
    reason: str = ""
    locked: bool = False


def read_wish(words: str, city: City, now: datetime) -> Wish:
    """Read the words in any order, a time as people say it ("上个月") as of `now`, in the city's zone; raise
    `DeskError` with the ones that were not understood.
    """
    found = REASON.search(words)
    rest = words[: found.start()] if found else words
    reading = Reading(city, now)
    others = [word for word in rest.split() if not reading.take(word)]
    if others:
        reading.span_of(" ".join(others))
    return reading.wish(found["reason"].strip() if found else "")


class Reading:
    """Collects what the words say."""

    def __init__(self, city: City, now: datetime) -> None:
        self.city, self.now = city, now
        self.format = "csv"
        self.unmasked = self.locked = False
        self.since: datetime | None = None
        self.until: datetime | None = None
        self.statuses: tuple[Status, ...] = ()
        self.departments: tuple[str, ...] = ()
        self.first_level = self.second_level = ""

    def take(self, said: str) -> bool:
        """One word; whether it was understood. Raise `DeskError` for one that says what it is, and is wrong."""
        name, equals, value = said.partition("=")
        word = _plain().get(said.casefold(), said.casefold())
        if word in FORMATS:
            self.format = word
        elif word == UNMASKED:
            self.unmasked = True
        elif word == LOCKED:
            self.locked = True
        elif span := SPAN.fullmatch(said):
            self.since, self.until = self._day(span[1], 0, said), self._day(span[2], 1, said)
        elif equals and name in ("status", "department", "category"):
            getattr(self, f"_{name}")(value, said)
        else:
            return not equals and self._is_named(said)
        return True

    def span_of(self, said: str) -> None:
        """A time as people say it: "上个月", "last week"; raise `DeskError` for anything else."""
        times = times_in(read(said), self.now)
        if len(times) != 1 or times[0].text.strip() != said:
            raise DeskError("staff.export_words", words=said)
        self.since, self.until = times[0].since, times[0].until

    def _is_named(self, said: str) -> bool:
        """Whether it is what a department, a status or a matter is called."""
        for name in ("status", "department", "category"):
            with contextlib.suppress(DeskError):
                getattr(self, f"_{name}")(said, said)
                return True
        return False

    def wish(self, reason: str) -> Wish:
        """All of it."""
        wanted = CaseFilter(
            since=self.since,
            until=self.until,
            statuses=self.statuses,
            departments=self.departments,
            first_level=self.first_level,
            second_level=self.second_level,
        )
        return Wish(self.format, wanted, self.unmasked, reason, self.locked)

    def _day(self, text: str | None, later: int, word: str) -> datetime | None:
        if not text:
            return None
        try:
            day = Date.fromisoformat(text) + timedelta(days=later)
        except (ValueError, OverflowError):
            raise DeskError("staff.export_words", words=word) from None
        return datetime.combine(day, time(), tzinfo=self.now.tzinfo)

    def _status(self, value: str, word: str) -> None:
        codes = [_statuses().get(each, each) for each in COMMA.split(value)]
        try:
            self.statuses = tuple(Status(each) for each in codes)
        except ValueError:
            raise DeskError("staff.export_words", words=word) from None

    def _department(self, value: str, word: str) -> None:
        codes = [unit_called(self.city, each) for each in COMMA.split(value)]
        if not all(codes):
            raise DeskError("staff.export_words", words=word)
        self.departments = tuple(codes)

    def _category(self, value: str, word: str) -> None:
        for each in self.city.categories:
            if value in (each.code, each.second_level, f"{each.first_level}/{each.second_level}"):
                self.first_level, self.second_level = each.first_level, each.second_level
                return
            if value == each.first_level:
                self.first_level = value
                return
        raise DeskError("staff.export_words", words=word)


@cache
def _plain() -> dict[str, str]:
    """What formats and the like are called besides, to their own names."""
    words = {language: texts(language) for language in LANGUAGES}
    return {
        each: name
        for name in (*FORMATS, UNMASKED, LOCKED)
        for kept in words.values()
        for each in kept[f"export.called.{name}"].casefold().split()
    }


@cache
def _statuses() -> dict[str, str]:
    """What the statuses are called, to their codes."""
    return {texts(language)[f"status.{status.value}"]: status.value for language in LANGUAGES for status in Status}
