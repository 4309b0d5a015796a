"""After filing: where a case stands, adding to it, urging, taking it back, rating, reopening, review."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from cases.rules.case import File, Satisfaction, Solved
from cases.rules.desk import CaseNotFound, CaseView, DeskError, RequestAnswer, Step
from cases.rules.lifecycle import ANSWERED
from dialogs.actions.base import Speaking, draft_buttons, draft_line, refusal, slots, starters, waiting_words
from dialogs.draft import emptied, narrative_text
from dialogs.forms.following import DRAFT, HELD_WORDS, addition_in, held_words, judging, to_add
from dialogs.forms.followups import KEEP, code_in, is_reason, number_in
from dialogs.forms.phones import without_phone
from dialogs.forms.reaching import without_me
from dialogs.forms.sounding import is_curt
from dialogs.forms.telling import FORM
from dialogs.talk import Event, Talk

FOLLOWED = ("case_number", "addition", "reason", "wish", "query_code", "misses")
MOST_STEPS = 12
MANY, MANY_WORDS = 10, 6
"""Letters, English words, of a message that is more than a wish about a case."""
HELD = timedelta(minutes=30)
"""So long the code of an anonymous case holds; then the conversation that knows it is emptied."""
SOLVED = {each.value: each for each in Solved}
SATISFACTION = {each.value: each for each in Satisfaction}
MEANT = {"review": ("request_review", "request_recheck")}
"""The actions that a wish may mean, where they have not its name."""
CLAUSES = re.compile(r"\w[\s,.;!\uff0c\u3002\uff01\uff1b]+\w")
"""Two clauses in few letters: a judgement and why ("不满意，没人来")."""
AFTER_RATING = ("/reopen", "/review")


def forget() -> list[Event]:
    """The slots of the short forms are emptied, their loop is left."""
    cleared = [SlotSet(name, None) for name in FOLLOWED]
    return [*cleared, ActiveLoop(None), SlotSet("requested_slot", None)]


def named_number(talk: Talk) -> str:
    """The number that the message names, as it was typed or as the button carries it."""
    return talk.heard.values.get("n") or number_in(without_phone(talk.heard.words))


def case_buttons(talk: Talk, view: CaseView) -> Iterator[Event]:
    """What can be done with a case now."""
    payload = f'{{"n":"{view.number}"}}'
    if "rate" in view.actions and view.solved is None:
        for answer in Solved:
            yield talk.button(f"button.{answer}", f'/rate{{"n":"{view.number}","s":"{answer}"}}', row="rate")
    intents = {
        "supplement": "supplement",
        "urge": "urge",
        "reopen": "reopen",
        "request_review": "review",
        "withdraw": "withdraw",
        "split": "split",
    }
    for number, (action, intent) in enumerate(intents.items()):
        if action in view.actions:
            yield talk.button(f"button.{intent}", f"/{intent}{payload}", row=f"do{number // 3}")
    if "supplement" in view.actions and not view.acts_as:
        yield talk.button("button.book", f"/book{payload}", row="book")
    if "request_recheck" in view.actions:
        yield talk.button("button.recheck", f"/review{payload}", row="recheck")


def case_text(talk: Talk, view: CaseView) -> str:
    """A case as lines to read: where it stands, what comes next and by when, what happened so far."""
    lines = [
        talk.text("track.head", number=view.number, status=talk.text(f"status.{view.status}")),
        talk.text("track.matter", matter=view.second_level, department=view.department),
    ]
    if view.title:
        lines.append(talk.text("track.title", title=view.title))
    if view.follows:
        lines.append(talk.text("track.follows", number=view.follows))
    lines += next_step(talk, view)
    if view.open_question:
        lines.append(talk.text("track.open_question", question=view.open_question))
    if view.reply:
        lines.append(talk.text("track.reply", reply=view.reply))
    lines += [answer_line(talk, each) for each in view.answers]
    if view.steps:
        lines.append(talk.text("track.history"))
        lines += [step_line(talk, step) for step in view.steps[-MOST_STEPS:]]
    return "\n".join(lines)


def answer_line(talk: Talk, each: RequestAnswer) -> str:
    """What becomes of one request, with facts, reasons and basis where they were given."""
    given = each.answer
    outcome = talk.text(f"reply.outcome_{given.outcome}")
    head = talk.text("reply.answer", number=given.request, request=each.request, outcome=outcome)
    parts = (("facts", given.facts), ("reasons", given.reasons), ("basis", given.basis))
    return "\n".join((head, *(talk.text(f"reply.{name}", text=text) for name, text in parts if text)))


def next_step(talk: Talk, view: CaseView) -> list[str]:
    """What comes next, and by when."""
    if view.status in ("submitted", "returned") and view.decide_by:
        return [talk.text("track.decide_by", day=talk.due(view, "decide_by"))]
    if view.reply_by and not (view.reply or view.answers):
        return [talk.text("track.reply_by", day=talk.due(view, "reply_by"))]
    return []


def step_line(talk: Talk, step: Step) -> str:
    """One line of the history."""
    what = talk.text(f"action.{step.action}" if step.action else f"status.{step.status}")
    line = talk.text("track.step", moment=talk.moment(step.at), status=what)
    return line + (talk.text("track.step_text", text=step.text[:200]) if step.text else "")


async def show_case(talk: Talk, number: str, code: str = "") -> list[Event] | None:
    """Say where a case stands; None where it cannot be shown. The code of an anonymous case holds for a while."""
    try:
        view = await talk.services.desk.look_up(talk.acting(number), number, code)
    except CaseNotFound:
        return None
    except DeskError as error:
        talk.utter(refusal(talk, error))
        return []
    opened = view.acts_as and code
    words = case_text(talk, view) + ("\n" + talk.text("track.opened", minutes=HELD.seconds // 60) if opened else "")
    talk.utter(words, list(case_buttons(talk, view)), replace=True, case=view.number)
    return slots(**{"pass": held(talk, view)}) if opened else []


def held(talk: Talk, view: CaseView) -> dict[str, str]:
    """That they showed the code, and until when that is remembered."""
    return {"n": view.number, "as": view.acts_as, "until": (talk.now + HELD).isoformat()}


async def own(talk: Talk) -> list[CaseView]:
    """Their cases, the newest first; before them the anonymous one whose code they showed."""
    shown = await talk.services.desk.own(talk.acting(talk.held)) if talk.held else ()
    return [*shown, *await talk.services.desk.own(talk.who)]


def choice(talk: Talk, views: Sequence[CaseView], intent: str, *, held: bool = False) -> list[Event]:
    """One button a case; `held`: for the words that wait."""
    more = ',"v":"held"' if held else ""
    return [
        {
            "title": talk.text("track.choice", number=view.number, status=talk.text(f"status.{view.status}")),
            "payload": f'/{intent}{{"n":"{view.number}"{more}}}',
            "row": view.number,
        }
        for view in views[:8]
    ]


class Status(Speaking):
    """Where do my cases stand?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_status"

    async def answer(self, talk: Talk) -> list[Event]:
        """One case whole, several as a list; a number that is not theirs asks for the query code."""
        number = named_number(talk)
        if number:
            return await self._one(talk, number, code_in(talk.heard.words))
        views = await own(talk)
        if not views and tells_a_story(talk):
            return [FollowupAction(FORM)]
        if not views:
            talk.utter(talk.text("track.none"), starters(talk))
        elif len(views) == 1:
            return await show_case(talk, views[0].number) or []
        else:
            talk.utter(talk.text("track.list", count=len(views)), choice(talk, views, "status"))
        return []

    async def _one(self, talk: Talk, number: str, code: str) -> list[Event]:
        shown = await show_case(talk, number, code)
        if shown is not None:
            return shown
        if talk.loop:
            talk.utter(talk.text("track.not_found"))
            return []
        return [*slots(case_number=number, query_code=None, misses=None), FollowupAction("track_form")]


