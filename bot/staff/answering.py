"""The commands around the answer: writing it, what becomes of each request, the review."""

from collections.abc import Mapping

from bot.staff.parsing import Expected, number_and_words, number_only, number_request_words
from bot.staff.speaking import Room, Run, Said, done
from cases.casework import replies
from cases.casework.replies import Drafted
from cases.rules.case import Case, Outcome
from cases.rules.lifecycle import UNANSWERED
from cases.rules.replies import outcome_at_start
from dialogs.messages import Button

ROW = (Outcome.SUPPORTED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.UNSUPPORTED)


async def reply(room: Room, rest: str) -> Said:
    """The answer."""
    return await _drafted(room, await replies.reply(room.desk, *number_and_words(rest)))


async def answer(room: Room, rest: str) -> Said:
    """What becomes of one request."""
    return await _drafted(room, await replies.answer(room.desk, *number_request_words(rest)))


async def send(room: Room, rest: str) -> Said:
    """Send the draft in spite of the doubts."""
    return await _drafted(room, await replies.send(room.desk, number_only(rest)))


async def outcome(room: Room, rest: str) -> Said:
    """Correct what becomes of a request."""
    number, request, words = number_request_words(rest)
    outcome, why = outcome_at_start(words)
    if outcome is None:
        raise Expected
    case = await replies.outcome(room.desk, number, request, outcome, why)
    said = await done(room, "outcome" if case.status in UNANSWERED else "corrected", case)
    return Said("\n".join((said.text, *outcome_lines(room, case))), said.buttons, replace=True)


async def approve(room: Room, rest: str) -> Said:
    """The reply is right."""
    return await done(room, "approve", await replies.approve(room.desk, number_only(rest)))


async def send_back(room: Room, rest: str) -> Said:
    """The reply is not right yet."""
    return await done(room, "sendback", await replies.send_back(room.desk, *number_and_words(rest)))


def outcome_lines(room: Room, case: Case) -> list[str]:
    """What becomes of each request, a line each."""
    return [room.cards.answer(case, each) for each in case.answers if each.request <= len(case.requests)]


async def _drafted(room: Room, drafted: Drafted) -> Said:
    if drafted.sent:
        return await _on_its_way(room, drafted)
    text, case = room.cards.text, drafted.case
    if drafted.missing:
        return _asking(room, case, drafted.missing)
    lines = [text("reply.waits", number=case.number), *_doubts(room, drafted)]
    if not case.draft:
        return Said(text("reply.answers_kept", number=case.number))
    return Said("\n".join(lines), ((Button(text("button.send_anyway"), f"/send {case.number}"),),))


async def _on_its_way(room: Room, drafted: Drafted) -> Said:
    case = drafted.case
    said = await done(room, "reply" if room.desk.work.city.review_replies else "reply_sent", case)
    lines = [said.text, *outcome_lines(room, case), *_doubts(room, drafted)]
    others = _outcome_buttons(room, case, "outcome") if len(case.requests) == 1 and case.answers else ()
    undo = (Button(room.cards.text("button.undo"), "/undo"),)
    return Said("\n".join(lines), (*others, undo, *said.buttons))


def _asking(room: Room, case: Case, missing: tuple[int, ...]) -> Said:
    text, first = room.cards.text, missing[0]
    question = text("reply.which_outcome", number=first, request=case.requests[first - 1], left=len(missing))
    buttons = tuple(Button(text(f"reply.outcome_{each}"), f"/answer {case.number} {first} {each}") for each in ROW)
    return Said(question, (buttons[:2], buttons[2:]))


def _outcome_buttons(room: Room, case: Case, command: str) -> tuple[tuple[Button, ...], ...]:
    """The only request's other outcomes, to correct the one that was read from the words."""
    given = case.answers[0].outcome
    text = room.cards.text
    return (
        tuple(
            Button(text("reply.change_to", outcome=text(f"reply.outcome_{each}")), f"/{command} {case.number} 1 {each}")
            for each in ROW
            if each is not given
        ),
    )


def _doubts(room: Room, drafted: Drafted) -> list[str]:
    language = room.cards.language_of(drafted.case)
    return [room.cards.text(f"reply.doubt_{key}", language=language) for key in drafted.doubts]


ANSWERING: Mapping[str, Run] = {
    "reply": reply,
    "answer": answer,
    "send": send,
    "outcome": outcome,
    "approve": approve,
    "sendback": send_back,
}
