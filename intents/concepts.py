"""Short messages by the concepts in them, so that one way of asking teaches a model the others."""

import re
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate, combinations, pairwise
from re import Pattern

import numpy as np

from intents.features import CONCEPT, WORD, Spans, spans_of
from intents.lexicon import load
from intents.reading import Reading

_WORD = re.compile(r"[a-z0-9']+")


def phrase_spans(reading: Reading) -> Spans:
    """The features of the text and, as further ones, its concepts, pairs of them, and its first and last words."""
    own, said = spans_of(reading), _said(reading)
    named = [(_hash(name), start, end) for name, start, end in said]
    named += [
        (_hash(f"{one}|{other}"), min(start, first), max(end, last))
        for (one, start, end), (other, first, last) in combinations(said, 2)
    ]
    return _joined(_joined(own, named, CONCEPT), _edges(reading), WORD)


def _joined(own: Spans, further: list[tuple[int, int, int]], block: int) -> Spans:
    if not further:
        return own
    hashes, starts, ends = zip(*further, strict=True)
    return Spans(
        np.concatenate([own.hashes, np.array(hashes, np.uint64)]),
        np.concatenate([own.starts, np.array(starts, np.int64)]),
        np.concatenate([own.ends, np.array(ends, np.int64)]),
        np.concatenate([own.blocks, np.full(len(further), block)]),
    )


def _edges(reading: Reading) -> list[tuple[int, int, int]]:
    """How the message begins and ends, in its first and last words: "how do ...", "... or not"."""
    bounds = [match.span() for match in _WORD.finditer(reading.plain)] if reading.language == "en" else _bounds(reading)
    if not bounds:
        return []
    ends = bounds[0][1], bounds[min(1, len(bounds) - 1)][1]
    starts = bounds[-1][0], bounds[max(-2, -len(bounds))][0]
    opening = [("^", bounds[0][0], end) for end in sorted(set(ends))]
    closing = [("$", start, bounds[-1][1]) for start in sorted(set(starts))]
    return [(_hash(mark + reading.plain[start:end]), start, end) for mark, start, end in opening + closing]


def _bounds(reading: Reading) -> list[tuple[int, int]]:
    edges = pairwise(accumulate(map(len, reading.words), initial=0))
    return [(start, end) for start, end in edges if reading.plain[start:end].isalnum()]


def _said(reading: Reading) -> list[tuple[str, int, int]]:
    """Each concept that the text names, once, with its first place."""
    found = ((name, concept.search(reading.plain)) for name, concept in _concepts(reading.language).items())
    return [(name, *match.span()) for name, match in found if match]


@cache
def _concepts(language: str) -> dict[str, Pattern[str]]:
    return {name: re.compile(words) for name, words in sorted(load("concepts")[language].items())}


@lru_cache(maxsize=65_536)
def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