class AskTrackNumber(Speaking):
    """Which number?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_track_form_case_number"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for it."""
        talk.utter(talk.text("track.ask_number"), [talk.button("button.cancel", "/cancel")])
        return []


class AskQueryCode(Speaking):
    """Which query code?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_track_form_query_code"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for it."""
        key = "track.ask_code_again" if talk.slots.get("misses") else "track.ask_code"
        talk.utter(talk.text(key), [talk.button("button.cancel", "/cancel")])
        return []


class TrackDone(Speaking):
    """Number and code are there."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_track_done"

    async def answer(self, talk: Talk) -> list[Event]:
        """Show it; unknown and not theirs read alike."""
        number, code = str(talk.slots.get("case_number") or ""), str(talk.slots.get("query_code") or "")
        shown = await show_case(talk, number, code)
        if shown is None:
            talk.utter(talk.text("track.not_found"), starters(talk))
        return [*(shown or ()), *forget()]


async def one_of_theirs(talk: Talk, *actions: str) -> tuple[str, Sequence[CaseView]]:
    """The number that is meant: named, or the only one of theirs for which one of `actions` is possible."""
    number = named_number(talk)
    if number:
        return number, ()
    fitting = [view for view in await own(talk) if set(actions) & view.actions]
    return (fitting[0].number if len(fitting) == 1 else ""), fitting


async def ask_which(talk: Talk, intent: str, views: Sequence[CaseView], *, held: bool = False) -> list[Event]:
    """Let them choose, or say that there is none; who has no case at all and tells more than that begins one."""
    if views:
        talk.utter(talk.text(f"track.which_{intent}"), choice(talk, views, intent, held=held))
        return []
    if tells_a_story(talk) and not await talk.services.desk.own(talk.who):
        return [FollowupAction(FORM)]
    talk.utter(talk.text(f"track.none_to_{intent}") + draft_line(talk), [*draft_buttons(talk), *starters(talk)])
    return []


def tells_a_story(talk: Talk) -> bool:
    """Whether words that sound like a wish about a case are of a matter: "快点弄弄清爽" at the end of a complaint."""
    words = talk.heard.words
    if talk.heard.payload or talk.loop or number_in(words):
        return False
    long = len(words.split()) >= MANY_WORDS if words.isascii() else len(words) >= MANY
    return long and not talk.services.understand(words, now=talk.now).matter.unsure


class Supplement(Speaking):
    """Add something to a case."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_supplement"

    async def answer(self, talk: Talk) -> list[Event]:
        """Words that were held are added at once; otherwise they are asked for."""
        number, fitting = await one_of_theirs(talk, "supplement")
        held = held_words(talk) if talk.heard.values.get("v") == HELD_WORDS else addition_in(talk.heard.words)
        if not number:
            waiting = waiting_words(talk, held) if held and fitting else []
            return [*await ask_which(talk, "supplement", fitting, held=bool(waiting)), *waiting]
        if held:
            await add(talk, number, held)
            return [*slots(held_text=None, attachments=None), *forget()]
        return [*forget(), *slots(held_text=None, case_number=number), FollowupAction("supplement_form")]


