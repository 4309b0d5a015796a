"""Words as the answer to the question that the complaint form asks, one reader for each."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from cases.rules.case import ContactWay
from dialogs.draft import UNSAID_TIME, moment, occurred, where
from dialogs.forms.lists import lists
from dialogs.forms.phones import read_phone, without_phone
from dialogs.forms.reaching import has_mail, name_beside, own_name, way_in
from dialogs.forms.telling import (
    SHORT,
    SHORT_LATIN,
    SURE,
    Slots,
    chosen_contact,
    is_short,
    missed,
    nearby,
    noted,
    tell,
    understood,
    wish,
)
from dialogs.forms.wishing import is_bare
from dialogs.talk import Talk
from intents.reading import compact, simplify
from intents.understanding import Understanding

LONGEST, LONGEST_LATIN = 40, 80
"""Letters of a place or a time that was asked for."""
CERTAIN = 0.9
"""A short answer is easily taken for small talk or a wish ("look into him"): only what certainly is one leaves the
form; a question does sooner."""
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
    """The message that opens the form: a story, or only the wish to complain; what was held before belongs to it."""
    held = talk.slots.get("held_text")
    if not held and is_bare(words):
        return {}
    return tell(talk, words if not held or str(held) == words else f"{held}\n{words}")


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
        more = meaning.when() or meaning.requests or is_more(words, place.text) or (unit and unit.text != place.text)
        return {**tell(talk, words), "place": where(place)} if more else {"place": where(place, as_place(words))}
    if is_empty(talk, words):
        return {"place": nearby(talk)} if is_tired(talk) else {"misses": missed(talk)}
    story, nowhere = is_long(words) or goes_on(meaning), not named.first("place")
    if place or nowhere or (story and not talk.slots.get("misses")):
        found = tell(talk, words)
        unsaid = {"place": nearby(talk)} if nowhere and is_tired(talk) else {"misses": missed(talk)}
        return found if found.get("place") else {**found, **unsaid}
    return {"place": {"text": as_place(words)[:200]}}


def as_place(words: str) -> str:
    """An answer without the words that only lead to the place ("我在", "地址是", "it's at")."""
    return _leading().sub("", words.strip(), count=1) or words


@cache
def _leading() -> re.Pattern[str]:
    return re.compile(lists("answers")["to_the_place"], re.IGNORECASE)


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
    if is_impatient(words):
        return {"requests": [wish(talk, talk.slots.get("kind"))]}
    if told := told_late(talk, words):
        return {**told, "misses": missed(talk)}
    if meaning.first("identity_number") or tells_more(talk, words):
        return {**tell(talk, words), "misses": missed(talk)}
    wanted = without_phone(words) or words
    lines = [line.strip(" .、)）0123456789") for line in wanted.splitlines() if line.strip()]
    return {"requests": (lines if len(lines) > 1 else [wanted])[:5]}


def is_impatient(words: str) -> bool:
    """Whether somebody who was asked what they want only asks when it will be done ("怎么还不处理啊")."""
    return bool(_says("impatient").search(simplify(words.lower())))


def tells_more(talk: Talk, words: str) -> bool:
    """Whether words with no wish in them tell a fact: who it was, what they were doing there, since when."""
    meaning = understood(talk, words)
    if meaning.requests:
        return False
    times = [each for each in meaning.entities if each.type == "time"]
    rest = len(words) - sum(len(each.text) for each in times)
    past = any(each.since and not is_to_come(talk, each.until) for each in times)
    return bool(_says("fact").search(simplify(words.lower()))) or (past and rest <= ASIDE)


@cache
def _says(name: str) -> re.Pattern[str]:
    return re.compile("|".join(lists("answers")[name]))


def mistyped(talk: Talk) -> Slots:
    """A phone number that nobody could call: it is asked for again."""
    return {"contact_way": ContactWay.PHONE.value, "phone": None, "confirmed": None, "misses": missed(talk)}


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
        beside = without_phone(words)
        told = tell(talk, words) if len(beside) > ASIDE else {}
        name = {"name": found} if (found := own_name(words) or name_beside(beside)) else {}
        return {**told, **name, "contact_way": ContactWay.PHONE.value, "phone": phone}
    meaning = understood(talk, words, "contact_way")
    way = None if wishes_late(words) else meaning.first("contact_way")
    if way and way.value in set(ContactWay) and len(words) <= (SHORT_LATIN if words.isascii() else SHORT) // 2:
        return chosen_contact(way.value)  # in a longer message "phone" may be what was stolen
    if has_mail(words):
        talk.utter(talk.text("draft.no_mail"))
        return {**tell(talk, words), **chosen_contact(ContactWay.CHAT.value)}
    if is_yes(talk) or is_no(talk) or meaning.first("absent"):
        return chosen_contact(ContactWay.CHAT.value)
    if told := told_late(talk, words):
        return {**told, "misses": 0}
    if goes_on(meaning) or tells(talk, words):
        return added(talk, words)
    return {"misses": missed(talk)}


def added(talk: Talk, words: str) -> Slots:
    """What is said when everything was asked: it joins the story, a wish the wishes; said to be so. Another matter
    waits until this one is submitted.
    """
    if _says("another").fullmatch(simplify(words.lower()).strip()):
        talk.utter(talk.text("draft.one_by_one"))
        return {"misses": 0}
    talk.utter(talk.text("draft.added"))
    found = tell(talk, words)
    wishes = understood(talk, words).requests or ([words] if wishes_late(words) else ())
    had = [each for each in talk.slots.get("requests") or () if each != wish(talk, talk.slots.get("kind"))]
    new = [each for each in wishes if each not in had]
    return {**found, "misses": 0, **({"requests": [*had, *new][:5]} if new else {})}


def wishes_late(words: str) -> bool:
    """Whether words by themselves are what somebody wants done, and not how they want to be reached."""
    said = simplify(words.lower())
    return bool(_says("late_wish").search(said)) and not _says("by_phone").search(said)


def tells(talk: Talk, words: str) -> bool:
    """Whether words that answer nothing say something all the same, which then belongs to the story."""
    if is_curt(words):
        known = bool(understood(talk, words).entities) or wishes_late(words)
        unsure = talk.heard.intent == "file" or talk.heard.confidence < CERTAIN
        return known or (unsure and len(words) > (CURT_LATIN if words.isascii() else CURT))
    return not is_empty(talk, words)


def read_own_phone(talk: Talk, words: str) -> Slots:
    """The answer to "which number?"; whoever would rather not is reached here."""
    phone = read_phone(words)
    if phone:
        return {"phone": phone}
    if reached := way_in(words):
        return chosen_contact(reached[0].value)
    if is_no(talk) or understood(talk, words, "phone").first("absent"):
        return chosen_contact(ContactWay.CHAT.value)
    return {"misses": missed(talk)}


def read_confirmation(talk: Talk, words: str) -> Slots:
    """The answer to "shall I submit it?"; anything else adds to the story."""
    if is_yes(talk):
        return {"confirmed": True}
    if phone := read_phone(words):
        told = tell(talk, words) if len(without_phone(words)) > ASIDE else {}
        return {**told, **noted(talk, ContactWay.PHONE, phone), "confirmed": None}
    if _says("wants_phone").search(simplify(words.lower())):
        return {"contact_way": ContactWay.PHONE.value, "phone": None, "confirmed": None}
    return added(talk, words) if goes_on(understood(talk, words)) or tells(talk, words) else {"misses": missed(talk)}


def is_yes(talk: Talk) -> bool:
    """Whether the whole message is a yes, of which there is no doubt: what only begins like one ("right, the sign is at
    the gate", "all right, later") submits nothing.
    """
    agreed = talk.heard.intent in ("affirm", "submit") and talk.heard.confidence >= 1
    return agreed or is_empty_yes(talk.heard.words)


def is_empty_yes(words: str) -> bool:
    """Whether words are a yes and nothing else, however it is turned ("可以的，提交吧，辛苦了")."""
    return bool(_says("assents").fullmatch(compact(simplify(words.lower()))))


def is_no(talk: Talk) -> bool:
    """Whether the whole message is a no."""
    return talk.heard.intent == "deny" and talk.heard.confidence >= 1


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
