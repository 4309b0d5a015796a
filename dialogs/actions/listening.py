"""What is noted of every message, before anything else: the language, and files for the draft."""

from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import SlotSet

from cases.rules.tracking import NUMBER
from dialogs.forms.followups import code_in
from dialogs.forms.wishing import LETTERS
from dialogs.phrasebook import LANGUAGES
from dialogs.talk import Event, Talk

MOST_FILES = 20


class ValidateSlotMappings(Action):
    """Rasa's hook for slots that any message may fill."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_validate_slot_mappings"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """Note the language of the first message, and files that came along."""
        talk = Talk(dispatcher, tracker)
        found: dict[str, Any] = {}
        if not talk.slots.get("language"):
            found["language"] = first_language(talk)
        files = talk.heard.metadata.get("attachments") or []
        if files:
            found["attachments"] = [*(talk.slots.get("attachments") or []), *files][:MOST_FILES]
        return [SlotSet(name, value) for name, value in found.items()]


def first_language(talk: Talk) -> str:
    """The language of the words; of a button or a command, the one that the messenger is set to."""
    spoken = talk.heard.language
    words = talk.heard.words
    only_a_code = NUMBER.search(words) and code_in(words)
    if spoken in LANGUAGES and not only_a_code and LETTERS.search(NUMBER.sub("", words)):
        return spoken
    set_to = str(talk.heard.metadata.get("language") or "").lower()
    return next((language for language in LANGUAGES if set_to.startswith(language)), LANGUAGES[0])
