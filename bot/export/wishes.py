"""What is to be exported: read from the words of ``/export`` or the options of ``jiesu export``."""

import re
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.export.writers import WRITERS
from cases.rules.case import Status
from cases.rules.city import City
from cases.rules.desk import DeskError
from storage.cases import CaseFilter

SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?")
REASON = re.compile(r"(?:reason|\u7406\u7531)\s*[:\uff1a]\s*(?P<reason>.+)\Z", re.DOTALL | re.IGNORECASE)
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


def read_wish(words: str, city: City, zone: ZoneInfo) -> Wish:
    """Read the words in any order; raise `DeskError` with the ones that were not understood."""
    found = REASON.search(words)
    rest = words[: found.start()] if found else words
    reading = Reading(city, zone)
    for word in rest.split():
        reading.take(word)
    return reading.wish(found["reason"].strip() if found else "")


class Reading:
    """Collects what the words say."""

    def __init__(self, city: City, zone: ZoneInfo) -> None:
        self.city, self.zone = city, zone
        self.format = "csv"
        self.unmasked = self.locked = False
        self.since: datetime | None = None
        self.until: datetime | None = None
        self.statuses: tuple[Status, ...] = ()
        self.departments: tuple[str, ...] = ()
        self.first_level = self.second_level = ""

    def take(self, word: str) -> None:
        """One word."""
        name, equals, value = word.partition("=")
        if word in WRITERS:
            self.format = word
        elif word == UNMASKED:
            self.unmasked = True
        elif word == LOCKED:
            self.locked = True
        elif span := SPAN.fullmatch(word):
            self.since, self.until = self._day(span[1], 0, word), self._day(span[2], 1, word)
        elif equals and name in ("status", "department", "category"):
            getattr(self, f"_{name}")(value, word)
        else:
            raise DeskError("staff.export_words", words=word)

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
        return datetime.combine(day, time(), tzinfo=self.zone)

    def _status(self, value: str, word: str) -> None:
        try:
            self.statuses = tuple(Status(each) for each in value.split(","))
        except ValueError:
            raise DeskError("staff.export_words", words=word) from None

    def _department(self, value: str, word: str) -> None:
        codes = tuple(value.split(","))
        if not set(codes) <= set(self.city.departments):
            raise DeskError("staff.export_words", words=word)
        self.departments = codes

    def _category(self, value: str, word: str) -> None:
        for each in self.city.categories:
            if value in (each.code, each.second_level, f"{each.first_level}/{each.second_level}"):
                self.first_level, self.second_level = each.first_level, each.second_level
                return
            if value == each.first_level:
                self.first_level = value
                return
        raise DeskError("staff.export_words", words=word)