async def add(talk: Talk, number: str, words: str) -> None:
    """Put words and the files of this conversation on the case, and say so; another story that waits is offered."""
    files = [File(**each) for each in sent_along(talk, words)]
    said = await nameless(talk, number, words)
    view = await talk.services.desk.supplement(talk.acting(number), number, said, files)
    drafted = waits(talk, words)
    talk.utter(
        talk.text("track.supplemented", number=view.number, department=view.department)
        + (draft_line(talk) if drafted else ""),
        [talk.button("button.status", f'/status{{"n":"{view.number}"}}'), *(draft_buttons(talk) if drafted else ())],
    )


async def nameless(talk: Talk, number: str, words: str) -> str:
    """Words as they go to a case: where nobody, or nobody in the unit, is to learn who tells it, they do not say so;
    this is said.
    """
    without = without_me(words)
    if without == words or not (await talk.services.desk.look_up(talk.acting(number), number)).secret:
        return words
    talk.utter(talk.text("track.told_who"))
    return without


def waits(talk: Talk, words: str) -> bool:
    """Whether a draft lies by while these words go to a case."""
    return bool(talk.slots.get("narrative")) and words != narrative_text(talk.slots)


def sent_along(talk: Talk, words: str) -> list[dict[str, Any]]:
    """The files that go with these words: all of this conversation, without those of a draft that lies by."""
    where = talk.heard.metadata if waits(talk, words) else talk.slots
    return list(where.get("attachments") or ())


