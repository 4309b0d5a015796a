"""Making a document's files when it is sent: once, outside any transaction, kept for the next time."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from bot.letters import paper, receipts
from bot.letters.wording import Templates
from cases.casework import rights
from cases.casework.work import Work
from cases.rules.documents import Document, DocumentKind
from dialogs.messages import Attachment, AttachmentKind
from storage.attachments import COPY, AttachmentFiles, StoredAttachment
from storage.session import Database
from storage.unit import looking, working

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"
MYDATA = "mydata"
MY_DATA = "application/vnd.jiesu.mydata+json"
"""The name under which the outbox asks for everything about its recipient."""


class LetterMaker:
    """Gives the files of a document, making them the first time."""

    def __init__(
        self,
        database: Database,
        files: AttachmentFiles,
        templates: Templates,
        frame: Path,
        secret: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.files = files
        self.templates = templates
        self.frame = frame
        self.secret = secret
        self.clock = clock

    async def attachments(self, id: str, recipient: str) -> tuple[Attachment, ...]:
        """The files of a document, for a recipient; raise `KeyError` when there is no such document.

        Who is confidential (保密) is named in their own copy only: staff print one without the name.
        """
        if id == MYDATA:
            return (await self._copy(recipient),)
        async with looking(self.database) as unit:
            document = await unit.documents.get(id)
            case = await unit.cases.get(document.case_number) if document else None
        if document is None:
            raise KeyError(id)
        if case and case.confidential and recipient != case.reporter.address:
            nameless = replace(document, data={**document.data, "name": ""})
            return await self._attached(await self._filled(nameless), recipient)
        if not document.pdf:
            document = await self._make(document)
        return await self._attached(document, recipient)

    async def _copy(self, recipient: str) -> Attachment:
        """A file with everything about somebody, as things stand now."""
        async with looking(self.database) as unit:
            found = await rights.copy(Work(unit, self.templates.city, self.clock()), recipient)
        content = json.dumps(asdict(found), ensure_ascii=False, indent=2, default=datetime.isoformat).encode()
        return await self._noted(f"my-data-{self.clock():%Y%m%d}.json", MY_DATA, content, recipient, kind=COPY)

    async def _filled(self, document: Document) -> Document:
        """The document with files made from what it says now."""
        parts = await asyncio.to_thread(self._written, document)
        keys = {name: (await self.files.write(content))[0] for name, content in parts.items()}
        return replace(document, pdf=keys["pdf"], docx=keys.get("docx", ""), other=keys.get("other", ""))

    async def _make(self, document: Document) -> Document:
        made = await self._filled(document)
        if document.number:  # a draft is made anew when it is approved
            async with working(self.database) as unit:
                await unit.documents.save(made)
        return made

    def _written(self, document: Document) -> dict[str, bytes]:
        letter = self.templates.letter(document)
        if document.kind is not DocumentKind.RECEIPT:
            return {"pdf": paper.pdf(letter), "docx": paper.docx(letter, self.frame)}
        filed, digest = document.data["filed"], document.data["digest"]
        code = receipts.code(receipts.Stamp(filed["number"], filed["filed_at"], digest), self.secret)
        return {"pdf": paper.pdf(letter, code), "other": receipts.receipt_file(filed, code)}

    async def _attached(self, document: Document, recipient: str) -> tuple[Attachment, ...]:
        found = []
        wanted = ((document.pdf, "pdf", PDF), (document.docx, "docx", DOCX), (document.other, "json", JSON))
        for key, ending, media_type in wanted:
            if key:
                content = await self.files.read(key)
                name = f"{document.number or document.id}.{ending}"
                found.append(await self._noted(name, media_type, content, recipient))
        return tuple(found)

    async def _noted(
        self, name: str, media_type: str, content: bytes, recipient: str, *, kind: str = AttachmentKind.DOCUMENT
    ) -> Attachment:
        """A file that somebody gets is theirs to download: a row of its own says so."""
        new, digest = await self.files.write(content)
        stored = StoredAttachment(new, recipient, kind, name, media_type, len(content), digest, self.clock())
        async with working(self.database) as unit:
            await unit.attachments.add(stored)
        return Attachment(new, AttachmentKind.DOCUMENT, name, media_type, len(content), digest)
