"""A form's loop, as Rasa's ``FormAction`` does it: validate what was extracted, ask for the next slot, or end."""

from typing import Any

from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, SlotSet

from dialogs.runner.domain import Form
from dialogs.runner.tracker import ConversationState


class Rejected(Exception):
    """The form got nothing out of the message: a rule may have a say, else the fallback."""


def candidates(state: ConversationState, form: Form) -> list[dict[str, Any]]:
    """The slot events since the latest message that concern the form: what its validation has to look at."""
    found: list[dict[str, Any]] = []
    for event in reversed(state.events):
        if event["event"] == "user":
            break
        if event["event"] == "slot" and event["name"] in form.required and event["value"] is not None:
            found.append(event)
    return list(reversed(found))


def prefilled(state: ConversationState, form: Form) -> list[dict[str, Any]]:
    """On activation: slots of the form that are filled already, for validation."""
    return [SlotSet(name, state.slots[name]) for name in form.required if state.slots.get(name) is not None]


def check_progress(state: ConversationState, form: Form, validation: list[dict[str, Any]]) -> None:
    """Raise `Rejected` when a slot was asked for and validation brought nothing, or when the action said so itself."""
    if any(event["event"] == "action_execution_rejected" for event in validation):
        raise Rejected(form.name)
    brought = any(event["event"] == "slot" and event["name"] != "requested_slot" for event in validation)
    if state.requested_slot and not brought:
        raise Rejected(form.name)


def next_slot(state: ConversationState, form: Form, validation: list[dict[str, Any]]) -> str | None:
    """The slot to ask for: the one that the validation action names, else the first that is empty."""
    for event in reversed(validation):
        if event["event"] == "slot" and event["name"] == "requested_slot":
            value: str | None = event["value"]
            return value
    return next((name for name in form.required if state.slots.get(name) is None), None)


def ending() -> list[dict[str, Any]]:
    """The events that end a form."""
    return [SlotSet("requested_slot", None), ActiveLoop(None)]


def rejected_event(form: Form) -> dict[str, Any]:
    """Rasa's event for a rejected form."""
    event: dict[str, Any] = ActionExecutionRejected(form.name)
    return event


def question_names(form: str, slot: str) -> tuple[str, ...]:
    """Where the question for a slot is looked up, in Rasa's order."""
    return (f"action_ask_{form}_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}", f"utter_ask_{slot}")
