"""Makes long letters for training out of short sentences: a citizen's matter often stands in one sentence of many.

Used by `intents.training`; nothing made here is measured with. Everything is drawn with a seed, so that the same corpus
gives the same model.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from intents.corpus import Sentence
from intents.lexicon import load

LONG = 120
"""Characters of a letter whose opening and end may stand around another matter."""
SHORT = 100
_OPENING, _END = (20, 50), (20, 60)
_HEAPS = 300
_WORDS, _SENTENCES = (2, 5), (1, 2)
_COMMA = "\uff0c"


def letters(sentences: Sequence[Sentence], seed: int = 3) -> Iterator[tuple[Sentence, Sentence]]:
    """Each short complaint, and the same set into other people's letters, which tell other matters."""
    chance = Random(seed)
    about = [each for each in sentences if each.first_level and each.language == "zh"]
    long = [each.text for each in about if len(each.text) > LONG]
    for each in about:
        if len(each.text) < SHORT and long:
            opening = chance.choice(long)[: chance.randint(*_OPENING)]
            end = chance.choice(long)[-chance.randint(*_END) :]
            yield each, replace(each, text=_COMMA.join((opening, each.text, end)), intent="")


def heaps(sentences: Sequence[Sentence], seed: int = 3) -> Iterator[Sentence]:
    """Words of the lexicon and sentences of one second level in any order, as many for each first level."""
    chance = Random(seed)
    told = defaultdict[tuple[str, str], list[str]](list)
    for each in sentences:
        if each.language == "zh":
            told[each.first_level, each.second_level].append(each.text)
    for first, seconds in load("matters").items():
        for _ in range(_HEAPS):
            second = chance.choice(list(seconds))
            parts = [str(chance.choice(seconds[second])) for _ in range(chance.randint(*_WORDS))]
            if own := told[first, second]:
                parts += [chance.choice(own)[:LONG] for _ in range(chance.randint(*_SENTENCES))]
            chance.shuffle(parts)
            yield Sentence(_COMMA.join(parts), "zh", "", first, second)
