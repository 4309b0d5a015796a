"""Behind the counter: what a citizen's dialogue asks for (`dialogs.ports.CaseDesk`), within one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from cases.casework import delivery, documents, guarding, joint, reception, reviews, rights, surges
from cases.casework.work import Work
from cases.rules import joint as rules
from cases.rules import lifecycle, notices
from cases.rules.case import (
    Action,
    Actor,
    Case,
    ContactWay,
    Event,
    File,
    Kind,
    Place,
    Reporter,
    Role,
    Satisfaction,
    Solved,
    Status,
    reachable,
)
from cases.rules.desk import (
    CaseNotFound,
    CaseView,
    Complaint,
    DeskError,
    Erased,
    Neighbour,
    Question,
    Receipt,
    ReceptionSlot,
    RequestAnswer,
    Step,
)
from cases.rules.privacy import mask_place
from cases.rules.rates import standing
from cases.rules.replies import general_part
from cases.rules.routing import Route, route
from cases.rules.tracking import BadNumber, number, plain_code, query_code, read_number
from storage.reception import Slot

CITIZEN = (Role.REPORTER,)
HIDDEN = (
    Action.NOTE, Action.CLASSIFY, Action.BLOCKED, Action.SEND_BACK, Action.SUPERVISE, Action.ADD_UNIT, Action.DELIVER,
    Action.RATE, Action.RECUSE, Action.APPOINT, Action.UNDO, Action.REPRESENT, Action.ASK_EXTENSION,
    Action.REFUSE_EXTENSION,
)  # fmt: skip
"""What a citizen does not read in the history."""
TOLD = (Action.SUPPLEMENT, Action.DECIDE_REVIEW)
"""What they read under its own name, not as the status that it led to."""
OFFERED = {
    "supplement": Action.SUPPLEMENT,
    "withdraw": Action.WITHDRAW,
    "urge": Action.URGE,
    "rate": Action.RATE,
    "reopen": Action.REOPEN,
    "request_review": Action.REQUEST_REVIEW,
    "request_recheck": Action.REQUEST_RECHECK,
    "split": Action.SPLIT,
}
URGES_A_DAY = 1
TITLE, TITLE_LATIN = 40, 80
"""Letters of a case's title in a list."""


