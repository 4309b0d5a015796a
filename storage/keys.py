"""The keys with which personal data are sealed: where they stand, how they are read, how a new one comes in.

Keys are 32 random bytes under a short id (``k1``); one more, ``index``, makes the tokens by which a phone number or a
chat address is found again. They stand in ``JIESU_KEYS`` (``id:base64,id:base64``) or in a file beside the database
that only its owner reads; the last one in the list seals, all of them open. NIST SP 800-57 part 1 rev. 5, 5.3.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

INDEX = "index"
KEY_BYTES = 32
ID = re.compile(r"[a-z0-9]{1,8}")


class BadKeys(ValueError):
    """The keys cannot be used; the message says why and never shows a key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys by id, in the order in which they came."""

    by_id: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if INDEX not in self.by_id:
            raise BadKeys(f"the key {INDEX!r} is missing")
        if len(self.by_id) < 2:
            raise BadKeys("there is no key that seals")

    @property
    def current(self) -> str:
        """The id of the key that seals: the newest."""
        return [each for each in self.by_id if each != INDEX][-1]

    def ids(self) -> tuple[str, ...]:
        """The ids of the keys that seal or sealed, the oldest first."""
        return tuple(each for each in self.by_id if each != INDEX)

    def __repr__(self) -> str:
        return f"Keys({', '.join(self.by_id)})"


def new_keys() -> Keys:
    """Fresh keys for a new office."""
    return Keys({INDEX: secrets.token_bytes(KEY_BYTES), "k1": secrets.token_bytes(KEY_BYTES)})


def read_keys(text: str) -> Keys:
    """Keys as written: ``id:base64``, parted by commas or line ends; raise `BadKeys`."""
    found: dict[str, bytes] = {}
    for part in filter(None, (each.strip() for each in re.split(r"[,\n]", text))):
        name, _, value = part.partition(":")
        if not ID.fullmatch(name) or name in found:
            raise BadKeys("a key's id is 1 to 8 small letters or digits, each once")
        try:
            found[name] = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise BadKeys(f"the key {name!r} is not base64") from None
        if len(found[name]) != KEY_BYTES:
            raise BadKeys(f"the key {name!r} must be {KEY_BYTES} bytes long")
    return Keys(found)


def written(keys: Keys) -> str:
    """Keys as `read_keys` reads them, one a line."""
    return "".join(f"{name}:{base64.b64encode(value).decode()}\n" for name, value in keys.by_id.items())


def with_new(keys: Keys) -> Keys:
    """The keys with one more, which seals from now on."""
    numbers = [int(each[1:]) for each in keys.ids() if re.fullmatch(r"k\d+", each)]
    return Keys({**keys.by_id, f"k{max(numbers, default=0) + 1}": secrets.token_bytes(KEY_BYTES)})


def without(keys: Keys, id: str) -> Keys:
    """The keys without an old one; raise `BadKeys` for the one that seals and for an unknown one."""
    if id not in keys.ids() or id == keys.current:
        raise BadKeys(f"{id!r} is not an old key")
    return Keys({name: value for name, value in keys.by_id.items() if name != id})


class KeySource:
    """Where the keys come from; read again when a value was sealed with one that is not known yet."""

    def __init__(self, text: str = "", file: Path | None = None) -> None:
        """`text` wins over `file`; a file that is not there is made."""
        self._text = text
        self.file = None if text else file

    def read(self) -> Keys:
        """The keys as they stand now; raise `BadKeys`."""
        if self.file is None:
            return read_keys(self._text)
        if not self.file.exists():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            create_once(self.file, written(new_keys()))
        return read_keys(self.file.read_text(encoding="ascii"))

    def write(self, keys: Keys) -> None:
        """Keep changed keys, whole or not at all; raise `BadKeys` where they come from a setting."""
        if self.file is None:
            raise BadKeys("the keys come from JIESU_KEYS: change them there")
        part = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}")
        create_once(part, written(keys))
        part.replace(self.file)


def create_once(file: Path, text: str) -> None:
    """A file of its owner's alone, whole from its first moment; one that another process made first stays."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(8)}.new")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()
