"""Inputs that nobody means well with: mutated updates of Telegram, HTTP requests and files, from a seed."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.test_random_messages import WORDS

Tree = dict[str, Any]
VALUES: Sequence[Any] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63) - 1, 1e308, -0.0, float("nan"), float("inf"), "", " ", "0",
    "\x00", "\ud800", "\u202e", "\u200b" * 50, "a" * 5_000, "中" * 3_000, [], [[]], {}, {"": ""}, [None], "../../etc/passwd",
    "<script>alert(1)</script>", "=1+1", "{0}{x.__class__}", "%s%n", "\r\nSet-Cookie: a=b", "$(id)", "' OR 1=1 --", *WORDS,
)  # fmt: skip
CHAT, USER = {"id": 7, "type": "private"}, {"id": 7, "is_bot": False, "first_name": "Li", "language_code": "zh"}
SAID = {"message_id": 1, "date": 1_795_000_000, "chat": CHAT, "from": USER}
PHOTO = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "file_size": 9}
UPDATES: Sequence[Tree] = (
    {"update_id": 1, "message": {**SAID, "text": "路灯坏了"}},
    {"update_id": 2, "message": {**SAID, "text": "/start XF20261123-000001-8", "entities": []}},
    {"update_id": 3, "edited_message": {**SAID, "edit_date": 1_795_000_001, "text": "改了"}},
    {"update_id": 4, "message": {**SAID, "location": {"latitude": 31.2, "longitude": 121.4}}},
    {"update_id": 5, "message": {**SAID, "contact": {"phone_number": "+8613812345678", "first_name": "Li", "user_id": 7}}},
    {"update_id": 6, "message": {**SAID, "photo": [PHOTO], "caption": "看", "media_group_id": "a"}},
    {"update_id": 7, "message": {**SAID, "document": {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf"}}},
    {"update_id": 8, "message": {**SAID, "venue": {"location": {"latitude": 1, "longitude": 2}, "title": "a", "address": "b"}}},
    {"update_id": 9, "callback_query": {"id": "1", "from": USER, "chat_instance": "1", "data": "xxxxxxxx/submit", "message": SAID}},
    {"update_id": 10, "my_chat_member": {"chat": CHAT, "from": USER, "date": 1, "old_chat_member": {"status": "member", "user": USER},
     "new_chat_member": {"status": "kicked", "user": USER, "until_date": 0}}},
    {"update_id": 11, "message": {**SAID, "chat": {"id": -5, "type": "supergroup", "title": "组"}, "text": "/inbox@x", "is_topic_message": True,
     "message_thread_id": 3}},
    {"update_id": 12, "message": {**SAID, "voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}}},
    {"update_id": 13, "message": {**SAID, "sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
     "is_animated": False, "is_video": False}}},
)  # fmt: skip
HEADS = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00",
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00", b"RIFF\x24\x00\x00\x00WEBPVP8 ", b"BM\x3a\x00\x00\x00", b"%PDF-1.7\n", b"PK\x03\x04\x14\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"OggS\x00\x02", b"ID3\x03\x00", b"\x00\x00\x00\x18ftypmp42", b"\x00\x00\x00\x18ftypheic",
    b"\x1aE\xdf\xa3", b"MZ\x90\x00", b"\x7fELF", b"<svg xmlns=", b"<html><script>", "纯文字".encode(), b"",
)  # fmt: skip
ROUTES = (
    "GET /", "GET /staff", "GET /staff/sign-in/{x}", "POST /staff/sign-in/{x}", "POST /staff/sign-out", "GET /staff/session",
    "GET /assets/{x}", "GET /openapi.json", "POST /chat/sessions", "POST /webhooks/rest/webhook", "POST /chat/attachments",
    "GET /chat/attachments/{x}", "GET /chat/messages", "GET /conversations/{x}/tracker", "GET /healthz", "GET /metrics",
    "POST /telegram/webhook", "GET /chat/events", "PUT /", "DELETE /chat/messages", "TRACE /", "OPTIONS *", "GET /{x}",
)  # fmt: skip
HEADERS = (
    "Authorization", "Cookie", "X-Forwarded-For", "Accept-Language", "Content-Type", "Origin", "Sec-Fetch-Site", "Last-Event-ID",
    "X-Telegram-Bot-Api-Secret-Token", "Host", "Range", "If-None-Match", "Transfer-Encoding", "Content-Encoding", "Expect",
)  # fmt: skip


def mutated(tree: Any, chance: random.Random, rate: float = 0.12) -> Any:
    """A tree with some of its values replaced, dropped, doubled or renamed."""
    if chance.random() < rate:
        return chance.choice(VALUES)
    if isinstance(tree, dict):
        kept = {key: mutated(value, chance, rate) for key, value in tree.items() if chance.random() > rate / 3}
        if chance.random() < rate:
            kept[str(chance.choice(VALUES))[:20]] = chance.choice(VALUES)
        return kept
    if isinstance(tree, list):
        return [mutated(each, chance, rate) for each in tree] * chance.choice((1, 1, 1, 2))
    return tree


def update(chance: random.Random) -> bytes:
    """The body of one call of Telegram's."""
    body = json.dumps(mutated(chance.choice(UPDATES), chance, 0.04)).encode("utf-8", "ignore")
    return scrambled(body, chance) if chance.random() < 0.1 else body


