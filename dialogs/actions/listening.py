"""What is noted of every message, before anything else: the language, files for the draft, and whether it answers a
handler's question or is about another case than the draft."""

from datetime import datetime
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import ActiveLoop, SlotSet

from cases.rules.desk import Question
from cases.rules.tracking import NUMBER
from dialogs.forms.following import speaks_of_answered
from dialogs.forms.followups import code_in
from dialogs.forms.phones import read_phone
from dialogs.forms.reaching import way_in
from dialogs.forms.telling import FORM, is_danger
from dialogs.forms.wishing import LETTERS, is_bare
from dialogs.phrasebook import LANGUAGES
from dialogs.talk import Event, Talk

MOST_FILES = 20
OWN_WISHES = frozenset(
    [
        "ask", "help", "human", "language", "mydata", "status", "cancel", "restart", "show", "greet", "start", "thank",
        "resume", "withdraw", "urge", "rate", "review", "reopen", "join", "receipt", "correct", "abuse",
    ]
)  # fmt: skip
"""What somebody wants of the bot, where it is sure: no answer to a handler."""
SURE = 0.9
STORY = 60
"""Letters; more of them about another matter are one of their own."""


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
        events = [SlotSet(name, value) for name, value in found.items()]
        if question := await open_question(talk):
            return [*events, *answering(question)]
        if talk.loop == FORM and await speaks_of_answered(talk):
            return [*events, ActiveLoop(None), SlotSet("requested_slot", None)]
        return events


def answering(question: Question) -> list[Event]:
    """The form of additions, at the words for this case: the handler's question was the last one that was asked."""
    form = "supplement_form"
    return [ActiveLoop(form), SlotSet("case_number", question.number), SlotSet("requested_slot", "addition")]


async def open_question(talk: Talk) -> Question | None:
    """The handler's question that the message answers. Another form's own question goes before it, an older draft's
    does not.
    """
    if talk.loop not in (None, FORM) or not may_answer(talk) or (talk.loop == FORM and is_for_draft(talk)):
        return None
    question = await talk.services.desk.asked(talk.who)
    if question is None or (talk.loop == FORM and drafted_at(talk) >= question.asked_at):
        return None
    return None if is_another_story(talk, question) else question


def may_answer(talk: Talk) -> bool:
    """Words or files that want nothing else: no tap, no wish that is sure, no number of a case."""
    said = talk.heard
    if said.payload:
        return bool(said.metadata.get("attachments"))
    if (said.intent in OWN_WISHES and said.confidence >= SURE) or is_danger(talk, said.words):
        return False
    return not ((said.intent == "file" and is_bare(said.words)) or names_a_case(said.words))


def is_for_draft(talk: Talk) -> bool:
    """Whether words can only be meant for the draft: the yes or no to submitting it, how they want to be reached."""
    yes_or_no = talk.heard.intent in ("affirm", "deny") and talk.asked in ("contact_way", "confirmed")
    reached = way_in(talk.heard.words)
    return yes_or_no or (reached is not None and not reached[1])


def names_a_case(words: str) -> bool:
    """Whether a tracking number is told; a phone number alone is none."""
    found = NUMBER.search(words)
    return bool(found) and not read_phone(words)


def drafted_at(talk: Talk) -> datetime:
    """When something was last said to the draft."""
    at = talk.slots.get("draft_at")
    return datetime.fromisoformat(at) if at else talk.now


def is_another_story(talk: Talk, question: Question) -> bool:
    """Whether a longer message plainly tells of another matter than the case that the question is about."""
    words = talk.heard.words
    if len(words) <= STORY:
        return False
    matter = talk.services.understand(words, now=talk.now).matter
    return not matter.unsure and matter.second_level != question.second_level


def first_language(talk: Talk) -> str:
    """The language of the words; of a button or a command, the one that the messenger is set to."""
    spoken = talk.heard.language
    words = talk.heard.words
    only_a_code = NUMBER.search(words) and code_in(words)
    if spoken in LANGUAGES and not only_a_code and LETTERS.search(NUMBER.sub("", words)):
        return spoken
    set_to = str(talk.heard.metadata.get("language") or "").lower()
    return next((language for language in LANGUAGES if set_to.startswith(language)), LANGUAGES[0])
