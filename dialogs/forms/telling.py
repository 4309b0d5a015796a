"""The story of a complaint: words become part of it, and are read together with what was said before."""

from collections.abc import Mapping
from typing import Any

from cases.rules.case import ContactWay
from cases.rules.city import named
from dialogs.draft import UNSAID_PLACE, UNSAID_TIME, facts, narrative_text, where, with_part
from dialogs.forms.counting import people_in
from dialogs.forms.phones import own_phone, shown
from dialogs.forms.reaching import asks_secrecy, is_about_them, own_name, wants_no_name
from dialogs.forms.sounding import wishes_late
from dialogs.talk import Talk
from intents.dangers import kinds_of_danger
from intents.reading import read
from intents.understanding import Kind, Understanding, Urgency

FORM = "complaint_form"
SURE = 0.5
SHORT, SHORT_LATIN = 30, 60
"""Letters; a longer text is part of the story whatever its intent seems to be."""
CALL = 60
"""Letters; a longer story of danger is more than a call for help and is asked about like any other."""
BEFORE_WISH = frozenset({"place", "occurred"})
"""The questions that are asked before what they want."""
UNASKED = frozenset({Kind.CONSULT, Kind.SUGGESTION, Kind.PRAISE})
"""Whoever asks, proposes or thanks is not asked when it was and how it should be mended."""
PLACELESS = frozenset({Kind.CONSULT, Kind.PRAISE})
"""Whoever asks or thanks in a few words is not asked where it was either."""
Slots = dict[str, Any]


def is_short(words: str) -> bool:
    """Whether words are so few that they may be something else than a part of the story."""
    return len(words) <= (SHORT_LATIN if words.isascii() else SHORT)


def heeded(talk: Talk, words: str) -> Slots:
    """Whoever is in danger hears first whom to call, whatever was asked; once for each message that speaks of it."""
    if not is_danger(talk, words):
        return {}
    key = "emergency.despair" if understood(talk, words).in_despair else "emergency.call"
    talk.utter(talk.text(key, numbers=numbers(talk)))
    return {"urgent": True}


def is_worrying(talk: Talk) -> bool:
    """Whether the story speaks of ending one's life: whoever draws back then ("算了", "没用的") is not left alone."""
    story = narrative_text(talk.slots)
    return bool(story) and understood(talk, story).in_despair


def tell(talk: Talk, words: str) -> Slots:
    """Words that are part of the story: kept, and read together with what was said before."""
    meta = talk.heard.metadata
    narrative = with_part(talk.slots, words, meta.get("message_id"), bool(meta.get("edited")))
    meaning = understood(talk, narrative_text({"narrative": narrative}))
    return {
        **asked_after_all(talk, meaning),
        **told(talk, narrative, talk.slots),
        **wished(talk, words),
        **reached_as_told(talk, words),
    }


def wished(talk: Talk, words: str) -> Slots:
    """The wish that is said at another question, by itself: it is not asked for again."""
    asks_first = talk.asked in BEFORE_WISH and not talk.slots.get("requests")
    by_itself = asks_first and wishes_late(words) and not is_about_them(words)
    return {"requests": [words]} if by_itself and not understood(talk, words).requests else {}


def told(talk: Talk, narrative: Slots, known: Mapping[str, Any]) -> Slots:
    """What a story tells and what is not asked then; what is `known` already stays."""
    whole = narrative_text({"narrative": narrative})
    meaning = understood(talk, whole)
    found = {"narrative": narrative, "held_text": None, **facts(meaning, known)}
    unasked = not_asked(talk, meaning)
    missing = {name: value for name, value in unasked.items() if not (known.get(name) or found.get(name))}
    return {**found, **missing, **counted(talk, whole)}


def asked_after_all(talk: Talk, meaning: Understanding) -> Slots:
    """What was not asked because it was only a question, and is, now that it has become a complaint."""
    if talk.slots.get("kind") not in UNASKED or meaning.kind in UNASKED:
        return {}
    place, when = talk.slots.get("place") or {}, talk.slots.get("occurred") or {}
    assumed = talk.slots.get("requests") == [wish(talk, talk.slots.get("kind"))]
    unsaid = {"place": not place.get("text"), "occurred": not when.get("text"), "requests": assumed}
    return {name: None for name, is_unsaid in unsaid.items() if is_unsaid}


