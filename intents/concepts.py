"""Short messages by the concepts in them, so that one way of asking teaches a model the others."""

import re
from functools import cache
from hashlib import blake2b
from itertools import combinations
from re import Pattern

import numpy as np

from intents.features import CONCEPT, Spans, spans_of
from intents.lexicon import load
from intents.reading import Reading


def phrase_spans(reading: Reading) -> Spans:
    """The features of the text and, as further ones, its concepts and pairs of concepts."""
    own, said = spans_of(reading), _said(reading)
    named = [(_hash(name), start, end) for name, start, end in said]
    named += [
        (_hash(f"{one}|{other}"), min(start, first), max(end, last))
        for (one, start, end), (other, first, last) in combinations(said, 2)
    ]
    if not named:
        return own
    hashes, starts, ends = zip(*named, strict=True)
    return Spans(
        np.concatenate([own.hashes, np.array(hashes, np.uint64)]),
        np.concatenate([own.starts, np.array(starts, np.int64)]),
        np.concatenate([own.ends, np.array(ends, np.int64)]),
        np.concatenate([own.blocks, np.full(len(named), CONCEPT)]),
    )


def _said(reading: Reading) -> list[tuple[str, int, int]]:
    """Each concept that the text names, once, with its first place."""
    found = ((name, concept.search(reading.plain)) for name, concept in _concepts(reading.language).items())
    return [(name, *match.span()) for name, match in found if match]


@cache
def _concepts(language: str) -> dict[str, Pattern[str]]:
    return {name: re.compile(words) for name, words in sorted(load("concepts")[language].items())}


@cache
def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
