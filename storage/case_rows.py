"""How a case and a line of its history stand in their rows, both ways."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cases.rules.case import (
    Action,
    Actor,
    Answer,
    Case,
    ContactWay,
    Event,
    File,
    Kind,
    Occurrence,
    Outcome,
    Place,
    Reporter,
    Role,
    Satisfaction,
    Solved,
    Status,
)


def row_of(case: Case) -> dict[str, Any]:
    """A case as a row; the version is the store's own business."""
    return {
        "number": case.number,
        "query_code": case.query_code,
        "status": case.status.value,
        "kind": case.kind.value,
        "first_level": case.first_level,
        "second_level": case.second_level,
        "category_confidence": case.category_confidence,
        "category_by": case.category_by,
        "narrative": case.narrative,
        "requests": list(case.requests),
        "place_text": case.place.text,
        "place_area": case.place.area,
        "place_grid": case.place.grid,
        "position": position(case.place),
        "occurred_text": case.occurrence.text,
        "occurred_since": case.occurrence.since,
        "occurred_until": case.occurrence.until,
        "respondent": case.respondent,
        "people": case.people,
        "reporter": case.reporter.address,
        "contact_way": case.reporter.contact_way.value,
        "name": case.reporter.name,
        "phone": case.reporter.phone,
        "department": case.department,
        "responsible": case.responsible,
        "helpers": list(case.helpers),
        "returns": case.returns,
        "recused": list(case.recused),
        "handler": case.handler,
        "policy": case.policy,
        "procedure": case.procedure,
        "filed_at": case.filed_at,
        "decide_by": case.decide_by,
        "reply_by": case.reply_by,
        "accepted_at": case.accepted_at,
        "replied_at": case.replied_at,
        "closed_at": case.closed_at,
        "asked_at": case.asked_at,
        "delivered_at": case.delivered_at,
        "reviewed_at": case.reviewed_at,
        "watch_at": case.watch_at,
        "climbed_at": case.climbed_at,
        "urgent": case.urgent,
        "confidential": case.confidential,
        "anonymous": case.anonymous,
        "joint": case.joint,
        "extended": case.extended,
        "wanted_days": case.wanted_days,
        "reopened": case.reopened,
        "blocked": case.blocked,
        "publish": case.publish,
        "consent": case.consent,
        "reply": case.reply,
        "draft": case.draft,
        "answers": [asdict(answer) for answer in case.answers],
        "lawful_way": case.lawful_way,
        "solved": case.solved.value if case.solved else None,
        "satisfaction": case.satisfaction.value if case.satisfaction else None,
        "merged_into": case.merged_into,
        "representative": case.representative,
        "language": case.language,
        "files": [asdict(file) for file in case.files],
    }


SAME = (
    "number", "query_code", "first_level", "second_level", "category_confidence", "category_by", "narrative",
    "respondent", "people", "department", "responsible", "returns", "handler", "policy", "procedure", "filed_at",
    "decide_by", "reply_by", "accepted_at", "replied_at", "closed_at", "asked_at", "delivered_at", "reviewed_at",
    "watch_at", "climbed_at", "urgent", "confidential", "anonymous", "joint", "extended", "wanted_days", "reopened",
    "blocked", "publish", "consent", "reply", "draft", "lawful_way", "merged_into", "representative", "language",
    "version",
)  # fmt: skip
"""Fields that have the same name and form in the row and in `Case`."""


def position(place: Place) -> list[float] | None:
    """Latitude and longitude, None where they are not known."""
    return None if place.latitude is None or place.longitude is None else [place.latitude, place.longitude]


def case_of(row: Mapping[str, Any]) -> Case:
    """The case that a row holds."""
    return Case(
        status=Status(row["status"]),
        kind=Kind(row["kind"]),
        requests=tuple(row["requests"]),
        helpers=tuple(row["helpers"]),
        recused=tuple(row["recused"]),
        answers=tuple(answer_of(answer) for answer in row["answers"]),
        files=tuple(File(**file) for file in row["files"]),
        place=Place(row["place_text"], row["place_area"], row["place_grid"], *(row["position"] or ())),
        occurrence=Occurrence(row["occurred_text"], row["occurred_since"], row["occurred_until"]),
        reporter=Reporter(row["reporter"], row["language"], ContactWay(row["contact_way"]), row["name"], row["phone"]),
        solved=Solved(row["solved"]) if row["solved"] else None,
        satisfaction=Satisfaction(row["satisfaction"]) if row["satisfaction"] else None,
        **{name: row[name] for name in SAME},
    )


def answer_of(tree: Mapping[str, Any]) -> Answer:
    """The answer to a request that a row holds."""
    return Answer(**{**tree, "outcome": Outcome(tree["outcome"])})


def line_of(number: str, event: Event) -> dict[str, Any]:
    """The history line as a row, without `seq`."""
    return {
        "number": number,
        "at": event.at,
        "action": event.action.value,
        "actor_role": event.actor.role.value,
        "actor_id": event.actor.id,
        "actor_department": event.actor.department,
        "before": event.before.value,
        "after": event.after.value,
        "text": event.text,
        "internal": event.internal,
        "data": event.data,
    }


def event_of(row: Mapping[str, Any]) -> Event:
    """The history line that a row holds."""
    return Event(
        seq=row["seq"],
        at=row["at"],
        action=Action(row["action"]),
        actor=Actor(Role(row["actor_role"]), row["actor_id"], row["actor_department"]),
        before=Status(row["before"]),
        after=Status(row["after"]),
        text=row["text"],
        internal=row["internal"],
        data=dict(row["data"]),
    )
