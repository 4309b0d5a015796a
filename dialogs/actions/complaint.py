"""The complaint form's questions, the summary, and what happens at its end."""

from datetime import datetime

from rasa_sdk.events import ActiveLoop, FollowupAction, Restarted, SlotSet

from cases.rules.case import ContactWay, Kind, Place
from cases.rules.desk import CaseView, Receipt
from dialogs.actions.base import Speaking, slots, waiting_words
from dialogs.draft import Draft, card, edit_buttons, emptied, is_secret, matter_buttons, narrative_text
from dialogs.forms.following import (
    HELD_WORDS,
    add_there,
    answered_case,
    case_to_add_to,
    judging,
    speaks_of_answered,
    to_add,
)
from dialogs.forms.parting import later_buttons, later_line, part_buttons
from dialogs.forms.reaching import without_me
from dialogs.forms.telling import FORM, is_danger, is_worrying, nearby, numbers
from dialogs.forms.wishing import is_bare
from dialogs.talk import Event, Talk

WAYS = ("court", "arbitration", "reconsideration", "criminal", "discipline")
"""Lawful ways of their own that we have words for."""


def question(talk: Talk, name: str) -> str:
    """The question for a slot; after a miss, in other words."""
    return talk.text(f"ask.{name}_again" if has_missed(talk) else f"ask.{name}")


def has_missed(talk: Talk) -> bool:
    """Whether this message was to answer the question and did not; a question of theirs in between is no miss."""
    return bool(talk.slots.get("misses")) and talk.slots.get("draft_at") == talk.now.isoformat()


def walking(talk: Talk) -> list[Event]:
    """Back and cancel, offered with every question, and a case of theirs where the story may belong."""
    walk = [talk.button("button.back", "/back", row="walk"), talk.button("button.cancel", "/cancel", row="walk")]
    return [*part_buttons(talk), *add_there(talk), *walk]


class AskNarrative(Speaking):
    """What happened?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_narrative"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for the story."""
        files = talk.slots.get("attachments") or ()
        prefix = talk.text("draft.files_kept", count=len(files)) + "\n" if files else ""
        buttons = [*later_buttons(talk), talk.button("button.cancel", "/cancel")]
        talk.utter(prefix + question(talk, "narrative") + later_line(talk), buttons)
        return []


class AskPlace(Speaking):
    """Where?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_place"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for the place; a pin, words or nothing will do."""
        buttons = [talk.button("button.send_location", ask="location"), talk.button("button.skip", "/skip")]
        talk.utter(whereabouts(talk), [*buttons, *walking(talk)])
        return []


def whereabouts(talk: Talk) -> str:
    """The question for the place, as somebody would ask who has listened."""
    told = nearby(talk)["text"]
    if has_missed(talk) and is_worrying(talk):
        return talk.text("emergency.stay", numbers=numbers(talk))
    if has_missed(talk):
        return question(talk, "place")
    if told:
        return talk.text("ask.place_nearby", told=told)
    return talk.text("ask.place_urgent") if is_danger(talk, narrative_text(talk.slots)) else question(talk, "place")


class AskOccurred(Speaking):
    """When?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_occurred"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for the time."""
        talk.utter(question(talk, "occurred"), [talk.button("button.skip", "/skip"), *walking(talk)])
        return []


class AskRequests(Speaking):
    """What do you want?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_requests"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for the request."""
        talk.utter(question(talk, "requests"), [talk.button("button.skip_request", "/skip"), *walking(talk)])
        return []


