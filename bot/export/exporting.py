"""Making the file: rights, the stream of cases, the log."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from itertools import compress
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.export.admission import Admission, Everything
from bot.export.columns import COLUMNS, View, cells, read_for
from bot.export.wishes import Wish, read_wish
from bot.export.writers import MEDIA_TYPES, WRITERS, Writer
from cases.casework.handling import StaffDesk
from cases.rules.city import City
from cases.rules.desk import DeskError
from cases.rules.permissions import ACTS, may
from dialogs.messages import Attachment, AttachmentKind
from storage.attachments import AttachmentFiles, StoredAttachment
from storage.audit import AuditLine
from storage.register import Page
from storage.staff import StaffAccount
from storage.unit import Unit

Progress = Callable[[int], None]
"""Is told now and then how many rows there are."""


def allowed(wish: Wish, account: StaffAccount, mine: tuple[str, ...]) -> Wish:
    """The wish as far as the account may have it; raise `DeskError` for what it may not."""
    for act in ("export", *(("export_unmasked",) if wish.unmasked else ())):
        if not may(account.roles, act):
            raise DeskError("refused.role", roles=sorted(role.value for role in ACTS[act]))
    if wish.unmasked and not wish.reason:
        raise DeskError("staff.export_reason")
    wanted = wish.filter.departments
    if wanted and not set(wanted) <= set(mine):
        raise DeskError("refused.department", department=", ".join(set(wanted) - set(mine)))
    return replace(wish, filter=replace(wish.filter, departments=wanted or mine))


async def write_file(
    unit: Unit, city: City, wish: Wish, path: Path, view: View, account: StaffAccount | None, tick: Progress
) -> int:
    """Stream the cases into the file; returns how many. The file appears whole or not at all."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    writer = WRITERS[wish.format](part, [column.head(view.language) for column in COLUMNS])
    admission = Admission(account, city) if account else Everything()
    names = tuple(dict.fromkeys((*read_for(view), *admission.reads)))
    try:
        try:
            count = await _fill(writer, unit.register.pages(wish.filter, names), view, admission, tick)
        finally:
            writer.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


async def _fill(
    writer: Writer, pages: AsyncIterator[Page], view: View, admission: Admission | Everything, tick: Progress
) -> int:
    count = 0
    async for page in pages:
        admitted, named = admission.of(page)
        found = cells(page, view, named)
        writer.write(found if all(admitted) else [list(compress(column, admitted)) for column in found])
        count += sum(admitted)
        tick(count)
    return count


def log_export(unit: Unit, now: datetime, who: str, wish: Wish, rows: int) -> None:
    """Every export is logged: who, what, why, how many."""
    filters = {name: str(getattr(wish.filter, name)) for name in ("since", "until", "statuses", "departments")}
    data = {"format": wish.format, "rows": rows, "unmasked": wish.unmasked, "locked": wish.locked, **filters}
    unit.audit.log(AuditLine(now, who, "export", wish.format, "allowed", wish.reason, data))


class StaffExporter:
    """What ``/export`` needs (`bot.staff.commands.Exporter`)."""

    def __init__(self, files: AttachmentFiles, folder: Path) -> None:
        self.files = files
        self.folder = folder

    async def for_staff(self, desk: StaffDesk, words: str) -> tuple[Attachment, int]:
        """The file as an attachment to send, and how many rows it has."""
        work, account = desk.work, desk.account
        wish = allowed(read_wish(words, work.city, ZoneInfo(work.city.timezone)), account, desk.departments())
        view = View(work.city, await work.language_of(desk.address), not wish.unmasked, work.now)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"jiesu-{secrets.token_hex(8)}.{wish.format}"
        try:
            rows = await write_file(work.unit, work.city, wish, path, view, account, lambda _: None)
            attachment = await self._kept(desk, wish, path)
        finally:
            path.unlink(missing_ok=True)
        log_export(work.unit, work.now, account.account, wish, rows)
        return attachment, rows

    async def _kept(self, desk: StaffDesk, wish: Wish, path: Path) -> Attachment:
        content = await asyncio.to_thread(path.read_bytes)
        key, digest = await self.files.write(content)
        name = f"jiesu-{desk.work.now:%Y%m%d-%H%M}.{wish.format}"
        stored = StoredAttachment(
            key, desk.address, "document", name, MEDIA_TYPES[wish.format], len(content), digest, desk.work.now
        )
        await desk.work.unit.attachments.add(stored)
        return Attachment(key, AttachmentKind.DOCUMENT, name, stored.media_type, stored.size, digest)
