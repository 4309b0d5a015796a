"""Reception (约访): leaders' days as slots that citizens book, move and cancel in chat; meetings with minutes.

领导接访, 会商, 听证, 访调对接: who comes together when, what was said, both sides' consent to a mediation.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules import notices
from cases.rules.case import Action, Actor, Case, Role, Status
from cases.rules.desk import DeskError
from cases.rules.lifecycle import OPEN
from cases.rules.notices import Notice, NoticeButton, payload
from cases.rules.permissions import may_know
from storage.reception import Meeting, Slot

CONSULTATION, HEARING, MEDIATION = "consultation", "hearing", "mediation"
ACT_OF = {CONSULTATION: "consult", HEARING: "hearing"}
MOST_SLOTS = 48
BEFORE = timedelta(hours=24)
SYSTEM = Actor(Role.SYSTEM, "reception")
BOOKED, UNBOOKED = {"reception": "booked"}, {"reception": "unbooked"}


async def open_slots(desk: StaffDesk, begin: datetime, end: datetime, minutes: int, host: str, place: str) -> int:
    """Open a reception day in slots of so many minutes; how many are new."""
    desk.may("open_reception")
    count = int((end - begin) / timedelta(minutes=minutes))
    if not 1 <= count <= MOST_SLOTS or begin <= desk.work.now:
        raise DeskError("refused.slots")
    times = [begin + timedelta(minutes=minutes * index) for index in range(count)]
    opened = [await desk.work.unit.reception.open_slot(host, place, at, minutes) for at in times]
    desk.log("open_slots", host, "allowed")
    return sum(opened)


async def days(desk: StaffDesk, span: timedelta = timedelta(days=14)) -> Sequence[Slot]:
    """The slots of the coming days, free and booked."""
    now = desk.work.now
    return await desk.work.unit.reception.slots(now - timedelta(hours=12), now + span)


async def free(work: Work) -> Sequence[Slot]:
    """The next slots that can be booked."""
    return await work.unit.reception.free(work.now)


async def book(work: Work, case: Case, slot_id: int, actor: Actor) -> Slot:
    """Book a slot for a case; one that was booked before is moved to it."""
    if case.status not in (*OPEN, Status.RESOLVED, Status.CLOSED_UNSOLVED):
        raise DeskError("track.not_now", status=case.status.value)
    slot = await work.unit.reception.slot(slot_id)
    before = await work.unit.reception.slot_of(case.number, work.now)
    taken = slot is None or slot.begins_at <= work.now
    if slot is None or taken or not await work.unit.reception.book(slot_id, case.number, actor.id):
        raise DeskError("track.slot_taken")
    if before:
        await work.unit.reception.cancel(before.id)
    await _note(work, case, f"{slot.begins_at.astimezone(work.deadlines.zone):%Y-%m-%d %H:%M} {slot.host}", BOOKED)
    await _tell_host(work, case, slot, "staffnotice.booked")
    return slot


async def cancel(work: Work, case: Case) -> Slot:
    """Give the booked slot back."""
    slot = await work.unit.reception.slot_of(case.number, work.now)
    if slot is None:
        raise DeskError("track.no_slot", number=case.number)
    await work.unit.reception.cancel(slot.id)
    await _note(work, case, f"{slot.begins_at.astimezone(work.deadlines.zone):%Y-%m-%d %H:%M}", UNBOOKED)
    await _tell_host(work, case, slot, "staffnotice.unbooked")
    return slot


async def remind(work: Work) -> int:
    """Remind whoever has a slot within a day, once; how many."""
    soon = await work.unit.reception.to_remind(work.now, work.now + BEFORE)
    for slot in soon:
        await work.unit.reception.reminded(slot.id, work.now)
        case = await work.unit.cases.get(slot.case_number)
        if case:
            button = NoticeButton("button.unbook", payload("unbook", case))
            notice = Notice(notices.REPORTER, "notice.slot_soon", _of_slot(work, case, slot), ((button,),))
            await work.queue(case, notice, slot.booked_by, case.language)
    return len(soon)


async def plan(desk: StaffDesk, number: str, kind: str, at: datetime, place: str, people: tuple[str, ...]) -> Case:
    """Plan a consultation or a hearing; the citizen is told of a hearing, staff who are named are invited.

    The time until a hearing is not counted in a recheck (art. 36): its deadline moves by it.
    """
    case = await desk.mine(number)
    desk.may(ACT_OF[kind])
    named, invited = await _invited(desk, case, people)
    if at <= desk.work.now:
        raise DeskError("refused.past")
    await desk.work.unit.reception.add_meeting(kind, case.number, at, place, people, desk.account.account)
    if kind == HEARING and case.status is Status.RECHECK and case.reply_by:
        case.reply_by = desk.work.deadlines.extended(case.reply_by, (at - desk.work.now).days + 1)
    day = f"{at.astimezone(desk.work.deadlines.zone):%Y-%m-%d %H:%M}"
    done = await desk.do(case, Action.NOTE, internal=f"{day} {place} {', '.join(people)}", data={"meeting": kind})
    values = {**desk.work.common(case), "at": notices.moment(at), "place": place, "people": ", ".join(named)}
    if kind == HEARING:
        await desk.work.queue(
            case, Notice(notices.REPORTER, "notice.hearing", values), case.reporter.address, case.language
        )
    notice = Notice(notices.HANDLERS, f"staffnotice.{kind}", values, _look(case))
    await desk.work.tell_staff(case, notice, invited)
    return done


async def refer(desk: StaffDesk, number: str, body: str) -> Case:
    """Propose a mediation to the citizen; nothing begins before both sides have said yes."""
    case = await desk.mine(number)
    desk.may("mediate")
    await desk.work.unit.reception.add_meeting(MEDIATION, case.number, desk.work.now, body, (), desk.account.account)
    yes, no = (NoticeButton(f"button.{each}", payload("mediation", case, v=each)) for each in ("agree", "decline"))
    notice = Notice(notices.REPORTER, "notice.mediation", {**desk.work.common(case), "body": body}, ((yes, no),))
    await desk.work.queue(case, notice, case.reporter.address, case.language)
    return await desk.do(case, Action.NOTE, internal=body, data={"meeting": MEDIATION})


async def citizen_on_mediation(work: Work, case: Case, *, agrees: bool) -> None:
    """The citizen says yes or no."""
    meeting = await _open_mediation(work, case)
    await _consent(work, case, meeting, "citizen", agrees=agrees)


async def other_side_on_mediation(desk: StaffDesk, number: str, *, agrees: bool) -> Case:
    """The handler notes what the other side says."""
    case = await desk.mine(number)
    desk.may("mediate")
    meeting = await _open_mediation(desk.work, case)
    await _consent(desk.work, case, meeting, "other", agrees=agrees)
    return case


async def minutes(desk: StaffDesk, number: str, text: str) -> Case:
    """The minutes of the last meeting or reception of a case."""
    case = await desk.mine(number)
    store = desk.work.unit.reception
    planned = [
        each for each in await store.meetings_of(case.number) if each.at <= desk.work.now and not each.minutes_text
    ]
    slot = await store.last_of(case.number)
    if planned:
        await store.save_meeting(planned[-1].id, "held", text)
    elif slot and slot.begins_at <= desk.work.now:
        await store.note(slot.id, text)
    else:
        raise DeskError("refused.no_meeting", number=case.number)
    return await desk.do(case, Action.NOTE, internal=text, data={"minutes": "yes"})


async def _consent(work: Work, case: Case, meeting: Meeting, side: str, *, agrees: bool) -> None:
    store = work.unit.reception
    if not agrees:
        await store.save_meeting(meeting.id, "called_off", meeting.minutes_text)
    elif meeting.state == "planned":
        await store.save_meeting(meeting.id, f"{side}_agreed", meeting.minutes_text)
    elif meeting.state != f"{side}_agreed":
        await store.save_meeting(meeting.id, "agreed", meeting.minutes_text)
    now = await store.meeting(case.number, MEDIATION)
    state = now.state if now else ""
    answer = "yes" if agrees else "no"
    await _note(work, case, f"{side}: {answer}", {"side": side, "agrees": answer})
    if state in ("agreed", "called_off"):
        values = {**work.common(case), "body": meeting.place}
        citizen = Notice(notices.REPORTER, f"notice.mediation_{state}", values)
        await work.queue(case, citizen, case.reporter.address, case.language)
        staff = Notice(notices.HANDLERS, f"staffnotice.mediation_{state}", values, _look(case))
        await work.tell_staff(case, *await work.addressed(case, staff))


async def _open_mediation(work: Work, case: Case) -> Meeting:
    meeting = await work.unit.reception.meeting(case.number, MEDIATION)
    if meeting is None or meeting.state not in ("planned", "citizen_agreed", "other_agreed"):
        raise DeskError("track.no_mediation", number=case.number)
    return meeting


async def _note(work: Work, case: Case, text: str, data: Mapping[str, str]) -> None:
    await work.happen(case, Action.NOTE, SYSTEM, (Role.SYSTEM,), internal=text, data=data)


async def _tell_host(work: Work, case: Case, slot: Slot, key: str) -> None:
    host = await work.unit.staff.get(slot.host)
    told = await work.unit.staff.addresses(slot.host, work.now) if host and may_know(host, case, work.city) else ()
    notice = Notice(notices.HANDLERS, key, _of_slot(work, case, slot), _look(case))
    await work.tell_staff(case, notice, (*told, *await work.audience(case, notices.HANDLERS)))


async def _invited(desk: StaffDesk, case: Case, people: Sequence[str]) -> tuple[list[str], list[str]]:
    """Who comes, by name, and where those who are staff are invited; raise `DeskError` for who must not know of it."""
    named: list[str] = []
    addresses: list[str] = []
    for person in people:
        account = await desk.work.unit.staff.get(person)
        if account and not may_know(account, case, desk.work.city):
            raise DeskError("refused.may_not_know", account=person)
        named.append(account.name if account else person)
        addresses += await desk.work.unit.staff.addresses(person, desk.work.now) if account else ()
    return named, addresses


def _of_slot(work: Work, case: Case, slot: Slot) -> dict[str, notices.Value]:
    return {**work.common(case), "at": notices.moment(slot.begins_at), "host": slot.host, "place": slot.place}


def _look(case: Case) -> tuple[tuple[NoticeButton, ...], ...]:
    return ((NoticeButton("button.open_case", f"/case {case.number}"),),)