def left_with_draft(talk: Talk, words: str) -> Event:
    """The files that stay when these words have gone to a case: those of a draft that lies by."""
    gone = sent_along(talk, words)
    kept = [each for each in talk.slots.get("attachments") or [] if each not in gone]
    left: Event = SlotSet("attachments", kept or None)
    return left


class AskSupplementNumber(Speaking):
    """Which case?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_supplement_form_case_number"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for it."""
        talk.utter(talk.text("track.ask_number"), [talk.button("button.cancel", "/cancel")])
        return []


class AskAddition(Speaking):
    """What is to be added?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_supplement_form_addition"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for words or files; what the handler asked is said again."""
        number = str(talk.slots.get("case_number"))
        view = await talk.services.desk.look_up(talk.acting(number), number)
        buttons = [talk.button("button.add_photo", ask="file"), talk.button("button.cancel", "/cancel")]
        if view.open_question:
            talk.utter(talk.text("track.ask_answer", number=number, question=view.open_question), buttons)
        else:
            talk.utter(talk.text("track.ask_addition", number=number), buttons)
        return []


class SupplementDone(Speaking):
    """The addition is there."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_supplement_done"

    async def answer(self, talk: Talk) -> list[Event]:
        """Add it."""
        try:
            await add(talk, str(talk.slots["case_number"]), str(talk.slots.get("addition") or ""))
        except DeskError as error:
            talk.utter(refusal(talk, error))
        return [left_with_draft(talk, str(talk.slots.get("addition") or "")), *forget()]


class MoveDraft(Speaking):
    """What was begun as a complaint goes to a case of theirs instead."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_move_draft"

    async def answer(self, talk: Talk) -> list[Event]:
        """Put the story and its files on the case that was named, and empty the draft; else the form asks on. Where
        something else is to be added there, the draft lies by.
        """
        number, story = talk.heard.values.get("n", ""), narrative_text(talk.slots)
        if number and talk.heard.values.get("v") != DRAFT:
            return [FollowupAction("action_supplement")]
        if not (number and story):
            return [FollowupAction(FORM)]
        try:
            await add(talk, number, story)
        except DeskError as error:
            talk.utter(refusal(talk, error))
            return [FollowupAction(FORM)]
        return [*slots(**emptied()), ActiveLoop(None), SlotSet("requested_slot", None)]


class Urge(Speaking):
    """Hurry, please."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_urge"

    async def answer(self, talk: Talk) -> list[Event]:
        """Tell the department."""
        number, fitting = await one_of_theirs(talk, "urge")
        if not number:
            return await ask_which(talk, "urge", fitting)
        words = "" if talk.heard.payload or is_curt(talk.heard.words) else talk.heard.words
        try:
            view = await talk.services.desk.urge(talk.acting(number), number, await nameless(talk, number, words))
        except DeskError:
            if not words:
                raise
            await add(talk, number, words)  # who has urged today already, and says more, is heard all the same
            return [left_with_draft(talk, words)]
        day = talk.due(view, "reply_by" if view.reply_by else "decide_by")
        text = talk.text("track.urged", department=view.department, day=day)
        talk.utter(text, [talk.button("button.status", f'/status{{"n":"{view.number}"}}')])
        return []


class Split(Speaking):
    """Handle mine by itself again."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_split"

    async def answer(self, talk: Talk) -> list[Event]:
        """Take it out of the joint matter."""
        number, fitting = await one_of_theirs(talk, "split")
        if not number:
            return await ask_which(talk, "split", fitting)
        view = await talk.services.desk.split(talk.acting(number), number)
        day = talk.due(view, "decide_by")
        status = talk.button("button.status", f'/status{{"n":"{view.number}"}}')
        talk.utter(talk.text("track.split", number=view.number, day=day), [status])
        return []


