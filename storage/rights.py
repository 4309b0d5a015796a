"""What citizens may have done with what is kept of them, and what its time does by itself.

Two steps: `forget_people` takes away who it was (name, phone, chat, position, the name in letters' data); the record
stays for the archive (档案法 art. 13). `forget_contents` empties the record too; figures and dates stay.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.attachments import COPY
from storage.tables import attachments, case_events, cases, chat_messages, conversations, dead_letters, documents

from storage.tables import meetings, outbox, slots, undos  # isort: skip

FAREWELL = {"name": "", "phone": "", "phone_index": "", "reporter": "", "position": None}
EMPTIED: dict[str, Any] = {
    "narrative": "", "requests": [], "place_text": "", "occurred_text": "", "respondent": "", "reply": "",
    "draft": "", "answers": [], "files": [],
}  # fmt: skip


class RightsStore:
    """Erasing, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget_people(self, numbers: Sequence[str], now: datetime) -> None:
        """Of these cases nothing says any more who filed them."""
        if not numbers:
            return
        values = {**FAREWELL, "erased_at": now, "version": cases.c.version + 1}
        await self._connection.execute(update(cases).where(cases.c.number.in_(numbers)).values(**values))
        theirs = and_(case_events.c.number.in_(numbers), case_events.c.actor_role == "reporter")
        await self._connection.execute(update(case_events).where(theirs).values(actor_id=""))
        await self._connection.execute(update(slots).where(slots.c.case_number.in_(numbers)).values(booked_by=""))
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.case_number.in_(numbers), outbox.c.sent_at.is_not(None))
            .values(recipient="", message="", case_number="")
        )
        await self._nameless_documents(numbers)

    async def _nameless_documents(self, numbers: Sequence[str]) -> None:
        statement = select(documents.c.id, documents.c.kind, documents.c.data, documents.c.created_by)
        for row in (await self._connection.execute(statement.where(documents.c.case_number.in_(numbers)))).all():
            receipt = row.kind == "receipt"
            values = {"data": {**row.data, "name": ""}, "created_by": "" if receipt else row.created_by}
            await self._connection.execute(update(documents).where(documents.c.id == row.id).values(**values))

    async def people_due(self, before: datetime, limit: int) -> Sequence[str]:
        """Numbers of cases that ended before then and still say who filed them."""
        where = and_(cases.c.closed_at < before, cases.c.erased_at.is_(None))
        statement = select(cases.c.number).where(where).order_by(cases.c.closed_at).limit(limit)
        return list((await self._connection.execute(statement)).scalars())

    async def contents_due(self, before: datetime, limit: int) -> Sequence[str]:
        """Numbers of cases that ended before then and still say what it was about."""
        where = and_(cases.c.closed_at < before, cases.c.narrative != "")
        statement = select(cases.c.number).where(where).order_by(cases.c.closed_at).limit(limit)
        return list((await self._connection.execute(statement)).scalars())

    async def forget_contents(self, numbers: Sequence[str]) -> Sequence[str]:
        """Of these cases only figures and dates are left; the keys of files that nothing names any more."""
        if not numbers:
            return []
        kept = (await self._connection.execute(select(cases.c.files).where(cases.c.number.in_(numbers)))).scalars()
        keys = [file["key"] for files in kept for file in files]
        papers = select(documents.c.pdf, documents.c.docx, documents.c.other).where(
            documents.c.case_number.in_(numbers)
        )
        keys += [key for row in (await self._connection.execute(papers)).all() for key in row if key]
        await self._connection.execute(update(cases).where(cases.c.number.in_(numbers)).values(**EMPTIED))
        silent = {"text": "", "internal": "", "data": {}}
        await self._connection.execute(update(case_events).where(case_events.c.number.in_(numbers)).values(**silent))
        unsaid = {"data": {}, "pdf": "", "docx": "", "other": ""}
        await self._connection.execute(update(documents).where(documents.c.case_number.in_(numbers)).values(**unsaid))
        met = {"people": [], "minutes_text": ""}
        await self._connection.execute(update(meetings).where(meetings.c.case_number.in_(numbers)).values(**met))
        await self._connection.execute(update(slots).where(slots.c.case_number.in_(numbers)).values(minutes_text=""))
        mine = attachments.c.key.in_(keys)
        first = select(attachments.c.original).where(mine, attachments.c.original != "")
        originals = (await self._connection.execute(first)).scalars().all()
        await self._connection.execute(delete(attachments).where(mine))
        return [*keys, *originals]

    async def drop_conversations(self, before: datetime) -> int:
        """Conversations in which nobody has spoken since then; how many."""
        return await self._count(delete(conversations).where(conversations.c.updated_at < before))

    async def drop_messages(self, before: datetime) -> int:
        """Messages of web conversations; how many."""
        return await self._drop(chat_messages, chat_messages.c.at < before, address="", message="")

    async def drop_sent(self, before: datetime) -> int:
        """What was sent, or could not be; how many rows."""
        ended = outbox.c.sent_at.is_not(None) | outbox.c.dead_at.is_not(None)
        old = and_(ended, outbox.c.created_at < before)
        return await self._drop(outbox, old, recipient="", message="", case_number="")

    async def drop_failures(self, before: datetime) -> int:
        """Updates that were put aside, and what undoing needs; how many."""
        await self._connection.execute(delete(undos).where(undos.c.at < before))
        return await self._drop(dead_letters, dead_letters.c.at < before, payload="", error="")

    async def drop_copies(self, before: datetime) -> Sequence[str]:
        """Files that were made for somebody; their keys."""
        old = and_(attachments.c.kind == COPY, attachments.c.created_at < before)
        keys = list((await self._connection.execute(select(attachments.c.key).where(old))).scalars())
        await self._connection.execute(delete(attachments).where(old))
        return keys

    async def disown(self, owner: str, but: Collection[str] = ()) -> None:
        """Files that somebody sent are nobody's, except these."""
        theirs = and_(attachments.c.owner == owner, attachments.c.key.not_in(list(but)))
        await self._connection.execute(update(attachments).where(theirs).values(owner=""))

    async def _drop(self, table: Table, old: Any, **blank: str) -> int:
        """Of the newest row the id stays: SQLite would give it out a second time."""
        newest = select(func.max(table.c.id)).scalar_subquery()
        await self._connection.execute(update(table).where(old, table.c.id == newest).values(**blank))
        return await self._count(delete(table).where(old, table.c.id < newest))

    async def _count(self, statement: Any) -> int:
        return int((await self._connection.execute(statement)).rowcount)
