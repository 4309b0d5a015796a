"""Learning from an office's own cases: train, compare on a held part, keep the better one, refuse the worse.

The labels are the categories that handlers settled on. Every model is kept by version; the old one stays in use unless
the new one is better on cases that neither has seen.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from intents.corpus import Sentence, evaluation_part, training_part
from intents.evaluation import evaluate
from intents.measuring import Measured
from intents.model import Model, ModelFolder
from intents.model import load as load_model
from intents.recipe import Example, Recipe, cook, of_sentence
from intents.training import source_hash

_HELD_OF_HUNDRED = 15
_FEWEST = 20
_LOSS_ALLOWED = 0.02
# What a register's rows are weighed with: their titles stand in front, and there are enough of them to be strict.
OFFICE = Recipe(rarest=3, matter_strength=0.4, opening=28, keyword_weight=0.2, corpus_weight=0.3, folds=3)
_TEXT = ("text", "narrative", "description", "title")
_FIRST = ("category", "first_level", "service_name")
_SECOND = ("second_level", "subcategory")


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


def read_history(path: Path) -> list[Sentence]:
    """The cases of a CSV file with a text column and a category column (English names as in the export, any order).

    Raises `HistoryError` where a column is missing or fewer than twenty rows have both.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = set(rows.fieldnames or ())
        text, first = _column(columns, _TEXT), _column(columns, _FIRST)
        second = next((name for name in _SECOND if name in columns), "")
        found = [
            Sentence(row[text], "zh", "file", row[first].strip(), (row[second] or "").strip() if second else "")
            for row in rows
            if (row[text] or "").strip() and (row[first] or "").strip()
        ]
    if len(found) < _FEWEST:
        raise HistoryError(f"{path.name}: {len(found)} rows with a text and a category, at least {_FEWEST} are needed")
    return found


def train(history: Sequence[Sentence], folder: ModelFolder) -> Outcome:
    """Train on the history and our corpus; put the model to use only where it is better on the held part.

    Better is a higher macro-F1 of the first level there, and no loss above 0.02 on our own evaluation part.
    """
    held = [each for each in history if _held(each.text)]
    learned = [each for each in history if not _held(each.text)]
    if not held or not learned:
        raise HistoryError("too few cases to hold some back for measuring")
    old, new = load_model(folder.current()), office_model(learned)
    own = evaluation_part()
    before, after = evaluate(old, held)["first"], evaluate(new, held)["first"]
    own_before, own_after = _first(old, own), _first(new, own)
    kept = after.macro_f1 > before.macro_f1 and own_after >= own_before - _LOSS_ALLOWED
    version = folder.keep(new)
    if kept:
        folder.use(version)
    return Outcome(kept, version if kept else "", before, after, own_before, own_after, len(history))


def office_model(history: Iterable[Sentence], recipe: Recipe = OFFICE) -> Model:
    """A model of the history and our corpus together."""
    cases = [of_sentence(each) for each in history]
    own = [_lighter(of_sentence(each), recipe.corpus_weight) for each in training_part()]
    return replace(cook([*own, *cases], recipe), meta={"corpus": source_hash(), "cases": len(cases)})


def _lighter(example: Example, weight: float) -> Example:
    return replace(example, weight=weight) if example.first else example


def _first(model: Model, sentences: Sequence[Sentence]) -> float:
    about = [each for each in sentences if each.first_level]
    return evaluate(model, about)["first"].macro_f1 if about else 0.0


def _held(text: str) -> bool:
    """The same texts are held back in every training, so that models can be compared over the years."""
    return crc32(text.encode("utf-8", "replace")) % 100 < _HELD_OF_HUNDRED


def _column(columns: set[str], names: Sequence[str]) -> str:
    for name in names:
        if name in columns:
            return name
    raise HistoryError(f"none of the columns {', '.join(names)} is there")
