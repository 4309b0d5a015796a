"""Guessing is slowed and noticed: who tries numbers and query codes that are not theirs, and who files without end.

Only tries that fail are counted, under keyed tokens that fall away within a day; one's own cases are never in the way.
A code has 40 random bits: with at most `OVERALL` tries a minute that are looked at, a guesser needs about 30,000 years
for one case. OWASP ASVS 5.0, 6.3.1 and 2.4.1.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import timedelta

from cases.casework.work import Work
from cases.rules.case import Case, Role
from cases.rules.desk import DeskError
from cases.rules.tracking import plain_code
from storage.audit import AuditLine
from storage.cases import CaseFilter

FILED_AN_HOUR = 10
"""Cases that one person may file in an hour; more is a mistake, or not a person."""
FILED_BY_NETWORK = 200
"""Cases an hour from one network address: a village or an office may share one."""
OVERALL = 40
"""Wrong tries a minute in one channel, all people together: under one a second."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries within so long."""

    most: int
    within: timedelta


BY_PERSON = Limit(5, timedelta(minutes=10))
BY_NETWORK = Limit(30, timedelta(minutes=10))
BY_NUMBER = Limit(8, HOUR)


async def opened(work: Work, case: Case | None, who: str, number: str, code: str, network: str) -> bool:
    """Whether a query code opens a case of somebody else; raise `DeskError` when too many tries failed before.

    An unknown number and a wrong code take the same way and the same time.
    """
    limits = _limits(who, number, network)
    for bucket, limit in limits.items():
        if await work.unit.doors.tallied(bucket, work.now - limit.within) >= limit.most:
            raise DeskError("track.too_many_tries", minutes=int(limit.within / MINUTE))
    right = hmac.compare_digest(plain_code(code).encode(), (case.query_code if case else "-").encode())
    if not (right and case):
        for bucket in limits:
            await work.unit.doors.tally(bucket, work.now)
        await _notice(work, who)
    return right and case is not None


async def may_file(work: Work, who: str, network: str) -> None:
    """Raise `DeskError` when somebody, or one network, files without end; the draft stays."""
    mine = CaseFilter(reporter=who, since=work.now - HOUR)
    if await work.unit.cases.count(mine) >= FILED_AN_HOUR:
        raise DeskError("refused.filed_too_many", most=FILED_AN_HOUR)
    if network:
        bucket = f"filed {network}"
        if await work.unit.doors.tallied(bucket, work.now - HOUR) >= FILED_BY_NETWORK:
            raise DeskError("refused.filed_too_many", most=FILED_AN_HOUR)
        await work.unit.doors.tally(bucket, work.now)


def _limits(who: str, number: str, network: str) -> dict[str, Limit]:
    limits = {f"person {who}": BY_PERSON, f"number {number}": BY_NUMBER, _overall(who): Limit(OVERALL, MINUTE)}
    return {**limits, f"network {network}": BY_NETWORK} if network else limits


def _overall(who: str) -> str:
    return f"overall {who.partition(':')[0]}"


async def _notice(work: Work, who: str) -> None:
    """When tries pile up, the admins hear of it, once an hour; of the channel, never of a person."""
    if await work.unit.doors.tallied(_overall(who), work.now - MINUTE) < OVERALL:
        return
    channel = who.partition(":")[0]
    alarm = f"alarm {channel}"
    if await work.unit.doors.tallied(alarm, work.now - HOUR):
        return
    await work.unit.doors.tally(alarm, work.now)
    work.unit.audit.log(AuditLine(work.now, "system", "guessing", channel, "refused", "", {"a_minute": OVERALL}))
    for address in await work.unit.staff.members(None, frozenset({Role.ADMIN, Role.SUPERVISOR}), work.now):
        body = {
            "key": "staffnotice.guessing", "values": {"channel": channel}, "language": await work.language_of(address),
            "buttons": [], "custom": {}, "delivers": "",
        }  # fmt: skip
        await work.unit.outbox.put(address, json.dumps(body, ensure_ascii=False), work.now)
