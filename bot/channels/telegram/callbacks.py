"""The data behind an inline button: a signature and the payload, in Telegram's 64 bytes.

The signature is bound to the chat, so that a button's data is worth nothing in another chat, and to the
installation's secret key, so that nobody else can make one.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

SIGNATURE_LENGTH = 8
PAYLOAD_BYTES = 54


class CallbackSigner:
    """Writes and reads callback data."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"telegram callback", sha256)

    def sign(self, chat_id: int, payload: str) -> str:
        """Callback data for a button in one chat; raise `ValueError` when the payload is longer than 54 bytes."""
        if len(payload.encode()) > PAYLOAD_BYTES:
            raise ValueError(f"a button's payload has at most {PAYLOAD_BYTES} bytes: {payload!r}")
        return self._signature(chat_id, payload) + payload

    def read(self, chat_id: int, data: str) -> str | None:
        """The payload, or None when we did not sign it for this chat."""
        signature, payload = data[:SIGNATURE_LENGTH], data[SIGNATURE_LENGTH:]
        expected = self._signature(chat_id, payload)
        return payload if hmac.compare_digest(_bytes(signature), expected.encode()) else None

    def _signature(self, chat_id: int, payload: str) -> str:
        digest = hmac.digest(self._key, f"{chat_id}:".encode() + _bytes(payload), sha256)
        return urlsafe_b64encode(digest)[:SIGNATURE_LENGTH].decode()


def _bytes(text: str) -> bytes:
    """UTF-8 that takes the lone surrogates of hostile input too."""
    return text.encode("utf-8", "surrogatepass")
