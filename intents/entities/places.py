"""Places as citizens name them: road and number, estate and building, village, landmark, "below my flat".

A place grows out of its head, the word that a name ends with (road, estate, village): to the left over the words of the
name until one that no name has, to the right over numbers and positions; neighbours are joined into one place.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from re import Pattern

from intents.gazetteer import Gazetteer
from intents.lexicon import any_of, load
from intents.meaning import Entity
from intents.reading import Reading
from intents.sought import Sought, sought

_LONGEST = 9
_FEWEST = 2
_HALF = 3
_AREAS = ("province", "city", "district", "street")
_POSITIONS = 2
# What is a place without a name that ends with a head, and which part of one
_OF_THEMSELVES = {"home": "nearby", "room": "building", "code": "district", "alone": "landmark", "numbered": "road"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A named part of a place at ``plain[start:end]``."""

    start: int
    end: int
    part: str


def places_in(reading: Reading, gazetteer: Gazetteer, taken: Sequence[Entity] = ()) -> list[Entity]:
    """Every place of the message with its parts, and the area and grid where the gazetteer knows it.

    What is `taken` (times and numbers) is part of no name.
    """
    pieces = _english(reading) if reading.language == "en" else _chinese(reading, taken)
    pieces = [each for each in (_behind(each, taken) for each in pieces) if each.end - each.start >= _FEWEST]
    pieces += [Piece(each.start, each.end, each.part) for each in gazetteer.names_in(reading.plain)]
    return [_entity(reading, chain, gazetteer) for chain in _chains(reading.plain, _apart(pieces))]


def _behind(piece: Piece, taken: Sequence[Entity]) -> Piece:
    """The piece without what is taken at its beginning."""
    ends = [each.end for each in taken if each.start <= piece.start < each.end < piece.end]
    return replace(piece, start=max(ends)) if ends else piece


def whole_as_place(reading: Reading, gazetteer: Gazetteer) -> Entity:
    """The whole message as one place: the answer to "where?"."""
    plain = reading.plain
    start, end = len(plain) - len(plain.lstrip()), len(plain.rstrip())
    return _entity(reading, [Piece(start, max(start, end), "landmark")], gazetteer)


def _entity(reading: Reading, chain: list[Piece], gazetteer: Gazetteer) -> Entity:
    start, end = chain[0].start, chain[-1].end
    row = gazetteer.locate(reading.plain[start:end]) if gazetteer.rows else None
    parts = tuple((each.part, reading.plain[each.start : each.end]) for each in chain)
    value = "".join(reading.plain[start:end].split()) if reading.language == "zh" else reading.plain[start:end]
    return Entity(
        "place",
        reading.text[start:end],
        start,
        end,
        value,
        parts=parts,
        area=row.area or row.street or row.district if row else "",
        grid=row.grid if row else "",
    )


def _english(reading: Reading) -> list[Piece]:
    named = list(_regex("named", "en").finditer(reading.text))
    street, home = _regex("street", "en"), _regex("home", "en")
    found = [Piece(*match.span(), "road") for match in named or street.finditer(reading.plain)]
    return found + [Piece(match.start(), match.end(), "nearby") for match in home.finditer(reading.plain)]


def _chinese(reading: Reading, taken: Sequence[Entity] = ()) -> list[Piece]:
    pieces = [
        Piece(*match.span(), part) for name, part in _OF_THEMSELVES.items() for match in _sought(name).matches(reading)
    ]
    words = _cut(reading, taken)
    starts = list(accumulate(map(len, words), initial=0))
    regions = _regions()
    for index, word in enumerate(words):
        piece = _piece_at(words, starts, index) if _head_of(word) or word in regions else None
        if piece and reading.plain[piece.start : piece.end] not in _lexicon("not_heads"):
            pieces.append(piece)
    opened = (_estate(words, starts, each.start) for each in pieces if each.part == "building")
    return pieces + [each for each in opened if each]


