"""What citizens sent along: who sees a case looks at its files; the sealed original of a picture needs a reason.

What handlers see of a picture was written anew, without the place and the device that it was taken with. Where those
matter (was the photo taken there?), a supervisor opens the original; both are logged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from cases.casework.handling import StaffDesk
from cases.rules.case import Case, File
from cases.rules.desk import DeskError
from cases.rules.permissions import may_know_reporter

MOST = 10
"""Files in one message: Telegram's album (Bot API, sendMediaGroup) holds as many."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Some files of a case: the first one's position from 1, and how many there are in all."""

    case: Case
    first: int
    files: Sequence[File]
    count: int

    @property
    def more(self) -> int:
        """The position of the next file; 0 where this was all."""
        following = self.first + len(self.files)
        return following if following <= self.count else 0


async def look(desk: StaffDesk, number: str, first: int = 1) -> Shown:
    """The files from this position on."""
    case = await desk.mine(number)
    if not 1 <= first <= max(len(case.files), 1):
        raise DeskError("refused.no_file", count=len(case.files))
    desk.log("files", case.number, "allowed")
    files = [_shown(desk, case, position) for position in range(first, min(first + MOST, len(case.files) + 1))]
    return Shown(case, first, files, len(case.files))


async def original(desk: StaffDesk, number: str, position: int, reason: str) -> File:
    """The picture at this position as it was sent."""
    desk.may("original")
    case = await desk.mine(number)
    if not 1 <= position <= len(case.files):
        raise DeskError("refused.no_file", count=len(case.files))
    file = case.files[position - 1]
    stored = await desk.work.unit.attachments.get(file.key)
    if stored is None or not stored.original:
        raise DeskError("refused.no_original")
    desk.log("original", case.number, "allowed", reason)
    return replace(_shown(desk, case, position), key=stored.original)


def _shown(desk: StaffDesk, case: Case, position: int) -> File:
    """The file at this position; for who must not know the reporter without its name, which may be theirs."""
    file = case.files[position - 1]
    if may_know_reporter(desk.account.department, case, desk.work.city):
        return file
    return replace(file, name=f"{position}{PurePath(file.name).suffix}")
