"""Making the file: rights, the stream of cases, the log."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.export.columns import COLUMNS, View, row
from bot.export.wishes import Wish, read_wish
from bot.export.writers import MEDIA_TYPES, WRITERS
from cases.casework.handling import StaffDesk
from cases.rules.city import City
from cases.rules.desk import DeskError
from cases.rules.permissions import ACTS, may, may_export, may_name
from dialogs.messages import Attachment, AttachmentKind
from storage.attachments import AttachmentFiles, StoredAttachment
from storage.audit import AuditLine
from storage.staff import StaffAccount
from storage.unit import Unit

Progress = Callable[[int], None]
TICK = 1000
"""The progress is told once in so many rows."""


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
    count = 0
    try:
        async for case in unit.cases.stream(wish.filter, without=view.unread()):
            if account is None or may_export(account, case, city):
                writer.write(row(case, view, named=account is None or may_name(account, case, city)))
                count += 1
                if count % TICK == 0:
                    tick(count)
        writer.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def log_export(unit: Unit, now: datetime, who: str, wish: Wish, rows: int) -> None:
    """Every export is logged: who, what, why, how many."""
    filters = {name: str(getattr(wish.filter, name)) for name in ("since", "until", "statuses", "departments")}
    data = {"format": wish.format, "rows": rows, "unmasked": wish.unmasked, **filters}
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
