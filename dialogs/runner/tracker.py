"""The state of one conversation, in Rasa's words: slots, active loop, events; and how events change it.

`ConversationState` is what is kept between turns (JSON); `tracker` is the read-only picture of it for rasa-sdk.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from rasa_sdk import Tracker

from dialogs.runner.domain import Dialogue

KEPT_EVENTS = 120
"""How many of the newest events a conversation keeps."""


class UnknownEvent(ValueError):
    """An action returned an event that the runner does not know."""


@dataclass
class ConversationState:
    """What is known of a conversation between two turns."""

    sender_id: str
    slots: dict[str, Any] = field(default_factory=dict)
    active_loop: dict[str, Any] = field(default_factory=dict)
    latest_message: dict[str, Any] = field(default_factory=dict)
    latest_action_name: str | None = None
    followup_action: str | None = None
    paused: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)
    offered: dict[str, str] = field(default_factory=dict)
    """Titles of the buttons that were offered last, with their payloads: typing a title is tapping it."""

    @property
    def loop(self) -> str | None:
        """The name of the active loop."""
        return self.active_loop.get("name")

    @property
    def requested_slot(self) -> str | None:
        """The slot that the active form asks for."""
        return self.slots.get("requested_slot")

    @property
    def intent(self) -> str:
        """The intent of the latest message."""
        return str((self.latest_message.get("intent") or {}).get("name") or "")

    def dumps(self) -> str:
        """The state as JSON text, with only the newest events."""
        kept = {**self.__dict__, "events": self.events[-KEPT_EVENTS:]}
        return orjson.dumps(kept).decode()


def new_state(sender_id: str, dialogue: Dialogue) -> ConversationState:
    """A conversation that nobody has said anything in."""
    slots = {name: slot.initial for name, slot in dialogue.slots.items()}
    return ConversationState(sender_id, slots={**copied(slots), "requested_slot": None})


def read_state(text: str | None, sender_id: str, dialogue: Dialogue) -> ConversationState:
    """The kept state; slots that the domain no longer has are dropped, new ones start with their initial value."""
    fresh = new_state(sender_id, dialogue)
    if not text:
        return fresh
    kept = orjson.loads(text)
    slots = {name: kept["slots"].get(name, value) for name, value in fresh.slots.items()}
    loop = kept["active_loop"] if kept["active_loop"].get("name") in dialogue.forms else {}
    return ConversationState(**{**kept, "sender_id": sender_id, "slots": slots, "active_loop": loop})


def waits_for(text: str, said: str) -> bool:
    """Whether a kept conversation waits for what is said: a form asks something, or it is the title of a button."""
    kept = orjson.loads(text) if text else {}
    asks = (kept.get("active_loop") or {}).get("name")
    return bool(asks) or said.strip().casefold() in (kept.get("offered") or {})


def copied(tree: Any) -> Any:
    """A copy of a JSON tree; the standard library's, made for any object, takes ten times as long."""
    if isinstance(tree, dict):
        return {name: copied(value) for name, value in tree.items()}
    return [copied(each) for each in tree] if isinstance(tree, list) else tree


def tracker(state: ConversationState) -> Tracker:
    """rasa-sdk's picture of the state: what `Tracker.add_slots` changes is a copy, the message is only read."""
    return Tracker(
        state.sender_id,
        dict(state.slots),
        dict(state.latest_message),
        list(state.events),
        state.paused,
        state.followup_action,
        dict(state.active_loop),
        state.latest_action_name,
    )


def apply(state: ConversationState, events: Iterable[dict[str, Any]], dialogue: Dialogue) -> None:
    """Let events happen to the state, in order. Events of other kinds than Rasa's dialogue events are refused."""
    for event in events:
        _apply_one(state, event, dialogue)


def _apply_one(state: ConversationState, event: dict[str, Any], dialogue: Dialogue) -> None:
    kind = event.get("event")
    match kind:
        case "slot":
            state.slots[event["name"]] = event["value"]
        case "reset_slots":
            state.slots = new_state(state.sender_id, dialogue).slots
        case "active_loop":
            state.active_loop = {"name": event["name"]} if event["name"] else {}
        case "followup":
            state.followup_action = event["name"]
        case "action":
            state.latest_action_name = event["name"]
        case "user":
            state.latest_message = event["parse_data"]
        case "pause" | "resume":
            state.paused = kind == "pause"
        case "restart":
            fresh = new_state(state.sender_id, dialogue)
            state.__dict__.update(fresh.__dict__)
        case "loop_interrupted":
            if state.active_loop:
                state.active_loop["is_interrupted"] = event["is_interrupted"]
        case "bot" | "action_execution_rejected" | "session_started":
            pass
        case _:
            raise UnknownEvent(f"event {kind!r} is not supported")
    state.events.append(event)
