"""What an action has in hand: who speaks, in which language, what was heard, and how to answer.

Everything of rasa-sdk's untyped dictionaries that actions need is read here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from dialogs.phrasebook import DEFAULT_LANGUAGE, LANGUAGES, say
from dialogs.ports import Services, services
from dialogs.wording import say_day, say_moment

Event = dict[str, Any]
Buttons = Sequence[Mapping[str, Any]]


class Dated(Protocol):
    """What has deadlines: a case as the citizen sees it, a receipt."""

    @property
    def unsure(self) -> frozenset[str]:
        """Which of its dates are provisional."""
        ...


def digits(number: str) -> str:
    """A tracking number however it was typed."""
    return re.sub(r"\D", "", number)


@dataclass(frozen=True, slots=True)
class Heard:
    """The latest message: intent with its confidence, words, entity values, and what came along.

    `language` is the one it is written in, as far as that was understood.
    """

    intent: str
    confidence: float
    text: str
    values: Mapping[str, str]
    metadata: Mapping[str, Any]
    topic: str = ""
    rest: str = ""
    language: str = ""

    @property
    def payload(self) -> bool:
        """Whether it is a button or a command, not words."""
        return self.text.startswith("/")

    @property
    def words(self) -> str:
        """What was said in words; of a command, what follows it."""
        return self.rest if self.payload else self.text.strip()


def heard(latest: Mapping[str, Any]) -> Heard:
    """Read rasa's ``latest_message``."""
    intent = latest.get("intent") or {}
    selector = (latest.get("response_selector") or {}).get("ask") or {}
    key = (selector.get("response") or {}).get("intent_response_key", "")
    return Heard(
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0),
        text=str(latest.get("text") or ""),
        values={each["entity"]: str(each["value"]) for each in reversed(latest.get("entities") or ())},
        metadata=latest.get("metadata") or {},
        topic=key.partition("/")[2],
        rest=str(latest.get("rest") or ""),
        language=str(latest.get("understood_language") or ""),
    )


class Talk:
    """One action's view of the conversation. Build it at the beginning of ``run``."""

    def __init__(self, dispatcher: Any, tracker: Any) -> None:
        self.dispatcher = dispatcher
        self.slots: dict[str, Any] = tracker.slots
        self.who: str = tracker.sender_id
        self.heard = heard(tracker.latest_message)
        self.asked: str | None = tracker.slots.get("requested_slot")
        self.loop: str | None = tracker.active_loop_name
        self.services: Services = services()
        self.language = self._language()

    @property
    def now(self) -> datetime:
        """This turn's time, in the city's zone: "last night at 11" is said of the citizen's own night."""
        return self.services.now().astimezone(self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.services.city.timezone)

    def acting(self, number: str) -> str:
        """Who they are for a case: themselves, or for half an hour the holder of an anonymous case's code."""
        held = self.slots.get("pass") or {}
        valid = held and digits(held["n"]) == digits(number) and datetime.fromisoformat(held["until"]) > self.now
        return str(held["as"]) if valid else self.who

    @property
    def held(self) -> str:
        """The number of the anonymous case whose code they showed; empty where there is none."""
        number = str((self.slots.get("pass") or {}).get("n") or "")
        return number if number and self.acting(number) != self.who else ""

    def text(self, key: str, /, **values: object) -> str:
        """A text in the citizen's language."""
        return say(self.language, key, **values)

    def button(self, key: str, payload: str = "", /, **more: Any) -> Event:
        """A button with a title from the texts; ``row`` puts those with the same value side by side."""
        return {"title": self.text(key), "payload": payload, **more}

    def utter(self, text: str, buttons: Buttons = (), *, replace: bool = False, **custom: Any) -> None:
        """Say something; `replace` puts it in the place of the message whose button was tapped."""
        custom = {**custom, "replace": True} if replace else custom
        self.dispatcher.utter_message(text=text, buttons=list(buttons), json_message=custom)

    def day(self, moment: datetime) -> str:
        """A date in words."""
        return say_day(self.language, moment, self.zone, self.now)

    def due(self, dated: Dated, name: str) -> str:
        """Its ``decide_by`` or ``reply_by`` in words, said to be provisional where it is; empty for none."""
        moment = getattr(dated, name)
        if moment is None:
            return ""
        day = self.day(moment)
        return self.text("format.provisional", day=day) if name in dated.unsure else day

    def moment(self, moment: datetime) -> str:
        """A date and time in words."""
        return say_moment(self.language, moment, self.zone, self.now)

    def _language(self) -> str:
        chosen = self.slots.get("language")
        return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE
