"""Deadlines: until when something must be done, under the policy's clocks.

信访工作条例 art. 22 (told within 15 days of receipt), art. 23 (objection within 5 working days), art. 34 (answered
within 60 days of acceptance, extended by at most 30), arts. 35-36 (review and recheck within 30 days of the delivery
of the written answer, answered within 30); 信访事项简易办理办法 (2016) (3 and 10 working days).
The day on which a period begins is not counted (民法典 art. 201); it ends with its last day. Overdue is computed from
these, never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.rules.case import Case, Kind, Status
from cases.rules.city import City
from cases.rules.workdays import Workdays

FOLLOW_UP: Mapping[str, Any] = {"remind": {"amount": 5, "unit": "days"}, "close": {"amount": 15, "unit": "days"}}
ARCHIVE: Mapping[str, Any] = {"amount": 180, "unit": "days"}
LADDER: Mapping[str, Any] = {
    "remind": {"amount": 3, "unit": "days"},
    "escalate": ({"amount": 1, "unit": "days"}, {"amount": 5, "unit": "days"}),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """How long: `amount` of ``days``, ``workdays`` or ``hours``."""

    amount: int
    unit: str

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> "Clock":
        """Read ``{amount: 15, unit: days}``; raise `ValueError` for another unit or a senseless amount."""
        clock = cls(int(tree["amount"]), str(tree["unit"]))
        if clock.unit not in ("days", "workdays", "hours") or clock.amount <= 0:
            raise ValueError(f"not a clock: {dict(tree)}")
        return clock


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline. `provisional`: the calendar of its year is not published yet."""

    at: datetime
    provisional: bool = False


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day, there."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def due(clock: Clock, start: datetime, workdays: Workdays, zone: ZoneInfo) -> Due:
    """When a period that begins at `start` (aware) ends."""
    if clock.unit == "hours":
        return Due(start + timedelta(hours=clock.amount))
    first = start.astimezone(zone).date()
    if clock.unit == "days":
        return Due(end_of(first + timedelta(days=clock.amount), zone))
    last = workdays.after(first, clock.amount)
    return Due(end_of(last, zone), not workdays.known(last))


