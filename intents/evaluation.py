"""Measures a model on labelled sentences and says it in tables: per class, calibration, the worst confusions."""

from collections.abc import Callable, Sequence
from datetime import datetime

from intents.corpus import Marked, Sentence
from intents.entities import find_entities
from intents.features import spans_of
from intents.gazetteer import Gazetteer
from intents.intent import intent_of
from intents.lexicon import load
from intents.matter import matter_of
from intents.meaning import Matter
from intents.measuring import Measured, measure
from intents.model import Model
from intents.reading import read
from intents.understanding import Understander

_WORST = 12
_SPAN = ("", "span")


def evaluate(model: Model, sentences: Sequence[Sentence]) -> dict[str, Measured]:
    """The measures by question: ``first``, ``second``, ``kind``, ``urgency`` (matters) and ``intent`` (the rest)."""
    about = [each for each in sentences if each.first_level]
    matters = [_matter(model, each.text) for each in about]
    found = {"first": _first(about, matters)}
    deep = [(each, matter) for each, matter in zip(about, matters, strict=True) if each.second_level]
    found["second"] = measure(
        [f"{each.first_level}/{each.second_level}" for each, _ in deep],
        [f"{matter.first_level}/{matter.second_level}" for _, matter in deep],
    )
    found["kind"] = _plain(about, lambda each: load("nature")["kinds"].get(each.kind, each.kind), model, "kind")
    found["urgency"] = _plain(about, lambda each: each.urgency, model, "urgency")
    return found | {"intent": _intents(model, [each for each in sentences if not each.first_level])}


def first_level(model: Model, sentences: Sequence[Sentence]) -> Measured:
    """How well the first level is read in those sentences that have one."""
    about = [each for each in sentences if each.first_level]
    return _first(about, [_matter(model, each.text) for each in about])


def spans(marked: Sequence[Marked], now: datetime) -> dict[str, Measured]:
    """How exactly the marked entities are found, by type: every span is right, missed or too much."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for each in marked:
        found = {(one.type, one.start, one.end) for one in find_entities(read(each.text), now, Gazetteer())}
        for kind, start, end in found | each.spans:
            span = (kind, start, end)
            pairs.setdefault(kind, []).append((_SPAN[span in each.spans], _SPAN[span in found]))
    return {kind: measure([true for true, _ in both], [said for _, said in both]) for kind, both in pairs.items()}


def table(found: Measured, title: str) -> str:
    """One question's measures as a Markdown table with the worst confusions below."""
    rows = [f"### {title}", "", "| class | precision | recall | F1 | texts |", "|---|---|---|---|---|"]
    rows += [
        f"| {name} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} | {score.count} |"
        for name, score in found.scores.items()
    ]
    rows += ["", f"macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f}"]
    if found.bins:
        rows[-1] += (
            f", calibration error {found.calibration_error:.3f}, confidence 0.9 and more: "
            f"{found.sure_share:.1%} of the answers, {found.sure_right:.1%} of them right"
        )
    rows += ["", *(f"- {true} read as {answer}: {count}" for (true, answer), count in found.confusions[:_WORST])]
    return "\n".join(rows)


def _first(about: Sequence[Sentence], matters: Sequence[Matter]) -> Measured:
    truth, answers = [each.first_level for each in about], [each.first_level for each in matters]
    return measure(truth, answers, [each.confidence for each in matters])


def _matter(model: Model, text: str) -> Matter:
    reading = read(text)
    spans = spans_of(reading)
    tongue = model.of(reading.language)
    return matter_of(tongue, reading, spans, tongue.matter.vector(spans))


def _plain(sentences: Sequence[Sentence], truth: Callable[[Sentence], str], model: Model, head: str) -> Measured:
    reader = Understander()
    reader.swap(model)
    known = [each for each in sentences if truth(each)]
    answers = [str(getattr(reader.understand(each.text), head)) for each in known]
    return measure([truth(each) for each in known], answers)


def _intents(model: Model, sentences: Sequence[Sentence]) -> Measured:
    answers = [intent_of(model, read(each.text), ()) for each in sentences]
    return measure(
        [each.intent for each in sentences],
        [each.name for each in answers],
        [each.confidence for each in answers],
    )
