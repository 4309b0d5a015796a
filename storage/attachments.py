"""Attachments: the content as files under one folder, what is known of them as rows."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import Sealer, Unreadable
from storage.streams import CHUNK, MAGIC, head_key, opened_parts, read_head, sealed_parts
from storage.tables import attachments

KEY_LETTERS = 32
COPY = "copy"
"""The kind of a file that was made for somebody who asked and may ask again: it falls away after the retention's days
for copies.
"""


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A file in the store. `owner` is the address that sent it; `size` is in bytes.

    `original`: of a picture that was written anew, the key of what was sent; `sha256` is always of what was sent.
    """

    key: str
    owner: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    original: str = ""


class AttachmentFiles:
    """The contents, one sealed file each, under a name that cannot be guessed; written whole or not at all."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self.folder = folder
        self._sealer = sealer

    async def write(self, content: bytes) -> tuple[str, str]:
        """Keep `content` durably; returns its key and the SHA-256 of it."""
        key = token_hex(16)
        await asyncio.to_thread(self._write, key, pieces(content))
        return key, sha256(content).hexdigest()

    async def take(self, path: Path) -> tuple[str, int, str]:
        """Keep a copy of a file of any size durably; returns its key, its size and its SHA-256."""
        return await asyncio.to_thread(self._take, path)

    def _take(self, path: Path) -> tuple[str, int, str]:
        key, digest = token_hex(16), sha256()
        self._write(key, parts_of(path, digest.update))
        return key, path.stat().st_size, digest.hexdigest()

    async def read(self, key: str) -> bytes:
        """The content; raise `KeyError` when there is none, `Unreadable` when it was changed."""
        return await asyncio.to_thread(self._read, key)

    async def remove(self, key: str) -> None:
        """Take the content away; nothing happens where there is none."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def reseal(self) -> int:
        """Seal every file with the current key; returns how many were not yet."""
        return sum(map(self._reseal, self._all()))

    def keys_in_use(self) -> Counter[str]:
        """How many files each key sealed."""
        used: Counter[str] = Counter()
        for path in self._all():
            with path.open("rb") as file, suppress(Unreadable):
                used[head_key(read_head(file))] += 1
        return used

    def _all(self) -> list[Path]:
        return [path for path in sorted(self.folder.glob("??/*")) if len(path.name) == KEY_LETTERS]

    def _reseal(self, path: Path) -> bool:
        try:
            with path.open("rb") as file:
                if head_key(read_head(file)) == self._sealer.keys.current:
                    return False
            content = self._read(path.name)
        except Unreadable:
            content = path.read_bytes()  # kept before Jiesu sealed
            if content.startswith(MAGIC):
                raise
        self._write(path.name, pieces(content))
        return True

    def _path(self, key: str) -> Path:
        if not (len(key) == KEY_LETTERS and key.isalnum() and key.isascii()):
            raise KeyError(key)
        return self.folder / key[:2] / key

    def _read(self, key: str) -> bytes:
        try:
            with self._path(key).open("rb") as file:
                return b"".join(opened_parts(self._sealer, file, key))
        except FileNotFoundError:
            raise KeyError(key) from None

    def _write(self, key: str, content: Iterable[bytes]) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for each in sealed_parts(self._sealer, content, key):
                file.write(each)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def pieces(content: bytes) -> Iterable[bytes]:
    """A content in parts."""
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def parts_of(path: Path, seen: Callable[[bytes], None]) -> Iterator[bytes]:
    """A file in parts; each is shown to `seen` too."""
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            seen(part)
            yield part


class AttachmentStore:
    """What is known of attachments, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, attachment: StoredAttachment) -> None:
        """Note a file that was kept."""
        names = StoredAttachment.__slots__
        await self._connection.execute(
            attachments.insert().values(**{name: getattr(attachment, name) for name in names})
        )

    async def own(self, key: str, owner: str) -> None:
        """Give a file that nobody owns yet to the address that sent it."""
        where = (attachments.c.key == key, attachments.c.owner == "")
        await self._connection.execute(update(attachments).where(*where).values(owner=owner))

    async def disown(self, keys: Sequence[str]) -> None:
        """Nothing says any more who sent these files."""
        await self._connection.execute(update(attachments).where(attachments.c.key.in_(keys)).values(owner=""))

    async def get(self, key: str) -> StoredAttachment | None:
        """What is known of a file."""
        row = (await self._connection.execute(select(attachments).where(attachments.c.key == key))).mappings().first()
        return _stored(row) if row else None

    async def of_original(self, key: str) -> StoredAttachment | None:
        """What is known of the picture whose original this is."""
        statement = select(attachments).where(attachments.c.original == key)
        row = (await self._connection.execute(statement)).mappings().first()
        return _stored(row) if row else None

    async def of(self, owner: str, limit: int = 100) -> Sequence[StoredAttachment]:
        """The newest files that an address sent."""
        statement = (
            select(attachments)
            .where(attachments.c.owner == owner)
            .order_by(attachments.c.created_at.desc())
            .limit(limit)
        )
        return [_stored(row) for row in (await self._connection.execute(statement)).mappings()]

    async def count_since(self, owner: str, since: datetime) -> int:
        """How many files an address sent since then."""
        where = (attachments.c.owner == owner, attachments.c.created_at >= since)
        return int((await self._connection.execute(select(func.count()).where(*where))).scalar_one())


def _stored(row: Any) -> StoredAttachment:
    return StoredAttachment(**{name: row[name] for name in StoredAttachment.__slots__})
