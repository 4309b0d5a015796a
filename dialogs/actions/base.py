"""What the actions of this package have in common."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import SlotSet

from cases.rules.desk import DeskError
from dialogs.forms.following import held_words
from dialogs.talk import Event, Talk


class Speaking(Action, ABC):
    """An action that answers: subclasses say what in `answer`; what the desk refuses is said in its words."""

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """Rasa's entry."""
        talk = Talk(dispatcher, tracker)
        try:
            return await self.answer(talk)
        except DeskError as error:
            talk.utter(refusal(talk, error), [talk.button("button.my_cases", "/status")])
            return []

    @abstractmethod
    async def answer(self, talk: Talk) -> list[Event]:
        """Say it; return Rasa's events."""


def refusal(talk: Talk, error: DeskError) -> str:
    """The desk's refusal in the citizen's words."""
    values = dict(error.values)
    if "status" in values:
        values["status"] = talk.text(f"status.{SEEN_AS.get(str(values['status']), values['status'])}")
    return talk.text(CITIZEN_WORDS.get(error.key, error.key), **values)


SEEN_AS = {"pending_review": "in_progress"}
"""Where the answer is read by a reviewer first, a citizen's case is simply being worked on."""
CITIZEN_WORDS = {
    "refused.status": "track.not_now",
    "refused.done_before": "track.not_now",
    "refused.role": "track.not_found",
    "refused.words": "track.words_needed",
}
"""The lifecycle's refusals have other words for citizens than for staff."""


def slots(**values: Any) -> list[Event]:
    """Slot events."""
    return [SlotSet(name, value) for name, value in values.items()]


def waiting_words(talk: Talk, words: str) -> list[Event]:
    """Words wait until it is clear what they belong to, with those that wait already."""
    before = held_words(talk)
    return slots(held_text=f"{before}\n{words}" if before and before != words else words, draft_at=talk.now.isoformat())


def draft_line(talk: Talk) -> str:
    """That a draft lies by, on a line of its own; empty where there is none."""
    return "\n" + talk.text("draft.waits") if talk.slots.get("narrative") else ""


def draft_buttons(talk: Talk) -> list[Event]:
    """To go on with the draft that lies by."""
    return [talk.button("button.resume", "/resume")] if talk.slots.get("narrative") else []


def starters(talk: Talk) -> list[Event]:
    """What can be done here, as buttons; inside a form nothing, the open question follows."""
    if talk.loop:
        return []
    return [
        talk.button("button.file", "/file", row="start"),
        talk.button("button.my_cases", "/status", row="start"),
        talk.button("button.help", "/help", row="start"),
    ]
