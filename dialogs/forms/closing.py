"""The last questions, when everything else was asked: how they are reached, which number, whether to submit; what is
said besides is added.
"""

from cases.rules.case import ContactWay
from dialogs.forms.answering import CERTAIN, goes_on, is_empty, told_late
from dialogs.forms.phones import own_phone, read_phone, without_phone
from dialogs.forms.reaching import calling_hours, has_mail, name_beside, own_name, way_in
from dialogs.forms.sounding import ASIDE, is_curt, is_empty_yes, says, wishes_late
from dialogs.forms.telling import SHORT, SHORT_LATIN, Slots, chosen_contact, missed, noted, tell, understood, wish
from dialogs.talk import Talk
from intents.reading import simplify

CURT, CURT_LATIN = 4, 12
"""Letters of a word or two that say nothing ("什么意思")."""


def read_contact(talk: Talk, words: str) -> Slots:
    """The answer to "how can we reach you?"."""
    phone, beside = read_phone(words), without_phone(words)
    if phone and beside and not own_phone(words):
        return added(talk, words)  # it is somebody else's
    if phone:
        told = tell(talk, words) if len(beside) > ASIDE else {}
        name = {"name": found} if (found := own_name(words) or name_beside(beside)) else {}
        return {**told, **name, "contact_way": ContactWay.PHONE.value, "phone": phone}
    if calling_hours(words):
        return chosen_contact(ContactWay.PHONE.value)
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


def mistyped(talk: Talk) -> Slots:
    """A phone number that nobody could call: it is asked for again."""
    return {"contact_way": ContactWay.PHONE.value, "phone": None, "confirmed": None, "misses": missed(talk)}


def added(talk: Talk, words: str) -> Slots:
    """What is said when everything was asked: it joins the story, a wish the wishes; said to be so. Another matter
    waits until this one is submitted.
    """
    if says("another").fullmatch(simplify(words.lower()).strip()):
        talk.utter(talk.text("draft.one_by_one"))
        return {"misses": 0}
    talk.utter(talk.text("draft.added"))
    found = tell(talk, words)
    wishes = understood(talk, words).requests or ([words] if wishes_late(words) else ())
    had = [each for each in talk.slots.get("requests") or () if each != wish(talk, talk.slots.get("kind"))]
    new = [each for each in wishes if each not in had]
    return {**found, "misses": 0, **({"requests": [*had, *new][:5]} if new else {})}


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
    phone, beside = read_phone(words), without_phone(words)
    if phone and (own_phone(words) or not beside):
        told = tell(talk, words) if len(beside) > ASIDE else {}
        return {**told, **noted(talk, ContactWay.PHONE, phone), "confirmed": None}
    if says("wants_phone").search(simplify(words.lower())):
        return {"contact_way": ContactWay.PHONE.value, "phone": None, "confirmed": None}
    return added(talk, words) if goes_on(understood(talk, words)) or tells(talk, words) else {"misses": missed(talk)}


def is_yes(talk: Talk) -> bool:
    """Whether the whole message is a yes, of which there is no doubt: what only begins like one ("right, the sign is at
    the gate", "all right, later") submits nothing.
    """
    agreed = talk.heard.intent in ("affirm", "submit") and talk.heard.confidence >= 1
    return agreed or is_empty_yes(talk.heard.words)


def is_no(talk: Talk) -> bool:
    """Whether the whole message is a no."""
    return talk.heard.intent == "deny" and talk.heard.confidence >= 1