class AskContactWay(Speaking):
    """How can we reach you? Said together with what was understood so far."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_contact_way"

    async def answer(self, talk: Talk) -> list[Event]:
        """Show the card, and ask."""
        text = f"{talk.text('draft.arranged')}\n{card(talk)}\n\n{question(talk, 'contact_way')}"
        ways = [
            talk.button("button.share_phone", ask="contact", row="way"),
            talk.button("button.reply_here", '/contact{"v":"chat"}', row="way"),
            talk.button("button.anonymous", '/contact{"v":"anonymous"}', row="way"),
        ]
        talk.utter(text, [*ways, *edit_buttons(talk), *walking(talk)], replace=True)
        return []


class AskPhone(Speaking):
    """Which number?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_phone"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for the number; staying with the chat is always possible."""
        ways = [
            talk.button("button.share_phone", ask="contact", row="way"),
            talk.button("button.reply_here", '/contact{"v":"chat"}', row="way"),
        ]
        talk.utter(question(talk, "phone"), [*ways, *walking(talk)])
        return []


class AskConfirmed(Speaking):
    """Shall I submit it? The summary, with the privacy notice shown before (PIPL art. 17)."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_confirmed"

    async def answer(self, talk: Talk) -> list[Event]:
        """Show everything, and ask."""
        similar = await neighbour(talk)
        nameless = talk.slots.get("contact_way") == ContactWay.ANONYMOUS
        parts = [
            talk.text("draft.check"),
            card(talk),
            *hints(talk),
            *said_of(talk, similar),
            *([talk.text("draft.anonymous")] if nameless else []),
            *([talk.text("draft.tells_who")] if tells_who(talk) else []),
            talk.text("draft.privacy", version=talk.services.city.consent_version),
        ]
        join = [talk.button("button.join", "/join", row="join")] if similar else []
        main = [
            talk.button("button.submit", "/submit", row="main"),
            talk.button("button.add_photo", ask="file", row="main"),
            talk.button("button.cancel", "/cancel", row="main"),
        ]
        secret = "button.not_confidential" if talk.slots.get("confidential") else "button.confidential"
        more = [talk.button(secret, "/confidential", row="more"), talk.button("button.back", "/back", row="more")]
        talk.utter(
            "\n".join(parts),
            [*main, *part_buttons(talk), *join, *matter_buttons(talk), *edit_buttons(talk), *more],
            replace=True,
        )
        return slots(similar=similar)


def tells_who(talk: Talk) -> bool:
    """Whether the story says who tells it, although nobody or nobody there is to know."""
    story = "\n".join((narrative_text(talk.slots), *(talk.slots.get("requests") or ())))
    return is_secret(talk.slots) and without_me(story) != story


async def neighbour(talk: Talk) -> Event | None:
    """An open case that tells the same, to be offered; a secret one's teller is not asked to join anybody."""
    kept, place = talk.slots.get("matter") or {}, talk.slots.get("place") or {}
    secret = talk.slots.get("confidential") or talk.slots.get("contact_way") == ContactWay.ANONYMOUS
    if secret or talk.slots.get("kind") == Kind.REPORT or not kept.get("first") or not place.get("text"):
        return None
    story = narrative_text(talk.slots)
    found = await talk.services.desk.neighbour(talk.who, kept["first"], kept["second"], Place(**place), story)
    if found is None:
        return None
    return {
        "number": found.number,
        "place": found.place,
        "at": found.filed_at.isoformat(),
        "people": found.people,
    }


def said_of(talk: Talk, similar: Event | None) -> list[str]:
    """What is said of the case that tells the same: where, since when, how many; never who."""
    if not similar:
        return []
    day = talk.day(datetime.fromisoformat(similar["at"]))
    return [talk.text("draft.similar", place=similar["place"], day=day, people=similar["people"])]


def hints(talk: Talk) -> list[str]:
    """What the citizen should know before submitting: an unsure matter, a lawful way of its own."""
    found = []
    if (talk.slots.get("matter") or {}).get("unsure"):
        found.append(talk.text("draft.which_matter"))
    way = talk.slots.get("lawful_way")
    if way:
        found.append(talk.text(f"lawful.{way if way in WAYS else 'court'}"))
    return found


