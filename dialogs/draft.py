"""The draft of a complaint: slots in, a card to read or a `Complaint` to submit out. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.rules.case import ContactWay, File, Kind, Occurrence, Place
from cases.rules.city import City, named
from cases.rules.desk import Complaint
from dialogs.forms.phones import shown
from dialogs.forms.reaching import calling_hours, is_about_them, without_me
from dialogs.talk import Event, Talk
from dialogs.wording import say_time
from intents.understanding import Entity, Understanding

SLOTS = (
    "narrative", "place", "occurred", "requests", "contact_way", "phone", "name", "people", "confirmed", "matter",
    "respondent", "kind", "urgent", "lawful_way", "confidential", "similar", "joins", "follows", "attachments", "trail",
    "misses", "held_text", "draft_at", "album", "two",
)  # fmt: skip
"""Everything that belongs to a draft and goes with it."""
LONGEST_NARRATIVE = 5_000
MOST_ALTERNATIVES = 3
UNSAID_PLACE: Mapping[str, Any] = {"text": ""}
UNSAID_TIME: Mapping[str, Any] = {"text": "", "since": None, "until": None}


def emptied() -> dict[str, Any]:
    """Slot values of no draft at all."""
    return dict.fromkeys(SLOTS)


def narrative_text(slots: Mapping[str, Any]) -> str:
    """The narrative, its parts in the order in which they were said."""
    parts = (slots.get("narrative") or {}).get("parts") or ()
    return "\n".join(part["text"] for part in parts)


def with_part(slots: Mapping[str, Any], text: str, message_id: str | None, edited: bool) -> dict[str, Any]:
    """The narrative with one more part; an edited message replaces the part that it was."""
    parts = list((slots.get("narrative") or {}).get("parts") or ())
    if edited and any(part["id"] == message_id for part in parts):
        parts = [{"id": message_id, "text": text} if part["id"] == message_id else part for part in parts]
    else:
        room = LONGEST_NARRATIVE - sum(len(part["text"]) for part in parts)
        parts.append({"id": message_id, "text": text[: max(room, 0)]})
    return {"parts": parts}


def facts(meaning: Understanding, slots: Mapping[str, Any]) -> dict[str, Any]:
    """What a narrative tells by itself; what is known already from an answer stays."""
    found: dict[str, Any] = {
        "kind": meaning.kind.value,
        "urgent": bool(slots.get("urgent")) or meaning.urgency.value != "ordinary",
        "lawful_way": meaning.lawful_way,
    }
    if (slots.get("matter") or {}).get("by") != "reporter":
        found["matter"] = matter(meaning)
    if (place := meaning.whereabouts()) and place.is_address and not (slots.get("place") or {}).get("text"):
        found["place"] = where(place)
    if (when := meaning.when()) and not (slots.get("occurred") or {}).get("text"):
        found["occurred"] = occurred(when.text, when.since, when.until)
    wishes = [each for each in meaning.requests if not is_about_them(each)]
    if wishes and not slots.get("requests"):
        found["requests"] = wishes[:5]
    if (respondent := meaning.first("respondent")) and not slots.get("respondent"):
        found["respondent"] = respondent.text
    return found


def where(place: Entity, text: str = "") -> dict[str, Any]:
    """A place as it is kept in the draft, in the words of the story or of `text`."""
    return {"text": text or place.text, "area": place.area, "grid": place.grid}


def matter(meaning: Understanding) -> dict[str, Any]:
    """The matter as it is kept in the draft."""
    guess = meaning.matter
    others = [(each.first_level, each.second_level) for each in guess.alternatives[: MOST_ALTERNATIVES - 1]]
    return {
        "first": guess.first_level,
        "second": guess.second_level,
        "confidence": round(guess.confidence, 3),
        "by": "model",
        "unsure": guess.unsure,
        "alternatives": [(guess.first_level, guess.second_level), *others],
    }


def occurred(text: str, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """A time as it is kept in the draft."""
    return {
        "text": text,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft to be read aloud or submitted."""

    slots: Mapping[str, Any]
    city: City

    def complaint(self, language: str) -> Complaint:
        """What is submitted. Where nobody, or nobody there, is to know who tells it, the story does not say so: their
        name and number stand in the fields that are kept from the unit.
        """
        slots, kept = self.slots, self.slots.get("matter") or {}
        said = without_me if is_secret(slots) else str
        place, told = slots.get("place") or {}, slots.get("occurred") or {}
        return Complaint(
            narrative=said(narrative_text(slots)),
            first_level=kept.get("first") or self.city.categories[-1].first_level,
            second_level=kept.get("second") or self.city.categories[-1].second_level,
            category_confidence=float(kept.get("confidence") or 0),
            category_by=kept.get("by") or "model",
            kind=Kind(slots.get("kind") or Kind.COMPLAINT),
            requests=tuple(map(said, slots.get("requests") or ())),
            place=Place(**place) if place else Place(),
            occurrence=Occurrence(told.get("text") or "", moment(told, "since"), moment(told, "until")),
            respondent=slots.get("respondent") or "",
            contact_way=ContactWay(slots.get("contact_way") or ContactWay.CHAT),
            people=slots.get("people") or "1-5",
            name="" if slots.get("contact_way") == ContactWay.ANONYMOUS else slots.get("name") or "",
            phone=slots.get("phone") or "",
            urgent=bool(slots.get("urgent")),
            confidential=bool(slots.get("confidential")),
            lawful_way=slots.get("lawful_way"),
            attachments=tuple(File(**each) for each in slots.get("attachments") or ()),
            language=language,
            consent=self.city.consent_version,
            joins=slots.get("joins") or "",
        )


