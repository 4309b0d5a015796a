"""The columns of the register: a key, Open311's name beside the office's head, and how a page of cases fills it.

A page comes as columns and goes as columns: what is the same for many cases (a category's names, a status in words) is
worked out once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from cases.rules.case import Status, reachable
from cases.rules.city import City, named
from cases.rules.lifecycle import ENDED
from cases.rules.privacy import mask_address, mask_name, mask_phone, mask_place, mask_text
from dialogs.phrasebook import say
from storage.pages import Page, utc_text

Cell = str | int | float | None
Fill = Callable[[Page, "View"], Sequence[Cell]]
Key = TypeVar("Key")
Value = TypeVar("Value")
CLOSED = frozenset(status.value for status in (*ENDED, Status.ARCHIVED))
HOUR, SECOND = 13, 19
"""Letters of a moment's text up to the hour and up to the second."""


class Known(dict[Key, Value], Generic[Key, Value]):
    """What was worked out before."""

    def __init__(self, work_out: Callable[[Key], Value]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: Key) -> Value:
        value = self[key] = self._work_out(key)
        return value


@dataclass(frozen=True)
class View:
    """How cases are looked at: in which language, masked or not, at what time."""

    city: City
    language: str
    masked: bool
    now: datetime

    def __reduce__(self) -> tuple[type["View"], tuple[City, str, bool, datetime]]:
        """To another process it goes without what was worked out here."""
        return View, (self.city, self.language, self.masked, self.now)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The city's time zone; times in the file are local."""
        return ZoneInfo(self.city.timezone)

    @cached_property
    def word(self) -> Mapping[str, str]:
        """The text of each key that has no placeholder."""
        return Known(lambda key: say(self.language, key))

    @cached_property
    def category(self) -> Mapping[tuple[str, str], tuple[str, str, str]]:
        """By the kept names: code, first level and second level in the language."""

        def found(names: tuple[str, str]) -> tuple[str, str, str]:
            each = self.city.category(*names)
            return each.code, named(each.first_names, self.language), named(each.second_names, self.language)

        return Known(found)

    @cached_property
    def department(self) -> Mapping[str, str]:
        """By its code: what a department is called."""
        return Known(lambda code: self.city.department_name(code, self.language))

    @cached_property
    def hours(self) -> Mapping[str, str]:
        """By an hour in UTC (``2026-11-23 07``): the same hour here; empty where it is not an hour of ours."""
        return Known(self._hour)

    def local(self, moments: Sequence[str | None]) -> Sequence[str | None]:
        """Moments of a page as ``2026-11-23 15:00:00`` here."""
        hours = self.hours
        return [
            None
            if moment is None
            else hour + moment[HOUR:SECOND]
            if (hour := hours[moment[:HOUR]])
            else str(self._here(moment))[:SECOND]
            for moment in moments
        ]

    def _hour(self, hour: str) -> str:
        first, last = (self._here(f"{hour}:{rest}") for rest in ("00:00", "59:59"))
        return f"{first:%Y-%m-%d %H}" if first.minute == 0 and last - first == timedelta(seconds=3599) else ""

    def _here(self, moment: str) -> datetime:
        return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `open311` is GeoReport v2's name for it, empty where it has none; `times`: its texts are moments."""

    key: str
    open311: str
    reads: tuple[str, ...]
    fill: Fill
    times: bool = False

    def head(self, language: str) -> str:
        """The head: the office's word, with Open311's name beside it."""
        word = say(language, f"export.{self.key}")
        return f"{word} ({self.open311})" if self.open311 else word


def _as_kept(name: str) -> Fill:
    return lambda page, view: page[name]


def _each(name: str, how: Callable[[str], Cell]) -> Fill:
    return lambda page, view: [how(value) for value in page[name]]


def _masked(name: str, how: Callable[[str], str]) -> Fill:
    """As it is for who may see it, else masked."""
    return lambda page, view: [how(value) if value else "" for value in page[name]] if view.masked else page[name]


def _time(name: str) -> Fill:
    return lambda page, view: view.local(page[name])


def _category(part: int) -> Fill:
    def fill(page: Page, view: View) -> Sequence[Cell]:
        known = view.category
        return [known[names][part] for names in zip(page["first_level"], page["second_level"], strict=True)]

    return fill


def _word(name: str, head: str) -> Fill:
    """A word for each code; nothing where there is none."""

    def fill(page: Page, view: View) -> Sequence[Cell]:
        words = {code: view.word[f"{head}.{code}"] if code else "" for code in set(page[name])}
        return [words[code] for code in page[name]]

    return fill


def _flag(name: str) -> Fill:
    def fill(page: Page, view: View) -> Sequence[Cell]:
        yes, no = view.word["export.yes"], view.word["export.no"]
        return [yes if value else no for value in page[name]]

    return fill


def _department(page: Page, view: View) -> Sequence[Cell]:
    known = view.department
    return [known[code] for code in page["department"]]


def _overdue(page: Page, view: View) -> Sequence[Cell]:
    yes, no, now = view.word["export.yes"], view.word["export.no"], utc_text(view.now)
    dates = zip(*(page[name] for name in OVERDUE), strict=True)
    return [
        yes if (due := reply_by or decide_by) and not replied_at and not closed_at and due < now else no
        for reply_by, decide_by, replied_at, closed_at in dates
    ]