class Begin(Speaking):
    """A complaint begins, unless the story may belong to a case on which a handler asked something; a short answer went
    there already (`dialogs.actions.listening`).
    """

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_begin"

    async def answer(self, talk: Talk) -> list[Event]:
        """Go to the form, or ask what the words belong to."""
        waiting = await talk.services.desk.asked(talk.who)
        if waiting and not (talk.heard.payload or is_bare(talk.heard.words) or is_danger(talk, talk.heard.words)):
            return hold(talk, "which_case", "is_answer", waiting.number)
        if view := await case_to_add_to(talk):
            return hold(talk, "adds_to", "goes_on", view.number)
        if judged := await speaks_of_answered(talk) and judging(talk):
            return [FollowupAction("action_rate" if judged == "rate" else "action_wish")]
        if view := await answered_case(talk):
            return not_solved(talk, view)
        return [FollowupAction(FORM)]


def not_solved(talk: Talk, view: CaseView) -> list[Event]:
    """Ask whether words after an answer say that it is not solved: then they are the reason to take it up again, or for
    a review; or whether it is another matter.
    """
    payload = f'{{"n":"{view.number}"}}'
    wishes = {"reopen": "reopen", "request_review": "review"}
    ways = [
        talk.button(f"button.{intent}", f"/{intent}{payload}")
        for action, intent in wishes.items()
        if action in view.actions
    ]
    if not ways:
        return [FollowupAction(FORM)]
    talk.utter(talk.text("track.not_solved", number=view.number), [*ways, is_new(talk)])
    return waiting_words(talk, talk.heard.words)


def is_new(talk: Talk) -> Event:
    """That words belong to no case: they begin one, or go to the draft that lies by."""
    drafted = bool(talk.slots.get("narrative"))
    return talk.button("button.is_drafted" if drafted else "button.is_new", '/file{"v":"new"}')


def hold(talk: Talk, question: str, there: str, number: str) -> list[Event]:
    """Ask whether words belong to that case (the button `there`) or are a matter of their own; they wait meanwhile."""
    ways = [talk.button(f"button.{there}", to_add(number, HELD_WORDS)), is_new(talk)]
    talk.utter(talk.text(f"track.{question}", number=number), ways)
    return waiting_words(talk, talk.heard.words)


class TakeUp(Speaking):
    """The second matter of a story that was parted: its words begin a complaint of their own, or are given up."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_take_up"

    async def answer(self, talk: Talk) -> list[Event]:
        """Begin with the words that waited; a draft that lies by goes first."""
        later = talk.slots.get("later")
        if talk.heard.values.get("v") == "drop" and later:
            talk.utter(talk.text("draft.dropped"))
            return slots(later=None)
        if not later or narrative_text(talk.slots):
            return [FollowupAction(FORM if later else "action_nothing_to_do")]
        return [*slots(later=None, held_text=later, draft_at=talk.now.isoformat()), FollowupAction(FORM)]


class Submit(Speaking):
    """The end of the form: the complaint is registered, the number told."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_submit"

    async def answer(self, talk: Talk) -> list[Event]:
        """Register it. The number is sent only when the transaction has committed."""
        if not narrative_text(talk.slots):
            return [FollowupAction(FORM)]
        complaint = Draft(talk.slots, talk.services.city).complaint(talk.language)
        receipt = await talk.services.desk.file(talk.who, complaint)
        if receipt.anonymous:
            return tell_once(talk, receipt)
        text = talk.text(
            "filed.receipt",
            number=receipt.number,
            code=spoken(receipt),
            department=receipt.department,
            decide_by=talk.due(receipt, "decide_by"),
            reply_by=talk.due(receipt, "reply_by"),
        )
        if receipt.joined:
            text = talk.text("filed.joined", number=receipt.number, code=spoken(receipt), into=receipt.joined)
        if complaint.urgent:
            text += "\n" + talk.text("filed.urgent", numbers=numbers(talk))
        payload = f'{{"n":"{receipt.number}"}}'
        buttons = [
            talk.button("button.status", f"/status{payload}", row="main"),
            talk.button("button.supplement", f"/supplement{payload}", row="main"),
            talk.button("button.receipt", f"/receipt{payload}", row="more"),
        ]
        text = text.rstrip() + later_line(talk)
        talk.utter(text, [*later_buttons(talk), *buttons], case=receipt.number, query_code=receipt.query_code)
        return slots(**emptied())


