"""Guessing is slowed and noticed: who tries numbers and query codes that are not theirs, or sign-in links, and who
files without end.

Only tries that fail are counted, under keyed tokens that fall away within a day; one's own cases are never in the way.
A code has 40 random bits: with the fifty tries a minute that are looked at, a guesser needs about 30,000 years for one
case. When strangers guess from many addresses at once, who has guessed wrong today waits for the rest, so that somebody
new with the right code is still served. OWASP ASVS 5.0, 6.3.1 and 2.4.1.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cases.casework.work import Work
from cases.rules.case import Case, Role
from cases.rules.desk import DeskError
from cases.rules.tracking import plain_code
from storage.audit import AuditLine

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(hours=23)
FILED_AN_HOUR = 10
"""Cases that one person may file in an hour; more is a mistake, or not a person."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within so long."""

    most: int
    within: timedelta


BY_PERSON = Limit(5, timedelta(minutes=10))
BY_NETWORK = Limit(30, timedelta(minutes=10))
BY_NUMBER = Limit(8, HOUR)
OVERALL = Limit(30, MINUTE)
"""Wrong tries in one channel, all people together."""
NEWCOMERS = Limit(20, MINUTE)
"""Beside it, for who has not tried wrong within a day: with `OVERALL` under one a second."""
LINKS_OVERALL = Limit(60, MINUTE)
"""Wrong sign-in links in one channel before the admins hear of it; a link has 192 random bits and needs no more."""
FILED_BY_NETWORK = Limit(200, HOUR)
"""Cases from one network: a village or an office may share one."""
FILED_OVERALL = Limit(3000, HOUR)
"""Cases in one channel; beyond it each network files `FILED_IN_A_FLOOD` an hour, so that people still get through."""
FILED_IN_A_FLOOD = Limit(5, HOUR)


async def opened(work: Work, case: Case | None, who: str, number: str, code: str, network: str) -> bool:
    """Whether a query code opens a case of somebody else; raise `DeskError` when too many tries failed before.

    An unknown number and a wrong code take the same way and the same time.
    """
    limits = {f"person {who}": BY_PERSON, f"number {number}": BY_NUMBER, **_of_network("network", network, BY_NETWORK)}
    for bucket, limit in limits.items():
        if await _full(work, bucket, limit):
            raise _too_many(limit)
    shared = await _shared_bucket(work, who, network)
    right = hmac.compare_digest(plain_code(code).encode(), (case.query_code if case else "-").encode())
    if not (right and case):
        for bucket in (*limits, shared, _known(who, network)):
            await work.unit.doors.tally(bucket, work.now)
        if await _full(work, _bucket("overall", who), OVERALL):
            await _alarm(work, who, "guessing", OVERALL)
    return right and case is not None


async def may_try_link(work: Work, who: str, network: str) -> bool:
    """Whether somebody may try a sign-in link: not after too many wrong ones, of theirs or of their network."""
    limits = {f"link {who}": BY_PERSON, **_of_network("links", network, BY_NETWORK)}
    return not any([await _full(work, bucket, limit) for bucket, limit in limits.items()])


async def wrong_link(work: Work, who: str, network: str) -> None:
    """Count a sign-in link that was none."""
    overall = _bucket("links", who)
    for bucket in (f"link {who}", overall, *_of_network("links", network, BY_NETWORK)):
        await work.unit.doors.tally(bucket, work.now)
    if await _full(work, overall, LINKS_OVERALL):
        await _alarm(work, who, "guessing_links", LINKS_OVERALL)


async def may_file(work: Work, who: str, network: str, *, anonymous: bool) -> None:
    """Raise `DeskError` when somebody, one network or the whole channel files without end; the draft stays.

    An anonymous filing is counted for its hour, not its minute: who else filed in that hour may have been it.
    """
    refused = DeskError("refused.filed_too_many", most=FILED_AN_HOUR)
    nameless = f"nameless {who}"
    filed = await work.unit.cases.filed_by(who, work.now - HOUR)
    if filed + await work.unit.doors.tallied(nameless, work.now - 2 * HOUR) >= FILED_AN_HOUR:
        raise refused
    overall = _bucket("filed", who)
    flood = await _full(work, overall, FILED_OVERALL)
    buckets = _of_network("filed", network, FILED_IN_A_FLOOD if flood else FILED_BY_NETWORK)
    if flood:
        await _alarm(work, who, "filing_flood", FILED_OVERALL)
    for bucket, limit in buckets.items():
        if await _full(work, bucket, limit):
            raise refused
    at = work.now.replace(minute=0) if anonymous else work.now
    for bucket in (overall, *buckets, *([nameless] if anonymous else ())):
        await work.unit.doors.tally(bucket, at)


async def _shared_bucket(work: Work, who: str, network: str) -> str:
    """Where a wrong try counts for everybody; raise `DeskError` when there is no room left."""
    overall, newcomers = _bucket("overall", who), _bucket("newcomers", who)
    if not await _full(work, overall, OVERALL):
        return overall
    new = not await work.unit.doors.tallied(_known(who, network), work.now - DAY)
    if not new or await _full(work, newcomers, NEWCOMERS):
        raise _too_many(BY_PERSON)
    return newcomers


def _known(who: str, network: str) -> str:
    """Under what a guesser is known again: the network, where there is one, else the person."""
    return f"guessed {network or who}"


def _of_network(what: str, network: str, limit: Limit) -> Mapping[str, Limit]:
    return {f"{what} {network}": limit} if network else {}


def _bucket(what: str, who: str) -> str:
    """A bucket that a whole channel shares."""
    return f"{what} {who.partition(':')[0]}"


async def _full(work: Work, bucket: str, limit: Limit) -> bool:
    return await work.unit.doors.tallied(bucket, work.now - limit.within) >= limit.most


def _too_many(limit: Limit) -> DeskError:
    return DeskError("track.too_many_tries", minutes=int(limit.within / MINUTE))


async def _alarm(work: Work, who: str, what: str, limit: Limit) -> None:
    """The admins hear of it, once an hour; of the channel, never of a person."""
    channel = who.partition(":")[0]
    alarm = f"alarm {what} {channel}"
    if await work.unit.doors.tallied(alarm, work.now - HOUR):
        return
    await work.unit.doors.tally(alarm, work.now)
    work.unit.audit.log(AuditLine(work.now, "system", what, channel, "refused", "", {"most": limit.most}))
    for address in await work.unit.staff.members(None, frozenset({Role.ADMIN, Role.SUPERVISOR}), work.now):
        body = {
            "key": f"staffnotice.{what}", "values": {"channel": channel}, "language": await work.language_of(address),
            "buttons": [], "custom": {}, "delivers": "",
        }  # fmt: skip
        await work.unit.outbox.put(address, json.dumps(body, ensure_ascii=False), work.now)
