"""Words as the answer to the question that the complaint form asks: what happened, where, when, what is wanted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dialogs.draft import UNSAID_TIME, moment, occurred, where
from dialogs.forms.following import held_words
from dialogs.forms.phones import own_phone, without_phone
from dialogs.forms.sounding import ASIDE, as_place, is_curt, is_impatient, is_long, is_more, says, wishes_late
from dialogs.forms.telling import SURE, Slots, is_short, missed, nearby, tell, understood, wish
from dialogs.forms.wishing import is_bare
from dialogs.talk import Talk
from intents.reading import simplify
from intents.understanding import Entity, Understanding

CERTAIN = 0.9
"""A short answer is easily taken for small talk or a wish ("look into him"): only what certainly is one leaves the
form; a question does sooner."""
PATIENCE = 2
"""Misses of one question."""
FEW, FEW_WORDS = 7, 4
"""Chinese letters, English words; fewer ("next door") sound like a matter by chance."""
SLACK, SLACK_LATIN = 3, 8
"""Letters around a place or a time that say nothing more ("从…开始", "it was …")."""
EMPTY_ANSWERS = frozenset({"affirm", "deny", "thank", "greet", "submit"})
"""Yes, no and thank you tell no place, no time and no wish."""


def begin(talk: Talk, words: str) -> Slots:
    """The message that opens the form: a story, or only the wish to complain; what was held before belongs to it."""
    held = held_words(talk)
    if not held and is_bare(words):
        return {}
    return tell(talk, words if not held or held == words else f"{held}\n{words}")


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
    if unit and not place and (len(unit.text) + slack(words) >= len(words) or is_within(words, unit)):
        return {"place": {"text": words}, "respondent": talk.slots.get("respondent") or unit.text}
    if place and not is_long(words):
        more = meaning.when() or meaning.requests or is_more(words, place.text) or (unit and unit.text != place.text)
        return {**tell(talk, words), "place": where(place)} if more else {"place": where(place, as_place(words))}
    if is_empty(talk, words):
        return {"place": nearby(talk)} if is_tired(talk) else {"misses": missed(talk)}
    story, nowhere = is_long(words) or goes_on(meaning), not named.first("place") or wishes_late(words)
    if place or nowhere or (story and not talk.slots.get("misses")):
        found = tell(talk, words)
        unsaid = {"place": nearby(talk)} if nowhere and is_tired(talk) else {"misses": missed(talk)}
        return found if found.get("place") else {**found, **unsaid}
    return {"place": {"text": as_place(words)[:200]}}


def slack(words: str) -> int:
    """How many letters around a place or a time say nothing more."""
    return SLACK_LATIN if words.isascii() else SLACK


def is_within(words: str, unit: Entity) -> bool:
    """Whether words name a unit, and behind it where in it ("the hospital, emergency department")."""
    within = says("within").search(simplify(words[unit.end :].lower()))
    return unit.start <= slack(words) and not is_long(words) and bool(within)


def goes_on(meaning: Understanding) -> bool:
    """Whether words that name no place tell more of the story."""
    few = len(meaning.text.split()) < FEW_WORDS if meaning.language == "en" else len(meaning.text) < FEW
    return bool(meaning.when() or meaning.requests or (meaning.matter.confidence >= 0.7 and not few))


def read_time(talk: Talk, words: str) -> Slots:
    """The answer to "when?"."""
    meaning = understood(talk, words, "time")
    if time := meaning.when() or meaning.first("time"):
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


def read_requests(talk: Talk, words: str) -> Slots:
    """The answer to "what do you want?": their words, several if they numbered them."""
    meaning = understood(talk, words, "requests")
    if meaning.first("absent") or is_empty(talk, words):
        return {"requests": [wish(talk, talk.slots.get("kind"))]}
    if is_impatient(words):
        return {"requests": [wish(talk, talk.slots.get("kind"))]}
    if told := told_late(talk, words):
        return {**told, "misses": missed(talk)}
    if meaning.first("identity_number") or tells_more(talk, words):
        return {**tell(talk, words), "misses": missed(talk)}
    wanted = (without_phone(words) if own_phone(words) else words) or words
    lines = [line.strip(" .、)）0123456789") for line in wanted.splitlines() if line.strip()]
    return {"requests": (lines if len(lines) > 1 else [wanted])[:5]}


def tells_more(talk: Talk, words: str) -> bool:
    """Whether words with no wish in them tell a fact: who it was, what they were doing there, since when."""
    meaning = understood(talk, words)
    if meaning.requests:
        return False
    times = [each for each in meaning.entities if each.type == "time"]
    rest = len(words) - sum(len(each.text) for each in times)
    past = any(each.since and not is_to_come(talk, each.until) for each in times)
    return bool(says("fact").search(simplify(words.lower()))) or (past and rest <= ASIDE)


def told_late(talk: Talk, words: str) -> Slots:
    """A place or a time and nothing else is no wish: the one that was asked before, better known now."""
    told, when = told_alone(talk, words), talk.slots.get("occurred") or {}
    if "place" in told and is_found(talk.slots.get("place")):
        return {}
    if "occurred" in told and when.get("since") and is_to_come(talk, moment(told["occurred"], "until")):
        return {}  # "today" is when they want it; "since last month" is when it began
    return told


def is_to_come(talk: Talk, until: datetime | None) -> bool:
    """Whether a time that ends, ends after now."""
    return until is not None and until > talk.now


def told_alone(talk: Talk, words: str) -> Slots:
    """The place or the time that words tell and nothing else."""
    meaning, letters = understood(talk, words), len(words.strip())
    place, time = meaning.whereabouts(), meaning.when()
    if place and place.is_address and len(place.text) + slack(words) >= letters:
        return {"place": where(place, words)}
    if time and len(time.text) + slack(words) >= letters:
        return {"occurred": occurred(time.text, time.since, time.until)}
    return {}


def is_found(place: Mapping[str, Any] | None) -> bool:
    """Whether a place of the draft is on the city's map."""
    return bool(place and (place.get("area") or place.get("grid") or place.get("latitude")))


def is_tired(talk: Talk) -> bool:
    """Whether they were asked so often that whatever they say now has to do."""
    return int(talk.slots.get("misses") or 0) >= PATIENCE
