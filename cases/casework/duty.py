"""On duty: the roster, the daily report and the zero report (日报告、零报告) to the supervisors' chat."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.casework.work import Work
from cases.rules.case import Role, Status
from cases.rules.duty import OnDuty, on_duty
from cases.rules.lifecycle import OPEN, UNANSWERED
from storage.cases import CaseFilter


def now_on_duty(work: Work) -> Sequence[OnDuty]:
    """Who is on duty now."""
    return on_duty(work.city, work.now.astimezone(work.deadlines.zone))


async def report_if_due(work: Work) -> bool:
    """From the report's hour on, tell the supervisors once what the day brought; also when nothing came."""
    local = work.now.astimezone(work.deadlines.zone)
    if local.hour < work.city.report_hour or not await work.unit.ladder.report_day(f"{local:%Y%m%d}", work.now):
        return False
    figures = await of_the_day(work, local)
    key = "staffnotice.daily_report" if figures["filed"] else "staffnotice.zero_report"
    for address in await work.unit.staff.members(None, frozenset({Role.SUPERVISOR}), work.now):
        values = {**figures, "day": {"day": work.now.isoformat()}}
        language = await work.language_of(address)
        body = {"key": key, "values": values, "language": language, "buttons": [], "custom": {}, "delivers": ""}
        await work.unit.outbox.put(address, json.dumps(body, ensure_ascii=False), work.now)
    return True


async def of_the_day(work: Work, local: datetime) -> dict[str, int]:
    """What came and went since midnight, and what is open and late now."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    today = CaseFilter(since=midnight, until=midnight + timedelta(days=1))
    count = work.unit.cases.count
    return {
        "filed": await count(today),
        "urgent": await count(CaseFilter(since=midnight, urgent=True)),
        "open": await count(CaseFilter(statuses=OPEN)),
        "overdue": await count(CaseFilter(statuses=UNANSWERED, due_before=work.now)),
        "closed": await count(CaseFilter(closed_since=midnight, statuses=(Status.RESOLVED, Status.CLOSED_UNSOLVED))),
    }
