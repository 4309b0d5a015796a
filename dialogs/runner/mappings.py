"""Filling slots from what was said: Rasa's ``action_extract_slots``, once a message, before anything else."""

from collections.abc import Iterator
from typing import Any

from rasa_sdk.events import SlotSet

from dialogs.runner.domain import Dialogue, Slot, SlotMapping
from dialogs.runner.tracker import ConversationState


def extracted(state: ConversationState, dialogue: Dialogue) -> Iterator[dict[str, Any]]:
    """Slot events for all predefined mappings that fit the latest message; the first mapping that fits wins."""
    for slot in dialogue.slots.values():
        for mapping in slot.mappings:
            if mapping.type == "custom" or not fits(mapping, slot, state, dialogue):
                continue
            found, value = _value(mapping, state)
            if found:
                yield SlotSet(slot.name, value)
                break


def custom_actions(state: ConversationState, dialogue: Dialogue) -> Iterator[str]:
    """The actions named by custom mappings that apply now, each once."""
    named = (
        mapping.action
        for slot in dialogue.slots.values()
        for mapping in slot.mappings
        if mapping.type == "custom" and mapping.action and _in_loop(mapping, state)
    )
    yield from dict.fromkeys(named)


def fits(mapping: SlotMapping, slot: Slot, state: ConversationState, dialogue: Dialogue) -> bool:
    """Whether the mapping's conditions and intents hold for the latest message."""
    form = dialogue.forms.get(state.loop or "")
    if form and slot.name in form.required and state.intent in form.ignored_intents:
        return False
    if mapping.intents and state.intent not in mapping.intents:
        return False
    if state.intent in mapping.not_intents:
        return False
    if mapping.type == "from_trigger_intent":
        return state.loop is None and any(slot.name in each.required for each in dialogue.forms.values())
    if mapping.type == "from_text" and not mapping.loops and form and slot.name in form.required:
        return state.requested_slot == slot.name
    return _in_loop(mapping, state)


def _in_loop(mapping: SlotMapping, state: ConversationState) -> bool:
    if not mapping.loops:
        return True
    return any(
        (loop is None or loop == state.loop) and (slot is None or slot == state.requested_slot)
        for loop, slot in mapping.loops
    )


def _value(mapping: SlotMapping, state: ConversationState) -> tuple[bool, Any]:
    if mapping.type == "from_text":
        text = state.latest_message.get("text")
        return bool(text), text
    if mapping.type == "from_entity":
        values = [
            each["value"] for each in state.latest_message.get("entities", ()) if each["entity"] == mapping.entity
        ]
        return bool(values), values[0] if len(values) == 1 else values
    return True, mapping.value
