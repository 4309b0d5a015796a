"""The attachments' door: what people send is checked by its content, not its name, and kept (`contract.Keep`)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from hashlib import sha256

from bot.channels.contract import AttachmentRejected
from bot.cleaning import clean_name
from bot.scanning import Scanner
from dialogs.messages import Attachment, AttachmentKind
from storage.attachments import AttachmentFiles, StoredAttachment
from storage.session import Database
from storage.unit import working

LARGEST = 20 * 1024 * 1024
KIND_OF = {"image": AttachmentKind.PHOTO, "sound": AttachmentKind.VOICE, "film": AttachmentKind.VIDEO}


class Keeper:
    """Takes attachments in for one owner's channel."""

    def __init__(
        self,
        database: Database,
        files: AttachmentFiles,
        clock: Callable[[], datetime],
        scanner: Scanner | None = None,
    ) -> None:
        """`scanner`: looks for viruses, where the office has one."""
        self.scanner = scanner
        self.database = database
        self.files = files
        self.clock = clock

    async def put(self, name: str, kind: AttachmentKind, content: AsyncIterator[bytes]) -> Attachment:
        """Check and keep; see `contract.Keep.put`."""
        # Pillow takes its time and memory, and many processes never see a file
        from bot.examining import checked_type, family, stripped

        whole = await collected(content)
        media_type = await asyncio.to_thread(checked_type, whole)
        if self.scanner:
            await self.scanner.check(whole)
        sort = family(media_type)
        shown = await asyncio.to_thread(stripped, whole, media_type) if sort == "image" else whole
        key, _ = await self.files.write(shown)
        original = (await self.files.write(whole))[0] if shown != whole else ""
        kept_kind = AttachmentKind.VOICE if kind is AttachmentKind.VOICE else KIND_OF.get(sort, AttachmentKind.DOCUMENT)
        digest = sha256(whole).hexdigest()
        attachment = Attachment(key, kept_kind, clean_name(name) or kept_kind.value, media_type, len(shown), digest)
        await self._note(attachment, original)
        return attachment

    async def read(self, attachment: Attachment) -> bytes:
        """The content; see `contract.Keep.read`."""
        return await self.files.read(attachment.key)

    async def _note(self, attachment: Attachment, original: str) -> None:
        stored = StoredAttachment(
            key=attachment.key,
            owner="",
            kind=attachment.kind.value,
            name=attachment.name,
            media_type=attachment.media_type,
            size=attachment.size,
            sha256=attachment.sha256,
            created_at=self.clock(),
            original=original,
        )
        async with working(self.database) as unit:
            await unit.attachments.add(stored)


async def collected(content: AsyncIterator[bytes]) -> bytes:
    """The whole content; stops reading as soon as it is too large."""
    whole = bytearray()
    async for part in content:
        whole += part
        if len(whole) > LARGEST:
            raise AttachmentRejected("too_large")
    if not whole:
        raise AttachmentRejected("empty")
    return bytes(whole)
