"""What a line of a case's history says besides who did what and when: names and outcomes in the reader's words.

Lines carry codes and keys in their data, so that each reader gets them in their own language.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cases.rules.case import Action, Event
from cases.rules.city import named

if TYPE_CHECKING:
    from bot.staff.cards import Cards

Say = Callable[["Cards", Event], str]


def words_of(cards: "Cards", event: Event) -> str:
    """The words of one line; what was written for the citizen or for colleagues where nothing else is to be said."""
    say = next((say for key, say in BY_DATA.items() if key in event.data), BY_ACTION.get(event.action, _written))
    return say(cards, event)


def _written(cards: "Cards", event: Event) -> str:
    return event.text or event.internal


def _followed(cards: "Cards", head: str, words: str) -> str:
    """`words` behind what they explain."""
    return cards.text("history.followed", head=head, words=words) if words else head


def _ladder(cards: "Cards", event: Event) -> str:
    step = event.data["ladder"].rstrip("0123456789")
    clock = cards.text(f"clock.{event.data['clock']}")
    return cards.text("staff.ladder", name=cards.text(f"staff.ladder_{step}"), clock=clock)


def _undone(cards: "Cards", event: Event) -> str:
    return cards.text(f"action.{event.data['undone']}")


def _outcome(cards: "Cards", event: Event) -> str:
    outcome = cards.text(f"reply.outcome_{event.data['outcome']}")
    head = cards.text("history.outcome", number=event.data["request"], outcome=outcome)
    return _followed(cards, head, event.data.get("why", event.text))


def _classified(cards: "Cards", event: Event) -> str:
    before, _, second = event.internal.partition("/")
    return cards.text("history.classified", before=_matter(cards, before, second), after=_coded(cards, event))


def _coded(cards: "Cards", event: Event) -> str:
    try:
        category = cards.city.category_by_code(event.data["code"])
    except KeyError:  # it left the city's file since
        return event.data["code"]
    return _matter(cards, category.first_level, category.second_level)


def _matter(cards: "Cards", first_level: str, second_level: str) -> str:
    category = cards.city.category(first_level, second_level)
    if category.second_level != second_level:  # it left the city's file since
        return f"{first_level}/{second_level}"
    names = named(category.first_names, cards.language), named(category.second_names, cards.language)
    return cards.text("draft.matter_path", first=names[0], second=names[1])


def _unit(cards: "Cards", event: Event) -> str:
    code = event.data.get("department", "")
    return cards.department(code) if code else _written(cards, event)


def _document(cards: "Cards", event: Event) -> str:
    kind, number = event.data["kind"], event.data["document_number"]
    return f"{cards.text(f'letter.{kind}')} {number}"


def _meeting(cards: "Cards", event: Event) -> str:
    return _followed(cards, cards.text(f"history.{event.data['meeting']}"), event.internal)


def _reception(cards: "Cards", event: Event) -> str:
    return _followed(cards, cards.text(f"history.{event.data['reception']}"), event.internal)


def _consent(cards: "Cards", event: Event) -> str:
    side, agrees = event.data["side"], event.data["agrees"]
    return cards.text(f"history.{side}_{agrees}")


def _minutes(cards: "Cards", event: Event) -> str:
    return _followed(cards, cards.text("history.minutes"), event.internal)


def _verdict(cards: "Cards", event: Event) -> str:
    return _followed(cards, cards.text(f"reply.verdict_{event.data['verdict']}"), event.text)


def _days(cards: "Cards", event: Event) -> str:
    return _followed(cards, cards.text("history.days", days=event.data["days"]), _written(cards, event))


def _rating(cards: "Cards", event: Event) -> str:
    given = [event.data.get("solved"), event.data.get("satisfaction")]
    return _followed(cards, ", ".join(cards.text(f"button.{each}") for each in given if each), event.text)


BY_DATA: Mapping[str, Say] = {
    "ladder": _ladder,
    "undone": _undone,
    "outcome": _outcome,
    "document_number": _document,
    "meeting": _meeting,
    "reception": _reception,
    "side": _consent,
    "minutes": _minutes,
    "verdict": _verdict,
    "days": _days,
}
BY_ACTION: Mapping[Action, Say] = {
    Action.CLASSIFY: _classified,
    Action.ASSIGN: _unit,
    Action.ADD_UNIT: _unit,
    Action.RATE: _rating,
}
