"""A second opinion on an unsure message, asked before the turn's transaction begins.

A language model takes seconds, a transaction must not: `Turns` asks first and hands the dialogue an `understand` that
knows the answer. Without a model, or where it says nothing, the dialogue gets the local understanding as it is.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from dialogs.runner.reading import Understand
from intents.meaning import Understanding
from intents.proposals import proposed
from intents.understanding import Understander

SHORTEST = 12
"""Characters; what is shorter tells no matter, it answers a question."""
Consider = Callable[[str], Awaitable[Understand]]


def considering(understander: Understander) -> Consider:
    """What gives each message its reader; `understander` has the proposer."""

    async def consider(text: str) -> Understand:
        if len(text) < SHORTEST or text.startswith("/"):
            return understander.understand
        meaning = understander.understand(text)
        again = await understander.second_opinion(meaning)
        if again.matter == meaning.matter:
            return understander.understand
        return _knowing(understander, text, again)

    return consider


def _knowing(understander: Understander, text: str, opinion: Understanding) -> Understand:
    """A reader that puts the proposal first wherever it is still unsure about words that contain the text."""
    first = opinion.matter.alternatives[0]
    pair = (first.first_level, first.second_level)

    def understand(said: str, *, now: datetime | None = None, asked: str | None = None) -> Understanding:
        meaning = understander.understand(said, now=now, asked=asked)
        if not meaning.matter.unsure or text.strip() not in said:
            return meaning
        return replace(meaning, matter=proposed(meaning.matter, pair, [pair]))

    return understand
