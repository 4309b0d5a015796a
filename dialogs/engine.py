"""One turn of a conversation: a message and the conversation before it, to answers and the conversation after it.

The engine keeps Rasa 3.6's semantics: slots are extracted from every message; an active form runs before the rules;
a form that gets nothing from a message lets a rule answer, else ``action_default_fallback`` runs, which takes the
message back. It holds no state between turns and does no I/O: actions reach the rest through `dialogs.ports`.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rasa_sdk.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from dialogs.messages import InboundMessage, OutboundMessage, is_fleeting
from dialogs.ports import Services, serving
from dialogs.runner import loop as form_loop
from dialogs.runner.domain import Dialogue, Form, Rule, Unsupported, load
from dialogs.runner.mappings import custom_actions, extracted
from dialogs.runner.reading import Understand, parse
from dialogs.runner.responses import bot_event, outbound, response
from dialogs.runner.tracker import ConversationState, apply, read_state, tracker
from intents.understanding import Understanding

FOLDER = Path(__file__).parent
FALLBACK = "action_default_fallback"
MOST_ACTIONS = 12
"""How many actions one message may set off; more is a circle in the rules."""


class Circle(RuntimeError):
    """One message set off too many actions."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn came to: messages in order, and the conversation to keep (JSON text)."""

    messages: tuple[OutboundMessage, ...]
    state: str
    language: str
    fleeting_until: datetime | None = None
    """The conversation knows an anonymous case until then, and is emptied then."""

    @property
    def unlinks(self) -> bool:
        """Whether something was filed that must not lead back here: the conversation is emptied at once."""
        return any(is_fleeting(message) for message in self.messages)


class Engine:
    """The dialogue of one folder, ready to take turns; built once, shared by all conversations."""

    def __init__(self, executor: ActionExecutor, dialogue: Dialogue) -> None:
        self.executor = executor
        self.dialogue = dialogue
        executor.domain = dialogue.raw
        executor.domain_digest = dialogue.digest
        self._check_actions()

    @classmethod
    def build(cls, folder: Path = FOLDER, package: str = "dialogs") -> "Engine":
        """Load the YAML files and register the actions of `package`; raise `Unsupported` for what cannot be run."""
        executor = ActionExecutor()
        executor.register_package(package)
        return cls(executor, load(folder))

    @property
    def commands(self) -> frozenset[str]:
        """The words that citizens' buttons and commands begin with, after the slash."""
        return frozenset(self.dialogue.raw["intents"])

    async def turn(self, message: InboundMessage, state: str | None, services: Services) -> Answer:
        """Take one message. `state` is the text that the last turn gave, None at first."""
        conversation = read_state(state, str(message.address), self.dialogue)
        turn = Turn(self, message, conversation)
        services = replace(services, understand=once(services.understand))
        with serving(services):
            await turn.run(services.understand)
        slots = conversation.slots
        until = datetime.fromisoformat(slots["pass"]["until"]) if slots.get("pass") else None
        return Answer(tuple(turn.said), conversation.dumps(), str(slots.get("language") or ""), until)

    def picture(self, state: str | None, sender_id: str) -> dict[str, Any]:
        """The conversation in the format of Rasa's ``GET /conversations/{sender}/tracker``."""
        conversation = read_state(state, sender_id, self.dialogue)
        return {
            **tracker(conversation).current_state(),
            "requested_slot": conversation.requested_slot,
            "active_form": {},
            "latest_action": {"action_name": conversation.latest_action_name},
        }

    def _check_actions(self) -> None:
        defaults = {FALLBACK, "action_listen"}
        for action in self.dialogue.actions:
            if action not in self.executor.actions and action not in defaults:
                raise Unsupported(f"domain.yml: action {action!r} is not in the package")
        for form in self.dialogue.forms.values():
            for slot in form.required:
                names = form_loop.question_names(form.name, slot)
                if not any(name in self.executor.actions or name in self.dialogue.responses for name in names):
                    raise Unsupported(f"form {form.name}: nothing asks for slot {slot!r}")


