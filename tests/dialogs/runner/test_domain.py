"""What the runner cannot keep stops the start."""

from pathlib import Path

import pytest
import yaml

from dialogs.engine import FOLDER, Engine
from dialogs.runner.domain import Unsupported, load

DOMAIN = {
    "version": "3.1",
    "intents": ["greet"],
    "slots": {"a": {"type": "any", "mappings": [{"type": "from_text"}]}},
    "forms": {"f": {"required_slots": ["a"]}},
    "responses": {"utter_ask_a": [{"text": "a?"}], "utter_hi": [{"text": "hi"}]},
}
RULE: dict[str, object] = {"rule": "hi", "steps": [{"intent": "greet"}, {"action": "utter_hi"}]}


def write(folder: Path, domain: dict[str, object], rules: list[dict[str, object]]) -> Path:
    """A dialogue in a folder."""
    (folder / "domain.yml").write_text(yaml.safe_dump({**DOMAIN, **domain}), encoding="utf-8")
    (folder / "rules.yml").write_text(yaml.safe_dump({"version": "3.1", "rules": rules}), encoding="utf-8")
    return folder


def test_our_own_dialogue_is_supported() -> None:
    dialogue = load(FOLDER)
    assert {"complaint_form", "correct_form", "supplement_form", "reason_form", "track_form"} == set(dialogue.forms)


def test_an_ordinary_dialogue_is_supported(tmp_path: Path) -> None:
    assert load(write(tmp_path, {}, [RULE])).rules[0].actions == ("utter_hi",)


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ({"e2e_actions": []}, "e2e_actions is not supported"),
        ({"slots": {"a": {"type": "any", "mappings": [{"type": "from_dream"}]}}}, "mapping 'from_dream'"),
        ({"slots": {"a": {"type": "any", "mappings": [{"type": "from_entity"}]}}}, "from_entity needs an entity"),
        (
            {"slots": {"a": {"type": "any", "mappings": [{"type": "from_entity", "entity": "x", "role": "r"}]}}},
            "roles and groups",
        ),
        ({"slots": {"a": {"type": "any", "mappings": [{"type": "from_intent", "intent": "x"}]}}}, "intent 'x'"),
        (
            {
                "slots": {
                    "a": {"type": "any", "mappings": [{"type": "from_text", "conditions": [{"active_loop": "g"}]}]}
                }
            },
            "no form 'g'",
        ),
        ({"forms": {"f": {"required_slots": ["b"]}}}, "no slot 'b'"),
        ({"forms": {"f": {"required_slots": ["a"], "type": "x"}}}, "type is not supported"),
    ],
)
def test_a_domain_that_cannot_be_kept_stops_the_start(tmp_path: Path, domain: dict[str, object], words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        load(write(tmp_path, domain, [RULE]))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"rule": "r", "steps": [{"intent": "nobody"}, {"action": "utter_hi"}]}, "intent 'nobody'"),
        ({"rule": "r", "steps": [{"intent": "greet"}, {"action": "dance"}]}, "action 'dance'"),
        ({"rule": "r", "steps": [{"intent": "greet"}]}, "does nothing"),
        ({"rule": "r", "steps": [{"action": "utter_hi"}]}, "must begin with an intent"),
        ({"rule": "r", "steps": [{"intent": "greet"}, {"checkpoint": "c"}]}, "checkpoint is not supported"),
        ({"rule": "r", "steps": [{"intent": "greet"}, {"intent": "greet"}]}, "in the middle"),
        ({"rule": "r", "conversation_start": True, "steps": [{"intent": "greet"}, {"action": "utter_hi"}]}, "start"),
        (
            {"rule": "r", "condition": [{"active_loop": "g"}], "steps": [{"intent": "greet"}, {"action": "utter_hi"}]},
            "no form 'g'",
        ),
    ],
)
def test_a_rule_that_cannot_be_kept_stops_the_start(tmp_path: Path, rule: dict[str, object], words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        load(write(tmp_path, {}, [rule]))


def test_an_action_that_nobody_wrote_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="action_nobody"):
        Engine.build(write(tmp_path, {"actions": ["action_nobody"]}, [RULE]))
