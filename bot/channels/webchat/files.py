"""Files over HTTP: taken in through the keep, given out only to the session that they were sent by or to."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.contract import AttachmentRejected, Keep
from bot.channels.webchat.guard import Refused, json_answer
from bot.channels.webchat.history import History, carried, file_tree
from bot.channels.webchat.languages import language_of
from bot.channels.webchat.senders import Sender, Senders
from bot.cleaning import clean_name
from dialogs.messages import Address, Attachment, AttachmentKind
from dialogs.phrasebook import say
from storage.attachments import COPY, StoredAttachment
from storage.session import Database
from storage.unit import looking, working

MOST_PARTS = 10
CHUNK = 64 * 1024
FIELD_BYTES = 1024
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"})
"""What a browser may show in place; everything else is downloaded."""


class Files:
    """The handlers, and the look-up of files that a message names."""

    def __init__(
        self,
        database: Database,
        keep: Keep,
        senders: Senders,
        history: History,
        clock: Callable[[], datetime],
        most_a_day: int,
    ) -> None:
        self._database = database
        self._keep = keep
        self._senders = senders
        self._history = history
        self._clock = clock
        self._most_a_day = most_a_day

    async def upload(self, request: web.Request) -> web.Response:
        """``POST /chat/attachments?sender=``, multipart: each file is taken or refused by itself.

        The sender may also come as a field before the files.
        """
        sender = await self._senders.admit(request, request.query["sender"]) if "sender" in request.query else None
        taken: list[dict[str, Any]] = []
        async for part in parts(request):
            if part.filename is None:
                sender = await self._field(request, part) or sender
            elif sender is None:
                raise Refused(401, "sender")
            elif len(taken) >= MOST_PARTS:
                raise Refused(413, "too_many_files")
            else:
                taken.append(await self._take(request, sender, part))
        if not taken:
            raise Refused(400, "no_file")
        return json_answer({"keys": [each["key"] for each in taken if "key" in each], "files": taken})

    async def download(self, request: web.Request) -> web.Response:
        """``GET /chat/attachments/{key}?sender=``: unknown and not theirs are answered alike."""
        sender = await self._senders.admit(request, request.query.get("sender", ""))
        key = request.match_info["key"]
        stored = await self._readable(sender, key)
        if stored is None:
            raise Refused(404, "no_such_file")
        try:
            content = await self._keep.read(replace(attachment_of(stored), key=key))
        except KeyError:
            raise Refused(404, "no_such_file") from None
        return web.Response(body=content, headers=file_headers(stored))

    async def _readable(self, sender: Sender, key: str) -> StoredAttachment | None:
        """What is known of a file that they sent, or that was sent to them, under the name that it was sent with; of an
        original, of its picture.
        """
        owner = str(sender.address)
        async with looking(self._database) as unit:
            stored = await unit.attachments.get(key)
            if stored and stored.owner == owner:
                return stored
        sent = carried(await self._history.entries(owner, limit=1000), key)
        if sent is None:
            return None
        async with looking(self._database) as unit:
            stored = stored or await unit.attachments.of_original(key)
        return replace(stored, name=str(sent["name"])) if stored else None

    async def owned(self, address: Address, keys: Sequence[str]) -> tuple[Attachment, ...]:
        """The files that a message names; raise `Refused` (400) for one that its sender did not send."""
        if not keys:
            return ()
        async with looking(self._database) as unit:
            found = [await unit.attachments.get(key) for key in dict.fromkeys(keys)]
        if any(each is None or each.owner != str(address) for each in found):
            raise Refused(400, "no_such_file")
        return tuple(attachment_of(each) for each in found if each)

    async def _field(self, request: web.Request, part: BodyPartReader) -> Sender | None:
        if part.name != "sender":
            return None
        with readable():
            given = await part.read_chunk(FIELD_BYTES)
        return await self._senders.admit(request, given.decode("utf-8", "ignore"))

    async def _take(self, request: web.Request, sender: Sender, part: BodyPartReader) -> dict[str, Any]:
        name = clean_name(part.filename or "")
        try:
            await self._check_count(sender)
            kept = await self._keep.put(name, AttachmentKind.DOCUMENT, chunks(part))
        except AttachmentRejected as rejected:
            with readable():
                await part.release()
            key = f"attachment.rejected.{rejected.reason}"
            return {"rejected": key, "name": name, "text": say(language_of(request), key)}
        async with working(self._database) as unit:
            await unit.attachments.own(kept.key, str(sender.address))
        names = ("key", "kind", "name", "media_type", "size")
        return file_tree({each: getattr(kept, each) for each in names})

    async def _check_count(self, sender: Sender) -> None:
        since = self._clock() - timedelta(days=1)
        async with looking(self._database) as unit:
            count = await unit.attachments.count_since(str(sender.address), since)
        if count >= self._most_a_day and not sender.trusted:
            raise AttachmentRejected("too_many")


async def parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    """The parts of a multipart body; raise `Refused` (400) for what is none."""
    if not request.content_type.startswith("multipart/"):
        raise Refused(400, "multipart")
    with readable():
        body = await request.multipart()
    while True:
        with readable():
            part = await body.next()
        if part is None:
            return
        if not isinstance(part, BodyPartReader):
            raise Refused(400, "multipart")
        yield part


@contextmanager
def readable() -> Iterator[None]:
    """What aiohttp raises for a body that is no proper multipart is the caller's mistake: raise `Refused` (400)."""
    try:
        yield
    except (ValueError, AssertionError, LookupError, HttpProcessingError):
        raise Refused(400, "multipart") from None


async def chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    """The content of one part."""
    while True:
        with readable():
            chunk = await part.read_chunk(CHUNK)
        if not chunk:
            return
        yield chunk


def attachment_of(stored: StoredAttachment) -> Attachment:
    """A stored file as messages carry it."""
    kind = AttachmentKind.DOCUMENT if stored.kind == COPY else AttachmentKind(stored.kind)
    return Attachment(stored.key, kind, stored.name, stored.media_type, stored.size, stored.sha256)


def file_headers(stored: StoredAttachment) -> dict[str, str]:
    """Headers that keep a file from acting as a page: pictures are shown, the rest is downloaded."""
    shown = stored.media_type in SHOWN
    disposition = "inline" if shown else "attachment"
    return {
        "Content-Type": stored.media_type if shown else "application/octet-stream",
        "Content-Disposition": f"{disposition}; filename=\"file\"; filename*=UTF-8''{quote(stored.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }
