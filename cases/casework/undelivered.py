"""Messages that did not arrive and that nobody tries again by themselves: seen by staff, sent again on their word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.casework.handling import StaffDesk
from storage.outbox import OutboxRow

PAGE = 10
MOST = 10_000
"""So many are sent again at a time."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One of them, without the recipient: the channel, and the case's number where this account may see the case."""

    id: int
    channel: str
    number: str
    queued_at: datetime
    error: str


async def undelivered(desk: StaffDesk, page: int) -> tuple[int, Sequence[Undelivered]]:
    """How many there are in all, and one page of them, the newest first."""
    unit = desk.work.unit
    rows = await unit.outbox.dead(PAGE, offset=(page - 1) * PAGE)
    return await unit.outbox.count_dead(), [await _shown(desk, row) for row in rows]


async def send_again(desk: StaffDesk, ids: Sequence[int] | None) -> int:
    """Queue them again (None: all of them), in their old order; how many. It is logged."""
    unit = desk.work.unit
    wanted = ids if ids is not None else [row.id for row in await unit.outbox.dead(MOST)]
    count = await unit.outbox.revive(wanted, desk.work.now)
    desk.log("dead", "all" if ids is None else " ".join(map(str, ids)), "allowed")
    return count


async def _shown(desk: StaffDesk, row: OutboxRow) -> Undelivered:
    case = await desk.work.unit.cases.get(row.case_number) if row.case_number else None
    number = row.case_number if case and desk.sees(case) else ""
    return Undelivered(row.id, row.channel, number, row.created_at, row.error)
