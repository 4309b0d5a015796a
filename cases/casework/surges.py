"""A sudden rise of one matter in one place reaches who is on duty and the supervisors, in levels (舆情预警).

Counted are matters, never people; a 举报 is not counted, so that nobody learns of it this way.
"""

from datetime import timedelta

from cases.casework.work import Work
from cases.rules import duty, notices
from cases.rules.case import Case, Kind, Role
from cases.rules.notices import Notice


async def watch(work: Work, case: Case) -> int:
    """Tell of a level that the new case has brought its matter to; the level, 0 for none. Each is told once a span."""
    if case.kind is Kind.REPORT or not work.city.surge_levels:
        return 0
    span = timedelta(hours=work.city.surge_hours)
    since = work.now - span
    count = await work.unit.cases.alike(case.first_level, case.second_level, case.place.area, since)
    level = sum(count >= each for each in work.city.surge_levels)
    bucket = f"surge {case.first_level} {case.second_level} {case.place.area} {level}"
    if not level or await work.unit.doors.tallied(bucket, since):
        return 0
    await work.unit.doors.tally(bucket, work.now)
    await _tell(work, case, level, count)
    return level


async def _tell(work: Work, case: Case, level: int, count: int) -> None:
    area = next((each for each in work.city.areas if case.place.area and each.code == case.place.area), None)
    place = " ".join(filter(None, (area.street, area.community))) if area else {"phrase": "staffnotice.surge_anywhere"}
    values = {
        **work.common(case),
        "place": place,
        "count": count,
        "hours": work.city.surge_hours,
        "level": {"phrase": f"staffnotice.surge_level{min(level, 3)}"},
    }
    addresses = list(await work.unit.staff.members(None, frozenset({Role.SUPERVISOR}), work.now))
    for person in duty.on_duty(work.city, work.now.astimezone(work.deadlines.zone)):
        addresses += await work.unit.staff.addresses(person.account, work.now)
    await work.tell_staff(case, Notice(notices.SUPERVISORS, "staffnotice.surge", values), addresses)