def reached_as_told(talk: Talk, words: str) -> Slots:
    """How they are reached and what they are called, where words say so by the way; said to be so."""
    found: Slots = {}
    if not talk.slots.get("name") and (name := own_name(words)):
        found["name"] = name
    if not talk.slots.get("confidential") and asks_secrecy(words):
        talk.utter(talk.text("draft.noted_confidential"))
        found["confidential"] = True
    if talk.slots.get("contact_way"):
        return found
    if wants_no_name(words):
        return {**found, **noted(talk, ContactWay.ANONYMOUS, "")}
    phone = own_phone(words)
    return {**found, **noted(talk, ContactWay.PHONE, phone)} if phone else found


def counted(talk: Talk, story: str) -> Slots:
    """How many people it concerns, where the story says so."""
    people = people_in(story)
    return {"people": people} if people and people != talk.slots.get("people") else {}


def noted(talk: Talk, way: ContactWay, phone: str) -> Slots:
    """A way to be reached that was not asked for yet is kept, and said to be, before the open question comes again."""
    talk.utter(talk.text("draft.noted", contact=talk.text(f"draft.contact_{way.value}", phone=shown(phone))))
    return {**chosen_contact(way.value), **({"phone": phone} if phone else {})}


def chosen_contact(way: str) -> Slots:
    """A way to be reached; without the phone none is asked for."""
    return {"contact_way": way, "phone": None if way == ContactWay.PHONE else ""}


def is_danger(talk: Talk, words: str) -> bool:
    """Whether words tell of an emergency."""
    return understood(talk, words).urgency is Urgency.EMERGENCY


def not_asked(talk: Talk, meaning: Understanding) -> Slots:
    """What this person is not asked for: in danger when it was and what should be done; with a question, an idea or
    thanks the same, and with a short question or short thanks not even where.
    """
    asks = meaning.kind in UNASKED and bool(meaning.kind_evidence)
    in_danger = meaning.urgency is Urgency.EMERGENCY and len(meaning.text) <= CALL
    if not (asks or in_danger):
        return {}
    unasked: Slots = {"occurred": dict(UNSAID_TIME), "requests": [wish(talk, meaning.kind.value if asks else None)]}
    placeless = asks and meaning.kind in PLACELESS and len(meaning.text) <= CALL
    return {**unasked, "place": nearby(talk)} if placeless else unasked


def wish(talk: Talk, kind: str | None) -> str:
    """What everybody wants who says nothing of it: an answer, to be heard, to be passed on."""
    return talk.text(f"draft.wish_{kind}" if kind in UNASKED else "draft.default_request")


def numbers(talk: Talk) -> str:
    """The numbers to call, with what each is for: first the one that fits the danger, of what was said and before."""
    told = [*kinds_of_danger(read(talk.heard.words)), *kinds_of_danger(read(narrative_text(talk.slots)))]
    every = talk.services.city.emergency
    fitting = [each for danger in told for each in every if danger in each.dangers]
    in_order = {each.number: each for each in (*fitting, *(each for each in every if not each.only))}
    return talk.text("draft.and").join(
        talk.text("emergency.number", number=each.number, name=named(each.names, talk.language))
        for each in in_order.values()
    )


def understood(talk: Talk, words: str, asked: str | None = None) -> Understanding:
    """What words mean, now."""
    return talk.services.understand(words, now=talk.now, asked=asked)


def nearby(talk: Talk) -> Slots:
    """The place as the story tells it without an address: "my street", "first floor"; nothing said: no words."""
    told = understood(talk, narrative_text(talk.slots)).whereabouts()
    return where(told) if told and not told.is_address else dict(UNSAID_PLACE)


def missed(talk: Talk) -> int:
    """One more miss at the present question."""
    return int(talk.slots.get("misses") or 0) + 1
