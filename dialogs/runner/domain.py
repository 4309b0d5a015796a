"""The domain and the rules as Rasa's YAML says them, read once and checked.

Supported: slots with ``from_text``, ``from_intent``, ``from_entity``, ``from_trigger_intent`` and ``custom`` mappings
under ``active_loop``/``requested_slot`` conditions; forms with ``required_slots`` and ``ignored_intents``; responses
with conditions on slots; rules that begin with an intent, or with the end of a form. Anything else: `Unsupported`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where it is there: some ten times faster, and the bot starts with these files."""
MAPPINGS = {"from_text", "from_intent", "from_entity", "from_trigger_intent", "custom"}
MAPPING_KEYS = {"type", "intent", "not_intent", "entity", "role", "group", "value", "action", "conditions"}
SLOT_KEYS = {"type", "initial_value", "influence_conversation", "mappings", "values"}
RULE_KEYS = {"rule", "steps", "condition", "conversation_start", "wait_for_user_input"}
STEP_KEYS = {"intent", "entities", "action", "active_loop", "slot_was_set"}
DOMAIN_KEYS = {"version", "intents", "entities", "slots", "forms", "responses", "actions", "session_config"}


class Unsupported(ValueError):
    """The dialogue's YAML asks for something that the runner cannot do; the message names the place."""


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way to fill a slot."""

    type: str
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    entity: str = ""
    value: Any = None
    action: str = ""
    loops: tuple[tuple[str | None, str | None], ...] = ()
    """``(active_loop, requested_slot)`` pairs of which one must hold; empty: always."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot, with the value it starts with."""

    name: str
    initial: Any
    mappings: tuple[SlotMapping, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the slots it fills, the intents that never fill them."""

    name: str
    required: tuple[str, ...]
    ignored_intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It begins with `intent`, or with the end of the form `after`.

    `actions` are what follows, in order; `loops` are the active loops that must hold (None: no loop).
    """

    name: str
    intent: str = ""
    entities: tuple[str, ...] = ()
    after: str = ""
    loops: tuple[str | None, ...] = ()
    slots: tuple[tuple[str, Any], ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dialogue:
    """Everything that the YAML files say. `raw` is the domain as rasa-sdk wants it, `digest` its fingerprint."""

    intents: frozenset[str]
    entities: frozenset[str]
    slots: Mapping[str, Slot]
    forms: Mapping[str, Form]
    responses: Mapping[str, Sequence[Mapping[str, Any]]]
    actions: frozenset[str]
    rules: tuple[Rule, ...]
    raw: dict[str, Any] = field(repr=False)
    digest: str = ""


def load(folder: Path) -> Dialogue:
    """Read ``domain.yml`` and ``rules.yml`` of a folder; raise `Unsupported` for what the runner cannot keep."""
    text = (folder / "domain.yml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=QUICK)
    _known(raw, DOMAIN_KEYS, "domain.yml")
    forms = {name: _form(name, each or {}) for name, each in (raw.get("forms") or {}).items()}
    slots = {name: _slot(name, each, forms) for name, each in (raw.get("slots") or {}).items()}
    dialogue = Dialogue(
        intents=frozenset(_names(raw.get("intents"))),
        entities=frozenset(_names(raw.get("entities"))),
        slots=slots,
        forms=forms,
        responses=raw.get("responses") or {},
        actions=frozenset(_names(raw.get("actions"))),
        rules=tuple(_rules(yaml.load((folder / "rules.yml").read_text(encoding="utf-8"), Loader=QUICK))),
        raw=raw,
        digest=sha256(text.encode()).hexdigest(),
    )
    _check(dialogue)
    return dialogue


def _names(items: Sequence[Any] | None) -> Iterator[str]:
    for item in items or ():
        yield next(iter(item)) if isinstance(item, dict) else item


def _known(tree: Mapping[str, Any], keys: set[str], where: str) -> None:
    if extra := set(tree) - keys:
        raise Unsupported(f"{where}: {', '.join(sorted(extra))} is not supported")


def _several(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _form(name: str, tree: Mapping[str, Any]) -> Form:
    _known(tree, {"required_slots", "ignored_intents"}, f"form {name}")
    return Form(name, tuple(tree.get("required_slots") or ()), _several(tree.get("ignored_intents")))


def _slot(name: str, tree: Mapping[str, Any], forms: Mapping[str, Form]) -> Slot:
    _known(tree, SLOT_KEYS, f"slot {name}")
    mappings = tuple(_mapping(name, each, forms) for each in tree.get("mappings") or ())
    return Slot(name, tree.get("initial_value"), mappings)


def _mapping(slot: str, tree: Mapping[str, Any], forms: Mapping[str, Form]) -> SlotMapping:
    where = f"slot {slot}"
    _known(tree, MAPPING_KEYS, where)
    if tree.get("type") not in MAPPINGS:
        raise Unsupported(f"{where}: mapping {tree.get('type')!r} is not supported")
    if tree.get("role") or tree.get("group"):
        raise Unsupported(f"{where}: entity roles and groups are not supported")
    if tree["type"] == "from_entity" and not tree.get("entity"):
        raise Unsupported(f"{where}: from_entity needs an entity")
    return SlotMapping(
        type=tree["type"],
        intents=_several(tree.get("intent")),
        not_intents=_several(tree.get("not_intent")),
        entity=tree.get("entity", ""),
        value=tree.get("value"),
        action=tree.get("action", ""),
        loops=tuple(_condition(where, each, forms) for each in tree.get("conditions") or ()),
    )


def _condition(where: str, tree: Mapping[str, Any], forms: Mapping[str, Form]) -> tuple[str | None, str | None]:
    _known(tree, {"active_loop", "requested_slot"}, f"{where}, condition")
    loop = tree.get("active_loop")
    if loop is not None and loop not in forms:
        raise Unsupported(f"{where}: there is no form {loop!r}")
    return loop, tree.get("requested_slot")


def _rules(tree: Mapping[str, Any]) -> Iterator[Rule]:
    _known(tree, {"version", "rules"}, "rules.yml")
    for each in tree.get("rules") or ():
        yield _rule(each)


def _rule(tree: Mapping[str, Any]) -> Rule:
    where = f"rule {tree.get('rule')!r}"
    _known(tree, RULE_KEYS, where)
    if tree.get("conversation_start") or tree.get("wait_for_user_input") is False:
        raise Unsupported(f"{where}: conversation_start and wait_for_user_input are not supported")
    loops, slots = _conditions(where, tree.get("condition") or ())
    steps = list(tree.get("steps") or ())
    for step in steps:
        _known(step, STEP_KEYS, f"{where}, step")
    intent, entities, after, rest = _opening(where, steps, loops)
    actions = tuple(_actions(where, rest))
    if not actions:
        raise Unsupported(f"{where}: it does nothing")
    return Rule(str(tree["rule"]), intent, entities, after, loops, slots, actions)


def _conditions(where: str, items: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
    loops: list[str | None] = []
    slots: list[tuple[str, Any]] = []
    for item in items:
        _known(item, {"active_loop", "slot_was_set"}, f"{where}, condition")
        if "active_loop" in item:
            loops.append(item["active_loop"])
        slots += [next(iter(each.items())) for each in item.get("slot_was_set") or ()]
    return tuple(loops), tuple(slots)


def _opening(
    where: str, steps: list[Mapping[str, Any]], loops: tuple[str | None, ...]
) -> tuple[str, tuple[str, ...], str, list[Mapping[str, Any]]]:
    """How the rule begins: an intent, or a form that ends (its action, then ``active_loop: null``)."""
    if steps and "intent" in steps[0]:
        return steps[0]["intent"], tuple(_names(steps[0].get("entities"))), "", steps[1:]
    ends = len(steps) > 1 and "action" in steps[0] and steps[1].get("active_loop", "") is None
    if ends and loops == (steps[0]["action"],):
        rest = [step for step in steps[2:] if step.get("slot_was_set") != [{"requested_slot": None}]]
        return "", (), steps[0]["action"], rest
    raise Unsupported(f"{where}: it must begin with an intent or with the end of the form of its condition")


def _actions(where: str, steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, step in enumerate(steps):
        if "intent" in step:
            raise Unsupported(f"{where}: an intent in the middle is not supported")
        if "slot_was_set" in step:
            raise Unsupported(f"{where}: slot_was_set among the steps is not supported; make it a condition")
        if "active_loop" in step:
            before = steps[number - 1].get("action") if number else None
            if step["active_loop"] not in (None, before):
                raise Unsupported(f"{where}: active_loop must follow the form that it names")
            continue
        yield step["action"]


def _check(dialogue: Dialogue) -> None:
    """Every name that is used exists."""
    known = dialogue.actions | set(dialogue.forms) | set(dialogue.responses)
    for rule in dialogue.rules:
        if rule.intent and rule.intent not in dialogue.intents:
            raise Unsupported(f"rule {rule.name!r}: intent {rule.intent!r} is not in the domain")
        for action in rule.actions:
            if action not in known and not action.startswith("action_"):
                raise Unsupported(f"rule {rule.name!r}: action {action!r} is not in the domain")
        for loop in rule.loops:
            if loop is not None and loop not in dialogue.forms:
                raise Unsupported(f"rule {rule.name!r}: there is no form {loop!r}")
        for slot, _ in rule.slots:
            if slot != "requested_slot" and slot not in dialogue.slots:
                raise Unsupported(f"rule {rule.name!r}: there is no slot {slot!r}")
    for form in dialogue.forms.values():
        for slot in form.required:
            if slot not in dialogue.slots:
                raise Unsupported(f"form {form.name}: there is no slot {slot!r}")
    for slot_ in dialogue.slots.values():
        for mapping in slot_.mappings:
            for intent in (*mapping.intents, *mapping.not_intents):
                if intent not in dialogue.intents:
                    raise Unsupported(f"slot {slot_.name}: intent {intent!r} is not in the domain")
            if mapping.type == "from_entity" and mapping.entity not in dialogue.entities:
                raise Unsupported(f"slot {slot_.name}: entity {mapping.entity!r} is not in the domain")
