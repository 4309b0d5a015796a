"""The complaint form: what a message means as the answer to the question that is open.

The form asks, in this order and only for what is missing: what happened, where, when, what is wanted, how to reach
the citizen, and whether to submit (信访工作条例 art. 19). A message may answer several of these, or add to the story.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rasa_sdk import FormValidationAction
from rasa_sdk.events import SlotSet

from cases.rules.case import ContactWay
from dialogs.draft import UNSAID_PLACE, UNSAID_TIME, facts, matter, narrative_text, occurred, where, with_part
from dialogs.forms.correcting import Correction, correction_in
from dialogs.forms.phones import read_phone
from dialogs.forms.wishing import is_bare
from dialogs.talk import Event, Talk
from intents.understanding import Understanding, Urgency

STEP_OUTS = frozenset(
    [
        "ask",
        "help",
        "human",
        "language",
        "mydata",
        "status",
        "cancel",
        "restart",
        "show",
        "greet",
        "start",
        "thank",
        "resume",
        "withdraw",
        "urge",
        "rate",
        "review",
        "reopen",
        "supplement",
    ]
)
"""What is not an answer to any question of the form: rules see to it."""
LEAVING = frozenset({"cancel", "restart"})
"""Leaving needs plain words: "stop it at night" is what they want done."""
SURE = 0.5
CERTAIN = 0.9
"""A short story is easily taken for small talk; only what is certainly none is answered as such."""
SHORT = 30
"""Letters; a longer text is part of the story whatever its intent seems to be."""
CALL = 60
"""Letters; a longer story of danger is more than a call for help and is asked about like any other."""
ANSWERED_BY = {"place": "place", "occurred": "time", "phone": "phone"}
"""What in the words answers a question, whatever the intent of the whole seems to be."""
BEFORE_CONTACT = frozenset({"place", "occurred", "requests"})
"""A number by itself, said here, answers a question that is still to come."""
EMPTY_ANSWERS = frozenset({"affirm", "deny", "thank", "greet"})
"""Yes, no and thank you tell no place, no time and no wish."""
EDITABLE = frozenset({"narrative", "place", "occurred", "requests", "matter", "contact_way"})

Slots = dict[str, Any]


class ValidateComplaintForm(FormValidationAction):
    """Rasa's validation action of the form; reads the message as a whole instead of slot by slot."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_complaint_form"

    async def get_extraction_events(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """The slots that the message fills; none when it is not an answer."""
        talk = Talk(dispatcher, tracker)
        found = answer(talk)
        if found and talk.asked and found.get(talk.asked) is not None:
            found.setdefault("trail", [*(talk.slots.get("trail") or ()), talk.asked])
            found.setdefault("misses", 0)
        if found:
            found["draft_at"] = talk.now.isoformat()
        return [SlotSet(name, value) for name, value in found.items()]

    async def get_validation_events(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """What was extracted is already checked."""
        return [SlotSet(name, value) for name, value in tracker.slots_to_validate().items()]


def answer(talk: Talk) -> Slots:
    """The slots that the message fills, by what it is: shared thing, button, words."""
    said = talk.heard
    if said.metadata.get("location"):
        return {"place": place_of_pin(said.metadata["location"]), **spoken(talk)}
    if said.metadata.get("contact"):
        return contact_shared(talk)
    if said.payload:
        return tapped(talk)
    if correction := correction_of(talk):
        return corrected(talk, correction)
    if said.intent == "back" and said.confidence >= SURE and len(said.text) <= SHORT:
        return back(talk)
    if is_step_out(talk):
        return {}
    found = spoken(talk)
    if said.metadata.get("attachments"):
        found.setdefault("attachments", talk.slots.get("attachments"))
    return found


def correction_of(talk: Talk) -> Correction | None:
    """The answer that their words take back by its name: one that they have given, other than the one being asked."""
    found = correction_in(talk.heard.words)
    if found is None or found.slot == talk.asked or talk.slots.get(found.slot) is None:
        return None
    return found


def corrected(talk: Talk, correction: Correction) -> Slots:
    """The right answer in place of the wrong one; where they only said that it is wrong, it is asked for again."""
    taken_back = edited(talk, correction.slot)
    reader = REREAD.get(correction.slot)
    if reader is None or not correction.words:
        return taken_back
    read = reader(talk, correction.words)
    return {**taken_back, **read} if read.get(correction.slot) else taken_back


def is_step_out(talk: Talk) -> bool:
    """Whether the words are no answer but a question, a greeting, a wish to stop."""
    said = talk.heard
    if len(said.text) > SHORT or said.confidence < SURE:
        return False
    if talk.asked in ANSWERED_BY and understood(talk, said.text).first(ANSWERED_BY[talk.asked]):
        return False
    if talk.asked in (None, "narrative") and said.intent in ("abuse", "out_of_scope"):
        return said.confidence >= CERTAIN
    if talk.asked == "confirmed" and said.intent in ("deny", "abuse", "out_of_scope", "thank"):
        return True
    if said.intent in LEAVING and not is_curt(said.text):
        return False
    return said.intent in STEP_OUTS


def is_curt(text: str) -> bool:
    """One or two words, or a few Chinese characters: "cancel", but not "stop the digging at night"."""
    return len(text.split()) <= 2 and len(text) <= 12


def tapped(talk: Talk) -> Slots:
    """A button or a command of the form."""
    handler = TAPS.get(talk.heard.intent)
    if talk.asked is None and talk.slots.get("held_text") and talk.heard.intent == "file":
        return begin(talk, str(talk.slots["held_text"]))
    if talk.asked is None and talk.heard.rest and talk.heard.intent == "file":
        return begin(talk, talk.heard.rest)
    return handler(talk) if handler else {}


def spoken(talk: Talk) -> Slots:
    """Words, as the answer to the open question."""
    words = talk.heard.words
    if not words:
        return {}
    if talk.asked in BEFORE_CONTACT and is_phone(words):
        return {"contact_way": ContactWay.PHONE.value, "phone": read_phone(words)}
    if talk.heard.metadata.get("edited") and narrative_text(talk.slots):
        return tell(talk, words)
    reader = READERS.get(talk.asked or "", begin)
    return {**reader(talk, words), **heeded(talk, words)}


def heeded(talk: Talk, words: str) -> Slots:
    """Whoever is in danger hears first whom to call, whatever was asked; once for each message that speaks of it."""
    if not is_danger(talk, words):
        return {}
    key = "emergency.despair" if understood(talk, words).in_despair else "emergency.call"
    talk.utter(talk.text(key, numbers=numbers(talk)))
    return {"urgent": True}


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


def tell(talk: Talk, words: str) -> Slots:
    """Words that are part of the story: kept, and read together with what was said before."""
    meta = talk.heard.metadata
    narrative = with_part(talk.slots, words, meta.get("message_id"), bool(meta.get("edited")))
    whole = narrative_text({"narrative": narrative})
    meaning = understood(talk, whole)
    found = {"narrative": narrative, "held_text": None, **facts(meaning, talk.slots)}
    if meaning.urgency is Urgency.EMERGENCY and len(whole) <= CALL:
        return {**found, **at_once(talk, found)}
    return found


def is_danger(talk: Talk, words: str) -> bool:
    """Whether words tell of an emergency."""
    return understood(talk, words).urgency is Urgency.EMERGENCY


def at_once(talk: Talk, found: Slots) -> Slots:
    """What nobody in danger is asked: when it was, and what should be done."""
    unasked: Slots = {"occurred": dict(UNSAID_TIME), "requests": [talk.text("draft.default_request")]}
    return {name: value for name, value in unasked.items() if not talk.slots.get(name) and not found.get(name)}


def numbers(talk: Talk) -> str:
    """The numbers to call, with what each is for."""
    return talk.text("draft.and").join(
        talk.text("emergency.number", number=each.number, name=each.names.get(talk.language, each.names["zh"]))
        for each in talk.services.city.emergency
    )


def understood(talk: Talk, words: str, asked: str | None = None) -> Understanding:
    """What words mean, now."""
    return talk.services.understand(words, now=talk.now, asked=asked)


def is_phone(words: str) -> bool:
    """Whether it is a phone number and no letter more."""
    return bool(read_phone(words)) and not any(char.isalpha() for char in words)


def is_empty(talk: Talk, words: str) -> bool:
    """Whether it is only a yes, a no or a courtesy."""
    return is_curt(words) and talk.heard.intent in EMPTY_ANSWERS and talk.heard.confidence >= SURE


def nearby(talk: Talk) -> Slots:
    """The place as the story tells it without an address: "my street", "first floor"; nothing said: no words."""
    told = understood(talk, narrative_text(talk.slots)).whereabouts()
    return where(told) if told and not told.is_address else dict(UNSAID_PLACE)


def read_place(talk: Talk, words: str) -> Slots:
    """The answer to "where?"; words that are plainly no place go on with the story."""
    if understood(talk, words, "place").first("absent"):
        return {"place": nearby(talk)}
    meaning = understood(talk, words)
    place = meaning.whereabouts()
    if place and len(words) <= 40:
        return {"place": where(place, words)}
    if is_empty(talk, words):
        return {"misses": missed(talk)}
    if place or (not talk.slots.get("misses") and (len(words) > 40 or goes_on(meaning))):
        found = tell(talk, words)
        return found if found.get("place") else {**found, "misses": missed(talk)}
    return {"place": {"text": words[:200]}}


def goes_on(meaning: Understanding) -> bool:
    """Whether words that name no place tell more of the story."""
    return bool(meaning.first("time") or meaning.requests or meaning.matter.confidence >= 0.7)


def read_time(talk: Talk, words: str) -> Slots:
    """The answer to "when?"."""
    meaning = understood(talk, words, "time")
    if time := meaning.first("time"):
        said = {"occurred": occurred(time.text, time.since, time.until)}
        return said if len(words) <= 40 else {**tell(talk, words), **said}
    if meaning.first("absent"):
        return {"occurred": dict(UNSAID_TIME)}
    if is_empty(talk, words):
        return {"misses": missed(talk)}
    if (place := understood(talk, words).whereabouts()) and place.is_address and len(words) <= SHORT:
        return {"place": where(place, words), "misses": missed(talk)}
    if len(words) > SHORT and not talk.slots.get("misses"):
        return {**tell(talk, words), "misses": missed(talk)}
    return {"occurred": occurred(words[:100], None, None)}


def read_requests(talk: Talk, words: str) -> Slots:
    """The answer to "what do you want?": their words, several if they numbered them."""
    meaning = understood(talk, words, "requests")
    if meaning.first("absent"):
        return {"requests": [talk.text("draft.default_request")]}
    lines = [line.strip(" .、)）0123456789") for line in words.splitlines() if line.strip()]
    return {"requests": (lines if len(lines) > 1 else [words])[:5]}


def read_contact(talk: Talk, words: str) -> Slots:
    """The answer to "how can we reach you?"."""
    phone = read_phone(words)
    if phone:
        return {"contact_way": ContactWay.PHONE.value, "phone": phone}
    meaning = understood(talk, words, "contact_way")
    way = meaning.first("contact_way")
    if way and way.value in set(ContactWay):
        return chosen_contact(way.value)
    if talk.heard.intent == "deny" or meaning.first("absent"):
        return chosen_contact(ContactWay.CHAT.value)
    if len(words) > SHORT or goes_on(meaning):
        return tell(talk, words)
    return {"misses": missed(talk)}


def read_own_phone(talk: Talk, words: str) -> Slots:
    """The answer to "which number?"; whoever would rather not is reached here."""
    phone = read_phone(words)
    if phone:
        return {"phone": phone}
    if talk.heard.intent == "deny" or understood(talk, words, "phone").first("absent"):
        return chosen_contact(ContactWay.CHAT.value)
    return {"misses": missed(talk)}


def read_confirmation(talk: Talk, words: str) -> Slots:
    """The answer to "shall I submit it?"; anything else adds to the story."""
    if talk.heard.intent in ("affirm", "submit") and len(words) <= SHORT:
        return {"confirmed": True}
    return tell(talk, words)


def contact_shared(talk: Talk) -> Slots:
    """A contact that was shared: their number, and the wish to be called."""
    contact = talk.heard.metadata["contact"]
    phone = read_phone(str(contact.get("phone") or ""))
    if not phone:
        return {"misses": missed(talk)}
    found: Slots = {"contact_way": ContactWay.PHONE.value, "phone": phone}
    return {**found, "name": str(contact.get("name") or "")[:50] or None}


def place_of_pin(pin: Mapping[str, Any]) -> Slots:
    """A location as a place."""
    spot = f"{pin['latitude']:.5f}, {pin['longitude']:.5f}"
    return {"text": pin.get("title") or spot, "latitude": pin["latitude"], "longitude": pin["longitude"]}


def chosen_contact(way: str) -> Slots:
    """A way to be reached; without the phone none is asked for."""
    return {"contact_way": way, "phone": None if way == ContactWay.PHONE else ""}


def missed(talk: Talk) -> int:
    """One more miss at the present question."""
    return int(talk.slots.get("misses") or 0) + 1


def tap_contact(talk: Talk) -> Slots:
    """``/contact``."""
    way = talk.heard.values.get("v", "")
    return {**chosen_contact(way), "confirmed": None} if way in set(ContactWay) else {}


def tap_category(talk: Talk) -> Slots:
    """``/category``: the citizen settles the matter, or says that none of ours is right."""
    code, kept = talk.heard.values.get("v", ""), talk.slots.get("matter") or {}
    city = talk.services.city
    if code == "none":
        last = city.categories[-1]
        return {"matter": {**kept, "first": last.first_level, "second": last.second_level, **SETTLED}}
    try:
        category = city.category_by_code(code)
    except KeyError:
        return {}
    return {"matter": {**kept, "first": category.first_level, "second": category.second_level, **SETTLED}}


SETTLED = {"by": "reporter", "unsure": False, "confidence": 1.0}


def tap_edit(talk: Talk) -> Slots:
    """``/edit``: one answer is taken back, so that the form asks for it again."""
    name = talk.heard.values.get("v", "")
    return edited(talk, name) if name in EDITABLE and talk.slots.get("narrative") else {}


def edited(talk: Talk, name: str) -> Slots:
    """The draft without one answer."""
    if name == "matter":
        whole = understood(talk, narrative_text(talk.slots))
        return {"matter": {**matter(whole), "unsure": True}, "confirmed": None}
    return {name: None, "confirmed": None, "misses": 0}


def tap_skip(talk: Talk) -> Slots:
    """``/skip``: the question stays unanswered, and that is kept as such."""
    unsaid: Mapping[str, Slots] = {
        "place": {"place": nearby(talk)},
        "occurred": {"occurred": dict(UNSAID_TIME)},
        "requests": {"requests": [talk.text("draft.default_request")]},
        "contact_way": chosen_contact(ContactWay.CHAT.value),
        "phone": chosen_contact(ContactWay.CHAT.value),
    }
    return dict(unsaid.get(talk.asked or "", {}))


def tap_submit(talk: Talk) -> Slots:
    """``/submit`` counts only where the summary with the privacy notice was shown."""
    return {"confirmed": True} if talk.asked == "confirmed" else {}


def tap_join(talk: Talk) -> Slots:
    """``/join``, or the wish in words: it joins the open case that was offered with the summary, and is submitted."""
    offered = talk.slots.get("similar")
    if talk.asked != "confirmed" or not offered:
        return {}
    return {"joins": offered["number"], "confirmed": True}


def tap_confidential(talk: Talk) -> Slots:
    """``/confidential``: the handling unit does not learn who complains (保密); again takes it back."""
    return {"confidential": not talk.slots.get("confidential"), "confirmed": None}


def tap_files(talk: Talk) -> Slots:
    """Files without words: they are in the draft already."""
    return {"attachments": talk.slots.get("attachments") or [], "draft_at": talk.now.isoformat()}


def back(talk: Talk) -> Slots:
    """The last answer is taken back."""
    trail = list(talk.slots.get("trail") or ())
    if not trail:
        return {"misses": 0}
    last = trail.pop()
    cleared: Slots = {last: None, "trail": trail, "misses": 0, "confirmed": None}
    return {**cleared, "phone": None} if last == "contact_way" else cleared


TAPS: Mapping[str, Callable[[Talk], Slots]] = {
    "contact": tap_contact,
    "category": tap_category,
    "edit": tap_edit,
    "skip": tap_skip,
    "submit": tap_submit,
    "affirm": tap_submit,
    "confidential": tap_confidential,
    "join": tap_join,
    "share_attachments": tap_files,
    "back": back,
}

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
