"""The complaint form: what a message means as the answer to the question that is open.

The form asks, in this order and only for what is missing: what happened, where, when, what is wanted, how to reach
the citizen, and whether to submit (信访工作条例 art. 19). A message may answer several of these, or add to the story.
"""

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import FormValidationAction
from rasa_sdk.events import SlotSet

from cases.rules.case import ContactWay
from cases.rules.tracking import NUMBER
from dialogs.draft import narrative_text, with_part
from dialogs.forms.answering import CERTAIN, begin, told_alone
from dialogs.forms.closing import mistyped
from dialogs.forms.correcting import Correction, correction_in, instead_of_it, swapped
from dialogs.forms.evidence import evidence_said
from dialogs.forms.following import case_that_goes_on, mention
from dialogs.forms.lists import lists
from dialogs.forms.parting import offer, two_matters
from dialogs.forms.phones import is_mistyped, own_phone, read_phone, without_phone
from dialogs.forms.reaching import asks_secrecy, calling_hours, name_beside, wants_secrecy, way_in
from dialogs.forms.readers import READERS, REREAD
from dialogs.forms.sounding import is_curt
from dialogs.forms.tapping import TAPS, back, edited
from dialogs.forms.telling import SURE, Slots, heeded, is_short, missed, noted, reached_as_told, tell, understood
from dialogs.talk import Event, Talk
from intents.reading import simplify

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
        "supplement",
    ]
)
"""What is not an answer to any question of the form: rules see to it."""
LEAVING = frozenset({"cancel", "restart"})
"""Leaving needs plain words: "stop it at night" is what they want done."""
BARE = 8
"""Letters; "let me add something" has no more, and adds nothing yet."""
ANSWERED_BY = {"place": "place", "occurred": "time", "phone": "phone"}
"""What in the words answers a question, whatever the intent of the whole seems to be."""
FOR_NUMBERS = frozenset({"contact_way", "phone", "confirmed"})
"""Where a phone number is how they are reached, whatever else the words sound like."""
BEFORE_CONTACT = frozenset({None, "narrative", "place", "occurred", "requests"})
"""A way to be reached by itself, said here, answers a question that is still to come."""


