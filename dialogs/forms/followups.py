"""The short forms after filing: add to a case, give a reason, look up a number."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from rasa_sdk import FormValidationAction
from rasa_sdk.events import SlotSet

from cases.rules.tracking import CODE_LENGTH, NUMBER, plain_code
from dialogs.forms.lists import lists
from dialogs.forms.telling import is_short
from dialogs.talk import Event, Talk
from intents.reading import simplify

STEP_OUTS = frozenset({"ask", "help", "cancel", "language", "restart"})
SURE = 0.5
KEEP = "keep"
"""The wish of who thought better of taking a case back."""


class ShortForm(FormValidationAction, ABC):
    """A form of two slots: which case, and the words."""

    words_slot: str

    @abstractmethod
    def name(self) -> str:
        """Rasa's name of this action."""

    async def get_extraction_events(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """The slots that the message fills."""
        talk = Talk(dispatcher, tracker)
        found = self.read(talk)
        return [SlotSet(name, value) for name, value in found.items()]

    async def get_validation_events(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """What was extracted is already checked."""
        return [SlotSet(name, value) for name, value in tracker.slots_to_validate().items()]

    def read(self, talk: Talk) -> dict[str, Any]:
        """A number anywhere names the case; otherwise words answer the open question."""
        said = talk.heard
        if stepping_out(talk):
            return {}
        found: dict[str, Any] = {}
        number = number_in(said.values.get("n") or said.words)
        if number and talk.slots.get("case_number") is None:
            found["case_number"] = number
        if talk.asked == self.words_slot:
            found.update(self.words(talk))
        elif talk.asked == "case_number" and not number and said.words:
            found["misses"] = int(talk.slots.get("misses") or 0) + 1
        return found

    def words(self, talk: Talk) -> dict[str, Any]:
        """What the words are, when they are asked for."""
        if talk.heard.payload and not talk.heard.words:
            return {self.words_slot: ""} if talk.heard.intent == "skip" else {}
        return {self.words_slot: talk.heard.words} if talk.heard.words else {}


class ValidateSupplementForm(ShortForm):
    """Words or files for a case that was filed before."""

    words_slot = "addition"

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_supplement_form"

    def words(self, talk: Talk) -> dict[str, Any]:
        """Files are an addition as well as words are."""
        if talk.heard.metadata.get("attachments"):
            return {"addition": "" if talk.heard.payload else talk.heard.words}
        return super().words(talk)


class ValidateReasonForm(ShortForm):
    """Why a case is taken back, is to be handled again or reviewed; a reason may be left out on taking back."""

    words_slot = "reason"

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_reason_form"

    def words(self, talk: Talk) -> dict[str, Any]:
        """The reason; whoever thinks better of taking it back keeps the case."""
        said = talk.heard.words
        if not said:
            return super().words(talk)
        if talk.services.understand(said, now=talk.now, asked="reason").first("absent"):
            return {self.words_slot: ""}
        return self._withdrawing(talk, said) if talk.slots.get("wish") == "withdraw" else {self.words_slot: said}

    def _withdrawing(self, talk: Talk, said: str) -> dict[str, Any]:
        """Only a yes or a reason takes a case back; whoever thinks better of it, or says anything else, keeps it."""
        if is_to_go_on(said):
            return {"wish": KEEP, self.words_slot: ""}
        if talk.heard.intent == "affirm" and talk.heard.confidence >= 1:
            return {self.words_slot: ""}
        return {self.words_slot: said} if is_reason(said) else {"wish": KEEP, self.words_slot: said}


class ValidateTrackForm(ShortForm):
    """A number and the query code of somebody else's case."""

    words_slot = "query_code"

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_track_form"

    def words(self, talk: Talk) -> dict[str, Any]:
        """Eight letters and digits that may be a code."""
        code = code_in(talk.heard.words)
        return {"query_code": code} if code else {"misses": int(talk.slots.get("misses") or 0) + 1}


class ValidateCorrectForm(ShortForm):
    """A name or phone number that is right."""

    words_slot = "correction"

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_correct_form"

    def read(self, talk: Talk) -> dict[str, Any]:
        """A shared contact, or words."""
        contact = talk.heard.metadata.get("contact")
        if contact:
            return {"correction": str(contact.get("phone") or "")}
        return {} if stepping_out(talk) else self.words(talk)


def stepping_out(talk: Talk) -> bool:
    """Whether the message is a question or the wish to stop, not an answer."""
    said = talk.heard
    return said.intent in STEP_OUTS and said.confidence >= SURE and is_short(said.text)


def is_to_go_on(words: str) -> bool:
    """Whether somebody who was asked why they take a case back wants it to go on: "no", "还是要投诉"."""
    said, kept = simplify(words.lower()).strip(), lists("keeping")
    return bool(re.fullmatch(kept["refuses"], said) or any(re.search(each, said) for each in kept["goes_on"]))


def is_reason(words: str) -> bool:
    """Whether words are a yes to taking a case back, or why: nothing else may end it."""
    said = simplify(words.lower()).strip()
    if re.search(lists("keeping")["asks"], said):
        return False
    return gives_up(words) or any(re.search(each, said) for each in lists("keeping")["reasons"])


def gives_up(words: str) -> bool:
    """Whether words say that somebody no longer wants their complaint handled."""
    return any(re.search(each, simplify(words.lower())) for each in lists("keeping")["gives_up"])


def number_in(text: str) -> str:
    """Something that looks like a tracking number, as it was typed."""
    found = NUMBER.search(text)
    return found[0] if found else ""


def code_in(text: str) -> str:
    """Something that looks like a query code, in its plain form."""
    rest = NUMBER.sub(" ", text)
    candidates: Sequence[str] = [plain_code(rest), *(plain_code(word) for word in rest.split())]
    return next((each for each in candidates if len(each) == CODE_LENGTH and each.isalnum() and each.isascii()), "")