class Deadlines:
    """The deadlines of one city under its policy."""

    def __init__(self, city: City) -> None:
        self.zone = ZoneInfo(city.timezone)
        self.workdays = Workdays(city.workdays)
        self._policies = city.policies

    def decide_by(self, policy: str, procedure: str, filed_at: datetime) -> datetime:
        """Until when the citizen is told whether the matter is accepted."""
        return self._due(self._procedure(policy, procedure)["decide"], filed_at)

    def reply_by(self, policy: str, procedure: str, accepted_at: datetime) -> datetime:
        """Until when an accepted matter is answered."""
        return self._due(self._procedure(policy, procedure)["reply"], accepted_at)

    def procedure_for(self, policy: str, procedure: str, kind: Kind, *, urgent: bool) -> str:
        """The procedure by which a matter goes: danger first, then what only asks, then the category's own."""
        known = self._policies[policy]["procedures"]
        if urgent and "urgent" in known:
            return "urgent"
        if kind is Kind.CONSULT and "consult" in known:
            return "consult"
        return procedure if procedure in known else "ordinary"

    def pauses(self, policy: str) -> bool:
        """Whether the clock stands still while the citizen is asked for what is missing."""
        return bool(self._policies[policy]["need_info"].get("pauses"))

    def resumed(self, case: Case, due_at: datetime, now: datetime) -> datetime:
        """A deadline moved by the time for which the citizen was asked; where the policy does not pause, as it was.

        Days count from the day after the asking to the day of the answer; of working days only those.
        """
        if case.asked_at is None or not self.pauses(case.policy):
            return due_at
        step = "reply" if case.accepted_at else "decide"
        unit = Clock.of(self._procedure(case.policy, case.procedure)[step]).unit
        first, last = (moment.astimezone(self.zone).date() for moment in (case.asked_at, now))
        if unit == "hours":
            return due_at + (now - case.asked_at)
        if unit == "days":
            return end_of(due_at.astimezone(self.zone).date() + (last - first), self.zone)
        waited = sum(self.workdays.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return end_of(self.workdays.after(due_at.astimezone(self.zone).date(), waited), self.zone)

    def clock(self, policy: str, procedure: str, name: str) -> Clock:
        """The clock of that name: ``decide``, ``reply``, ``review``, ``recheck``."""
        if name in ("decide", "reply"):
            return Clock.of(self._procedure(policy, procedure)[name])
        tree = self._policies[policy]
        return Clock.of(tree.get(name, tree["review"])["answer"])

    def provisional(self, case: Case, clock: str, at: datetime) -> bool:
        """Whether a deadline counts working days of a year whose arrangement is not published yet.

        Calendar days and hours do not depend on it. `clock`: as in `clock()`, or ``info``, ``follow_up``, and
        ``extension``, whose day is that of the answer.
        """
        if clock == "follow_up":
            return False
        if clock == "extension":
            return self.provisional(case, "reply", at)
        tree = self._policies[case.policy]["need_info"] if clock == "info" else None
        unit = Clock.of(tree).unit if tree else self.clock(case.policy, case.procedure, clock).unit
        return unit == "workdays" and not self.workdays.known(at.astimezone(self.zone).date())

    def unsure(self, case: Case) -> frozenset[str]:
        """Which of a case's ``decide_by`` and ``reply_by`` are provisional."""
        kind = case.status.value if case.status in (Status.REVIEW, Status.RECHECK) else "reply"
        dates = (("decide_by", "decide", case.decide_by), ("reply_by", kind, case.reply_by))
        return frozenset(name for name, clock, at in dates if at and self.provisional(case, clock, at))

    def recheck_answer_by(self, policy: str, asked_at: datetime) -> datetime:
        """Until when a recheck (复核) is answered; the time of a hearing is not counted: it extends."""
        tree = self._policies[policy]
        return self._due(tree.get("recheck", tree["review"])["answer"], asked_at)

    def recheck_by(self, policy: str, decided_at: datetime) -> datetime:
        """Until when a recheck may be asked for."""
        tree = self._policies[policy]
        return self._due(tree.get("recheck", tree["review"])["ask"], decided_at)

    def follow_up(self, policy: str, delivered_at: datetime) -> tuple[datetime, datetime]:
        """After the answer: when the citizen is reminded to rate it, and when the case closes by itself."""
        tree = self._policies[policy].get("follow_up", FOLLOW_UP)
        return self._due(tree["remind"], delivered_at), self._due(tree["close"], delivered_at)

    def archive_at(self, policy: str, closed_at: datetime) -> datetime:
        """When an ended case goes to the archive (归档): after every way to have it taken up again is over."""
        return self._due(self._policies[policy].get("archive", ARCHIVE), closed_at)

    def ladder(self, policy: str) -> tuple[Clock, tuple[Clock, ...]]:
        """How long before a deadline is reminded, and how long after it each escalation comes."""
        tree = self._policies[policy].get("ladder", LADDER)
        return Clock.of(tree["remind"]), tuple(Clock.of(each) for each in tree["escalate"])

    def longest_extension(self, policy: str) -> int:
        """How many days the answer may be put off, once."""
        return int(self._policies[policy]["extension"]["most"])

    def extended(self, reply_by: datetime, days: int) -> datetime:
        """The new deadline after an extension by `days` calendar days."""
        return end_of(reply_by.astimezone(self.zone).date() + timedelta(days=days), self.zone)

    def object_by(self, policy: str, arrived_at: datetime) -> datetime:
        """Until when a department may hand back what was sent to it."""
        return self._due(self._policies[policy]["object"], arrived_at)

    def info_by(self, policy: str, asked_at: datetime) -> datetime:
        """Until when the citizen is asked to add what is missing."""
        return self._due(self._policies[policy]["need_info"], asked_at)

    def review_by(self, policy: str, delivered_at: datetime) -> datetime:
        """Until when a review of the answer may be asked for."""
        return self._due(self._policies[policy]["review"]["ask"], delivered_at)

    def review_answer_by(self, policy: str, asked_at: datetime) -> datetime:
        """Until when a review is answered."""
        return self._due(self._policies[policy]["review"]["answer"], asked_at)

    def reply_days(self, policy: str, procedure: str) -> Clock:
        """The clock of the answer, to be told in words."""
        return Clock.of(self._procedure(policy, procedure)["reply"])

    def _procedure(self, policy: str, procedure: str) -> Mapping[str, Any]:
        procedures: Mapping[str, Any] = self._policies[policy]["procedures"]
        found: Mapping[str, Any] = procedures.get(procedure) or procedures["ordinary"]
        return found

    def _due(self, tree: Mapping[str, Any], start: datetime) -> datetime:
        return due(Clock.of(tree), start, self.workdays, self.zone).at