def once(understand: Understand) -> Understand:
    """The same words are read once a turn, at the time of the first reading: the form reads again what came in."""
    known: dict[tuple[str, str | None], Understanding] = {}

    def reading(text: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
        key = (text, asked)
        if key not in known:
            known[key] = understand(text, now=now, asked=asked)
        return known[key]

    return reading


class Turn:
    """One message being worked on."""

    def __init__(self, engine: Engine, message: InboundMessage, state: ConversationState) -> None:
        self.executor = engine.executor
        self.dialogue = engine.dialogue
        self.message = message
        self.state = state
        self.said: list[OutboundMessage] = []
        self._done = 0
        self._fresh = True
        """Whether no rule has acted on the message yet: a form that is active then reads it."""

    async def run(self, understand: Understand) -> None:
        """The whole turn, from reading the message to waiting for the next."""
        before = dict(self.state.__dict__), list(self.state.events), dict(self.state.slots)
        self._hear(understand)
        await self._extract()
        if not await self._form_takes_it():
            rule = self._rule_for_intent()
            if rule is None:
                await self._fall_back(before)
                return
            await self._follow(rule)
        self._apply([ActionExecuted("action_listen")])
        self._remember_buttons()

    def _remember_buttons(self) -> None:
        """Keep the titles that were offered, so that typing one is as good as tapping it."""
        buttons = [button for message in self.said for row in message.buttons for button in row if button.payload]
        if buttons:
            self.state.offered = {button.title.casefold(): button.payload for button in buttons}

    def _hear(self, understand: Understand) -> None:
        payload = self.state.offered.get(self.message.text.strip().casefold())
        if payload:
            self.message = replace(self.message, text=payload)
        data = parse(self.message, self.dialogue, understand, self.state.requested_slot)
        event = UserUttered(data["text"], data, self.message.sent_at.timestamp(), self.message.address.channel)
        self._apply([{**event, "metadata": data["metadata"], "message_id": self.message.message_id}])

    async def _extract(self) -> None:
        self._apply([ActionExecuted("action_extract_slots")])
        self._apply(list(extracted(self.state, self.dialogue)))
        for name in custom_actions(self.state, self.dialogue):
            await self._act(name)
        if "action_validate_slot_mappings" in self.executor.actions:
            self._apply(await self._call("action_validate_slot_mappings"))

    async def _form_takes_it(self) -> bool:
        form = self.dialogue.forms.get(self.state.loop or "")
        if form is None:
            return False
        try:
            await self._run_form(form)
        except form_loop.Rejected:
            self._apply([form_loop.rejected_event(form)])
            return False
        return True

    async def _run_form(self, form: Form) -> None:
        """Rasa's ``FormAction``: activate or validate, then ask on or end."""
        if self.state.loop != form.name:
            validation = await self._activate(form)
        elif self._fresh:
            validation = await self._validate(form, form_loop.candidates(self.state, form))
            form_loop.check_progress(self.state, form, validation)
        else:
            validation = []  # after an interjection the form only asks again
        self._apply([ActionExecuted(form.name), *validation])
        await self._ask_or_end(form, form_loop.next_slot(self.state, form, validation))

    async def _activate(self, form: Form) -> list[dict[str, Any]]:
        self._apply([ActiveLoop(form.name)])
        return await self._validate(form, form_loop.prefilled(self.state, form))

    async def _validate(self, form: Form, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the form's validation action makes of the candidates; they follow an ``action`` event, because
        rasa-sdk looks only at the slot events at the very end."""
        name = f"validate_{form.name}"
        if name not in self.executor.actions:
            return candidates
        events = [*self.state.events, ActionExecuted(form.name), *candidates]
        return await self._call(name, events=events)

    async def _ask_or_end(self, form: Form, slot: str | None) -> None:
        if slot is None:
            self._apply(form_loop.ending())
            await self._follow_end(form)
            return
        self._apply([SlotSet("requested_slot", slot)])
        for name in form_loop.question_names(form.name, slot):
            if name in self.executor.actions or name in self.dialogue.responses:
                await self._act(name)
                return

    async def _follow_end(self, form: Form) -> None:
        for rule in self.dialogue.rules:
            if rule.after == form.name and self._holds(rule.slots):
                await self._follow(rule)
                return

    def _rule_for_intent(self) -> Rule | None:
        """The most specific rule for the latest intent: conditions and entities count."""
        intent, loop = self.state.intent, self.state.loop
        named = {each["entity"] for each in self.state.latest_message.get("entities", ())}
        fitting = [
            rule
            for rule in self.dialogue.rules
            if rule.intent == intent
            and all(each == loop for each in rule.loops)
            and set(rule.entities) <= named
            and self._holds(rule.slots)
        ]
        return max(fitting, key=lambda rule: len(rule.loops) + len(rule.slots) + len(rule.entities), default=None)

    def _holds(self, slots: Iterable[tuple[str, Any]]) -> bool:
        return all(self.state.slots.get(name) == value for name, value in slots)

    async def _follow(self, rule: Rule) -> None:
        self._fresh = False
        for name in rule.actions:
            await self._act(name)
        await self._follow_ups()

    async def _follow_ups(self) -> None:
        while self.state.followup_action:
            name, self.state.followup_action = self.state.followup_action, None
            if name == "action_listen":
                return
            await self._act(name)

    async def _act(self, name: str) -> None:
        """Run one action of any sort: a form, a response, or one of the package."""
        self._done += 1
        if self._done > MOST_ACTIONS:
            raise Circle(name)
        if name == "action_listen":
            return
        if name == "action_deactivate_loop":
            self._apply([ActionExecuted(name), *form_loop.ending()])
            return
        if name in self.dialogue.forms:
            await self._run_form(self.dialogue.forms[name])
            return
        if name in self.executor.actions:
            events = await self._call(name)
            self._apply([ActionExecuted(name), *events])
            return
        self._say([response(name, self.state, self.dialogue) or {}])
        self._apply([ActionExecuted(name)])

    async def _call(self, name: str, events: Sequence[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        """Run an action of the package as an action server would; what it says is said, its events come back."""
        picture = tracker(self.state).current_state()
        if events is not None:
            picture = {**picture, "events": list(events)}
        call = {
            "next_action": name,
            "sender_id": self.state.sender_id,
            "tracker": picture,
            "domain": self.dialogue.raw,
            "domain_digest": self.dialogue.digest,
        }
        try:
            result = await self.executor.run(call)
        except ActionExecutionRejection as rejection:
            raise form_loop.Rejected(name) from rejection
        except ActionNotFoundException as missing:
            raise Unsupported(f"action {name!r} is not in the package") from missing
        if result is None:
            return []
        self._say(result.responses)
        return list(result.events)

    def _say(self, responses: Iterable[dict[str, Any]]) -> None:
        for each in responses:
            named = each.get("response")
            filled = response(named, self.state, self.dialogue) if named else None
            message = outbound({**each, **(filled or {})}, self.message)
            if message.text or message.attachments or message.custom:
                self.said.append(message)
                self._apply([bot_event(message, time.time())])

    async def _fall_back(self, before: tuple[dict[str, Any], list[Any], dict[str, Any]]) -> None:
        """Rasa's default fallback: say that it was not understood, and take the message back."""
        if FALLBACK in self.executor.actions:
            await self._call(FALLBACK)
        elif "utter_default" in self.dialogue.responses:
            self._say([{"response": "utter_default"}])
        attributes, events, slots = before
        self.state.__dict__.update(attributes)
        self.state.events, self.state.slots = events, slots

    def _apply(self, events: Iterable[dict[str, Any]]) -> None:
        apply(self.state, events, self.dialogue)