def _cut(reading: Reading, taken: Sequence[Entity]) -> tuple[str, ...]:
    """The words, cut once more around times and the heads that a segmenter joins to what stands beside them."""
    found = [(*match.span(), match.lastindex is not None) for match in _sought("compound").matches(reading)]
    if not found and not taken:
        return reading.words
    bounds = set(accumulate(map(len, reading.words), initial=0))
    ends = {each.end for each in taken}
    if not found and ends <= bounds:
        return reading.words
    bounds |= ends
    for start, end, whole in found:
        bounds = (bounds - set(range(start + 1, end))) | {end} | ({start} if whole else set())
    return tuple(reading.plain[one:other] for one, other in pairwise(sorted(bounds)))


def _estate(words: tuple[str, ...], starts: list[int], building: int) -> Piece | None:
    """The name right before the building's number that begins at `building`, whatever the name ends with."""
    index = starts.index(building) if building in starts else 0
    first = _leftmost(words, index, False) if index else 0
    if first == index or starts[index] - starts[first] < _FEWEST:
        return None
    return Piece(starts[first], starts[index], "estate")


def _piece_at(words: tuple[str, ...], starts: list[int], index: int) -> Piece | None:
    word, end = words[index], starts[index] + len(words[index])
    if word in _regions():
        return Piece(starts[index], end, _regions()[word])
    head = _head_of(word)
    if not head or (word in _lexicon("not_heads") and head != word):
        return None
    bare = word == head
    first = _leftmost(words, index, bare)
    if bare and first == index and words[index - 1 : index] and _prefixed(words, first, index, _heads()[head]) < first:
        return Piece(starts[index - 1], end, _heads()[head])
    if first == index and (bare or (len(word) < len(head) + _FEWEST and len(head) == 1)):
        return Piece(starts[index], end, _heads()[head]) if _gone_to(words, index) else None
    if len(head) == 1 and _no_name(words[index - 1] if bare else word[: -len(head)]):
        return None
    return Piece(starts[_prefixed(words, first, index, _heads()[head])], end, _heads()[head])


def _gone_to(words: tuple[str, ...], index: int) -> bool:
    """Whether a word of two characters (West Lake, Gold Street) stands where somebody was."""
    word, before = words[index], words[index - 1] if index else ""
    named = len(word) == _FEWEST and word[-1] in _lexicon("short") and word not in _stop()
    return named and word not in _lexicon("not_heads") and before in _lexicon("motion")


def _prefixed(words: tuple[str, ...], first: int, index: int, part: str) -> int:
    """One word further left where it belongs to the name: Little Sun kindergarten, the county's hospital."""
    before = words[first - 1] if first else ""
    owned = part == "landmark" and before in _lexicon("owners") and not _named(words, first - 1)
    owned |= part == "landmark" and before in _lexicon("aged") and len(words[index]) >= _FEWEST
    return first - 1 if owned or (before in _lexicon("prefixes") and first < index) else first


def _no_name(before: str) -> bool:
    """Whether what stands before a head of one character shows that it is no name: a bus line, "built roads"."""
    return before.isdecimal() or bool(_regex("no_name").search(before))


def _area(word: str) -> bool:
    """Whether the word is itself a city, a district or a town, which the next name begins behind."""
    return len(word) > _FEWEST and _heads().get(_head_of(word), "") in _AREAS


def _named(words: tuple[str, ...], index: int) -> bool:
    """Whether a word that may stand alone (the county) has a name before it (Green Hill county)."""
    return _leftmost(words, index, True) < index


def _leftmost(words: tuple[str, ...], index: int, bare: bool) -> int:
    """The index of the name's first word, `index` itself where nothing before it belongs to the name."""
    length, first = len(words[index]), index
    while first:
        word = words[first - 1]
        length += len(word)
        own = bare and first == index
        if length > _LONGEST or not word.isalnum() or word in _lexicon("strict") or _area(word):
            break
        # A name of one character is a word of two, cut in half: both halves belong.
        half = not own and len(word) == 1 and word not in _heads() and length <= len(words[index]) + _HALF
        if not own and not half and _ordinary(word):
            break
        first -= 1
    return first


