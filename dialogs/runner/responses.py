"""What is said: responses of the domain with their slots filled, and the messages that actions dispatch."""

from collections.abc import Mapping
from typing import Any

from dialogs.messages import Ask, Button, InboundMessage, OutboundMessage
from dialogs.runner.domain import Dialogue
from dialogs.runner.tracker import ConversationState

ROW_WIDTH = 18
"""How wide the titles of one row of buttons may be together; a CJK character counts two."""


class _Slots(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def response(name: str, state: ConversationState, dialogue: Dialogue) -> dict[str, Any] | None:
    """The first variation of a response whose condition holds; conditional ones are asked first, as in Rasa."""
    variations = dialogue.responses.get(name) or ()
    fitting = [each for each in variations if each.get("condition") and _holds(each, state)]
    fitting += [each for each in variations if not each.get("condition")]
    return _filled(fitting[0], state) if fitting else None


def _holds(variation: Mapping[str, Any], state: ConversationState) -> bool:
    return all(state.slots.get(each["name"]) == each["value"] for each in variation["condition"])


def _filled(value: Any, state: ConversationState) -> Any:
    if isinstance(value, str):
        return value.format_map(_Slots(state.slots)) if "{" in value else value
    if isinstance(value, Mapping):
        return {key: _filled(each, state) for key, each in value.items() if key != "condition"}
    if isinstance(value, list):
        return [_filled(each, state) for each in value]
    return value


def outbound(message: Mapping[str, Any], inbound: InboundMessage) -> OutboundMessage:
    """A dispatched message as one to send. ``custom.replace`` asks for an edit in place of the tapped message."""
    custom = dict(message.get("custom") or {})
    replace = custom.pop("replace", False) and inbound.tapped
    return OutboundMessage(
        address=inbound.address,
        text=str(message.get("text") or ""),
        buttons=rows(message.get("buttons") or ()),
        replaces=inbound.message_id if replace else None,
        custom=custom,
    )


def rows(buttons: Any) -> tuple[tuple[Button, ...], ...]:
    """Buttons laid out in rows: those with the same ``row`` together, the others as many as fit the width."""
    laid: list[tuple[Any, list[Button]]] = []
    for each in buttons:
        button = Button(
            str(each.get("title", "")),
            str(each.get("payload", "")),
            Ask(each["ask"]) if each.get("ask") else None,
            each.get("url"),
        )
        wanted = each.get("row")
        if laid and laid[-1][0] == wanted and (wanted is not None or _wide([*laid[-1][1], button]) <= ROW_WIDTH):
            laid[-1][1].append(button)
        else:
            laid.append((wanted, [button]))
    return tuple(tuple(row) for _, row in laid)


def _wide(buttons: list[Button]) -> int:
    return sum(1 + (ord(letter) > 0x2E7F) for button in buttons for letter in button.title)


def bot_event(message: OutboundMessage, timestamp: float) -> dict[str, Any]:
    """Rasa's ``bot`` event for a message that was said."""
    return {"event": "bot", "timestamp": timestamp, "text": message.text, "data": {}, "metadata": {}}