class ReceiptWanted(Speaking):
    """A receipt, please."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_receipt"

    async def answer(self, talk: Talk) -> list[Event]:
        """Have it made and sent."""
        number = named_number(talk)
        views = [] if number else await own(talk)
        number = number or (views[0].number if len(views) == 1 else "")
        if not number:
            return await ask_which(talk, "receipt", views)
        await talk.services.desk.receipt(talk.acting(number), number)
        talk.utter(talk.text("track.receipt", number=number))
        return []


class Rate(Speaking):
    """Solved? Satisfied? Two taps."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_rate"

    async def answer(self, talk: Talk) -> list[Event]:
        """Keep the answer; ask for what is missing; unsolved shows the ways that are left."""
        number, fitting = await one_of_theirs(talk, "rate")
        if not number:
            return await ask_which(talk, "rate", fitting)
        given = rating_in(talk)
        solved, satisfaction = SOLVED.get(given.get("s", "")), SATISFACTION.get(given.get("v", ""))
        if solved is None and satisfaction is None:
            return ask_whether_solved(talk, number)
        return await self._keep(talk, number, solved, satisfaction)

    async def _keep(
        self, talk: Talk, number: str, solved: Solved | None, satisfaction: Satisfaction | None
    ) -> list[Event]:
        said = talk.heard.words
        words = await nameless(talk, number, said) if not talk.heard.payload and gives_reasons(said) else ""
        view = await talk.services.desk.rate(talk.acting(number), number, solved, satisfaction, words)
        if view.solved is None:
            return ask_whether_solved(talk, view.number)
        self._next(talk, view)
        return []

    def _next(self, talk: Talk, view: CaseView) -> None:
        if view.satisfaction is None:
            answers = (Satisfaction.SATISFIED, Satisfaction.FAIR, Satisfaction.DISSATISFIED)
            buttons = [
                talk.button(f"button.{each}", f'/rate{{"n":"{view.number}","v":"{each}"}}', row="rate")
                for each in answers
            ]
            talk.utter(talk.text("rate.satisfied"), buttons, replace=True)
            return
        ways = [button for button in case_buttons(talk, view) if button["payload"].startswith(AFTER_RATING)]
        key = "rate.thanks_unsolved" if view.solved is Solved.UNSOLVED else "rate.thanks"
        unsolved = ways if view.solved is not Solved.SOLVED else []
        talk.utter(talk.text(key) + draft_line(talk), [*unsolved, *draft_buttons(talk)], replace=True)


def ask_whether_solved(talk: Talk, number: str) -> list[Event]:
    """The first question after an answer."""
    buttons = [talk.button(f"button.{each}", f'/rate{{"n":"{number}","s":"{each}"}}', row="rate") for each in Solved]
    talk.utter(talk.text("rate.solved"), buttons)
    return []


class YesOrNo(Rate):
    """A yes or no out of nowhere: after an answer it is to "is it solved?". A yes may be mere politeness, so that it is
    asked again; a no is heard.
    """

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_yes_or_no"

    async def answer(self, talk: Talk) -> list[Event]:
        """Take it for the newest answer that nobody judged yet, or say that nothing was asked."""
        views = await talk.services.desk.own(talk.who)
        answered = next((view for view in views if view.status in ANSWERED and view.solved is None), None)
        if answered is None:
            return [FollowupAction("action_nothing_to_do")]
        if talk.heard.intent == "deny":
            return await self._keep(talk, answered.number, Solved.UNSOLVED, None)
        return ask_whether_solved(talk, answered.number)


def gives_reasons(words: str) -> bool:
    """Whether a judgement in words says more than itself."""
    return not is_curt(words) or bool(CLAUSES.search(words))


def rating_in(talk: Talk) -> Mapping[str, str]:
    """The tapped answer (``s``: solved? ``v``: satisfied?), or what words say of it ("not solved", "很满意")."""
    if talk.heard.payload:
        return talk.heard.values
    meaning = talk.services.understand(talk.heard.words, now=talk.now, asked="rating")
    said = [each.value for each in meaning.entities if each.type == "rating"]
    return {"s" if each in SOLVED else "v": each for each in said}


