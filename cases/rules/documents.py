"""The documents of a case: three letters to departments, the citizen's written notices, the receipt. Pure.

信访工作条例 arts. 22-23 (受理告知书, 不予受理告知书), 32 (处理意见书), 34 (延期告知书), 35-36 (复查、复核意见书,
不再受理告知书), 40 (督办函). 督办函, 风险提醒函 and 问责建议函 speak of units and deadlines, never of who complained.
Each is numbered within its kind and year and goes out only when a person has approved it; the receipt is the citizen's
own and needs nobody.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cases.rules.case import Case, Status
from cases.rules.lifecycle import ANSWERED


class DocumentKind(StrEnum):
    """What sort of document."""

    SUPERVISION = "supervision"
    RISK = "risk"
    ACCOUNTABILITY = "accountability"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_LONGER = "no_longer"
    EXTENDED = "extended"
    OPINION = "opinion"
    REVIEW = "review"
    RECHECK = "recheck"
    RECEIPT = "receipt"


K, S = DocumentKind, Status
LETTERS = (K.SUPERVISION, K.RISK, K.ACCOUNTABILITY)
"""To units; the others are the citizen's."""
SERIES: Mapping[DocumentKind, str] = {
    K.SUPERVISION: "sv", K.RISK: "rk", K.ACCOUNTABILITY: "ac", K.ACCEPTED: "ap", K.DECLINED: "dc", K.NO_LONGER: "nl",
    K.EXTENDED: "ex", K.OPINION: "op", K.REVIEW: "rv", K.RECHECK: "rc",
}  # fmt: skip
"""The running numbers' names, two letters each."""
AFTER: Mapping[DocumentKind, tuple[Status, ...]] = {
    K.DECLINED: (S.NOT_ACCEPTED, S.REDIRECTED),
    K.OPINION: (*ANSWERED, S.RESOLVED, S.CLOSED_UNSOLVED, S.REVIEW, S.RECHECK),
    K.NO_LONGER: (S.FINAL, S.NOT_ACCEPTED),
    K.RECHECK: (S.FINAL,),
}
"""The statuses in which a kind makes sense, where not every one does."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `number` is empty until it is approved; `data` is what its template fills in."""

    id: str
    kind: DocumentKind
    case_number: str
    language: str
    data: Mapping[str, Any]
    created_by: str
    created_at: datetime
    number: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    void: bool = False
    pdf: str = ""
    docx: str = ""
    other: str = field(default="")
    """Keys of the rendered files in the attachment store; empty until they are made."""


def fits(kind: DocumentKind, case: Case) -> bool:
    """Whether the case has come to where such a document says something true."""
    if kind is K.ACCEPTED:
        return case.accepted_at is not None
    if kind is K.EXTENDED:
        return case.extended
    if kind is K.REVIEW:
        return case.reviewed_at is not None
    return case.status in AFTER.get(kind, tuple(Status))


def filed(case: Case) -> dict[str, Any]:
    """What the citizen filed, as the receipt certifies it: words and the hashes of files, nothing that staff add."""
    return {
        "number": case.number,
        "filed_at": case.filed_at.isoformat(),
        "narrative": case.narrative,
        "requests": list(case.requests),
        "place": case.place.text,
        "time": case.occurrence.text,
        "respondent": case.respondent,
        "files": [file.sha256 for file in case.files if file.event == 1],
    }


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a content in one canonical form: UTF-8 JSON, sorted keys, no blanks."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
