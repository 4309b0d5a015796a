"""Reading a message into Rasa's ``parse_data``: payloads as they are, words through the understanding."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from dialogs.messages import InboundMessage
from dialogs.runner.domain import Dialogue
from intents.understanding import Understanding

PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)\s*(?P<entities>\{.*\})?\s*\Z", re.DOTALL)
COMMAND = re.compile(r"/(?P<intent>[a-z_]+)\s+(?P<rest>\S.*)\Z", re.DOTALL)
UNSURE_INTENT = "nlu_fallback"

Understand = Callable[..., Understanding]


def message_text(message: InboundMessage) -> str:
    """The text, or the payload that stands for what was shared without words."""
    if message.text.strip():
        return message.text
    if message.location:
        return "/share_location"
    if message.contact:
        return "/share_contact"
    if message.attachments or message.rejected:
        return "/share_attachments"
    return "/start" if message.start is not None else ""


def message_metadata(message: InboundMessage) -> dict[str, Any]:
    """What came with the text, as plain data for actions."""
    return {
        **message.metadata,
        "attachments": [asdict(each) for each in message.attachments],
        "location": asdict(message.location) if message.location else None,
        "contact": asdict(message.contact) if message.contact else None,
        "tapped": message.tapped,
        "edited": message.edited,
        "album": message.album,
        "message_id": message.message_id,
        "start": message.start,
        "language": message.language,
        "rejected": message.rejected,
        "sent_at": message.sent_at.isoformat(),
    }


def parse(message: InboundMessage, dialogue: Dialogue, understand: Understand, asked: str | None) -> dict[str, Any]:
    """Rasa's ``parse_data`` of a message. Nothing that was typed makes it raise."""
    text = message_text(message)
    data = _payload(text, dialogue) or _command(text, dialogue, understand, asked)
    if data is None:
        data = _understood(text, dialogue, understand(text, asked=asked, now=message.sent_at))
    return {**data, "text": text, "metadata": message_metadata(message), "message_id": message.message_id}


def _payload(text: str, dialogue: Dialogue) -> dict[str, Any] | None:
    """``/intent`` or ``/intent{"entity": "value"}`` of a known intent."""
    found = PAYLOAD.match(text)
    if not found or found["intent"] not in dialogue.intents:
        return None
    values = _json(found["entities"])
    if values is None:
        return None
    return {"intent": {"name": found["intent"], "confidence": 1.0}, "entities": _entities(values), "intent_ranking": []}


def _json(text: str | None) -> Mapping[str, Any] | None:
    try:
        values = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _entities(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "payload"}
        for name, value in values.items()
        if isinstance(value, str)
    ]


def _command(text: str, dialogue: Dialogue, understand: Understand, asked: str | None) -> dict[str, Any] | None:
    """``/status XF…``: the command's intent with what the rest of the line names."""
    found = COMMAND.match(text)
    if not found or found["intent"] not in dialogue.intents:
        return None
    rest = _understood(found["rest"], dialogue, understand(found["rest"], asked=asked))
    return {**rest, "intent": {"name": found["intent"], "confidence": 1.0}, "rest": found["rest"]}


def _understood(text: str, dialogue: Dialogue, meaning: Understanding) -> dict[str, Any]:
    name, _, topic = meaning.intent.name.partition("/")
    intent = name if name in dialogue.intents else UNSURE_INTENT
    entities = [
        {"entity": each.type, "value": each.value or each.text, "start": each.start, "end": each.end, "text": each.text}
        for each in meaning.entities
        if each.type in dialogue.entities
    ]
    data: dict[str, Any] = {
        "intent": {"name": intent, "confidence": meaning.intent.confidence},
        "intent_ranking": [{"name": intent, "confidence": meaning.intent.confidence}],
        "entities": entities,
        "understood_language": meaning.language,
    }
    if topic:
        data["response_selector"] = {name: {"response": {"intent_response_key": meaning.intent.name}}}
    return data