def tell_once(talk: Talk, receipt: Receipt) -> list[Event]:
    """The number and code of an anonymous case, told this once; then the conversation forgets everything of it."""
    text = talk.text(
        "filed.anonymous",
        number=receipt.number,
        code=spoken(receipt),
        department=receipt.department,
        decide_by=talk.due(receipt, "decide_by"),
    )
    text = text.rstrip() + later_line(talk)
    talk.utter(text, later_buttons(talk), case=receipt.number, query_code=receipt.query_code, fleeting=True)
    return [Restarted(), *slots(language=talk.language, later=talk.slots.get("later"))]


def spoken(receipt: Receipt) -> str:
    """The query code as it is read aloud: two groups of four."""
    return f"{receipt.query_code[:4]}-{receipt.query_code[4:]}"


class Cancel(Speaking):
    """The form is left; the draft stays until a new one begins, so that nothing is lost by a slip."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_cancel"

    async def answer(self, talk: Talk) -> list[Event]:
        """Leave the form."""
        kept = bool(talk.slots.get("narrative"))
        buttons = [talk.button("button.resume", "/resume")] if kept else []
        restart = [talk.button("button.file", "/restart" if kept else "/file"), talk.button("button.help", "/help")]
        if is_worrying(talk):
            talk.utter(talk.text("emergency.stay", numbers=numbers(talk)), buttons)
            return [ActiveLoop(None), SlotSet("requested_slot", None)]
        talk.utter(talk.text("draft.cancelled_kept" if kept else "draft.cancelled"), [*buttons, *restart])
        return [ActiveLoop(None), SlotSet("requested_slot", None)]


class RestartDraft(Speaking):
    """The draft is thrown away and the form begins anew."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_restart_draft"

    async def answer(self, talk: Talk) -> list[Event]:
        """Empty everything, and begin."""
        left = [ActiveLoop(None), SlotSet("requested_slot", None)]
        return [*left, *slots(**emptied()), FollowupAction(FORM)]


class Resume(Speaking):
    """A draft that was left is taken up again."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_resume"

    async def answer(self, talk: Talk) -> list[Event]:
        """Go back to the form; without a draft a new one begins."""
        return [FollowupAction(FORM)]


class OfferResume(Speaking):
    """Somebody comes back to a draft: what is there, and the choice to go on or to begin anew."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_offer_resume"

    async def answer(self, talk: Talk) -> list[Event]:
        """Show the draft; the open question follows."""
        if talk.slots.get("narrative"):
            talk.utter(f"{talk.text('draft.open')}\n{card(talk)}", [talk.button("button.restart", "/restart")])
        return []


class ShowDraft(Speaking):
    """What is there so far."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_show_draft"

    async def answer(self, talk: Talk) -> list[Event]:
        """Show the story and, where the open question does not show it, the card; the question follows."""
        story = narrative_text(talk.slots)
        shown_anyway = talk.asked in ("contact_way", "confirmed")
        lines = "" if shown_anyway else card(talk)
        text = talk.text("draft.so_far", narrative=story, card=lines) if story else talk.text("draft.empty")
        talk.utter(text.rstrip() + later_line(talk))
        return []


class EditHint(Speaking):
    """Something is wrong: which line?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_edit_hint"

    async def answer(self, talk: Talk) -> list[Event]:
        """Tell how a line is changed."""
        talk.utter(talk.text("draft.how_to_edit"), edit_buttons(talk))
        return []