def _ordinary(word: str) -> bool:
    return len(word) < _FEWEST or word in _stop() or _head_of(word) != "" or word in _lexicon("not_heads")


@lru_cache(maxsize=65_536)
def _head_of(word: str) -> str:
    heads, others = _heads(), _lexicon("not_heads")
    ends = [word[cut:] for cut in range(len(word))]
    head = next((end for end in ends if end in heads), "")
    # A longer word that ends with an ordinary one is no name (country lane); Zhongshan Road ends with "mountain road"
    plain = [end for end in ends if end in others and end not in heads and len(word) - len(end) != 1]
    return "" if head and head != word and plain else head


def _apart(pieces: list[Piece]) -> list[Piece]:
    """In the order of the text, of those that overlap the longest."""
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda each: (each.start - each.end, each.start)):
        if all(piece.end <= other.start or piece.start >= other.end for other in kept):
            kept.append(piece)
    return sorted(kept, key=lambda each: each.start)


def _chains(plain: str, pieces: list[Piece]) -> list[list[Piece]]:
    """Joins what follows on from one another, with numbers and positions behind."""
    chains: list[list[Piece]] = []
    for piece in pieces:
        last = chains[-1][-1] if chains else None
        if last and piece.start < last.end:
            continue
        if last and _joins(plain, last.end, piece):
            chains[-1].append(piece)
        else:
            chains.append([piece])
        _grow(plain, chains[-1])
    return chains


def _joins(plain: str, end: int, piece: Piece) -> bool:
    between = plain[end : piece.start]
    if not between.strip():
        return len(between) < _FEWEST
    if piece.part == "building" and _regex("gap").fullmatch(between):
        return True
    return bool(_regex("joint").fullmatch(between)) and _crosses(plain, piece)


def _crosses(plain: str, piece: Piece) -> bool:
    """Whether a road that follows on another one is where they meet: "… and Liberation Road crossing"."""
    crossing = _regex("crossing")
    ends = [match.end() for match in crossing.finditer(plain, piece.start, piece.end)]
    return piece.end in ends or bool(crossing.match(plain, piece.end))


def _grow(plain: str, chain: list[Piece]) -> None:
    """Takes what follows on the last piece: further names behind an area, numbers, up to two words of position."""
    while chain[-1].part in _AREAS and (name := _regex("onward").match(plain, chain[-1].end)):
        chain.append(Piece(*name.span(), _heads().get(_head_of(name.group()), "street")))
    for part in ("more", "tail", *["position"] * _POSITIONS):
        match = (_more() if part == "more" else _regex(part)).match(plain, chain[-1].end)
        if match and match.end() > match.start():
            chain.append(Piece(match.start(), match.end(), "number" if part == "tail" else "landmark"))


@cache
def _regex(name: str, section: str = "") -> Pattern[str]:
    lexicon = load("place")
    return re.compile((lexicon[section] if section else lexicon)[name])


@cache
def _sought(name: str) -> Sought:
    lexicon = load("place")
    # Places that need no name, where no word of a name runs on before them
    return sought(lexicon["before_alone"] + any_of(lexicon["alone"]) if name == "alone" else lexicon[name])


@cache
def _more() -> Pattern[str]:
    """A place's kind said right behind its name: "Happiness Lane" estate."""
    heads = load("place")["heads"]
    return re.compile(any_of([each for each in heads["estate"] + heads["landmark"] if len(each) >= _FEWEST]))


@cache
def _lexicon(name: str) -> frozenset[str]:
    return frozenset(load("place")[name])


@cache
def _heads() -> dict[str, str]:
    return {head: part for part, heads in reversed(load("place")["heads"].items()) for head in heads}


@cache
def _regions() -> dict[str, str]:
    names = load("place")
    found = dict.fromkeys(names["regions"], "province") | dict.fromkeys(names["cities"], "city")
    return found | dict.fromkeys(names["districts"], "district")


@cache
def _stop() -> frozenset[str]:
    return frozenset(load(load("place")["plain_file"])["words"].split())
