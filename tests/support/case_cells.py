"""What stands in the register's file for one case, worked out from the case itself: what the fast way must give."""

from collections.abc import Callable
from datetime import datetime

from bot.export.columns import View
from cases.rules.case import Case, reachable
from cases.rules.city import named as in_language
from cases.rules.lifecycle import ENDED
from cases.rules.privacy import mask_address, mask_name, mask_phone, mask_place, mask_text
from dialogs.phrasebook import say

Cell = str | int | float | None


def _said(view: View, key: str) -> str:
    return say(view.language, key)


def _category(case: Case, view: View, first: bool) -> str:
    category = view.city.category(case.first_level, case.second_level)
    return in_language(category.first_names if first else category.second_names, view.language)


def _who(case: Case, view: View) -> str:
    return mask_name(case.reporter.name) if view.masked else case.reporter.name


def _open311(case: Case, _view: View) -> str:
    return "closed" if case.status in ENDED or case.status == "archived" else "open"


def _overdue(case: Case, view: View) -> str:
    due = case.reply_by or case.decide_by
    late = due is not None and case.replied_at is None and case.closed_at is None and due < view.now
    return _said(view, "export.yes" if late else "export.no")


def _time(moment: datetime | None, view: View) -> str | None:
    return f"{moment.astimezone(view.zone):%Y-%m-%d %H:%M:%S}" if moment else None


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
    return _said(view, "export.yes" if value else "export.no")


FILLS: tuple[tuple[str, Callable[[Case, View], Cell]], ...] = (
    ("number", lambda c, v: c.number),
    ("status", lambda c, v: _said(v, f"status.{c.status}")),
    ("status_code", lambda c, v: c.status.value),
    ("open_closed", _open311),
    ("kind", lambda c, v: _said(v, f"kind.{c.kind}")),
    ("category_code", lambda c, v: v.city.category(c.first_level, c.second_level).code),
    ("first_level", lambda c, v: _category(c, v, True)),
    ("second_level", lambda c, v: _category(c, v, False)),
    ("department", lambda c, v: v.city.department_name(c.department, v.language)),
    ("handler", lambda c, v: c.handler),
    ("filed_at", lambda c, v: _time(c.filed_at, v)),
    ("decide_by", lambda c, v: _time(c.decide_by, v)),
    ("accepted_at", lambda c, v: _time(c.accepted_at, v)),
    ("reply_by", lambda c, v: _time(c.reply_by, v)),
    ("replied_at", lambda c, v: _time(c.replied_at, v)),
    ("closed_at", lambda c, v: _time(c.closed_at, v)),
    ("overdue", _overdue),
    ("name", _who),
    ("phone", lambda c, v: mask_phone(c.reporter.phone) if v.masked else c.reporter.phone),
    ("address", _address),
    ("place", lambda c, v: mask_place(c.place.text) if v.masked else c.place.text),
    ("area", lambda c, v: c.place.area),
    ("latitude", lambda c, v: None if v.masked else c.place.latitude),
    ("longitude", lambda c, v: None if v.masked else c.place.longitude),
    ("occurred", lambda c, v: c.occurrence.text),
    ("narrative", lambda c, v: _words(c.narrative, v)),
    ("requests", lambda c, v: _words("; ".join(c.requests), v)),
    ("respondent", lambda c, v: _words(c.respondent, v)),
    ("people", lambda c, v: c.people),
    ("urgent", lambda c, v: _flag(c.urgent, v)),
    ("anonymous", lambda c, v: _flag(c.anonymous, v)),
    ("confidential", lambda c, v: _flag(c.confidential, v)),
    ("extended", lambda c, v: _flag(c.extended, v)),
    ("files", lambda c, v: len(c.files)),
    ("reply", lambda c, v: _words(c.reply, v) if c.replied_at else ""),
    ("solved", lambda c, v: _said(v, f"button.{c.solved}") if c.solved else ""),
    ("satisfaction", lambda c, v: _said(v, f"button.{c.satisfaction}") if c.satisfaction else ""),
    ("merged_into", lambda c, v: c.merged_into),
)


STORY = frozenset({"narrative", "requests", "respondent", "place", "reply"})
WHO = frozenset({"name", "phone", "address"})
NOTHING: frozenset[str] = frozenset()


def case_cells(case: Case, view: View, *, named: bool) -> dict[str, Cell]:
    """By the columns' keys."""
    hidden = STORY if view.masked and case.kind == "report" else NOTHING
    if case.confidential and (view.masked or not named):
        hidden |= WHO
    return {key: _said(view, "export.withheld") if key in hidden else fill(case, view) for key, fill in FILLS}
