"""Finds the same matter told before, among a hundred thousand open cases, in a few milliseconds.

A case is a set of hashed characters, pairs of them and words. Postings by bucket bring the candidates, rare features
first; the best of them are compared exactly: cosine of the texts weighted by rarity, agreement of the places,
nearness in time. Memory grows by about one kilobyte a case. Not safe for several threads; one process keeps one
index.
"""

import re
from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import partial_ratio

from intents.features import WORD, spans_of
from intents.reading import read

Features = NDArray[np.uint32]
Weights = NDArray[np.float32]

LIKELY = 0.36
_BUCKETS = 1 << 18
_MOST_FEATURES = 160
_MOST_POSTINGS = 60_000
_CANDIDATES = 40
_LEAST_RARITY = 0.1
_LENGTHS = 0.25
_SHARPNESS = 1.5
_FADE = timedelta(days=120)
_PLACE, _ELSEWHERE, _TIME = 0.25, 0.35, 0.05
_AGREED = 0.8
_NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Like:
    """A case that tells the same: `score` in 0..1, from `LIKELY` on more often the same matter than not."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class _Kept:
    key: str
    features: Features
    place: str
    at: datetime | None


class Likeness:
    """An index of cases by their keys (tracking numbers)."""

    def __init__(self) -> None:
        self._kept: list[_Kept | None] = []
        self._slots: dict[str, int] = {}
        self._postings: list[array[int] | None] = [None] * _BUCKETS
        self._dead = 0

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, key: str, text: str, place: str = "", at: datetime | None = None) -> None:
        """Learn a case; a key that is there already is replaced."""
        self.remove(key)
        slot = len(self._kept)
        kept = _Kept(key, _features(text), read(place).plain, at)
        self._kept.append(kept)
        self._slots[key] = slot
        self._post(slot, kept.features)

    def remove(self, key: str) -> None:
        """Forget a case; one that is not there is no mistake."""
        slot = self._slots.pop(key, None)
        if slot is not None:
            self._kept[slot] = None
            self._dead += 1
            if self._dead > max(len(self._slots), _CANDIDATES):
                self._rebuild()

    def query(
        self, text: str, place: str = "", at: datetime | None = None, *, limit: int = 5, least: float = LIKELY
    ) -> tuple[Like, ...]:
        """The cases most like this one, best first, none below `least`."""
        features, where = _features(text), read(place).plain
        rarity = self._rarity(features)
        found = (self._compare(slot, features, rarity, where, at) for slot in self._candidates(features, rarity))
        ranked = sorted((each for each in found if each.score >= least), key=lambda each: (-each.score, each.key))
        return tuple(ranked[:limit])

    def _post(self, slot: int, features: Features) -> None:
        for bucket in (features % _BUCKETS).tolist():
            postings = self._postings[bucket]
            if postings is None:
                self._postings[bucket] = array("I", (slot,))
            else:
                postings.append(slot)

    def _rebuild(self) -> None:
        self._kept = [each for each in self._kept if each]
        self._slots = {each.key: slot for slot, each in enumerate(self._kept) if each}
        self._postings, self._dead = [None] * _BUCKETS, 0
        for slot, each in enumerate(self._kept):
            if each:
                self._post(slot, each.features)

    def _rarity(self, features: Features) -> Weights:
        """Inverse document frequency of each feature, a little sharpened: the weight of a shared one."""
        lists = (self._postings[bucket] for bucket in (features % _BUCKETS).tolist())
        counts = np.array([len(each) if each else 0 for each in lists], np.float32)
        rarity = (np.log((len(self._kept) + 1) / (1 + counts)) + _LEAST_RARITY) ** _SHARPNESS
        return rarity.astype(np.float32)

    def _candidates(self, features: Features, rarity: Weights) -> list[int]:
        """The slots that share most, by weight, with the rarer features of the text."""
        lists: list[NDArray[np.uint32]] = []
        weights: list[float] = []
        read_so_far = 0
        for index in np.argsort(-rarity).tolist():
            postings = self._postings[int(features[index]) % _BUCKETS]
            if postings is None:
                continue
            read_so_far += len(postings)
            if read_so_far > _MOST_POSTINGS and lists:
                break
            lists.append(np.frombuffer(postings, np.uint32))
            weights.append(float(rarity[index]))
        if not lists:
            return []
        repeated = np.repeat(np.array(weights, np.float32), [len(each) for each in lists])
        return _heaviest(np.concatenate(lists), repeated, len(self._kept))

    def _compare(self, slot: int, features: Features, rarity: Weights, place: str, at: datetime | None) -> Like:
        kept = self._kept[slot]
        if kept is None or not len(kept.features):
            return Like("", 0.0)
        at_most = np.minimum(np.searchsorted(features, kept.features), len(features) - 1)
        shared = float(rarity[at_most[features[at_most] == kept.features]].sum())
        own = float(rarity.sum())
        other = own * len(kept.features) / len(features)
        # Half of what the shorter one tells is much; a long letter that happens to hold it all is less.
        likeness = shared / max(min(own, other), _LEAST_RARITY) * (min(own, other) / max(own, other)) ** _LENGTHS
        return Like(kept.key, _bounded(likeness + _where(place, kept.place) - _when(at, kept.at)))


def _features(text: str) -> Features:
    reading = read(text)
    spans = spans_of(reading)
    telling = (spans.blocks == WORD) | (spans.ends - spans.starts <= 2)
    hashes = np.unique((spans.hashes[telling] >> np.uint64(32)).astype(np.uint32))
    # A long text keeps the features of the smallest hashes: the same ones in every text that has them.
    return hashes[:_MOST_FEATURES]


def _heaviest(slots: NDArray[np.uint32], weights: NDArray[np.float32], total: int) -> list[int]:
    sums = np.bincount(slots, weights, total)
    count = min(_CANDIDATES, int(np.count_nonzero(sums)))
    best: list[int] = np.argpartition(sums, -count)[-count:].tolist()
    return best


def _where(one: str, other: str) -> float:
    """What the places say: most where they are the same, less the more one of them leaves open (a road without its
    number), nothing where only their numbers differ, and less than nothing where both are named and differ.
    """
    if not one or not other:
        return 0.0
    agreement = partial_ratio(one, other) / 100.0
    if agreement <= _AGREED:
        return -_ELSEWHERE * (1 - agreement)
    numbers = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    if all(numbers) and numbers[0].isdisjoint(numbers[1]):
        return 0.0
    return _PLACE * agreement * min(len(one), len(other)) / max(len(one), len(other))


def _when(one: datetime | None, other: datetime | None) -> float:
    return _TIME * min(abs(one - other) / _FADE, 2.0) if one and other else 0.0


def _bounded(score: float) -> float:
    return min(max(score, 0.0), 1.0)
