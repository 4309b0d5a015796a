"""The attachments' door: what people send is checked by its content, not its name, and kept (`contract.Keep`)."""

import asyncio
import io
import warnings
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import filetype
from PIL import Image, UnidentifiedImageError

from bot.channels.contract import AttachmentRejected
from bot.cleaning import clean_name
from dialogs.messages import Attachment, AttachmentKind
from storage.attachments import AttachmentFiles, StoredAttachment
from storage.session import Database
from storage.unit import working

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
TAKEN = {
    "image": {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/bmp"},
    "sound": {"audio/ogg", "audio/mpeg", "audio/x-wav", "audio/mp4", "audio/amr", "audio/aac", "audio/m4a"},
    "film": {"video/mp4", "video/quicktime", "video/webm", "video/3gpp", "video/x-matroska"},
    "paper": {
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    },
}
TEXT = "text/plain"
KIND_OF = {"image": AttachmentKind.PHOTO, "sound": AttachmentKind.VOICE, "film": AttachmentKind.VIDEO}


class Keeper:
    """Takes attachments in for one owner's channel."""

    def __init__(self, database: Database, files: AttachmentFiles, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.files = files
        self.clock = clock

    async def put(self, name: str, kind: AttachmentKind, content: AsyncIterator[bytes]) -> Attachment:
        """Check and keep; see `contract.Keep.put`."""
        whole = await collected(content)
        media_type = await asyncio.to_thread(checked_type, whole)
        key, digest = await self.files.write(whole)
        family = next((each for each, types in TAKEN.items() if media_type in types), "paper")
        kept_kind = (
            AttachmentKind.VOICE if kind is AttachmentKind.VOICE else KIND_OF.get(family, AttachmentKind.DOCUMENT)
        )
        attachment = Attachment(key, kept_kind, clean_name(name) or kept_kind.value, media_type, len(whole), digest)
        await self._note(attachment)
        return attachment

    async def read(self, attachment: Attachment) -> bytes:
        """The content; see `contract.Keep.read`."""
        return await self.files.read(attachment.key)

    async def _note(self, attachment: Attachment) -> None:
        stored = StoredAttachment(
            key=attachment.key,
            owner="",
            kind=attachment.kind.value,
            name=attachment.name,
            media_type=attachment.media_type,
            size=attachment.size,
            sha256=attachment.sha256,
            created_at=self.clock(),
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


def checked_type(content: bytes) -> str:
    """The media type by content; raise `AttachmentRejected` for what is not taken or does not open."""
    guess = filetype.guess_mime(content)
    if guess is None:
        return plain_text(content)
    if not any(guess in types for types in TAKEN.values()):
        raise AttachmentRejected("kind")
    if guess in TAKEN["image"] and guess != "image/heic":
        check_picture(content)
    return str(guess)


def plain_text(content: bytes) -> str:
    """Text without markup is taken as such."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise AttachmentRejected("kind") from None
    if "\x00" in text or "<" in text[:512]:
        raise AttachmentRejected("kind")
    return TEXT


def check_picture(content: bytes) -> None:
    """A picture that opens and is not a bomb (Pillow only warns at 144 megapixels; we refuse far earlier)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise AttachmentRejected("too_large")
                picture.verify()
    except AttachmentRejected:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning):
        raise AttachmentRejected("broken") from None