class CitizenDesk:
    """The counter for citizens; see `dialogs.ports.CaseDesk` for what each method promises."""

    def __init__(self, work: Work, network: str = "") -> None:
        """`network`: the network address that they come from, where there is one; only ever counted."""
        self.work = work
        self.network = network

    async def file(self, who: str, complaint: Complaint) -> Receipt:
        """Register a complaint: number, query code, deadlines, the responsible department, the notices."""
        work = self.work
        anonymous = complaint.contact_way is ContactWay.ANONYMOUS
        await guarding.may_file(work, who, self.network, anonymous=anonymous)
        way = route(
            work.city,
            complaint.first_level,
            complaint.second_level,
            complaint.place.area,
            complaint.kind,
            complaint.respondent,
            complaint.narrative,
        )
        local = work.now.astimezone(work.deadlines.zone).date()
        running = await work.unit.cases.next_in_day(f"{local:%Y%m%d}")
        case = self._new(who, complaint, way, number(work.city.prefix, local, running))
        if anonymous:
            who = case.reporter.address
            await work.unit.attachments.disown([file.key for file in case.files])
        data = {"joins": complaint.joins} if complaint.joins else {}
        event = Event(0, work.now, Action.REGISTER, self.actor(who), Status.DRAFT, Status.SUBMITTED, data=data)
        await work.keep(case, event, {}, new=True)
        await surges.watch(work, case)
        if complaint.joins:
            await joint.join(work, case, complaint.joins, self.actor(who))
        return self._receipt(case)

    async def neighbour(
        self, who: str, first_level: str, second_level: str, place: Place, text: str
    ) -> Neighbour | None:
        """An open case that likely tells the same and may be joined."""
        for case in await joint.neighbours(self.work, first_level, second_level, who, place):
            if rules.alike(case, place, text):
                joined = await self.work.unit.cases.joined(case.number)
                where = mask_place(case.place.text)
                return Neighbour(case.number, where, case.filed_at, rules.people(case, joined))
        return None

    async def slots(self, who: str, number: str) -> Sequence[ReceptionSlot]:
        """The free slots of reception days."""
        await self.theirs(who, number)
        return [_slot(each) for each in await reception.free(self.work)]

    async def book(self, who: str, number: str, slot: int) -> ReceptionSlot:
        """Book a slot, or move to it."""
        return _slot(await reception.book(self.work, await self.theirs(who, number), slot, self.actor(who)))

    async def unbook(self, who: str, number: str) -> None:
        """Give the slot back."""
        await reception.cancel(self.work, await self.theirs(who, number))

    async def mediation(self, who: str, number: str, *, agrees: bool) -> None:
        """Say yes or no to a mediation."""
        await reception.citizen_on_mediation(self.work, await self.theirs(who, number), agrees=agrees)

    async def receipt(self, who: str, number: str) -> None:
        """Have the receipt of their case sent to them."""
        await documents.receipt(self.work, await self.theirs(who, number), who)

    async def split(self, who: str, number: str) -> CaseView:
        """Have their case handled by itself again."""
        case = await self.theirs(who, number)
        await joint.split_own(self.work, case, self.actor(who))
        return await self.viewed(case, who)

    async def my_data(self, who: str, language: str) -> None:
        """Have everything about them sent to them."""
        await rights.ask_copy(self.work, who, language)

    async def correct(self, who: str, *, name: str = "", phone: str = "") -> int:
        """Set another name or phone number on their open cases; how many."""
        return await rights.correct(self.work, who, name=name, phone=phone)

    async def erase(self, who: str) -> Erased:
        """Take them away from all that has ended."""
        return await rights.erase(self.work, who)

    async def own(self, who: str) -> Sequence[CaseView]:
        """Their cases, the newest first."""
        found = await self.work.unit.cases.own(who)
        return [self._view(case, who, ()) for case in found]

    async def asked(self, who: str) -> Question | None:
        """What a handler wants to know of them."""
        return await self.work.unit.cases.asked(who)

    async def look_up(self, who: str, number: str, query_code: str = "") -> CaseView:
        """One case with its history: theirs, or another's with the query code."""
        try:
            proper = read_number(number, self.work.city.prefix)
        except BadNumber:
            raise DeskError("track.bad_number", number=number) from None
        case = await self.work.unit.cases.get(proper) if proper else None
        acts_as = ""
        if case is None or case.reporter.address != who:
            await self._opens(case, who, proper or number, query_code)
            acts_as = self.work.unit.cases.bearer(plain_code(query_code))
        assert case is not None
        if not reachable(case.reporter.address) and case.reporter.address in (who, acts_as):
            return await self._by_code(case)
        return await self.viewed(case, who)

    async def _by_code(self, case: Case) -> CaseView:
        """An anonymous case, for who holds its code: an answer that nobody could be sent is delivered as it is read."""
        await delivery.delivered(self.work, case.number)
        bearer = case.reporter.address
        return replace(await self.viewed(await self.theirs(bearer, case.number), bearer), acts_as=bearer)

    async def _opens(self, case: Case | None, who: str, number: str, code: str) -> None:
        """Raise `CaseNotFound` unless the query code opens this case; without a code nothing was tried."""
        if not code or not await guarding.opened(self.work, case, who, number, code, self.network):
            raise CaseNotFound("track.not_found")

    async def supplement(self, who: str, number: str, text: str, attachments: Sequence[File]) -> CaseView:
        """Add words and files to their case; answers the handler's question when there is one."""
        case = await self.spoken_for(who, number)
        words = text or f"\N{PAPERCLIP} {len(attachments)}"  # their names may be the sender's
        line = len(await self.work.unit.cases.history(case.number)) + 1
        if not reachable(who):
            await self.work.unit.attachments.disown([file.key for file in attachments])
        case.files = (*case.files, *(replace(file, event=line) for file in attachments))
        await self.work.happen(case, Action.SUPPLEMENT, self.actor(who), CITIZEN, text=words)
        return await self.viewed(case, who)

    async def withdraw(self, who: str, number: str, reason: str) -> CaseView:
        """Take their case back."""
        case = await self.theirs(who, number)
        await joint.hand_over(self.work, case)
        case.merged_into = ""
        case.closed_at = self.work.now
        await self.work.happen(case, Action.WITHDRAW, self.actor(who), CITIZEN, text=reason)
        return await self.viewed(case, who)

    async def urge(self, who: str, number: str, words: str = "") -> CaseView:
        """Ask the department to hurry, at most once a day; what they said with it is kept."""
        case = await self.spoken_for(who, number)
        history = await self.work.unit.cases.history(case.number)
        today = self._day(self.work.now)
        if sum(e.action is Action.URGE and self._day(e.at) == today for e in history) >= URGES_A_DAY:
            raise DeskError("track.urged_today", number=case.number)
        await self.work.happen(case, Action.URGE, self.actor(who), CITIZEN, text=words)
        return await self.viewed(case, who)

    async def rate(
        self, who: str, number: str, solved: Solved | None, satisfaction: Satisfaction | None, words: str = ""
    ) -> CaseView:
        """Keep whether it is solved and how satisfied they are, and why; solved and rated closes the case."""
        case = await self.theirs(who, number)
        case.solved = solved or case.solved
        case.satisfaction = satisfaction or case.satisfaction
        data = {"solved": case.solved or "", "satisfaction": case.satisfaction or ""}
        await self.work.happen(case, Action.RATE, self.actor(who), CITIZEN, text=words, data=data)
        done = case.solved in (Solved.SOLVED, Solved.PARTLY) and case.satisfaction
        if done and case.status in lifecycle.ANSWERED:
            case.closed_at = self.work.now
            await self.work.happen(case, Action.CLOSE, self.actor(who), CITIZEN)
        return await self.viewed(case, who)

    async def reopen(self, who: str, number: str, reason: str) -> CaseView:
        """Have an unsolved case handled again: once; after that review is the way."""
        case = await self.spoken_for(who, number)
        if case.reopened:
            raise DeskError("track.reopened_before", number=case.number)
        case.reopened += 1
        case.closed_at = None
        case.accepted_at = self.work.now
        case.reply_by = self.work.deadlines.reply_by(case.policy, case.procedure, self.work.now)
        await self.work.happen(case, Action.REOPEN, self.actor(who), CITIZEN, text=reason)
        return await self.viewed(case, who)

    async def request_review(self, who: str, number: str, reason: str) -> CaseView:
        """Ask the body above to review the answer (复查), after that to recheck it (复核), within their days."""
        case = await self.spoken_for(who, number)
        await reviews.request(self.work, case, self.actor(who), reason)
        return await self.viewed(case, who)

    def _new(self, who: str, complaint: Complaint, way: Route, number: str) -> Case:
        work, anonymous = self.work, complaint.contact_way is ContactWay.ANONYMOUS
        procedure = work.deadlines.procedure_for(
            work.city.policy, way.procedure, complaint.kind, urgent=complaint.urgent
        )
        code = query_code(work.choose)
        reporter = Reporter(
            work.unit.cases.bearer(code) if anonymous else who,
            complaint.language,
            complaint.contact_way,
            "" if anonymous else complaint.name,
            "" if anonymous else complaint.phone,
        )
        return Case(
            number=number,
            query_code=code,
            status=Status.SUBMITTED,
            reporter=reporter,
            narrative=complaint.narrative,
            first_level=complaint.first_level,
            second_level=complaint.second_level,
            category_confidence=complaint.category_confidence,
            category_by=complaint.category_by,
            kind=complaint.kind,
            requests=complaint.requests,
            place=complaint.place,
            occurrence=complaint.occurrence,
            respondent=complaint.respondent,
            people=complaint.people,
            department=way.department,
            helpers=way.helpers,
            procedure=procedure,
            policy=work.city.policy,
            filed_at=work.now,
            decide_by=work.deadlines.decide_by(work.city.policy, procedure, work.now),
            urgent=complaint.urgent,
            confidential=complaint.confidential or complaint.kind is Kind.REPORT,
            anonymous=anonymous,
            joint=complaint.people != "1-5",
            publish=complaint.publish,
            consent=complaint.consent,
            language=complaint.language,
            files=complaint.attachments,
            responsible=way.department,
            lawful_way=complaint.lawful_way or "",
        )

    def _receipt(self, case: Case) -> Receipt:
        work = self.work
        decide_by = case.decide_by or work.now
        latest = work.deadlines.reply_by(case.policy, case.procedure, decide_by)
        unsure = work.deadlines.unsure(replace(case, reply_by=latest))
        name = work.city.department_name(case.department, case.language)
        return Receipt(case.number, case.query_code, name, decide_by, latest, case.merged_into, unsure, case.anonymous)

    async def theirs(self, who: str, number: str) -> Case:
        """Their case, held for this transaction; another's does not exist for them."""
        try:
            proper = read_number(number, self.work.city.prefix)
        except BadNumber:
            raise DeskError("track.bad_number", number=number) from None
        case = await self.work.unit.cases.get(proper, lock=True) if proper else None
        if case is None or case.reporter.address != who:
            raise CaseNotFound("track.not_found")
        return case

    async def viewed(self, case: Case, who: str) -> CaseView:
        """The case as they may see it, with its history."""
        history = await self.work.unit.cases.history(case.number)
        if not case.merged_into:
            return self._view(case, who, history)
        parent = await self.work.unit.cases.get(case.merged_into)
        if parent is None:
            return self._view(case, who, history)
        shared = [each for each in await self.work.unit.cases.history(parent.number) if each.action in notices.SHARED]
        own = self._view(case, who, history)
        both = self._view(
            joint.shown_progress(case, parent), who, sorted((*history, *shared), key=lambda each: each.at)
        )
        return replace(both, actions=self._actions(case, parent) if own.own else frozenset())

    async def spoken_for(self, who: str, number: str) -> Case:
        """The case that their wish is about: a representative speaks for the whole joint matter."""
        return await joint.spoken_for(self.work, await self.theirs(who, number))

    def _view(self, case: Case, who: str, history: Sequence[Event]) -> CaseView:
        own = case.reporter.address == who
        category = self.work.city.category(case.first_level, case.second_level)
        visible = case.status is not Status.PENDING_REVIEW
        return CaseView(
            number=case.number,
            status=case.status if visible else Status.IN_PROGRESS,
            title=beginning(case.narrative) if own else "",
            first_level=category.first_names.get(case.language, case.first_level),
            second_level=category.second_names.get(case.language, case.second_level),
            place=case.place.text if own else "",
            department=self.work.city.department_name(case.department, case.language),
            filed_at=case.filed_at,
            decide_by=case.decide_by if case.accepted_at is None else None,
            reply_by=case.reply_by,
            reply=general_part(case) if visible and case.replied_at else "",
            answers=request_answers(case) if visible and case.replied_at and own else (),
            follows=case.merged_into,
            open_question=open_question(case, history),
            own=own,
            solved=case.solved,
            satisfaction=case.satisfaction,
            steps=tuple(_step(each, own=own) for each in holding(history)),
            unsure=self.work.deadlines.unsure(case),
            secret=case.confidential or case.anonymous,
            actions=self._actions(case) if own else frozenset(),
        )

    def _actions(self, case: Case, parent: Case | None = None) -> frozenset[str]:
        may = set(lifecycle.possible(case.status, CITIZEN))
        if parent and not parent.replied_at:
            may.discard(Action.RATE)
        if parent and case.representative:
            may |= set(lifecycle.possible(parent.status, CITIZEN)) - {Action.WITHDRAW, Action.RATE}
        return frozenset(name for name, action in OFFERED.items() if action in may and self._offers(case, action))

    def _offers(self, case: Case, action: Action) -> bool:
        """Whether it is worth a button: reopening once, review first and recheck after it, each within its days."""
        answered = case.delivered_at or case.replied_at
        if action is Action.REOPEN:
            return not case.reopened
        if action is Action.REQUEST_REVIEW:
            in_time = answered is None or self.work.now <= self.work.deadlines.review_by(case.policy, answered)
            return case.reviewed_at is None and in_time
        if action is Action.REQUEST_RECHECK:
            decided = case.reviewed_at
            return decided is not None and self.work.now <= self.work.deadlines.recheck_by(case.policy, decided)
        return True

    def actor(self, who: str) -> Actor:
        """The citizen as who did it."""
        return Actor(Role.REPORTER, who)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.work.deadlines.zone).date()


