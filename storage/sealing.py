"""Sealing personal data field by field: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to its column.

A sealed value is text, ``~<key id>:<base64 of nonce, ciphertext and tag>``. What has to be found again by equality is
kept differently: a chat address deterministically (AES-SIV, RFC 5297), a phone number as a keyed hash beside the sealed
one (a blind index). Empty text stays empty. Values are bound to their column, not to their row: see docs/security.md.
"""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.keys import INDEX, Keys, KeySource

MARK = "~"
QUOTED = f'"{MARK}'
"""How a sealed value begins that is kept as a JSON text."""
ADDRESS_MARK = "="
NONCE = 12
PHONE_DIGITS = 11


class Unreadable(Exception):
    """A kept value does not open: its key is missing, it was changed, or it was never sealed."""


class Sealer:
    """Seals and opens; one for each database."""

    def __init__(self, source: KeySource) -> None:
        self.source = source
        self.reload()
        index = self.keys.by_id[INDEX]
        self._siv = AESSIV(HKDF(SHA512(), 64, salt=None, info=b"jiesu address").derive(index))
        self._index = HKDF(SHA256(), 32, salt=None, info=b"jiesu blind index").derive(index)
        self.audit_key = HKDF(SHA256(), 32, salt=None, info=b"jiesu audit chain").derive(index)
        """Makes the codes of the audit log's chain."""
        self.address: Callable[[str], str] = lru_cache(4096)(self._address)
        """A chat address as it is kept: equal ones are equal."""

    def reload(self) -> None:
        """Take the keys as they stand now."""
        self.keys: Keys = self.source.read()
        self._ciphers: dict[str, AESGCM] = {name: AESGCM(key) for name, key in self.keys.by_id.items() if name != INDEX}
        self._seals_with = self.keys.current
        self._cipher = self._ciphers[self._seals_with]
        self._head = f"{MARK}{self._seals_with}:"

    def seal(self, text: str, context: str) -> str:
        """The sealed form of `text`, which opens only under the same `context` (``table.column``)."""
        if not text:
            return ""
        nonce = os.urandom(NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), context.encode())
        return self._head + binascii.b2a_base64(nonce + sealed, newline=False).decode("ascii")

    def open(self, kept: str, context: str) -> str:
        """The text; raise `Unreadable`."""
        return self.opener(context)(kept)

    def opener(self, context: str) -> Callable[[str], str]:
        """Opens many values of one column; raises `Unreadable`."""
        bound = context.encode()

        def open_one(kept: str) -> str:
            if not kept:
                return ""
            name, _, value = kept[1:].partition(":")
            if kept[0] != MARK or not value:
                raise Unreadable(f"{context}: not sealed")
            cipher = self._ciphers.get(name) or self.cipher(name)
            try:
                whole = binascii.a2b_base64(value)
                return cipher.decrypt(whole[:NONCE], whole[NONCE:], bound).decode("utf-8", "surrogatepass")
            except (InvalidTag, ValueError):
                raise Unreadable(f"{context}: changed, or sealed with other keys") from None

        return open_one

    def opener_of_many(self, context: str) -> Callable[[Iterable[str]], list[str]]:
        """Opens whole columns of one kind: what the current key sealed without a call for each; raises `Unreadable`."""
        bound, one = context.encode(), self.opener(context)

        def open_all(kept: Iterable[str]) -> list[str]:
            head, decrypt, decode = self._head, self._cipher.decrypt, binascii.a2b_base64
            size, texts = len(head), []
            try:
                for value in kept:
                    if value and value.startswith(head):
                        whole = decode(value[size:])
                        texts.append(decrypt(whole[:NONCE], whole[NONCE:], bound).decode("utf-8", "surrogatepass"))
                    else:
                        texts.append(one(value) if value else "")
            except (InvalidTag, ValueError):
                raise Unreadable(f"{context}: changed, or sealed with other keys") from None
            return texts

        return open_all

    def cipher(self, id: str) -> AESGCM:
        """The cipher of a key; raise `Unreadable`."""
        return self._opener(id)

    def open_address(self, kept: str) -> str:
        """The chat address; raise `Unreadable`."""
        if not kept:
            return ""
        try:
            if kept[0] != ADDRESS_MARK:
                raise ValueError
            whole = binascii.a2b_base64(kept[1:].replace("-", "+").replace("_", "/"))
            return self._siv.decrypt(whole, None).decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError):
            raise Unreadable("address: changed, or sealed with other keys") from None

    def phone_index(self, phone: str) -> str:
        """The token by which a phone number is found; empty without one. The country's code does not count."""
        digits = re.sub(r"\D", "", phone)[-PHONE_DIGITS:]
        return self.token(digits) if digits else ""

    def token(self, text: str) -> str:
        """A keyed hash (128 bits, hex): equal texts are equal, and without the keys nothing can be tried out."""
        return hmac.new(self._index, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:32]

    def _address(self, text: str) -> str:
        if not text:
            return ""
        sealed = self._siv.encrypt(text.encode("utf-8", "surrogatepass"), None)
        return ADDRESS_MARK + base64.urlsafe_b64encode(sealed).decode("ascii")

    def _opener(self, id: str) -> AESGCM:
        if id not in self._ciphers:
            self.reload()  # another process may have made a new key
        if id not in self._ciphers:
            raise Unreadable(f"the key {id[:8]!r} is missing")
        return self._ciphers[id]


def key_id(kept: str) -> str:
    """The id of the key that sealed a value; empty for what is not sealed."""
    return kept[1:].partition(":")[0] if kept[:1] == MARK else ""