def is_secret(slots: Mapping[str, Any]) -> bool:
    """Whether nobody (anonymous), or nobody in the handling unit (保密, 举报), is to learn who tells it."""
    nameless = slots.get("contact_way") == ContactWay.ANONYMOUS
    return nameless or bool(slots.get("confidential")) or slots.get("kind") == Kind.REPORT


def moment(told: Mapping[str, Any], name: str) -> datetime | None:
    """The beginning (``since``) or end (``until``) of a time as it is kept."""
    return datetime.fromisoformat(told[name]) if told.get(name) else None


def card(talk: Talk) -> str:
    """The draft as lines to read: matter, place, time, requests, whom it is about, files."""
    return "\n".join(f"{talk.text('draft.' + name)}{talk.text('draft.colon')}{value}" for name, value in _lines(talk))


def _lines(talk: Talk) -> Iterator[tuple[str, str]]:
    slots = talk.slots
    yield "matter", matter_words(talk)
    yield "place", (slots.get("place") or {}).get("text") or talk.text("draft.unsaid")
    yield "time", time_words(talk)
    requests = slots.get("requests") or ()
    numbered = [f"{number}. {each}" for number, each in enumerate(requests, 1)] if len(requests) > 1 else requests
    yield "requests", talk.text("draft.and").join(numbered) or talk.text("draft.unsaid")
    if slots.get("respondent"):
        yield "respondent", slots["respondent"]
    if slots.get("people") not in (None, "1-5"):
        yield "people", slots["people"]
    if slots.get("attachments"):
        yield "files", talk.text("draft.file_count", count=len(slots["attachments"]))
    if slots.get("contact_way"):
        yield "contact", contact_words(talk)


def matter_words(talk: Talk) -> str:
    """The matter in the citizen's language, or that we are not sure."""
    kept = talk.slots.get("matter") or {}
    if not kept.get("first"):
        return talk.text("draft.unsure")
    category = talk.services.city.category(kept["first"], kept["second"])
    words = talk.text(
        "draft.matter_path",
        first=named(category.first_names, talk.language),
        second=named(category.second_names, talk.language),
    )
    return talk.text("draft.probably", matter=words) if kept.get("unsure") else words


def time_words(talk: Talk) -> str:
    """The time as it was understood, or in the citizen's own words."""
    told = talk.slots.get("occurred") or {}
    since, until = moment(told, "since"), moment(told, "until")
    said = say_time(talk.language, told.get("text") or "", since, until, talk.zone, talk.now)
    return said or talk.text("draft.unsaid")


def contact_words(talk: Talk) -> str:
    """How they want to be reached; a confidential matter says so."""
    way = talk.slots["contact_way"]
    words = talk.text(f"draft.contact_{way}", phone=shown(talk.slots.get("phone") or ""))
    if way == ContactWay.PHONE and (hours := calling_hours(narrative_text(talk.slots))):
        words = talk.text("draft.contact_hours", contact=words, hours=hours)
    if talk.slots.get("name") and way != ContactWay.ANONYMOUS:
        words = talk.text("draft.contact_named", name=talk.slots["name"], contact=words)
    return words + (talk.text("draft.and_confidential") if talk.slots.get("confidential") else "")


def edit_buttons(talk: Talk) -> list[Event]:
    """One button for each line that can be changed."""
    names = ("matter", "place", "occurred", "requests")
    buttons = [talk.button(f"button.edit_{name}", f'/edit{{"v":"{name}"}}', row="edit") for name in names]
    return [*buttons, talk.button("button.edit_narrative", '/edit{"v":"narrative"}', row="edit2")]


def matter_buttons(talk: Talk, *, always: bool = False) -> list[Event]:
    """The likeliest matters to choose from and "none of these", when we are not sure (or are asked to)."""
    kept = talk.slots.get("matter") or {}
    if not (always or kept.get("unsure")):
        return []
    city = talk.services.city
    found = [city.category(first, second) for first, second in kept.get("alternatives") or ()]
    offered = {each.code: each for each in found}.values()
    buttons = [
        {"title": named(each.second_names, talk.language), "payload": f'/category{{"v":"{each.code}"}}', "row": number}
        for number, each in enumerate(offered)
    ]
    return [*buttons, talk.button("button.none_of_these", '/category{"v":"none"}', row="none")]
