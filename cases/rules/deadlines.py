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

from cases.rules.city import City
from cases.rules.workdays import Workdays


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
