"""The ladder: reminder before, urging on the day, escalation after (临期提示、到期催办、逾期升级). Pure.

信访工作条例 art. 40 (督办) names what is watched: not accepted, not answered, not reviewed in time. Whatever clock runs
for a case has its steps; a step is told once, to the handler, then the lead, then the supervisor. A new due date
(extension, pause) has new steps. Nothing here is stored as "overdue": every step is computed from the due date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cases.rules.case import Case, Status
from cases.rules.deadlines import Clock, Deadlines
from cases.rules.lifecycle import ANSWERED, ENDED, UNANSWERED

MORNING = time(9)
REMIND, URGE, ESCALATE, RATE, CLOSE, INFO, ARCHIVE = "remind", "urge", "escalate", "rate", "close", "info", "archive"
UNDECIDED = "undecided"
"""More time was asked for and nobody has said yes or no while the deadline draws near."""
ARCHIVED = tuple(status for status in ENDED if status is not Status.MERGED)
"""What goes to the archive by itself; a joined case goes on telling where its parent stands."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One rung: when, of which clock, towards which due date. Where a name comes more than once it carries a number."""

    at: datetime
    clock: str
    name: str
    due: datetime

    @property
    def kind(self) -> str:
        """The name without its number."""
        return self.name.rstrip("0123456789")


def clocks(case: Case, deadlines: Deadlines) -> Iterator[tuple[str, datetime]]:
    """The clocks that run for the department now, with their due dates."""
    asked = case.status is Status.NEED_INFO and deadlines.pauses(case.policy)
    if case.status in UNANSWERED and not asked:
        if case.accepted_at is None and case.decide_by:
            yield "decide", case.decide_by
        elif case.reply_by:
            yield "reply", case.reply_by
    if case.status in (Status.REVIEW, Status.RECHECK) and case.reply_by:
        yield case.status.value, case.reply_by


def steps(case: Case, deadlines: Deadlines) -> tuple[Step, ...]:
    """Every step of the clocks that run, in order of time."""
    found = [step for clock, due in clocks(case, deadlines) for step in _rungs(case, clock, due, deadlines)]
    if case.wanted_days and case.reply_by:
        found += _undecided(case, case.reply_by, deadlines)
    if case.status is Status.NEED_INFO and case.asked_at:
        due = deadlines.info_by(case.policy, case.asked_at)
        found.append(Step(_morning(due.astimezone(deadlines.zone).date(), deadlines), "info", INFO, due))
    if case.status in ANSWERED and (case.delivered_at or case.replied_at):
        found += _after_the_answer(case, deadlines)
    if case.status in ARCHIVED and case.closed_at:
        at = deadlines.archive_at(case.policy, case.closed_at)
        found.append(Step(at, "archive", ARCHIVE, at))
    return tuple(sorted(found))


def next_at(case: Case, deadlines: Deadlines) -> datetime | None:
    """When the next step comes that is not done yet."""
    since = case.climbed_at or case.filed_at
    return min((step.at for step in steps(case, deadlines) if step.at > since), default=None)


def highest(due: Iterable[Step]) -> tuple[Step, ...]:
    """After a standstill: of each clock only the highest step is told, the lower ones are past."""
    by_clock: dict[str, Step] = {}
    for step in sorted(due):
        by_clock[step.clock] = step
    return tuple(by_clock.values())


def _rungs(case: Case, clock: str, due: datetime, deadlines: Deadlines) -> Iterator[Step]:
    running = deadlines.clock(case.policy, case.procedure, clock)
    if running.unit == "hours":
        yield from _rungs_of_hours(running, clock, due)
        return
    before, escalations = deadlines.ladder(case.policy)
    yield Step(_shifted(due, before, -1, deadlines), clock, REMIND, due)
    yield Step(_morning(due.astimezone(deadlines.zone).date(), deadlines), clock, URGE, due)
    for number, after in enumerate(escalations, 1):
        yield Step(_shifted(due, after, 1, deadlines), clock, f"{ESCALATE}{number}", due)


def _undecided(case: Case, due: datetime, deadlines: Deadlines) -> Iterator[Step]:
    """Who is to decide on more time is reminded when the deadline's reminder comes, and on its day."""
    before = (step for step in _rungs(case, "reply", due, deadlines) if step.name in (REMIND, URGE))
    for number, step in enumerate(before, 1):
        yield Step(step.at, "extension", f"{UNDECIDED}{number}", due)


def _rungs_of_hours(running: Clock, clock: str, due: datetime) -> Iterator[Step]:
    """A clock of hours: a reminder at three quarters, urging at seven eighths, then a quarter and a whole after."""
    whole = timedelta(hours=running.amount)
    yield Step(due - whole / 4, clock, REMIND, due)
    yield Step(due - whole / 8, clock, URGE, due)
    yield Step(due + whole / 4, clock, f"{ESCALATE}1", due)
    yield Step(due + whole, clock, f"{ESCALATE}2", due)


def _after_the_answer(case: Case, deadlines: Deadlines) -> Iterator[Step]:
    answered = case.delivered_at or case.replied_at
    if answered is None:
        return
    remind, close = deadlines.follow_up(case.policy, answered)
    if case.solved is None:
        yield Step(_morning(remind.astimezone(deadlines.zone).date(), deadlines), "follow_up", RATE, close)
    yield Step(close, "follow_up", CLOSE, close)


def _shifted(due: datetime, span: Clock, sign: int, deadlines: Deadlines) -> datetime:
    """The morning some days or working days before or after a due date."""
    day = due.astimezone(deadlines.zone).date()
    if span.unit == "days":
        return _morning(day + sign * timedelta(days=span.amount), deadlines)
    left = span.amount
    while left:
        day += sign * timedelta(days=1)
        left -= deadlines.workdays.is_workday(day)
    return _morning(day, deadlines)


def _morning(day: date, deadlines: Deadlines) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=deadlines.zone)
