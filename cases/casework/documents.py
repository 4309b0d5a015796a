"""Drafting, approving and sending documents. The files themselves are made when they are sent, outside any transaction.

What a document says is fixed when it is approved: later changes of the case do not reach into it.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules import notices
from cases.rules.case import Action, Case, Role, reachable
from cases.rules.city import named
from cases.rules.desk import DeskError
from cases.rules.documents import LETTERS, SERIES, Document, DocumentKind, digest, filed, fits
from cases.rules.ladder import clocks
from cases.rules.replies import general_part

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


async def draft(desk: StaffDesk, number: str, kind: DocumentKind, words: str) -> Document:
    """A draft for a person to approve; `words` go into it as what is asked for, or why."""
    case = await desk.mine(number)
    desk.may("letter_to_units" if kind in LETTERS else "letter")
    if kind is DocumentKind.RECEIPT or not fits(kind, case):
        raise DeskError("refused.document", number=case.number)
    language = "zh" if kind in LETTERS else case.language
    history = await desk.work.unit.cases.history(case.number)
    last = next((event.text for event in reversed(history) if event.text and event.actor.role is not Role.REPORTER), "")
    data = {**contents(desk.work, case, language), "words": words or last}
    document = Document(new_id(), kind, case.number, language, data, desk.account.account, desk.work.now)
    await desk.work.unit.documents.add(document)
    desk.log("draft", document.id, "allowed")
    return document


async def issue(desk: StaffDesk, id: str) -> Document:
    """Approve a draft: it gets its number, goes to whom it is for, and stands in the case's history."""
    document = await _draft(desk, id)
    desk.may("issue")
    case = await desk.mine(document.case_number)
    year = desk.work.now.astimezone(desk.work.deadlines.zone).year
    serial = await desk.work.unit.cases.next_in_day(f"{SERIES[document.kind]}{year}")
    data = {**document.data, "year": year, "serial": serial, "issued_at": desk.work.now.isoformat()}
    number = f"{SERIES[document.kind]}-{year}-{serial:04d}"
    issued = replace(document, data=data, number=number, approved_by=desk.account.account, approved_at=desk.work.now)
    await desk.work.unit.documents.save(issued)
    note = {"document": id, "kind": document.kind.value, "document_number": number}
    await desk.do(case, Action.NOTE, internal=number, data=note)
    for address in await recipients(desk.work, case, document.kind):
        await queue(desk.work, issued, address)
    return issued


async def void(desk: StaffDesk, id: str) -> Document:
    """Throw a draft away; it never had a number, so none is missing."""
    document = await _draft(desk, id)
    await desk.mine(document.case_number)
    gone = replace(document, void=True)
    await desk.work.unit.documents.save(gone)
    return gone


async def listed(desk: StaffDesk, number: str) -> Sequence[Document]:
    """The documents of a case that were not thrown away."""
    case = await desk.mine(number)
    return [each for each in await desk.work.unit.documents.of(case.number) if not each.void]


async def again(desk: StaffDesk, id: str) -> Document:
    """Send a document to oneself, to look at or to print."""
    document = await desk.work.unit.documents.get(id)
    if document is None or document.void:
        raise DeskError("refused.no_document")
    await desk.mine(document.case_number)
    await queue(desk.work, document, desk.address)
    return document


async def receipt(work: Work, case: Case, who: str) -> Document:
    """The citizen's receipt: number, time, and the hash of what was filed; sent to them at once."""
    if not reachable(who):
        raise DeskError("track.no_receipt")
    content = filed(case)
    data = {**contents(work, case, case.language), "filed": content, "digest": digest(content), "words": ""}
    document = Document(
        new_id(), DocumentKind.RECEIPT, case.number, case.language, data, who, work.now, number=case.number
    )
    await work.unit.documents.add(document)
    await queue(work, document, who)
    return document


async def recipients(work: Work, case: Case, kind: DocumentKind) -> list[str]:
    """Whom a document is for."""
    if kind is DocumentKind.ACCOUNTABILITY:
        return await work.audience(case, notices.SUPERVISORS)
    if kind in LETTERS:
        return list(dict.fromkeys(
            [*await work.audience(case, notices.LEADS), *await work.audience(case, notices.HANDLERS)]
        ))  # fmt: skip
    return [case.reporter.address] if reachable(case.reporter.address) else []


async def queue(work: Work, document: Document, address: str) -> None:
    """Put a document on its way; its files are made by the delivery."""
    body = {
        "key": "notice.document",
        "values": {
            "number": document.case_number,
            "title": {"phrase": f"letter.{document.kind}"},
            "document": document.number or "-",
        },
        "language": document.language,
        "buttons": [],
        "custom": {"case": document.case_number},
        "document": document.id,
    }
    await work.unit.outbox.put(
        address, json.dumps(body, ensure_ascii=False), work.now, case_number=document.case_number
    )


def contents(work: Work, case: Case, language: str) -> dict[str, Any]:
    """What every template may fill in. To a department it says nothing of who complained."""
    city, category = work.city, work.city.category(case.first_level, case.second_level)
    running = next(iter(clocks(case, work.deadlines)), None)
    due = running[1] if running else case.reply_by
    return {
        "case": case.number,
        "city": named(city.names, language),
        "office": city.department_name(city.intake_department, language),
        "department": city.department_name(case.department, language),
        "matter": named(category.second_names, language),
        "name": "" if case.anonymous else case.reporter.name,
        "requests": list(case.requests),
        "reply": general_part(case),
        "answers": [
            {"request": each.request, "outcome": each.outcome.value, "facts": each.facts, "reasons": each.reasons,
             "basis": each.basis} for each in case.answers
        ],
        "filed_at": _iso(case.filed_at),
        "accepted_at": _iso(case.accepted_at),
        "replied_at": _iso(case.replied_at),
        "due": _iso(due),
        "late": due is not None and due < work.now,
        "now": work.now.isoformat(),
    }  # fmt: skip


def new_id() -> str:
    """A short id that fits a button."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


async def _draft(desk: StaffDesk, id: str) -> Document:
    document = await desk.work.unit.documents.get(id)
    if document is None or document.void or document.number:
        raise DeskError("refused.no_document")
    return document


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
