"""Messages as JSON and back: what the outbox, the inbox and the web chat keep and send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from cases.rules.rates import Rates
from dialogs.messages import Address, Ask, Attachment, AttachmentKind, Button, OutboundMessage
from dialogs.phrasebook import say
from dialogs.wording import say_day, say_moment

FIELDS = tuple(each.name for each in fields(OutboundMessage))


def dump(message: OutboundMessage) -> str:
    """An outbound message as JSON text."""
    return orjson.dumps(_tree(message)).decode()


def load(text: str) -> OutboundMessage:
    """The outbound message that `dump` wrote."""
    return message_of(orjson.loads(text))


def dump_all(messages: Sequence[OutboundMessage]) -> str:
    """Several messages as one JSON text."""
    return orjson.dumps([_tree(each) for each in messages]).decode()


def _tree(message: OutboundMessage) -> Mapping[str, Any]:
    """Its fields; orjson goes on from there by itself, dataclasses and enumerations too."""
    return {**{name: getattr(message, name) for name in FIELDS}, "address": str(message.address)}


def load_all(text: str) -> tuple[OutboundMessage, ...]:
    """The messages that `dump_all` wrote."""
    return tuple(message_of(each) for each in orjson.loads(text))


def message_of(tree: Mapping[str, Any]) -> OutboundMessage:
    """An outbound message of its JSON tree."""
    return OutboundMessage(
        address=Address.parse(tree["address"]),
        text=tree["text"],
        buttons=tuple(tuple(_button(each) for each in row) for row in tree.get("buttons", ())),
        attachments=tuple(_attachment(each) for each in tree.get("attachments", ())),
        replaces=tree.get("replaces"),
        custom=tree.get("custom") or {},
        posted=tree.get("posted"),
    )


def _button(tree: Mapping[str, Any]) -> Button:
    ask = Ask(tree["ask"]) if tree.get("ask") else None
    return Button(tree["title"], tree.get("payload", ""), ask, tree.get("url"))


def _attachment(tree: Mapping[str, Any]) -> Attachment:
    return Attachment(**{**tree, "kind": AttachmentKind(tree["kind"])})


def rendered(text: str, recipient: str, zone: ZoneInfo, now: datetime) -> OutboundMessage:
    """A row of the outbox as a message: a notice is put into words here, an answer is as it was kept."""
    tree = orjson.loads(text)
    if "key" not in tree:
        return message_of({**tree, "address": recipient})
    language = tree["language"]
    values = {name: worded(value, language, zone, now) for name, value in tree["values"].items()}
    buttons = tuple(
        tuple(Button(say(language, each["title_key"]), each["payload"]) for each in row) for row in tree["buttons"]
    )
    custom = {**tree.get("custom", {}), "push": True}
    return OutboundMessage(Address.parse(recipient), say(language, tree["key"], **values), buttons, custom=custom)


def is_for_staff(text: str) -> bool:
    """Whether a row of the outbox tells a member of staff of their work, or gives them the register."""
    notice = "staffnotice." in text and str(orjson.loads(text).get("key", "")).startswith("staffnotice.")
    return notice or ordered(text) is not None


def as_repeat(message: OutboundMessage, language: str) -> OutboundMessage:
    """A message that may have arrived already, with a quiet last line that says so; an edit in place needs none."""
    if message.replaces:
        return message
    line = say(language, "format.repeat")
    return replace(message, text=f"{message.text}\n\n{line}" if message.text else line)


def document_of(text: str) -> str:
    """The id of the document that a row of the outbox carries; empty for every other."""
    return str(orjson.loads(text).get("document") or "") if '"document": "' in text else ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """The register as a file, made when it is sent: the words after ``/export``, when they were said, the password that
    locks it.
    """

    words: str
    at: datetime
    password: str = ""


def order_of(order: Ordered) -> str:
    """The order as a row of the outbox."""
    return orjson.dumps({"export": order.words, "at": order.at, "password": order.password}).decode()


def ordered(text: str) -> Ordered | None:
    """The order that a row is; None for every other."""
    if not text.startswith('{"export":'):
        return None
    tree = orjson.loads(text)
    return Ordered(str(tree["export"]), datetime.fromisoformat(tree["at"]), str(tree.get("password") or ""))


def worded(value: Any, language: str, zone: ZoneInfo, now: datetime) -> str:
    """A placeholder's value in words: a date, a text key, a name in several languages, or as it is."""
    match value:
        case {"day": moment, "provisional": True}:
            return say(language, "format.provisional", day=worded({"day": moment}, language, zone, now))
        case {"day": moment}:
            return say_day(language, datetime.fromisoformat(moment), zone, now)
        case {"moment": moment}:
            return say_moment(language, datetime.fromisoformat(moment), zone, now)
        case {"phrase": key}:
            values = {name: worded(each, language, zone, now) for name, each in value.get("values", {}).items()}
            return say(language, key, **values)
        case {"lines": lines}:
            return "\n".join(worded(each, language, zone, now) for each in lines)
        case {"names": names}:
            return str(names.get(language) or names["zh"])
    return str(value)


def rates_words(language: str, name: str, found: Rates) -> str:
    """One department's rates in words; what has nothing to share is a dash."""
    shares = {
        each: percent(getattr(found, each))
        for each in ("acceptance", "response", "solving", "satisfaction", "participation")
    }
    return say(language, "rates.line", name=name, excluded=found.excluded, **shares)


def percent(share: float | None) -> str:
    """A share as per cent with one decimal; a dash for none."""
    return "-" if share is None else f"{share:.1%}"
