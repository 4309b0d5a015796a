"""Long letters once more without their function words, as registers are exported and as people in haste write.

Used by `intents.training`; nothing made here is measured with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from intents.corpus import Sentence
from intents.lexicon import load
from intents.reading import read

LETTER = 80
"""Characters from which on a message is a letter."""


def shortened(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, Sentence]]:
    """Each Chinese letter about a matter, and the same with only the words that carry something, nothing between."""
    for told in sentences:
        if told.language == "zh" and told.first_level and len(told.text) >= LETTER:
            yield told, replace(told, text="".join(_carrying(told.text)))


def _carrying(text: str) -> Iterator[str]:
    return (word for word in read(text).words if word not in _function_words() and any(map(str.isalnum, word)))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(load("function_words")["zh"].split())