class ValidateComplaintForm(FormValidationAction):
    """Rasa's validation action of the form; reads the message as a whole instead of slot by slot."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_complaint_form"

    async def get_extraction_events(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """The slots that the message fills; none when it is not an answer."""
        talk = Talk(dispatcher, tracker)
        found = {**hours_kept(talk), **answer(talk)}
        if view := await case_that_goes_on(talk, found):
            mention(talk, view)
            found["follows"] = view.number
        elif two := two_matters(talk, found):
            offer(talk, *two)
            found["two"] = two
        if found and talk.asked and found.get(talk.asked) is not None:
            found.setdefault("trail", [*(talk.slots.get("trail") or ()), talk.asked])
            found["misses"] = 0
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
    if talk.asked and (put_right := exchanged(talk)):
        return {**put_right, "confirmed": None, "misses": 0}
    if talk.asked and (right := instead_of_it(said.words)) and (put_right := told_alone(talk, right)):
        return {**put_right, "confirmed": None, "misses": 0}
    if talk.asked in (*BEFORE_CONTACT, "confirmed") and (reached := way_in(said.words)):
        return {**noted(talk, *reached), "confirmed": None}
    if talk.asked and wants_secrecy(said.words):
        if not asks_secrecy(said.words):
            talk.utter(talk.text("draft.noted_confidential"))
        return {**tell(talk, said.words), "confidential": True, "confirmed": None, "misses": 0}
    if talk.asked and (evidence := evidence_said(said.words)):
        talk.utter(talk.text(f"draft.photos_{evidence}"))
        return {"misses": 0}
    if said.intent == "back" and said.confidence >= sure_to_go_back(talk) and is_short(said.text):
        return back(talk)
    if said.intent == "supplement" and talk.asked and len(said.words) > BARE:
        return {**tell(talk, said.words), **heeded(talk, said.words)}
    if talk.asked in BEFORE_CONTACT and (named := reached_by_name(talk)):
        return {**named, "misses": 0}
    if talk.asked in FOR_NUMBERS and is_mistyped(said.words):
        return mistyped(talk)
    if is_step_out(talk) and not (talk.asked in FOR_NUMBERS and read_phone(said.words)):
        return {}
    found = spoken(talk)
    if said.metadata.get("attachments"):
        found.setdefault("attachments", talk.slots.get("attachments"))
    return found


def sure_to_go_back(talk: Talk) -> float:
    """Asked what they want, "give it back" is a wish, unless the words have no other meaning."""
    return 1 if talk.asked == "requests" else CERTAIN


def hours_kept(talk: Talk) -> Slots:
    """When they can be called, said with the number or the way: words of the answer that no other slot keeps."""
    hours = calling_hours(talk.heard.words) if talk.asked and not talk.heard.payload else ""
    return {"narrative": with_part(talk.slots, hours, None, edited=False)} if hours else {}


def correction_of(talk: Talk) -> Correction | None:
    """The answer that their words take back by its name: one that they have given, other than the one being asked."""
    found = correction_in(talk.heard.words)
    if found is None or found.slot == talk.asked or talk.slots.get(found.slot) is None:
        return None
    if talk.asked == "requests" and found.words and not told_alone(talk, found.words):
        return None  # "let them dance in another place" is a wish
    return found


def exchanged(talk: Talk) -> Slots:
    """The answer in which what was wrong stands, with what is right in its place: a part of the address, a day."""
    right, wrong = swapped(talk.heard.words)
    if not right:
        return {}
    place = dict(talk.slots.get("place") or {})
    before, found, behind = str(place.get("text") or "").partition(wrong)
    if not found:
        return told_alone(talk, right)
    said = next((right[size:] for size in range(len(right), 0, -1) if before.endswith(right[:size])), right)
    return {"place": {**place, "text": f"{before}{said}{behind}", "area": "", "grid": ""}}


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
    if not is_short(said.text) or said.confidence < (SURE if said.intent == "ask" else CERTAIN):
        return False
    answers = talk.asked in ANSWERED_BY and understood(talk, said.text).first(ANSWERED_BY[talk.asked])
    if answers and said.intent != "status":
        return False  # a question for a case of theirs names its place
    if talk.asked and told_alone(talk, said.words):
        return False
    if talk.asked in (None, "narrative") and said.intent in ("abuse", "out_of_scope"):
        return True
    if talk.asked == "confirmed" and said.intent in ("deny", "abuse", "out_of_scope", "thank"):
        return True
    if said.intent in LEAVING and (not is_curt(said.text) or leaves_it(talk)):
        return False
    if said.intent == "cancel" and talk.asked == "requests" and not leaves_for_good(said.words):
        return False
    if said.intent == "restart" and not is_anew(said.words):
        return False
    if talk.asked == "requests" and said.intent in ("status", "urge") and not NUMBER.search(said.words):
        return False
    return said.intent in STEP_OUTS


def leaves_for_good(words: str) -> bool:
    """Whether they stop, and do not want something stopped ("停")."""
    return any(re.search(each, simplify(words.lower())) for each in lists("leaving")["leaves"])


def is_anew(words: str) -> bool:
    """Whether they begin anew: a wish that begins with "anew" ("重新判", "redo the road") is none."""
    return any(re.search(each, simplify(words.lower())) for each in lists("leaving")["anew"])


def leaves_it(talk: Talk) -> bool:
    """Whether "as you like" answers the open question, which it does as no answer."""
    slot = talk.asked or ""
    return bool(understood(talk, talk.heard.text, ANSWERED_BY.get(slot, slot)).first("absent"))


def tapped(talk: Talk) -> Slots:
    """A button or a command of the form."""
    handler = TAPS.get(talk.heard.intent)
    if talk.asked is None and talk.slots.get("held_text") and talk.heard.intent in ("file", "part"):
        return begin(talk, str(talk.slots["held_text"]))
    if talk.asked is None and talk.heard.rest and talk.heard.intent == "file":
        return begin(talk, talk.heard.rest)
    return handler(talk) if handler else {}


def spoken(talk: Talk) -> Slots:
    """Words, as the answer to the open question."""
    words = talk.heard.words
    if not words:
        return {}
    if talk.heard.metadata.get("edited") and narrative_text(talk.slots):
        return tell(talk, words)
    reader = READERS.get(talk.asked or "", begin)
    found = reader(talk, words)
    return {**by_the_way(talk, words, found), **found, **heeded(talk, words)}


def reached_by_name(talk: Talk) -> Slots:
    """A name with a number and nothing else, before they are asked for: how they are called and reached."""
    words = talk.heard.words
    phone, name = own_phone(words), name_beside(without_phone(words))
    if not (phone and name) or talk.slots.get("contact_way"):
        return {}
    return {"name": name, **noted(talk, ContactWay.PHONE, phone)}


def by_the_way(talk: Talk, words: str, found: Slots) -> Slots:
    """A phone number or a name that came with the answer to a question before the one for it."""
    is_early = talk.asked in BEFORE_CONTACT and "contact_way" not in found and "narrative" not in found
    return reached_as_told(talk, words) if is_early else {}


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
