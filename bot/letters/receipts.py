"""The receipt's code: number, time and hash of what was filed, signed, so that anybody can verify it offline.

Ed25519 (RFC 8032) over ``JIESU1|number|time|sha256``; the private key is derived from the office's secret key by HKDF
(RFC 5869), the public key may be printed anywhere. The receipt's JSON file holds what was filed and the code.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cases.rules.documents import digest

MARK = "JIESU1"


class BadReceipt(Exception):
    """The receipt does not hold; `reason` is a text key under ``letter.bad_``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a verified code certifies: this was filed under this number at this time."""

    number: str
    filed_at: str
    digest: str


def private_key(secret: str) -> Ed25519PrivateKey:
    """The office's signing key."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"jiesu receipt").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_key(secret: str) -> str:
    """The key to verify with, as text."""
    raw = private_key(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return urlsafe_b64encode(raw).decode()


def code(stamp: Stamp, secret: str) -> str:
    """The text in the QR code."""
    said = f"{MARK}|{stamp.number}|{stamp.filed_at}|{stamp.digest}"
    signature = urlsafe_b64encode(private_key(secret).sign(said.encode())).decode()
    return f"{said}|{signature}"


def receipt_file(filed: Mapping[str, Any], code: str) -> bytes:
    """The JSON file that goes with a receipt."""
    return json.dumps({"filed": filed, "code": code}, ensure_ascii=False, indent=1).encode()


def verify_code(text: str, key: str) -> Stamp:
    """What a code certifies; raise `BadReceipt` when it was not signed with that office's key."""
    parts = text.strip().split("|")
    if len(parts) != 5 or parts[0] != MARK:
        raise BadReceipt("form")
    try:
        public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key))
        public.verify(urlsafe_b64decode(parts[4]), "|".join(parts[:4]).encode())
    except InvalidSignature:
        raise BadReceipt("signature") from None
    except ValueError:
        raise BadReceipt("form") from None
    return Stamp(*parts[1:4])


def verify_file(content: bytes, key: str) -> Stamp:
    """What a receipt's file certifies; raise `BadReceipt` when what was filed was changed."""
    try:
        tree = json.loads(content)
        filed, stamp = tree["filed"], verify_code(tree["code"], key)
    except (ValueError, KeyError, TypeError):
        raise BadReceipt("form") from None
    if digest(filed) != stamp.digest or filed.get("number") != stamp.number:
        raise BadReceipt("content")
    return stamp
