"""Making the file: rights, the stream of cases, the log."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.archives import lock, new_password
from bot.export.admission import Asker
from bot.export.columns import COLUMNS, View
from bot.export.helping import made_by_helpers
from bot.export.making import Making, Rows
from bot.export.wishes import Wish, read_wish
from bot.export.writers import FORMATS, MEDIA_TYPES, Writer
from bot.wire import Ordered, order_of
from cases.casework.handling import StaffDesk
from cases.casework.work import Work
from cases.rules.city import City
from cases.rules.desk import DeskError
from cases.rules.permissions import ACTS, may
from dialogs.messages import Address, Attachment, AttachmentKind, OutboundMessage
from dialogs.phrasebook import say
from storage.attachments import COPY, AttachmentFiles, StoredAttachment
from storage.audit import AuditLine
from storage.cases import CaseFilter
from storage.register import CHUNK
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import Unit, looking, working

LARGE = 20_000
"""Cases from which on helper processes pay: they need half a second before they give the first row."""
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
    database: Database,
    unit: Unit,
    wish: Wish,
    path: Path,
    view: View,
    account: StaffAccount | None,
    tick: Progress,
    *,
    large: int = LARGE,
    step: int = CHUNK,
) -> int:
    """Stream the cases into the file; returns how many. The file appears whole or not at all.

    Of more than `large` cases the rows are made by helper processes, by spans of `step` ids.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    making = Making(view, Asker.like(account) if account else None, wish.format)
    writer = FORMATS[wish.format].begin(part, [column.head(view.language) for column in COLUMNS])
    try:
        try:
            if await unit.register.has_more(wish.filter, than=large):
                made = made_by_helpers(database, unit, wish.filter, making, step)
            else:
                made = made_here(unit, wish.filter, making)
            async with aclosing(made):
                count = await _fill(writer, made, tick)
        finally:
            writer.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


async def _fill(writer: Writer, made: AsyncIterator[Rows], tick: Progress) -> int:
    count = 0
    async for rows in made:
        await _write(writer, rows)
        count += rows.count
        tick(count)
    return count


async def _write(writer: Writer, rows: Rows) -> None:
    """In a thread: packing takes longer than others want to wait. Who is cut off lets it end, and then closes."""
    writing = asyncio.ensure_future(asyncio.to_thread(writer.write, rows.count, rows.content))
    try:
        await asyncio.shield(writing)
    finally:
        await asyncio.wait([writing])


async def made_here(unit: Unit, wanted: CaseFilter, making: Making) -> AsyncGenerator[Rows]:
    """The rows of all cases that fit, made in this process."""
    maker = making.maker()
    async for page in unit.register.pages(wanted, maker.reads):
        yield maker.rows(page)


def log_export(unit: Unit, now: datetime, who: str, wish: Wish, rows: int) -> None:
    """Every export is logged: who, what, why, how many."""
    filters = {name: str(getattr(wish.filter, name)) for name in ("since", "until", "statuses", "departments")}
    data = {"format": wish.format, "rows": rows, "unmasked": wish.unmasked, "locked": wish.locked, **filters}
    unit.audit.log(AuditLine(now, who, "export", wish.format, "allowed", wish.reason, data))


class StaffExporter:
    """What ``/export`` and the delivery need (`bot.staff.speaking.Exporter`, `bot.workers.delivery.ExportFiles`).

    A turn only orders the file, with a row in the outbox: so it is made outside of the turn's transaction, after a
    restart too, by one process at a time. The rights are asked twice, when it is ordered and when it is made.
    """

    def __init__(
        self, database: Database, city: City, files: AttachmentFiles, folder: Path, clock: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.city = city
        self.files = files
        self.folder = folder
        self.clock = clock

    async def order(self, desk: StaffDesk, words: str) -> str:
        """Note the order in the turn's own unit of work; the password that it will be locked with, where that was
        wished. Raise `DeskError` for what may not be had.

        The password lies sealed in the order's row, which is gone once the file has arrived.
        """
        now = desk.work.now
        password = new_password() if self._read(desk, words, now).locked else ""
        order = order_of(Ordered(words, now, password))
        desk.work.unit.outbox.put_behind(desk.address, order, now, fleeting=bool(password))
        return password

    async def made(self, order: Ordered, recipient: str) -> OutboundMessage:
        """The file as a message; what is refused by now, or does not fit, is told instead."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"jiesu-{secrets.token_hex(8)}"
        try:
            return await self._made(order, recipient, path)
        finally:
            for each in self.folder.glob(f"{path.name}*"):
                each.unlink()

    async def _made(self, order: Ordered, recipient: str, path: Path) -> OutboundMessage:
        """Read on a session that only reads; the log and the file's owner are one unit of work."""
        to, now = Address.parse(recipient), self.clock()
        async with looking(self.database) as unit:
            work = Work(unit, self.city, now)
            language = await work.language_of(recipient)
            account = await unit.staff.at(recipient, now)
            if account is None:
                raise KeyError(recipient)
            try:
                wish = self._read(StaffDesk(work, account, recipient), order.words, order.at)
                view = View(self.city, language, not wish.unmasked, now)
                rows = await write_file(self.database, unit, wish, path, view, account, lambda _: None)
            except DeskError as error:
                values = {name: str(value) for name, value in error.values.items()}
                return OutboundMessage(to, say(language, "staff.export_failed", why=say(language, error.key, **values)))
        packed = await self._packed(wish, path, order.password)
        attachment = await self._kept(wish, packed, recipient, account.account, rows)
        return OutboundMessage(to, say(language, "staff.exported", rows=rows, name=attachment.name), (), (attachment,))

    def _read(self, desk: StaffDesk, words: str, said_at: datetime) -> Wish:
        wish = read_wish(words, self.city, said_at.astimezone(ZoneInfo(self.city.timezone)))
        return allowed(wish, desk.account, desk.departments())

    async def _packed(self, wish: Wish, path: Path, password: str) -> Path:
        """The file, locked where a password was given."""
        return await asyncio.to_thread(lock, path, password, self._name(wish.format)) if password else path

    def _name(self, ending: str) -> str:
        return f"jiesu-{self.clock().astimezone(ZoneInfo(self.city.timezone)):%Y%m%d-%H%M}.{ending}"

    async def _kept(self, wish: Wish, path: Path, recipient: str, who: str, rows: int) -> Attachment:
        key, size, digest = await self.files.take(path)
        ending = "zip" if wish.locked else wish.format
        now, media_type, name = self.clock(), MEDIA_TYPES[ending], self._name(ending)
        async with working(self.database) as unit:
            await unit.attachments.add(StoredAttachment(key, recipient, COPY, name, media_type, size, digest, now))
            log_export(unit, now, who, wish, rows)
        return Attachment(key, AttachmentKind.DOCUMENT, name, media_type, size, digest)
