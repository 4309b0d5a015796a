"""What people may ask for about themselves: a copy, a correction, erasure (PIPL arts. 44-47)."""

from rasa_sdk.events import FollowupAction, Restarted

from cases.rules.city import named
from cases.rules.desk import DeskError
from dialogs.actions.base import Speaking, refusal, slots, starters
from dialogs.actions.tracking import forget
from dialogs.forms.phones import read_phone
from dialogs.talk import Event, Talk

LONGEST_NAME = 50


class MyData(Speaking):
    """What is kept of them."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_mydata"

    async def answer(self, talk: Talk) -> list[Event]:
        """What is kept and why, with the ways to see, correct and erase it; the file when it is wanted."""
        if talk.heard.values.get("v") == "file":
            await talk.services.desk.my_data(talk.who, talk.language)
            talk.utter(talk.text("mydata.coming"))
            return []
        city = talk.services.city
        office = named(city.office, talk.language)
        ways = [
            talk.button("button.my_copy", '/mydata{"v":"file"}', row="copy"),
            talk.button("button.correct", "/correct", row="copy"),
            talk.button("button.forget", "/forget", row="forget"),
        ]
        talk.utter(talk.text("mydata.kept", office=office, hotline=city.hotline), () if talk.loop else ways)
        return []


class Correct(Speaking):
    """Another name or phone number."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_correct"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for it."""
        return [*forget(), *slots(correction=None), FollowupAction("correct_form")]


class AskCorrection(Speaking):
    """What is right?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_correct_form_correction"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for a name or a number."""
        talk.utter(talk.text("mydata.ask_correction"), [talk.button("button.cancel", "/cancel")])
        return []


class CorrectDone(Speaking):
    """The right name or number is there."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_correct_done"

    async def answer(self, talk: Talk) -> list[Event]:
        """Set it: what reads as a phone number is one."""
        words = str(talk.slots.get("correction") or "")
        phone = read_phone(words)
        name = "" if phone else words[:LONGEST_NAME]
        try:
            count = await talk.services.desk.correct(talk.who, name=name, phone=phone)
            talk.utter(talk.text("mydata.corrected", value=phone or name, count=count))
        except DeskError as error:
            talk.utter(refusal(talk, error), starters(talk))
        return [*slots(correction=None), *forget()]


class Forget(Speaking):
    """They want to be forgotten."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_forget"

    async def answer(self, talk: Talk) -> list[Event]:
        """Say what goes and what the law keeps; after a yes, do it, and forget this conversation too."""
        if talk.heard.values.get("v") != "yes":
            yes = talk.button("button.forget_me", '/forget{"v":"yes"}', row="forget")
            talk.utter(talk.text("mydata.what_goes"), [yes, talk.button("button.my_copy", '/mydata{"v":"file"}')])
            return []
        erased = await talk.services.desk.erase(talk.who)
        words = [talk.text("mydata.erased", count=erased.cases)]
        if erased.running:
            words.append(talk.text("mydata.goes_on", numbers=talk.text("draft.and").join(erased.running)))
        talk.utter("\n".join(words), fleeting=True)
        return [Restarted(), *slots(language=talk.language)]
