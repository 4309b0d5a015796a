"""Commands that show what citizens sent along."""

from collections.abc import Mapping

from bot.staff.parsing import Expected, number_and_rest, number_request_words
from bot.staff.speaking import Room, Run, Said
from cases.casework import evidence
from cases.rules.case import File
from dialogs.messages import Attachment, AttachmentKind, Button

MOST_DIGITS = 3


async def files(room: Room, rest: str) -> Said:
    """What was sent along with a case, ten at a time."""
    number, first = number_and_rest(rest)
    if first and not (first.isascii() and first.isdecimal() and len(first) <= MOST_DIGITS):
        raise Expected
    shown = await evidence.look(room.desk, number, int(first or 1))
    number, text = shown.case.number, room.cards.text
    if not shown.files:
        return Said(text("staff.files_none", number=number))
    last = shown.first + len(shown.files) - 1
    head = text("staff.files", number=number, first=shown.first, last=last, count=shown.count)
    lines = [room.cards.file(position, each) for position, each in enumerate(shown.files, shown.first)]
    more = ((Button(text("staff.button_more"), f"/files {number} {shown.more}"),),) if shown.more else ()
    return Said("\n".join((head, *lines)), more, tuple(attachment(each) for each in shown.files))


async def original(room: Room, rest: str) -> Said:
    """A picture as it was sent."""
    number, position, reason = number_request_words(rest)
    file = await evidence.original(room.desk, number, position, reason)
    return Said(room.cards.text("staff.original", name=file.name), attachments=(attachment(file, as_it_is=True),))


def attachment(file: File, *, as_it_is: bool = False) -> Attachment:
    """The file as part of a message; `as_it_is`: as a document, which no messenger writes anew."""
    kind = AttachmentKind.DOCUMENT if as_it_is else AttachmentKind(file.kind)
    return Attachment(file.key, kind, file.name, file.media_type, file.size, file.sha256)


EVIDENCE: Mapping[str, Run] = {
    "files": files,
    "original": original,
}
