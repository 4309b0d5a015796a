"""Words as the answer to the question that the complaint form asks, one reader for each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cases.rules.case import ContactWay
from dialogs.draft import UNSAID_TIME, occurred, where
from dialogs.forms.phones import read_phone
from dialogs.forms.reaching import has_mail, wants_secrecy, way_in
from dialogs.forms.telling import (
    SHORT,
    SHORT_LATIN,
    SURE,
    Slots,
    chosen_contact,
    is_short,
    missed,
    nearby,
    tell,
    understood,
    wish,
)
from dialogs.forms.wishing import is_bare
from dialogs.talk import Talk
from intents.understanding import Understanding

LONGEST, LONGEST_LATIN = 40, 80
"""Letters of a place or a time that was asked for."""
PATIENCE = 2
"""Misses of one question."""
ASIDE = 12
"""Letters beside an answer that are more than "it was" and "about", so that they belong to the story."""
FEW, FEW_WORDS = 7, 4
"""Chinese letters, English words; fewer ("next door") sound like a matter by chance."""
SLACK = 3
"""Letters around a place or a time that say nothing more ("从…开始")."""
CURT, CURT_LATIN = 4, 12
"""Letters of a word or two that say nothing ("什么意思")."""
EMPTY_ANSWERS = frozenset({"affirm", "deny", "thank", "greet", "submit"})
"""Yes, no and thank you tell no place, no time and no wish."""


def is_curt(text: str) -> bool:
    """One or two words, or a few Chinese characters: "cancel", but not "stop the digging at night"."""
    return len(text.split()) <= 2 and len(text) <= 12


def begin(talk: Talk, words: str) -> Slots:
    """The message that opens the form: a story, or only the wish to complain."""
    held = talk.slots.get("held_text")
    if not held and is_bare(words):
        return {}
    return tell(talk, words)


def read_narrative(talk: Talk, words: str) -> Slots:
    """The answer to "what happened?"; the wish alone is no answer yet."""
    if is_bare(words):
        return {"misses": missed(talk)}
    return tell(talk, words)


def is_empty(talk: Talk, words: str) -> bool:
    """Whether it is only a yes, a no or a courtesy."""
    return is_curt(words) and talk.heard.intent in EMPTY_ANSWERS and talk.heard.confidence >= SURE


def read_place(talk: Talk, words: str) -> Slots:
    """The answer to "where?"; words that are plainly no place go on with the story."""
    named = understood(talk, words, asked="place")
    if named.first("absent"):
        return {"place": nearby(talk)}
    meaning = understood(talk, words)
    place, unit = meaning.whereabouts(), meaning.first("respondent")
    if unit and not place and len(unit.text) + SLACK >= len(words):
        return {"place": {"text": words}, "respondent": talk.slots.get("respondent") or unit.text}
    if place and not is_long(words):
        more = meaning.when() or meaning.requests or is_more(words, place.text)
        return {**tell(talk, words), "place": where(place)} if more else {"place": where(place, words)}
    if is_empty(talk, words):
        return {"place": nearby(talk)} if is_tired(talk) else {"misses": missed(talk)}
    story, nowhere = is_long(words) or goes_on(meaning), not named.first("place")
    if place or nowhere or (story and not talk.slots.get("misses")):
        found = tell(talk, words)
        unsaid = {"place": nearby(talk)} if nowhere and is_tired(talk) else {"misses": missed(talk)}
        return found if found.get("place") else {**found, **unsaid}
    return {"place": {"text": words[:200]}}


def is_more(words: str, named: str) -> bool:
    """Whether words say more around a place that they name than where it is."""
    return len(words) - len(named) > (LONGEST_LATIN // 2 if words.isascii() else ASIDE)


def goes_on(meaning: Understanding) -> bool:
    """Whether words that name no place tell more of the story."""
    few = len(meaning.text.split()) < FEW_WORDS if meaning.language == "en" else len(meaning.text) < FEW
    return bool(meaning.when() or meaning.requests or (meaning.matter.confidence >= 0.7 and not few))


def read_time(talk: Talk, words: str) -> Slots:
    """The answer to "when?"."""
    meaning = understood(talk, words, "time")
    if time := meaning.when():
        said = {"occurred": occurred(time.text, time.since, time.until)}
        return {**tell(talk, words), **said} if len(words) - len(time.text) > ASIDE else said
    if meaning.first("absent"):
        return {"occurred": dict(UNSAID_TIME)}
    if is_empty(talk, words):
        return {"occurred": dict(UNSAID_TIME)} if is_tired(talk) else {"misses": missed(talk)}
    if (place := understood(talk, words).whereabouts()) and place.is_address and is_short(words):
        return {"place": where(place, words), "misses": missed(talk)}
    told = tell(talk, words)
    return {**told, "occurred": dict(UNSAID_TIME)} if is_tired(talk) else {**told, "misses": missed(talk)}


def is_long(words: str) -> bool:
    """Whether words are more than a name of a place or of a time."""
    return len(words) > (LONGEST_LATIN if words.isascii() else LONGEST)


def read_requests(talk: Talk, words: str) -> Slots:
    """The answer to "what do you want?": their words, several if they numbered them."""
    meaning = understood(talk, words, "requests")
    if meaning.first("absent") or is_empty(talk, words):
        return {"requests": [wish(talk, talk.slots.get("kind"))]}
    if is_bare(words):
        return {"misses": missed(talk)}
    if told := told_late(talk, words):
        return {**told, "misses": missed(talk)}
    if meaning.first("identity_number"):
        return {**tell(talk, words), "misses": missed(talk)}
    lines = [line.strip(" .、)）0123456789") for line in words.splitlines() if line.strip()]
    return {"requests": (lines if len(lines) > 1 else [words])[:5]}


def told_late(talk: Talk, words: str) -> Slots:
    """A place or a time and nothing else is no wish: the one that was asked before, better known now."""
    told, when = told_alone(talk, words), talk.slots.get("occurred") or {}
    if "place" in told and is_found(talk.slots.get("place")):
        return {}
    if "occurred" in told and when.get("since") and is_to_come(talk, told["occurred"]["until"]):
        return {}  # "today" is when they want it; "since last month" is when it began
    return told


def is_to_come(talk: Talk, until: str | None) -> bool:
    """Whether a time that ends, ends after now."""
    return bool(until) and datetime.fromisoformat(str(until)) > talk.now


def told_alone(talk: Talk, words: str) -> Slots:
    """The place or the time that words tell and nothing else."""
    meaning, letters = understood(talk, words), len(words.strip())
    place, time = meaning.whereabouts(), meaning.when()
    if place and place.is_address and len(place.text) + SLACK >= letters:
        return {"place": where(place, words)}
    if time and len(time.text) + SLACK >= letters:
        return {"occurred": occurred(time.text, time.since, time.until)}
    return {}


def is_found(place: Mapping[str, Any] | None) -> bool:
    """Whether a place of the draft is on the city's map."""
    return bool(place and (place.get("area") or place.get("grid") or place.get("latitude")))