class Wish(Speaking):
    """Take back, handle again, review: which case, and why?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_wish"

    async def answer(self, talk: Talk) -> list[Event]:
        """Find the case, then ask for the reason."""
        return await self._wished(talk, judging(talk) or talk.heard.intent)

    async def _wished(self, talk: Talk, intent: str) -> list[Event]:
        number, fitting = await one_of_theirs(talk, *MEANT.get(intent, (intent,)))
        if not number:
            return await ask_which(talk, intent, fitting)
        view = await talk.services.desk.look_up(talk.acting(number), number)
        if intent == "review" and "request_recheck" in view.actions:
            intent = "recheck"
        held = held_words(talk) if talk.heard.payload else ""
        said = {"reason": held, "held_text": None} if held and intent != "withdraw" else {}
        return [*forget(), *slots(wish=intent, case_number=number, **said), FollowupAction("reason_form")]


class Cancelling(Wish):
    """The wish to stop where nothing is being filled in: what they filed is meant, if there is anything."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_cancelling"

    async def answer(self, talk: Talk) -> list[Event]:
        """Take back what is open; a button of something that is over takes nothing back."""
        if talk.heard.payload or talk.slots.get("narrative") or not is_reason(talk.heard.words):
            return [FollowupAction("action_nothing_to_do")]
        number, fitting = await one_of_theirs(talk, "withdraw")
        if not (number or fitting):
            return [FollowupAction("action_nothing_to_do")]
        return await self._wished(talk, "withdraw")


class AskReasonNumber(Speaking):
    """Which case?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_reason_form_case_number"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for it."""
        talk.utter(talk.text("track.ask_number"), [talk.button("button.cancel", "/cancel")])
        return []


class AskReason(Speaking):
    """Why?"""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_reason_form_reason"

    async def answer(self, talk: Talk) -> list[Event]:
        """Ask for the reason; taking back needs none."""
        wish = talk.slots.get("wish") or "withdraw"
        skip = [talk.button("button.no_reason", "/skip")] if wish == "withdraw" else []
        text = talk.text(f"track.ask_reason_{wish}", number=talk.slots.get("case_number"))
        talk.utter(text, [*skip, talk.button("button.cancel", "/cancel")])
        return []


class ReasonDone(Speaking):
    """The reason is there: do it."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_reason_done"

    async def answer(self, talk: Talk) -> list[Event]:
        """Carry the wish out, and say what comes next."""
        wish, number = str(talk.slots.get("wish")), str(talk.slots.get("case_number"))
        reason = str(talk.slots.get("reason") or "")
        if wish == KEEP:
            return kept(talk, number, reason)
        desk = talk.services.desk
        ways = {
            "withdraw": desk.withdraw,
            "reopen": desk.reopen,
            "review": desk.request_review,
            "recheck": desk.request_review,
        }
        try:
            view = await ways[wish](talk.acting(number), number, await nameless(talk, number, reason))
        except DeskError as error:
            talk.utter(refusal(talk, error), starters(talk))
            return forget()
        day = talk.due(view, "reply_by")
        talk.utter(talk.text(f"track.done_{wish}", number=view.number, day=day) + draft_line(talk), draft_buttons(talk))
        return forget()


def kept(talk: Talk, number: str, words: str) -> list[Event]:
    """A case that is not taken back; words that were no reason for it may belong to it."""
    if not words:
        talk.utter(talk.text("track.kept", number=number))
        return forget()
    payload = f'{{"n":"{number}"}}'
    ways = [
        talk.button("button.goes_on", to_add(number, HELD_WORDS)),
        talk.button("button.withdraw", f"/withdraw{payload}"),
    ]
    talk.utter(talk.text("track.not_withdrawn", number=number), ways)
    return [*forget(), *waiting_words(talk, words)]


class CancelOther(Speaking):
    """A short form is left."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_cancel_other"

    async def answer(self, talk: Talk) -> list[Event]:
        """Leave it; nothing was changed."""
        talk.utter(talk.text("track.left") + draft_line(talk), draft_buttons(talk))
        return forget()
