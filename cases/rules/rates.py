"""The rates of an office, recomputed from the log: 及时受理率, 响应率, 解决率, 满意率, 参评率, by department. Pure.

Closed is not solved: the two are never counted as one. What is left out (剔除) is written with who and why, and counted
apart. A decisive line of the log carries its department and its due date, so that nothing later can change a figure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.rules.case import Action, Event, Satisfaction, Solved, Status

DECIDING = (Action.ACCEPT, Action.DECLINE, Action.REDIRECT)
ANSWERING = (Action.APPROVE, Action.REPLY)
LOGGED = (*DECIDING, *ANSWERING, Action.DELIVER, Action.RATE, Action.DECIDE_REVIEW, Action.DECIDE_RECHECK)
"""Lines that carry ``department`` and, where a deadline was met or missed by them, ``due`` (ISO)."""
COUNTED = (*LOGGED, Action.UNDO)


@dataclass(slots=True)
class Rates:
    """One department's counts; the rates are shares of them, None where there is nothing to share."""

    decided: int = 0
    decided_in_time: int = 0
    answered: int = 0
    answered_in_time: int = 0
    delivered: int = 0
    rated: int = 0
    solved: int = 0
    partly: int = 0
    satisfied: int = 0
    judged: int = 0
    excluded: int = 0

    @property
    def acceptance(self) -> float | None:
        """及时受理率: decided in time, of all that was decided or is late."""
        return share(self.decided_in_time, self.decided)

    @property
    def response(self) -> float | None:
        """响应率: answered in time, of all that was answered or is late."""
        return share(self.answered_in_time, self.answered)

    @property
    def solving(self) -> float | None:
        """解决率: solved, of all that said whether it is."""
        return share(self.solved, self.rated)

    @property
    def satisfaction(self) -> float | None:
        """满意率: satisfied or fairly so, of all that said so."""
        return share(self.satisfied, self.judged)

    @property
    def participation(self) -> float | None:
        """参评率: rated, of all answers that were delivered."""
        return share(min(self.rated, self.delivered), self.delivered)


def share(part: int, whole: int) -> float | None:
    """A share in 0..1; None of nothing."""
    return part / whole if whole else None


def rates(
    log: Iterable[tuple[str, Event]],
    late: Iterable[tuple[str, str]] = (),
    excluded: Iterable[str] = (),
) -> dict[str, Rates]:
    """The rates by department. `log`: number and line, in order; `late`: department and clock (``decide``,
    ``reply``) of each open case that is past its due date; `excluded`: numbers that are left out.
    """
    found: dict[str, Rates] = defaultdict(Rates)
    left_out = set(excluded)
    ratings: dict[str, Event] = {}
    for number, event in standing(log):
        department = event.data.get("department", event.actor.department)
        if number in left_out:
            found[department].excluded += event.action in ANSWERING and event.after is Status.REPLIED
        elif event.action is Action.RATE:
            ratings[number] = event
        else:
            _count(found[department], event)
    for event in ratings.values():
        _rate(found[event.data.get("department", "")], event)
    for department, clock in late:
        if clock == "decide":
            found[department].decided += 1
        else:
            found[department].answered += 1
    return dict(found)


def standing(log: Iterable[tuple[str, Event]]) -> list[tuple[str, Event]]:
    """The lines that hold: what was taken back within a minute does not count."""
    kept: list[tuple[str, Event]] = []
    for number, event in log:
        if event.action is not Action.UNDO:
            kept.append((number, event))
            continue
        for index in range(len(kept) - 1, -1, -1):
            if kept[index][0] == number and kept[index][1].action == event.data.get("undone"):
                del kept[index]
                break
    return kept


def _count(rates: Rates, event: Event) -> None:
    if event.action in DECIDING:
        rates.decided += 1
        rates.decided_in_time += in_time(event)
    elif event.action in ANSWERING and event.after is Status.REPLIED:
        rates.answered += 1
        rates.answered_in_time += in_time(event)
    elif event.action is Action.DELIVER:
        rates.delivered += 1


def _rate(rates: Rates, event: Event) -> None:
    solved, satisfied = event.data.get("solved", ""), event.data.get("satisfaction", "")
    rates.rated += bool(solved)
    rates.solved += solved == Solved.SOLVED
    rates.partly += solved == Solved.PARTLY
    rates.judged += bool(satisfied)
    rates.satisfied += satisfied in (Satisfaction.SATISFIED, Satisfaction.FAIR)


def in_time(event: Event) -> bool:
    """Whether a line met its due date; without one it did."""
    due = event.data.get("due", "")
    return not due or event.at <= datetime.fromisoformat(due)


def total(by_department: Mapping[str, Rates]) -> Rates:
    """All departments together."""
    whole = Rates()
    for each in by_department.values():
        for name in Rates.__slots__:
            setattr(whole, name, getattr(whole, name) + getattr(each, name))
    return whole
