"""Everything that is not about a case: greeting, help, questions, thanks, the language, what is not for us."""

from rasa_sdk.events import FollowupAction, SlotSet

from cases.rules.city import named
from cases.rules.desk import CaseView
from dialogs.actions.base import Speaking, slots, starters
from dialogs.actions.complaint import hold
from dialogs.actions.tracking import show_case
from dialogs.forms.following import only_open
from dialogs.forms.telling import FORM, SURE, is_worrying, numbers
from dialogs.phrasebook import LANGUAGES, has, say
from dialogs.talk import Event, Talk
from intents.reading import simplify

CERTAIN = 0.9
FEWEST = 3
"""Letters of something that may be told."""
PLAIN = frozenset({"affirm", "deny", "cancel", "skip", "submit"})
"""What belongs to a question that is over, and to no case."""
BARE = 6
"""Letters; "me too" has no more."""


class Greet(Speaking):
    """The first words."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_greet"

    async def answer(self, talk: Talk) -> list[Event]:
        """Greet; a deep link that carries a number shows that case."""
        start = str(talk.heard.metadata.get("start") or "")
        if start and talk.heard.intent == "start":
            from_link = await show_case(talk, start)
            if from_link is not None:
                return from_link
        city = named(talk.services.city.names, talk.language)
        other = talk.button("button.other_language", f'/language{{"v":"{other_language(talk)}"}}')
        talk.utter(talk.text("talk.greet", city=city), [*starters(talk), other])
        return []


def other_language(talk: Talk) -> str:
    """The language that is not spoken now."""
    return next(each for each in LANGUAGES if each != talk.language)


class Help(Speaking):
    """What can be done here."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_help"

    async def answer(self, talk: Talk) -> list[Event]:
        """Say it, with the questions that people ask most."""
        asks = [
            talk.button(f"button.ask_{topic}", f'/ask{{"v":"{topic}"}}', row=number // 2)
            for number, topic in enumerate(("how_long", "confidential", "anonymous", "what_is_recheck"))
        ]
        talk.utter(talk.text("talk.help"), [*starters(talk), *([] if talk.loop else asks)])
        return []


class AnswerQuestion(Speaking):
    """A question about rights and procedure."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_answer"

    async def answer(self, talk: Talk) -> list[Event]:
        """Answer it; a topic without an answer of its own gets the general one."""
        topic = talk.heard.values.get("v") or (talk.heard.topic if talk.heard.confidence >= SURE else "")
        key = f"rights.{topic}"
        city = talk.services.city
        words = talk.text(
            key if has(key) else "rights.general",
            hotline=city.hotline,
            office=named(city.office, talk.language),
        )
        view = await only_open(talk) if topic in OF_ONES_OWN and not talk.loop else None
        if view is None:
            talk.utter(words, starters(talk))
            return []
        talk.utter(words)
        await show_case(talk, view.number)
        return []


OF_ONES_OWN = frozenset({"how_long", "deadline_missed", "extension", "who_handles", "transfer"})
"""Questions that whoever has one open case asks about it: the general answer is followed by how it stands."""


class Thank(Speaking):
    """Thanks."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_thank"

    async def answer(self, talk: Talk) -> list[Event]:
        """A friendly word."""
        talk.utter(talk.text("talk.thank"), starters(talk))
        return []


class Human(Speaking):
    """They want a person."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_human"

    async def answer(self, talk: Talk) -> list[Event]:
        """Where people are."""
        city = talk.services.city
        office = named(city.office, talk.language)
        talk.utter(talk.text("talk.human", hotline=city.hotline, office=office), starters(talk))
        return []


class Abuse(Speaking):
    """Anger: no obstacle to filing."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_abuse"

    async def answer(self, talk: Talk) -> list[Event]:
        """Stay kind, and offer what helps; who is in despair is not angry."""
        if is_worrying(talk):
            talk.utter(talk.text("emergency.stay", numbers=numbers(talk)))
            return []
        if view := await unclear_about(talk):
            return hold(talk, "adds_to", "goes_on", view.number)
        talk.utter(talk.text("talk.abuse"), starters(talk))
        return []


class OutOfScope(Speaking):
    """Nothing that an office can do."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_out_of_scope"

    async def answer(self, talk: Talk) -> list[Event]:
        """Say what can be done here; what is unclear may belong to their open case."""
        if view := await unclear_about(talk):
            return hold(talk, "adds_to", "goes_on", view.number)
        talk.utter(talk.text("talk.out_of_scope"), starters(talk))
        return []


async def unclear_about(talk: Talk) -> CaseView | None:
    """Their only open case, where what they say is not surely something else: it is not to be lost."""
    if talk.heard.payload or talk.loop or talk.heard.confidence >= CERTAIN or len(talk.heard.words) < FEWEST:
        return None
    return await only_open(talk)


class Language(Speaking):
    """Another language."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_language"

    async def answer(self, talk: Talk) -> list[Event]:
        """Change to the one that is meant; who names another tongue is told which two are spoken here."""
        if names_another_tongue(talk):
            other = talk.button("button.other_language", f'/language{{"v":"{other_language(talk)}"}}')
            talk.utter(talk.text("talk.other_tongue"), [other])
            return []
        talk.language = language_meant(talk)
        talk.utter(talk.text("talk.language"), starters(talk))
        return [SlotSet("language", talk.language)]


def language_meant(talk: Talk) -> str:
    """The one that a button or the words name ("English please"); where they name the one that is spoken ("I don't
    understand Chinese"), or none, the one that they are written in; else the other one.
    """
    words = talk.heard.words.casefold()
    if (code := words.strip()) in LANGUAGES:
        return code  # "/language en"
    named_ones = [each for each in LANGUAGES if any(name in words for name in names_of(each))]
    wanted = talk.heard.values.get("v") or (named_ones[0] if len(named_ones) == 1 else "")
    written = talk.heard.language
    if wanted in LANGUAGES and (talk.heard.payload or wanted in (written, other_language(talk))):
        return wanted
    return written if written in LANGUAGES and written != talk.language else other_language(talk)


def names_another_tongue(talk: Talk) -> bool:
    """Whether the words name a language or dialect that is not spoken here ("能用藏语吗"), and none that is."""
    words = simplify(talk.heard.words.casefold())
    if talk.heard.payload or any(name in words for each in LANGUAGES for name in names_of(each)):
        return False
    return any(name in words for each in LANGUAGES for name in say(each, "talk.other_tongues").split())


def names_of(language: str) -> list[str]:
    """What people call a language."""
    return say(language, "talk.language_names").split()


class NothingToDo(Speaking):
    """A button or a word that belongs to something that is over."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_nothing_to_do"

    async def answer(self, talk: Talk) -> list[Event]:
        """Say where we are. Who only says yes to what they were told is left in peace; who is concerned too tells a
        story.
        """
        joins = talk.heard.intent == "join" and len(talk.heard.words) > BARE
        if (joins or talk.heard.intent not in PLAIN) and (view := await unclear_about(talk)):
            return hold(talk, "adds_to", "goes_on", view.number)
        if joins:
            return [FollowupAction(FORM)]
        kept = bool(talk.slots.get("narrative"))
        agreed = talk.heard.intent == "affirm" and not talk.heard.payload
        if agreed and not kept and await talk.services.desk.own(talk.who):
            talk.utter(talk.text("talk.all_right"), [talk.button("button.my_cases", "/status")])
            return []
        buttons = [talk.button("button.resume", "/resume")] if kept else []
        talk.utter(talk.text("talk.nothing_open"), [*buttons, *starters(talk)])
        return []


class Fallback(Speaking):
    """Nothing was understood."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_default_fallback"

    async def answer(self, talk: Talk) -> list[Event]:
        """Say so, kindly, and what can be done here."""
        rejected = talk.heard.metadata.get("rejected")
        if rejected:
            talk.utter(talk.text(rejected if has(rejected) else "attachment.rejected.broken"))
            return []
        talk.utter(talk.text("talk.unsure"), starters(talk))
        return slots()