def read_contact(talk: Talk, words: str) -> Slots:
    """The answer to "how can we reach you?"."""
    phone = read_phone(words)
    if phone:
        told = tell(talk, words) if len(words) - len(phone) > ASIDE else {}
        return {**told, "contact_way": ContactWay.PHONE.value, "phone": phone}
    meaning = understood(talk, words, "contact_way")
    way = meaning.first("contact_way")
    if way and way.value in set(ContactWay) and len(words) <= (SHORT_LATIN if words.isascii() else SHORT) // 2:
        return chosen_contact(way.value)  # in a longer message "phone" may be what was stolen
    if has_mail(words):
        talk.utter(talk.text("draft.no_mail"))
        return {**tell(talk, words), **chosen_contact(ContactWay.CHAT.value)}
    if wants_secrecy(words):
        talk.utter(talk.text("draft.noted_confidential"))
        return {**tell(talk, words), "confidential": True, "misses": 0}
    if talk.heard.intent in ("affirm", "deny") or meaning.first("absent"):
        return chosen_contact(ContactWay.CHAT.value)
    if told := told_late(talk, words):
        return {**told, "misses": 0}
    if goes_on(meaning) or tells(talk, words):
        return {**tell(talk, words), "misses": 0}
    return {"misses": missed(talk)}


def tells(talk: Talk, words: str) -> bool:
    """Whether words that answer nothing say something all the same, which then belongs to the story."""
    if is_curt(words):
        return talk.heard.intent == "file" and len(words) > (CURT_LATIN if words.isascii() else CURT)
    return not is_empty(talk, words)


def read_own_phone(talk: Talk, words: str) -> Slots:
    """The answer to "which number?"; whoever would rather not is reached here."""
    phone = read_phone(words)
    if phone:
        return {"phone": phone}
    if reached := way_in(words):
        return chosen_contact(reached[0].value)
    if talk.heard.intent == "deny" or understood(talk, words, "phone").first("absent"):
        return chosen_contact(ContactWay.CHAT.value)
    return {"misses": missed(talk)}


def read_confirmation(talk: Talk, words: str) -> Slots:
    """The answer to "shall I submit it?"; anything else adds to the story."""
    if talk.heard.intent in ("affirm", "submit") and is_short(words):
        return {"confirmed": True}
    return {**tell(talk, words), **({"confidential": True} if wants_secrecy(words) else {})}


def is_tired(talk: Talk) -> bool:
    """Whether they were asked so often that whatever they say now has to do."""
    return int(talk.slots.get("misses") or 0) >= PATIENCE


REREAD: Mapping[str, Callable[[Talk, str], Slots]] = {
    "place": read_place,
    "occurred": read_time,
    "requests": read_requests,
    "contact_way": read_contact,
}
"""What reads a corrected answer."""
READERS: Mapping[str, Callable[[Talk, str], Slots]] = {
    "narrative": read_narrative,
    "place": read_place,
    "occurred": read_time,
    "requests": read_requests,
    "contact_way": read_contact,
    "phone": read_own_phone,
    "confirmed": read_confirmation,
}
