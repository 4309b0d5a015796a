"""The port to a language model, and what may pass through it: masked text out, one of our own categories back.

The adapter that speaks HTTP is outside this package. Its answer is a proposal: nonsense or silence changes nothing.
"""

from collections.abc import Collection
from typing import Protocol

from intents.entities.numbers import numbers_in
from intents.entities.respondents import introduced, respondents_in
from intents.meaning import Alternative, Entity, Matter
from intents.reading import Reading

_MASK = "*"
_PRIVATE = frozenset({"phone", "identity_number", "plate", "case_number", "query_code"})


class Proposer(Protocol):
    """Asks somebody else what a message is about; synchronous callers use `proposed` on the answer."""

    async def propose(self, masked: str, choices: Collection[tuple[str, str]]) -> tuple[str, str] | None:
        """The (first level, second level) of `choices` that fits the masked text, None where it cannot tell.

        Raises nothing: a timeout, a refusal and nonsense are None.
        """
        ...


def masked(reading: Reading, names: Collection[str] = ()) -> str:
    """The text without what tells who wrote it: numbers, persons, and the names given (the reporter's own)."""
    private = [(each.start, each.end) for each in numbers_in(reading) if each.type in _PRIVATE]
    private += [(each.start, each.end) for each in _persons(reading)] + introduced(reading.plain)
    text = list(reading.text)
    for start, end in private:
        text[start:end] = _MASK * (end - start)
    hidden = "".join(text)
    for name in filter(None, names):
        hidden = hidden.replace(name, _MASK * len(name))
    return hidden


def proposed(matter: Matter, proposal: tuple[str, str] | None, choices: Collection[tuple[str, str]]) -> Matter:
    """The matter with the proposal put first among the alternatives; as it was where the proposal is none of ours.

    The best guess stays the local model's: a proposal is for the citizen or a clerk to confirm.
    """
    if proposal is None or proposal not in choices or proposal == (matter.first_level, matter.second_level):
        return matter
    first = Alternative(*proposal, confidence=matter.confidence)
    others = tuple(each for each in matter.alternatives if (each.first_level, each.second_level) != proposal)
    return Matter(
        matter.first_level, matter.second_level, matter.confidence, (first, *others), matter.unsure, matter.evidence
    )


def _persons(reading: Reading) -> list[Entity]:
    return [each for each in respondents_in(reading) if len(each.text) <= 4]
