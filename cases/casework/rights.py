"""What people may ask for about themselves: a copy, a correction, erasure; and what its time erases (PIPL arts. 44-47).

Erasing takes the person away from what has ended; what the archive law keeps stays without them. What is open goes on.
Every step is in the audit log, without personal data.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from cases.casework.work import Work
from cases.rules.case import Case, ContactWay, Status, reachable
from cases.rules.desk import Copy, CopyOf, DeskError, Erased
from cases.rules.lifecycle import ENDED
from storage.audit import AuditLine

MOST = 10_000
BATCH = 500
"""Cases that one round of the policy erases, so that nobody waits long behind it."""
OVER = frozenset({*ENDED, Status.ARCHIVED})


async def ask_copy(work: Work, who: str, language: str) -> None:
    """Have everything about somebody sent to them; the file is made when it is sent."""
    body = {
        "key": "notice.mydata", "values": {}, "language": language, "buttons": [], "custom": {}, "document": "mydata",
    }  # fmt: skip
    await work.unit.outbox.put(who, json.dumps(body, ensure_ascii=False), work.now)
    log(work, "reporter", "mydata", "", {})


async def copy(work: Work, who: str) -> Copy:
    """Everything that is kept about somebody, as they may read it."""
    found = await work.unit.cases.own(who, limit=MOST)
    kept = await work.unit.conversations.peek(who)
    files = await work.unit.attachments.of(who, limit=MOST)
    return Copy(
        address=who,
        language=kept.language if kept else "",
        last_seen=kept.updated_at if kept else None,
        cases=tuple([await _copied(work, case) for case in reversed(found)]),
        files=tuple(each.name for each in files),
        messages=tuple(
            (each.at, each.inbound, str(json.loads(each.message).get("text", "")))
            for each in await work.unit.conversations.posted(who, limit=MOST)
        ),
    )


async def _copied(work: Work, case: Case) -> CopyOf:
    history = await work.unit.cases.history(case.number)
    return CopyOf(
        number=case.number,
        query_code=case.query_code,
        filed_at=case.filed_at,
        status=case.status.value,
        name=case.reporter.name,
        phone=case.reporter.phone,
        narrative=case.narrative,
        requests=case.requests,
        place=asdict(case.place),
        occurred=case.occurrence.text,
        respondent=case.respondent,
        reply=case.reply if case.replied_at else "",
        consent=case.consent,
        files=tuple(file.name for file in case.files),
        history=tuple((each.at, each.action.value, each.text) for each in history if each.text),
        solved=case.solved.value if case.solved else "",
        satisfaction=case.satisfaction.value if case.satisfaction else "",
    )


async def correct(work: Work, who: str, *, name: str = "", phone: str = "") -> int:
    """Set another name or phone number on all of their open cases; how many."""
    found = [case for case in await _theirs(work, who) if case.status not in OVER]
    if not found:
        raise DeskError("rights.nothing_to_correct")
    for case in found:
        way = ContactWay.PHONE if phone else case.reporter.contact_way
        reporter = case.reporter
        case.reporter = replace(reporter, name=name or reporter.name, phone=phone or reporter.phone, contact_way=way)
        await work.unit.cases.save(case)
        log(work, "reporter", "correct", case.number, {"what": "phone" if phone else "name"})
    return len(found)


async def erase(work: Work, who: str) -> Erased:
    """Take somebody away from all that has ended, and empty their conversation; what is open goes on."""
    found = await _theirs(work, who)
    over = [case for case in found if case.status in OVER]
    running = [case for case in found if case.status not in OVER]
    await work.unit.rights.forget_people([case.number for case in over], work.now)
    await work.unit.rights.disown(who, [file.key for case in running for file in case.files])
    for case in over:
        log(work, "reporter", "erase", case.number, {})
    return Erased(len(over), tuple(case.number for case in running))


async def expire(work: Work) -> Sequence[str]:
    """Do what the retention policy says is due; returns the keys of files to take away when it is committed."""
    policy, rights = work.city.retention, work.unit.rights
    people = await rights.people_due(_ago(work, policy.people), BATCH)
    await rights.forget_people(people, work.now)
    contents = await rights.contents_due(_ago(work, policy.contents), BATCH)
    keys = list(await rights.forget_contents(contents))
    copies = await rights.drop_copies(_ago(work, policy.copies))
    done = {
        "people": len(people),
        "contents": len(contents),
        "conversations": await rights.drop_conversations(_ago(work, policy.conversations)),
        "messages": await rights.drop_messages(_ago(work, policy.messages)),
        "sent": await rights.drop_sent(_ago(work, policy.sent)),
        "failures": await rights.drop_failures(_ago(work, policy.failures)),
        "copies": len(copies),
    }
    for what, count in done.items():
        if count:
            log(work, "system", "retention", what, {"count": count})
    return [*keys, *copies]


def log(work: Work, actor: str, action: str, subject: str, data: dict[str, Any]) -> None:
    """A line of the audit log."""
    work.unit.audit.log(AuditLine(work.now, actor, action, subject, "allowed", "", data))


async def _theirs(work: Work, who: str) -> Sequence[Case]:
    return await work.unit.cases.own(who, limit=MOST) if reachable(who) else []


def _ago(work: Work, days: int) -> datetime:
    return work.now - timedelta(days=days)