def beginning(text: str) -> str:
    """How a text begins, on one line: some forty Chinese characters or eighty others."""
    line, room = " ".join(text.split()), TITLE_LATIN if text.isascii() else TITLE
    return line if len(line) <= room else line[: room - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _slot(slot: Slot) -> ReceptionSlot:
    return ReceptionSlot(slot.id, slot.host, slot.place, slot.begins_at)


def _step(event: Event, *, own: bool) -> Step:
    """A line as the citizen reads it; the answer itself stands above the history, not in it."""
    text = event.text if own and event.action not in (Action.REPLY, Action.APPROVE) else ""
    by_name = event.before is event.after or event.action in TOLD
    return Step(event.at, shown(event), text, event.action if by_name else "")


def holding(history: Sequence[Event]) -> Sequence[Event]:
    """The lines for a citizen: what was taken back within a minute is nothing that they have to make sense of."""
    lines = (event for _, event in standing(("", event) for event in history))
    return [event for event in lines if event.action not in HIDDEN and event.after is not Status.PENDING_REVIEW]


def shown(event: Event) -> Status:
    """The status as the citizen reads it: a pending review is not theirs to worry about."""
    return Status.IN_PROGRESS if event.after is Status.PENDING_REVIEW else event.after


def request_answers(case: Case) -> tuple[RequestAnswer, ...]:
    """What becomes of each request, with its words."""
    fitting = (each for each in case.answers if each.request <= len(case.requests))
    return tuple(RequestAnswer(case.requests[each.request - 1], each) for each in fitting)


def open_question(case: Case, history: Sequence[Event]) -> str:
    """What the handler asked and nobody has answered yet."""
    if case.status is not Status.NEED_INFO:
        return ""
    return next((event.text for event in reversed(history) if event.action is Action.ASK_INFO), "")
