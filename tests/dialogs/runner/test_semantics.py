"""Rasa's semantics, with a small form of their own: what a first runner got wrong (see the documentation of forms)."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from cases.rules.city import City
from dialogs.engine import Engine
from dialogs.messages import Address, InboundMessage
from dialogs.ports import Services
from dialogs.runner.domain import load
from intents.meaning import IntentGuess, Kind, Matter, Understanding, Urgency
from tests.support.clock import START

DOMAIN: dict[str, Any] = {
    "version": "3.1",
    "intents": ["begin", "stop", "chitchat", "number", "nlu_fallback"],
    "entities": ["v"],
    "slots": {
        "first": {
            "type": "any",
            "mappings": [
                {
                    "type": "from_text",
                    "not_intent": ["stop", "chitchat"],
                    "conditions": [{"active_loop": "f", "requested_slot": "first"}],
                }
            ],
        },
        "second": {
            "type": "any",
            "mappings": [{"type": "from_entity", "entity": "v", "conditions": [{"active_loop": "f"}]}],
        },
    },
    "forms": {"f": {"required_slots": ["first", "second"]}},
    "responses": {
        "utter_ask_f_first": [{"text": "first?"}],
        "utter_ask_second": [{"text": "second?"}],
        "utter_done": [{"text": "{first}+{second}"}],
        "utter_chitchat": [{"text": "ha"}],
        "utter_stopped": [{"text": "stopped"}],
        "utter_default": [{"text": "pardon?"}],
    },
}
RULES = [
    {"rule": "begin", "steps": [{"intent": "begin"}, {"action": "f"}, {"active_loop": "f"}]},
    {
        "rule": "end",
        "condition": [{"active_loop": "f"}],
        "steps": [
            {"action": "f"},
            {"active_loop": None},
            {"slot_was_set": [{"requested_slot": None}]},
            {"action": "utter_done"},
        ],
    },
    {
        "rule": "chat",
        "condition": [{"active_loop": "f"}],
        "steps": [{"intent": "chitchat"}, {"action": "utter_chitchat"}, {"action": "f"}, {"active_loop": "f"}],
    },
    {
        "rule": "stop",
        "condition": [{"active_loop": "f"}],
        "steps": [
            {"intent": "stop"},
            {"action": "action_deactivate_loop"},
            {"active_loop": None},
            {"action": "utter_stopped"},
        ],
    },
]


def understand(text: str, **_: object) -> Understanding:
    """A word that is an intent means it."""
    name = text if text in DOMAIN["intents"] else "nlu_fallback"
    matter = Matter("", "", 0.0)
    return Understanding(text, "en", IntentGuess(name, 1.0), matter, Kind.HELP, Urgency.ORDINARY)


class Talk:
    """A conversation with the small form."""

    def __init__(self, engine: Engine, city: City) -> None:
        self.engine, self.state = engine, None
        self.services = Services(None, city, lambda: START, understand)  # type: ignore[arg-type]

    async def says(self, text: str) -> list[str]:
        """Say something; the answers."""
        message = InboundMessage(Address("test", "1"), "1", START, text)
        answer = await self.engine.turn(message, self.state, self.services)
        self.state = answer.state  # type: ignore[assignment]
        return [each.text for each in answer.messages]

    @property
    def picture(self) -> dict[str, Any]:
        """The tracker."""
        return self.engine.picture(self.state, "test:1")


@pytest.fixture
def talk(tmp_path: Path, city: City) -> Talk:
    """The small form, ready."""
    (tmp_path / "domain.yml").write_text(yaml.safe_dump(DOMAIN), encoding="utf-8")
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"version": "3.1", "rules": RULES}), encoding="utf-8")
    return Talk(Engine(ActionExecutor(), load(tmp_path)), city)


async def test_a_form_asks_in_order_and_its_end_sets_off_the_rule(talk: Talk) -> None:
    assert await talk.says("begin") == ["first?"]
    assert talk.picture["requested_slot"] == "first"
    assert talk.picture["active_loop"] == {"name": "f"}
    assert await talk.says("hello") == ["second?"]
    assert await talk.says('/number{"v": "2"}') == ["hello+2"]
    assert talk.picture["active_loop"] == {}
    assert talk.picture["slots"] == {"first": "hello", "second": "2", "requested_slot": None}


async def test_an_interjection_is_answered_and_the_question_comes_back(talk: Talk) -> None:
    await talk.says("begin")
    assert await talk.says("chitchat") == ["ha", "first?"]
    assert await talk.says("hello") == ["second?"]


async def test_from_text_swallows_what_not_intent_does_not_exclude(talk: Talk) -> None:
    await talk.says("begin")
    assert await talk.says("begin") == ["second?"]
    assert talk.picture["slots"]["first"] == "begin"


async def test_stop_ends_the_form_by_its_rule(talk: Talk) -> None:
    await talk.says("begin")
    assert await talk.says("stop") == ["stopped"]
    assert talk.picture["active_loop"] == {}


async def test_nothing_extracted_and_no_rule_falls_back_and_takes_the_message_back(talk: Talk) -> None:
    await talk.says("begin")
    await talk.says("hello")
    before = talk.picture
    assert await talk.says("mumble") == ["pardon?"]
    assert talk.picture == before
    assert await talk.says('/number{"v": "2"}') == ["hello+2"]


async def test_slots_that_the_form_does_not_ask_for_yet_are_filled_on_the_way(talk: Talk) -> None:
    await talk.says("begin")
    assert await talk.says('/number{"v": "2"}') == ["2+2"] or talk.picture["slots"]["second"] == "2"


async def test_a_payload_of_an_unknown_intent_or_with_bad_json_is_only_text(talk: Talk) -> None:
    await talk.says("begin")
    assert await talk.says('/number{"v": ') == ["second?"]
    assert talk.picture["slots"]["first"] == '/number{"v": '


async def test_the_tracker_has_rasa_s_format(talk: Talk) -> None:
    await talk.says("begin")
    picture = talk.picture
    assert {"sender_id", "slots", "latest_message", "latest_event_time", "paused", "events", "active_loop"} <= set(
        picture
    )
    assert picture["latest_message"]["intent"]["name"] == "begin"
    assert [event["event"] for event in picture["events"]][-1] == "action"
