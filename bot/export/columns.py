"""The columns of the register: a key, Open311's name beside the office's head, and how a case fills it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache, partial
from zoneinfo import ZoneInfo

from cases.rules.case import Case, reachable
from cases.rules.city import City, named
from cases.rules.lifecycle import ENDED
from cases.rules.privacy import mask_address, mask_name, mask_phone, mask_place, mask_text
from dialogs.phrasebook import say

Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True)
class View:
    """How a case is looked at: in which language, masked or not, at what time."""

    city: City
    language: str
    masked: bool
    now: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """The city's time zone; times in the file are local."""
        return ZoneInfo(self.city.timezone)

    @cached_property
    def word(self) -> Callable[[str], str]:
        """The text of a key that has no placeholder."""
        return lru_cache(256)(partial(say, self.language))

    def unread(self) -> frozenset[str]:
        """The columns of the database that no column of the file shows: they are not even opened."""
        masked = {"position"} if self.masked else set()
        return frozenset({"query_code", "occurred_since", "occurred_until", "answers", "draft"} | masked)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `open311` is GeoReport v2's name for it, empty where it has none."""

    key: str
    open311: str
    fill: Callable[[Case, View], Cell]

    def head(self, language: str) -> str:
        """The head: the office's word, with Open311's name beside it."""
        word = say(language, f"export.{self.key}")
        return f"{word} ({self.open311})" if self.open311 else word


def _category(case: Case, view: View, first: bool) -> str:
    category = view.city.category(case.first_level, case.second_level)
    return named(category.first_names if first else category.second_names, view.language)


def _who(case: Case, view: View) -> str:
    return mask_name(case.reporter.name) if view.masked else case.reporter.name


def _open311(case: Case, _view: View) -> str:
    return "closed" if case.status in ENDED or case.status == "archived" else "open"


def _overdue(case: Case, view: View) -> str:
    due = case.reply_by or case.decide_by
    late = due is not None and case.replied_at is None and case.closed_at is None and due < view.now
    return view.word("export.yes" if late else "export.no")


def _time(moment: datetime | None, view: View) -> datetime | None:
    return moment.astimezone(view.zone).replace(tzinfo=None, microsecond=0) if moment else None


def _words(text: str, view: View) -> str:
    return _hidden(text) if view.masked else text


def _hidden(text: str) -> str:
    """Somebody's words without phone and identity numbers and doors."""
    return mask_place(mask_text(text))


def _address(case: Case, view: View) -> str:
    """Where the reporter is reached; of an anonymous one there is nothing to say."""
    address = case.reporter.address
    if not reachable(address):
        return ""
    return mask_address(address) if view.masked else address


def _flag(value: bool, view: View) -> str:
    return view.word("export.yes" if value else "export.no")


COLUMNS: Sequence[Column] = (
    Column("number", "service_request_id", lambda c, v: c.number),
    Column("status", "", lambda c, v: v.word(f"status.{c.status}")),
    Column("status_code", "status_notes", lambda c, v: c.status.value),
    Column("open_closed", "status", _open311),
    Column("kind", "", lambda c, v: v.word(f"kind.{c.kind}")),
    Column("category_code", "service_code", lambda c, v: v.city.category(c.first_level, c.second_level).code),
    Column("first_level", "", lambda c, v: _category(c, v, True)),
    Column("second_level", "service_name", lambda c, v: _category(c, v, False)),
    Column("department", "agency_responsible", lambda c, v: v.city.department_name(c.department, v.language)),
    Column("handler", "", lambda c, v: c.handler),
    Column("filed_at", "requested_datetime", lambda c, v: _time(c.filed_at, v)),
    Column("decide_by", "", lambda c, v: _time(c.decide_by, v)),
    Column("accepted_at", "", lambda c, v: _time(c.accepted_at, v)),
    Column("reply_by", "expected_datetime", lambda c, v: _time(c.reply_by, v)),
    Column("replied_at", "updated_datetime", lambda c, v: _time(c.replied_at, v)),
    Column("closed_at", "", lambda c, v: _time(c.closed_at, v)),
    Column("overdue", "", _overdue),
    Column("name", "", _who),
    Column("phone", "phone", lambda c, v: mask_phone(c.reporter.phone) if v.masked else c.reporter.phone),
    Column("address", "", _address),
    Column("place", "address", lambda c, v: mask_place(c.place.text) if v.masked else c.place.text),
    Column("area", "address_id", lambda c, v: c.place.area),
    Column("latitude", "lat", lambda c, v: None if v.masked else c.place.latitude),
    Column("longitude", "long", lambda c, v: None if v.masked else c.place.longitude),
    Column("occurred", "", lambda c, v: c.occurrence.text),
    Column("narrative", "description", lambda c, v: _words(c.narrative, v)),
    Column("requests", "", lambda c, v: _words("; ".join(c.requests), v)),
    Column("respondent", "", lambda c, v: _words(c.respondent, v)),
    Column("people", "", lambda c, v: c.people),
    Column("urgent", "", lambda c, v: _flag(c.urgent, v)),
    Column("anonymous", "", lambda c, v: _flag(c.anonymous, v)),
    Column("confidential", "", lambda c, v: _flag(c.confidential, v)),
    Column("extended", "", lambda c, v: _flag(c.extended, v)),
    Column("files", "", lambda c, v: len(c.files)),
    Column("reply", "", lambda c, v: _words(c.reply, v) if c.replied_at else ""),
    Column("solved", "", lambda c, v: v.word(f"button.{c.solved}") if c.solved else ""),
    Column("satisfaction", "", lambda c, v: v.word(f"button.{c.satisfaction}") if c.satisfaction else ""),
    Column("merged_into", "", lambda c, v: c.merged_into),
)


STORY = frozenset({"narrative", "requests", "respondent", "place", "reply"})
WHO = frozenset({"name", "phone", "address"})
NOTHING: frozenset[str] = frozenset()


def row(case: Case, view: View, *, named: bool) -> list[Cell]:
    """The cells of one case. A 举报 that is masked shows no narrative at all.

    `named`: the reader may learn who a confidential reporter is; masked, nobody learns anything of them.
    """
    hidden = STORY if view.masked and case.kind == "report" else NOTHING
    if case.confidential and (view.masked or not named):
        hidden |= WHO
    if not hidden:
        return [column.fill(case, view) for column in COLUMNS]
    withheld = view.word("export.withheld")
    return [withheld if column.key in hidden else column.fill(case, view) for column in COLUMNS]