def scrambled(content: bytes, chance: random.Random) -> bytes:
    """Bytes with some of them changed, cut or repeated."""
    taken = bytearray(content)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(taken) + 1)
        match chance.randrange(4):
            case 0:
                taken[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
            case 1:
                del taken[place : place + chance.randrange(1, 9)]
            case 2:
                taken[place : place + 1] = bytes([chance.randrange(256)])
            case _:
                taken = taken[:place] if chance.random() < 0.2 else taken + taken[:place][:2_000]
    return bytes(taken)


def file(chance: random.Random) -> tuple[str, bytes]:
    """A file: its name and its content."""
    name = str(chance.choice(VALUES)) + chance.choice(("", ".png", ".pdf", ".exe", "\u202egnp.exe", "/../x", "\\..\\x"))
    content = chance.choice(HEADS) + bytes(chance.randrange(256) for _ in range(chance.randrange(40)))
    return name, scrambled(content, chance) if chance.random() < 0.7 else content + chance.choice(HEADS)


@dataclass
class Request:
    """A request before it is written to the wire."""

    method: str
    path: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def wire(self) -> bytes:
        """As it is sent."""
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        if not any(name in ("Host",) for name, _ in self.headers):
            lines.append("Host: 127.0.0.1")
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + self.body


def request(chance: random.Random, senders: Sequence[str]) -> Request:
    """One request; the senders are tokens that are good."""
    method, _, path = chance.choice(ROUTES).partition(" ")
    path = path.replace("{x}", quoted(str(chance.choice(VALUES))[:300], chance))
    sender: Any = chance.choice(senders) if chance.random() < 0.1 else chance.choice(VALUES)
    if chance.random() < 0.5 and "/events" not in path:
        path += f"?sender={quoted(str(sender)[:300], chance)}&after={quoted(str(chance.choice(VALUES))[:40], chance)}"
    headers = [(chance.choice(HEADERS), line(str(chance.choice(VALUES)))) for _ in range(chance.randrange(3))]
    headers = [(name, value) for name, value in headers if name not in ("Transfer-Encoding", "Expect")]
    body = _body(chance, sender, headers) if method == "POST" else b""
    return Request(method, path, headers, body)


def _body(chance: random.Random, sender: Any, headers: list[tuple[str, str]]) -> bytes:
    if chance.random() < 0.2:
        name, content = file(chance)
        headers.append(("Content-Type", "multipart/form-data; boundary=x"))
        given = f'--x\r\nContent-Disposition: form-data; name="sender"\r\n\r\n{sender}\r\n'
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{line(name)}"\r\n\r\n'
        whole = (given + head).encode("utf-8", "replace") + content + b"\r\n--x--\r\n"
        return scrambled(whole, chance) if chance.random() < 0.5 else whole
    metadata = {
        "message_id": "m", "language": "zh", "location": {"latitude": 1, "longitude": 2, "title": "x"},
        "contact": {"phone": "1", "name": "x"}, "attachments": ["x"], "tapped": True, "title": "x",
    }  # fmt: skip
    tree = {"sender": sender, "message": chance.choice(WORDS), "language": "en", "metadata": metadata}
    changed = mutated(tree, chance, 0.06)
    if isinstance(changed, dict) and chance.random() < 0.7:
        changed["sender"] = sender
    body = json.dumps(changed)
    return (
        scrambled(body.encode("utf-8", "ignore"), chance) if chance.random() < 0.2 else body.encode("utf-8", "ignore")
    )


def quoted(text: str, chance: random.Random) -> str:
    """Text in a path or query: mostly escaped, sometimes only without what would end the line."""
    if chance.random() < 0.8:
        return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "replace")[:200])
    return "".join(letter for letter in text if letter.isprintable() and letter not in " #")[:200]


def line(text: str) -> str:
    """Text that stays on one line."""
    return "".join(letter for letter in text if letter not in "\r\n\x00")[:2_000]
