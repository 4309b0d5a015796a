"""Learning from an office's own cases: train, compare on a held part, keep the better one, refuse the worse.

The labels are the categories that handlers settled on. Every model is kept by version; the old one stays in use unless
the new one is better on cases that neither has seen.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from intents.corpus import Sentence, evaluation_part, training_part
from intents.evaluation import first_level
from intents.lexicon import load
from intents.measuring import Measured
from intents.model import SHIPPED, Model, ModelFolder
from intents.model import load as load_model
from intents.reading import language_of
from intents.recipe import Example, Recipe, matters_of, of_sentence
from intents.training import source_hash

_HELD_OF_HUNDRED = 15
_FEWEST = 20
_LOSS_ALLOWED = 0.02
# What a register's rows are weighed with: their titles stand in front, and there are enough of them to be strict.
OFFICE = Recipe(
    rarest=3, matter_strength=0.5, bayes=0.5, opening=28, keyword_weight=0.2, corpus_weight=0.3, folds=3, least=0.05
)
Levels = tuple[str, str]
"""First and second level, in Chinese."""


class HistoryError(Exception):
    """The export cannot be learned from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a training: `version` is "" where it was refused. Measures are on the held part of the history."""

    kept: bool
    version: str
    before: Measured
    after: Measured
    own_before: float
    own_after: float
    cases: int


def read_history(path: Path, known: Mapping[str, Levels] | None = None) -> list[Sentence]:
    """The cases of a CSV file with a text and a category, as Jiesu or another register exports them.

    `known` gives the Chinese names of categories by their codes and by their names in other languages. Raises
    `HistoryError` where a column is missing or fewer than twenty rows have both.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = _Columns.of(rows.fieldnames or ())
        read = (columns.sentence(row, known or {}) for row in rows)
        found = [each for each in read if each]
    return enough(found, path.name)


def enough(found: list[Sentence], source: str) -> list[Sentence]:
    """The cases themselves; raises `HistoryError` where they are too few to learn from."""
    if len(found) < _FEWEST:
        raise HistoryError(f"{source}: {len(found)} cases with a text and a category, at least {_FEWEST} are needed")
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """The heads under which a file keeps what is needed; "" for a column that it has not."""

    text: str
    first: str
    second: str
    code: str

    @classmethod
    def of(cls, heads: Sequence[str]) -> "_Columns":
        """The columns of these heads; raises `HistoryError` without a text or any category."""
        text, first, second, code = (_head_named(heads, name) for name in ("text", "first", "second", "code"))
        first = first or _head_named(heads, "second")
        if not text:
            raise HistoryError(f"no column named {', '.join(load('export')['text'])}")
        if not (first or code):
            raise HistoryError(f"no column named {', '.join(load('export')['first'])}")
        return cls(text, first, second if second != first else "", code)

    def sentence(self, row: Mapping[str, str | None], known: Mapping[str, Levels]) -> Sentence | None:
        """What the row teaches; None where the text or the category is missing."""
        text, code = (row.get(self.text) or "").strip(), (row.get(self.code) or "").strip()
        first, second = (row.get(self.first) or "").strip(), (row.get(self.second) or "").strip()
        told = known.get(code) or known.get(f"{first}/{second}") or known.get(first) or (first, second)
        if len(text) < load("export")["shortest"] or not told[0]:
            return None
        return Sentence(text, language_of(text), "file", *told)


def _head_named(heads: Sequence[str], column: str) -> str:
    names = {each: head for head in heads for each in _names(head)}
    return next((names[name] for name in load("export")[column] if name in names), "")


def _names(head: str) -> list[str]:
    """A head and, where it carries a second name in brackets, both of them."""
    return [part.strip().casefold() for part in (head, *head.rstrip(")").split("("))]


def train(history: Sequence[Sentence], folder: ModelFolder, corpus: Sequence[Sentence] | None = None) -> Outcome:
    """Train on the history and our corpus; put the model to use only where it is better on the held part.

    `corpus` is what is learned beside the history, our training part where it is left out. Better is a higher
    macro-F1 of the first level there, and no loss above 0.02 on our own evaluation part.
    """
    held = [each for each in history if _held(each.text)]
    learned = [each for each in history if not _held(each.text)]
    if not held or not learned:
        raise HistoryError("too few cases to hold some back for measuring")
    old, new = load_model(folder.current()), office_model(learned, corpus=corpus)
    own = evaluation_part()
    before, after = first_level(old, held), first_level(new, held)
    own_before, own_after = first_level(old, own).macro_f1, first_level(new, own).macro_f1
    kept = after.macro_f1 > before.macro_f1 and own_after >= own_before - _LOSS_ALLOWED
    version = folder.keep(new)
    if kept:
        folder.use(version)
    return Outcome(kept, version if kept else "", before, after, own_before, own_after, len(history))


def office_model(
    history: Sequence[Sentence], recipe: Recipe = OFFICE, corpus: Sequence[Sentence] | None = None
) -> Model:
    """A model of the history and our corpus together; what the history tells nothing of is as it was shipped."""
    shipped, languages = load_model(SHIPPED), {each.language for each in history}
    own = [_lighter(of_sentence(each), recipe) for each in corpus or training_part() if each.language in languages]
    examples = own + [of_sentence(each) for each in history]
    learned = {
        language: matters_of(examples, recipe, language, known.phrases, known.intent)
        for language, known in shipped.tongues.items()
        if language in languages
    }
    return Model(shipped.tongues | learned, {"corpus": source_hash(), "cases": len(history)})


def _lighter(example: Example, recipe: Recipe) -> Example:
    return replace(example, weight=recipe.corpus_weight, trusted=False)


def _held(text: str) -> bool:
    """The same texts are held back in every training, so that models can be compared over the years."""
    return crc32(text.encode("utf-8", "replace")) % 100 < _HELD_OF_HUNDRED
