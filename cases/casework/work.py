"""What every use case shares: one transaction's stores, the city, the time, and the one way in which a case changes.

`Work.happen` is the only place that changes a case's status: it asks the lifecycle, appends to the history, saves,
and queues the notices, all in the caller's transaction.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cases.rules import duty, ladder, notices
from cases.rules.case import Action, Actor, Case, Event, Role, Status, reachable
from cases.rules.city import City
from cases.rules.deadlines import Deadlines
from cases.rules.desk import CaseNotFound, DeskError
from cases.rules.lifecycle import (
    UNANSWERED,
    NotForThisRole,
    NotInThisStatus,
    Refused,
    WordsNeeded,
    after,
    check,
    settles_time,
)
from cases.rules.notices import Notice
from cases.rules.permissions import may_know, sees
from cases.rules.rates import ANSWERING, DECIDING, LOGGED
from storage.outbox import Priority
from storage.unit import Unit

AUDIENCES: Mapping[str, frozenset[Role]] = {
    notices.HANDLERS: frozenset({Role.HANDLER, Role.LEAD}),
    notices.REVIEWERS: frozenset({Role.REVIEWER, Role.LEAD, Role.SUPERVISOR}),
    notices.LEADS: frozenset({Role.LEAD, Role.SUPERVISOR}),
    notices.SUPERVISORS: frozenset({Role.SUPERVISOR}),
}


AT_NIGHT = frozenset({Action.REGISTER, Action.SUPPLEMENT, Action.URGE})


@dataclass(frozen=True)
class Work:
    """One transaction's casework. `choose` picks a letter (chance is an argument)."""

    unit: Unit
    city: City
    now: datetime
    choose: Callable[[str], str] = secrets.choice
    deadlines: Deadlines = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "deadlines", Deadlines(self.city))

    async def case(self, number: str) -> Case:
        """The case, held for this transaction; raise `CaseNotFound`."""
        case = await self.unit.cases.get(number, lock=True)
        if case is None:
            raise CaseNotFound("track.not_found")
        return case

    async def happen(
        self,
        case: Case,
        action: Action,
        actor: Actor,
        roles: Iterable[Role],
        *,
        text: str = "",
        internal: str = "",
        data: Mapping[str, str] | None = None,
        reviewed: bool = True,
        solved: bool = True,
        more: Mapping[str, notices.Value] | None = None,
        undone: Status | None = None,
    ) -> Event:
        """Let one action happen to the case; raise `DeskError` when the lifecycle refuses it.

        `text` is for the citizen, `internal` for staff; `more` fills further placeholders of the notices.
        """
        try:
            check(case.status, action, roles, text or internal)
        except Refused as refused:
            raise refusal(refused) from None
        before, logged = case.status, self._logged(case, action)
        accepted = case.accepted_at is not None
        case.status = after(case.status, action, reviewed=reviewed, solved=solved, accepted=accepted, undone=undone)
        if before is Status.NEED_INFO and case.status is not Status.NEED_INFO:
            self._resume(case)
        if settles_time(action, case.status):
            case.wanted_days = 0
        event = Event(0, self.now, action, actor, before, case.status, text, internal, {**(data or {}), **logged})
        return await self.keep(case, event, more or {})

    def _resume(self, case: Case) -> None:
        """The citizen is waited for no longer: where the policy pauses, the deadlines move by the time of waiting."""
        if case.accepted_at and case.reply_by:
            case.reply_by = self.deadlines.resumed(case, case.reply_by, self.now)
        elif case.decide_by:
            case.decide_by = self.deadlines.resumed(case, case.decide_by, self.now)
        case.asked_at = None

    def _logged(self, case: Case, action: Action) -> dict[str, str]:
        """What a decisive line carries for the rates: whose it is, and the due date that it meets or misses."""
        if action not in LOGGED:
            return {}
        due = case.decide_by if action in DECIDING else case.reply_by if action in ANSWERING else None
        return {"department": case.department, **({"due": due.isoformat()} if due else {})}

    async def keep(self, case: Case, event: Event, more: Mapping[str, notices.Value], *, new: bool = False) -> Event:
        """Append the event, save the case (`new`: add it), queue the notices."""
        case.watch_at = ladder.next_at(case, self.deadlines)
        await (self.unit.cases.add(case) if new else self.unit.cases.save(case))
        kept = await self.unit.cases.append(case.number, event)
        await self.tell(case, kept, more)
        return kept

    async def tell(self, case: Case, event: Event, more: Mapping[str, notices.Value]) -> None:
        """Queue everything that people are told about the event."""
        common = {**self.common(case), "text": event.text or event.internal, **more}
        for notice in notices.to_reporter(case, event, common):
            await self.queue(case, notice, case.reporter.address, case.language)
        if case.joint and event.action in notices.SHARED:
            for notice in notices.about(case, event, common):
                await self._tell_the_joined(case, event, notice)
        told: set[tuple[str, str]] = set()
        for wanted in notices.to_staff(case, event, common):
            notice, found = await self.addressed(case, wanted)
            knows = await self._of_the_actor(event, notice)
            new = [each for each in found if each not in knows and (each, notice.key) not in told]
            told.update((each, notice.key) for each in new)
            await self.tell_staff(case, notice, new)
        if case.urgent and event.action in AT_NIGHT:
            await self._tell_who_is_on_duty(case, common)

    async def _of_the_actor(self, event: Event, notice: Notice) -> Sequence[str]:
        """Where who did it is reached: they know of it, but not that nobody else is there for the case."""
        if event.actor.role in (Role.REPORTER, Role.SYSTEM):
            return (event.actor.id,)
        return () if notice.key == notices.DESERTED else await self.unit.staff.addresses(event.actor.id, self.now)

    async def _tell_who_is_on_duty(self, case: Case, common: Mapping[str, notices.Value]) -> None:
        """Outside office hours an urgent matter goes to the person on duty at once (24小时值班)."""
        local = self.now.astimezone(self.deadlines.zone)
        if duty.office_is_open(self.city, self.deadlines.workdays, local):
            return
        for person in duty.on_duty(self.city, local):
            account = await self.unit.staff.get(person.account)
            if account is None or not may_know(account, case, self.city):
                continue
            buttons = ((notices.NoticeButton("button.open_case", f"/case {case.number}"),),)
            notice = Notice(notices.HANDLERS, "staffnotice.duty", common, buttons, urgent=True)
            await self.tell_staff(case, notice, await self.unit.staff.addresses(person.account, self.now))

    async def _tell_the_joined(self, case: Case, event: Event, notice: Notice) -> None:
        """Who joined the matter hears of each step once, under their own number (同质化类案: progress reaches all)."""
        told = {case.reporter.address, event.actor.id}
        for child in await self.unit.cases.joined(case.number):
            if child.reporter.address not in told:
                told.add(child.reporter.address)
                theirs = notices.for_joined(notice, case, child)
                await self.queue(child, theirs, child.reporter.address, child.language, Priority.BROADCAST)

    def common(self, case: Case) -> dict[str, notices.Value]:
        """The placeholders that every notice may use."""
        department = self.city.departments.get(case.department)
        category = self.city.category(case.first_level, case.second_level)
        unsure, running = self.deadlines.unsure(case), "reply_by" if case.reply_by else "decide_by"
        return {
            "number": case.number,
            "department": notices.names(department.names) if department else case.department,
            "matter": notices.names(category.second_names),
            "decide_by": notices.day(case.decide_by, provisional="decide_by" in unsure),
            "reply_by": notices.day(case.reply_by, provisional="reply_by" in unsure),
            "due_by": notices.day(case.reply_by or case.decide_by, provisional=running in unsure),
            "reply": notices.reply(case),
            "title": case.narrative[:60],
        }

    async def addressed(self, case: Case, notice: Notice) -> tuple[Notice, list[str]]:
        """The notice, and the chat addresses of the staff who get it.

        A case is never nobody's: where its department has nobody for the notice, the supervisors get it, and read that
        nobody is left there to handle the case, where that is so.
        """
        found = await self.audience(case, notice.to)
        if found or notice.to in (notices.AUTHOR, notices.SUPERVISORS):
            return notice, found
        supervisors = await self.audience(case, notices.SUPERVISORS)
        return (notices.deserted(notice, case) if await self._deserted(case) else notice), supervisors

    async def _deserted(self, case: Case) -> bool:
        """Whether the case is still to be handled and nobody of its department is there to do it."""
        return case.status in UNANSWERED and not await self.audience(case, notices.HANDLERS)

    async def audience(self, case: Case, to: str) -> list[str]:
        """The chat addresses of the staff whom a notice is for: of those who see the case.

        Where the handler can be reached no more, the department hears of it.
        """
        theirs = await self._handler(case) if to in (notices.AUTHOR, notices.HANDLERS) else []
        if theirs or to == notices.AUTHOR:
            return theirs
        department = None if to == notices.SUPERVISORS else case.department
        found = await self.unit.staff.people(department, AUDIENCES[to], self.now)
        return [address for address, person in found if sees(person, case, self.city)]

    async def _handler(self, case: Case) -> list[str]:
        account = await self.unit.staff.get(case.handler) if case.handler else None
        if account is None or not sees(account, case, self.city):
            return []
        return list(await self.unit.staff.addresses(account.account, self.now))

    async def queue(
        self, case: Case, notice: Notice, recipient: str, language: str, priority: Priority = Priority.NOTICE
    ) -> None:
        """Put a notice into the outbox of this transaction; nothing happens where nobody can be reached."""
        if not reachable(recipient):
            return
        body = {
            "key": notice.key,
            "values": notice.values,
            "language": language,
            "buttons": [[{"title_key": b.title_key, "payload": b.payload} for b in row] for row in notice.buttons],
            "custom": {"case": case.number},
            "delivers": case.number if notice.delivers else "",
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        not_before = self.now if notice.urgent or notice.to != notices.REPORTER else self.polite_time()
        await self.unit.outbox.put(
            recipient, text, self.now, case_number=case.number, not_before=not_before, priority=priority
        )

    def polite_time(self) -> datetime:
        """Now, or the end of the quiet hours when they are on."""
        start, end = self.city.quiet_hours
        local = self.now.astimezone(self.deadlines.zone)
        quiet = local.hour >= start or local.hour < end if start > end else start <= local.hour < end
        if not quiet:
            return self.now
        morning = local.replace(hour=end, minute=0, second=0, microsecond=0)
        return morning if morning > local else morning + timedelta(days=1)

    async def tell_staff(self, case: Case, notice: Notice, addresses: Sequence[str]) -> None:
        """Queue a notice for members of staff, each in their language."""
        languages = await self.unit.conversations.languages(addresses)
        for address in dict.fromkeys(addresses):
            await self.queue(case, notice, address, languages.get(address, "zh"))

    async def language_of(self, address: str) -> str:
        """The language somebody speaks with the bot; the city's first when it is not known."""
        return (await self.unit.conversations.languages((address,))).get(address, "zh")


def refusal(refused: Refused) -> DeskError:
    """The lifecycle's refusal as something to say."""
    match refused:
        case NotForThisRole(who=who):
            return DeskError("refused.role", roles=[role.value for role in who])
        case NotInThisStatus(status=status, action=action):
            return DeskError("refused.status", status=status.value, action=action.value)
        case WordsNeeded(action=action):
            return DeskError("refused.words", action=action.value)
    return DeskError("refused.status", status="", action="")
