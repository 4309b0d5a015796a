"""Joint matters: joining an open case (附议), merging, splitting off, who speaks for all, and what happens when the
first reporter takes the case back.

A case that joined keeps its number, its reporter and its history; its status is ``merged`` and it follows its parent.
There is one level of parents: joining a joined case joins its parent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules import joint
from cases.rules.case import Action, Actor, Case, Place, Role
from cases.rules.desk import CaseNotFound, DeskError
from cases.rules.lifecycle import OPEN
from cases.rules.permissions import of_the_accused

NEAR = 40
"""How many open cases of the same matter are looked at for likeness."""


@dataclass(frozen=True, slots=True)
class Joint:
    """A joint matter: the parent and those who joined."""

    parent: Case
    joined: Sequence[Case]

    @property
    def people(self) -> int:
        """How many different people have a part in it."""
        return joint.people(self.parent, self.joined)


async def neighbours(work: Work, first_level: str, second_level: str, who: str, place: Place) -> Sequence[Case]:
    """Open cases of the same matter near a place that a stranger may join, the newest first."""
    sites = await work.unit.cases.sites(first_level, second_level, limit=NEAR)
    near = [id for id, where in sites if joint.nearness(where, place) is not None]
    found = await work.unit.cases.readable(near)
    return [case for case in found if joint.may_be_joined(case) and case.reporter.address != who]


async def join(work: Work, case: Case, parent_number: str, actor: Actor) -> Case:
    """A citizen's new case joins an open one; returns the parent."""
    parent = await _parent(work, parent_number)
    if not joint.may_be_joined(parent):
        raise DeskError("track.not_joinable")
    await _follow(work, case, parent, Action.JOIN, actor, (Role.REPORTER,))
    parent.joint = True
    await work.unit.cases.save(parent)
    return parent


async def merge(desk: StaffDesk, number: str, into: str) -> Case:
    """Join a case to another: its citizen hears of the other's progress, its number goes on working."""
    case = await desk.mine(number)
    parent = await _seen_parent(desk, (await desk.mine(into)).number)
    if of_the_accused(parent.department, case, desk.work.city) or of_the_accused(
        case.department, parent, desk.work.city
    ):
        raise DeskError("refused.accused_department")
    if case.number == parent.number or parent.status not in OPEN:
        raise DeskError("refused.merge_target", number=parent.number)
    desk.allowed(case, Action.MERGE)
    for each in await desk.work.unit.cases.joined(case.number):
        each.merged_into = parent.number
        await desk.work.unit.cases.save(each)
    case.merged_into = parent.number
    case.closed_at = desk.work.now
    merged = await desk.do(case, Action.MERGE, text=parent.number, more={"into": parent.number})
    parent.joint = parent.joint or case.joint or parent.reporter.address != case.reporter.address
    await desk.work.unit.cases.save(parent)
    return merged


async def split(desk: StaffDesk, number: str) -> Case:
    """Handle a joined case by itself again."""
    case = await desk.mine(number)
    desk.allowed(case, Action.SPLIT)
    await _stand_alone(desk.work, case)
    return await desk.do(case, Action.SPLIT)


async def split_own(work: Work, case: Case, actor: Actor) -> None:
    """A citizen wants their case handled by itself."""
    await _stand_alone(work, case)
    await work.happen(case, Action.SPLIT, actor, (Role.REPORTER,))


async def together(desk: StaffDesk, number: str) -> Joint:
    """The joint matter that a case belongs to."""
    case = await desk.mine(number)
    parent = await _seen_parent(desk, case.number)
    joined = await desk.work.unit.cases.joined(parent.number)
    return Joint(parent, [each for each in joined if desk.sees(each)])


async def represent(desk: StaffDesk, number: str) -> Case:
    """Let the reporter of a joined case speak for all; five at most."""
    case = await desk.mine(number)
    desk.allowed(case, Action.REPRESENT)
    if not case.merged_into:
        raise DeskError("refused.not_joined", number=case.number)
    parent = await _seen_parent(desk, case.number)
    if not joint.room_for_another(parent, await desk.work.unit.cases.joined(parent.number)):
        raise DeskError("refused.representatives", most=joint.MOST_REPRESENTATIVES)
    case.representative = True
    return await desk.do(case, Action.REPRESENT, more={"into": parent.number})


async def spoken_for(work: Work, case: Case) -> Case:
    """The case that a reporter's wish is about: for a representative the joint matter itself, else their own."""
    if case.merged_into and case.representative:
        return await work.case(case.merged_into)
    return case


async def hand_over(work: Work, parent: Case) -> None:
    """The first reporter takes the case back: the next one's case goes on in its place, the others follow that."""
    joined = list(await work.unit.cases.joined(parent.number))
    if not joined:
        return
    heir, *others = joined
    system = Actor(Role.SYSTEM, "system")
    heir.merged_into, heir.closed_at, heir.joint = "", None, True
    if not of_the_accused(parent.department, heir, work.city):
        heir.department, heir.responsible, heir.helpers = parent.department, parent.responsible, parent.helpers
    heir.decide_by, heir.policy, heir.procedure = parent.decide_by, parent.policy, parent.procedure
    heir.accepted_at, heir.reply_by = parent.accepted_at, parent.reply_by
    await work.happen(heir, Action.SPLIT, system, (Role.SYSTEM,))
    for each in others:
        each.merged_into = heir.number
        await work.unit.cases.save(each)


async def _parent(work: Work, number: str) -> Case:
    case = await work.case(number)
    return await work.case(case.merged_into) if case.merged_into else case


async def _seen_parent(desk: StaffDesk, number: str) -> Case:
    """The case that this one follows, or itself; raise `CaseNotFound` when the account does not see it."""
    parent = await _parent(desk.work, number)
    if not desk.sees(parent):
        raise CaseNotFound("track.not_found")
    return parent


async def _follow(work: Work, case: Case, parent: Case, action: Action, actor: Actor, roles: tuple[Role, ...]) -> None:
    case.merged_into = parent.number
    case.department, case.responsible, case.handler = parent.department, parent.responsible, parent.handler
    case.closed_at = work.now
    await work.happen(case, action, actor, roles, text=parent.number, more={"into": parent.number})


async def _stand_alone(work: Work, case: Case) -> None:
    """Its own clock begins anew: nobody has decided on it yet."""
    case.merged_into, case.representative, case.closed_at = "", False, None
    case.accepted_at = case.reply_by = None
    case.decide_by = work.deadlines.decide_by(case.policy, case.procedure, work.now)


def shown_progress(case: Case, parent: Case) -> Case:
    """A joined case as its reporter may read it: where the parent stands, under their own number."""
    public = parent.reply if parent.replied_at else ""
    return replace(case, status=parent.status, reply=public, replied_at=parent.replied_at, reply_by=parent.reply_by)
