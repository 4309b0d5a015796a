"""Sealing files as streams: AES-256-GCM in chunks, so that a large file never stands in memory and none of its parts
can be cut off, moved or changed unseen.

STREAM of Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance"
(CRYPTO 2015), section 7: the nonce of a chunk is a random prefix (7 bytes), its number (4), and whether it is the last
(1). The head is ``JIESU1``, the length of the key's id, the id, the prefix; it is bound to every chunk, as `name` is.
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from storage.sealing import Sealer, Unreadable

MAGIC = b"JIESU1"
PREFIX = 7
TAG = 16
CHUNK = 64 * 1024


def sealed_parts(sealer: Sealer, content: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The sealed form of a content, part by part; `name` is what it must be opened under."""
    id = sealer.keys.current
    cipher = sealer.cipher(id)
    head = MAGIC + bytes([len(id)]) + id.encode() + os.urandom(PREFIX)
    bound = head + name.encode()
    yield head
    number, waiting = 0, b""
    for part in content:
        waiting += part
        while len(waiting) > CHUNK:
            yield cipher.encrypt(_nonce(head, number, last=False), waiting[:CHUNK], bound)
            waiting, number = waiting[CHUNK:], number + 1
    yield cipher.encrypt(_nonce(head, number, last=True), waiting, bound)


def opened_parts(sealer: Sealer, file: BinaryIO, name: str) -> Iterator[bytes]:
    """The content, part by part, each one checked before it is given; raise `Unreadable`.

    A file that was cut shows it at its end: use what came only when all has come.
    """
    head = read_head(file)
    bound = head + name.encode()
    cipher = sealer.cipher(head_key(head))
    number, chunk = 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(head, number, last=not following), chunk, bound)
        except InvalidTag:
            raise Unreadable(f"{name}: changed, cut, or sealed with other keys") from None
        if not following:
            return
        chunk, number = following, number + 1


def read_head(file: BinaryIO) -> bytes:
    """The head of a sealed file; raise `Unreadable` for what is none."""
    start = file.read(len(MAGIC) + 1)
    if len(start) <= len(MAGIC) or not start.startswith(MAGIC):
        raise Unreadable("not a sealed file")
    rest = file.read(start[-1] + PREFIX)
    if len(rest) != start[-1] + PREFIX:
        raise Unreadable("not a sealed file")
    return start + rest


def head_key(head: bytes) -> str:
    """The id of the key in a head."""
    return head[len(MAGIC) + 1 : -PREFIX].decode("ascii", "replace")


def _nonce(head: bytes, number: int, *, last: bool) -> bytes:
    return head[-PREFIX:] + number.to_bytes(4, "big") + bytes([last])