def hidden(text: str) -> str:
    """Somebody's words without phone and identity numbers and doors."""
    return mask_place(mask_text(text))


def _address(page: Page, view: View) -> Sequence[Cell]:
    """Where the reporter is reached; of an anonymous one there is nothing to say."""
    shown = mask_address if view.masked else str
    return [shown(address) if reachable(address) else "" for address in page["reporter"]]


def _requests(page: Page, view: View) -> Sequence[Cell]:
    texts = ["; ".join(each) for each in page["requests"]]
    return [hidden(text) for text in texts] if view.masked else texts


def _reply(page: Page, view: View) -> Sequence[Cell]:
    """The answer once it was given; before, it is a proposal."""
    shown = hidden if view.masked else str
    return [shown(text) if at else "" for text, at in zip(page["reply"], page["replied_at"], strict=True)]


def _position(part: int) -> Fill:
    """Latitude or longitude; nobody's door is found by a masked file."""

    def fill(page: Page, view: View) -> Sequence[Cell]:
        if view.masked:
            return [None] * len(page["kind"])
        return [value[part] if value else None for value in page["position"]]

    return fill


def _plain(key: str, open311: str = "", name: str = "") -> Column:
    return Column(key, open311, (name or key,), _as_kept(name or key))


def _moment(key: str, open311: str = "") -> Column:
    return Column(key, open311, (key,), _time(key), times=True)


LEVELS = ("first_level", "second_level")
OVERDUE = ("reply_by", "decide_by", "replied_at", "closed_at")
COLUMNS: Sequence[Column] = (
    _plain("number", "service_request_id"),
    Column("status", "", ("status",), _word("status", "status")),
    _plain("status_code", "status_notes", "status"),
    Column("open_closed", "status", ("status",), _each("status", lambda s: "closed" if s in CLOSED else "open")),
    Column("kind", "", ("kind",), _word("kind", "kind")),
    Column("category_code", "service_code", LEVELS, _category(0)),
    Column("first_level", "", LEVELS, _category(1)),
    Column("second_level", "service_name", LEVELS, _category(2)),
    Column("department", "agency_responsible", ("department",), _department),
    _plain("handler"),
    _moment("filed_at", "requested_datetime"),
    _moment("decide_by"),
    _moment("accepted_at"),
    _moment("reply_by", "expected_datetime"),
    _moment("replied_at", "updated_datetime"),
    _moment("closed_at"),
    Column("overdue", "", OVERDUE, _overdue),
    Column("name", "", ("name",), _masked("name", mask_name)),
    Column("phone", "phone", ("phone",), _masked("phone", mask_phone)),
    Column("address", "", ("reporter",), _address),
    Column("place", "address", ("place_text",), _masked("place_text", mask_place)),
    _plain("area", "address_id", "place_area"),
    Column("latitude", "lat", ("position",), _position(0)),
    Column("longitude", "long", ("position",), _position(1)),
    _plain("occurred", name="occurred_text"),
    Column("narrative", "description", ("narrative",), _masked("narrative", hidden)),
    Column("requests", "", ("requests",), _requests),
    Column("respondent", "", ("respondent",), _masked("respondent", hidden)),
    _plain("people"),
    Column("urgent", "", ("urgent",), _flag("urgent")),
    Column("anonymous", "", ("anonymous",), _flag("anonymous")),
    Column("confidential", "", ("confidential",), _flag("confidential")),
    Column("extended", "", ("extended",), _flag("extended")),
    Column("files", "", ("files",), lambda page, view: [len(each) for each in page["files"]]),
    Column("reply", "", ("reply", "replied_at"), _reply),
    Column("solved", "", ("solved",), _word("solved", "button")),
    Column("satisfaction", "", ("satisfaction",), _word("satisfaction", "button")),
    _plain("merged_into"),
)
PLACES = {column.key: place for place, column in enumerate(COLUMNS)}
STORY = tuple(PLACES[key] for key in ("narrative", "requests", "respondent", "place", "reply"))
WHO = tuple(PLACES[key] for key in ("name", "phone", "address"))
GUARDING = ("kind", "confidential")
"""What is read of every case to know what of it is withheld."""


def read_for(view: View) -> tuple[str, ...]:
    """The columns of the database that the file is made of; what it does not show is not even opened."""
    names = dict.fromkeys((*GUARDING, *(name for column in COLUMNS for name in column.reads)))
    return tuple(name for name in names if not (view.masked and name == "position"))


def cells(page: Page, view: View, named: Sequence[bool]) -> list[list[Cell]]:
    """A page of cases, column by column. A 举报 that is masked shows no narrative at all.

    `named`: of each case, whether the reader may learn who a confidential reporter is; masked, nobody does.
    """
    filled = [list(column.fill(page, view)) for column in COLUMNS]
    withheld = view.word["export.withheld"]
    for row, (kind, confidential) in enumerate(zip(page["kind"], page["confidential"], strict=True)):
        if kind == "report" and view.masked:
            for place in STORY:
                filled[place][row] = withheld
        if confidential and (view.masked or not named[row]):
            for place in WHO:
                filled[place][row] = withheld
    return filled
