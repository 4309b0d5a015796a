"""Measures the understanding on this machine and prints Markdown for ``docs/measures.md``.

``python tests/bench/intents_bench.py [--history export.csv] [--raw export.csv]``: with a history it also measures five
folds of training on it; with raw messages, how the shipped model reads them.
"""

import argparse
import gc
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path

from intents.corpus import Sentence, evaluation_part, marked_part, training_part
from intents.entities import find_entities
from intents.evaluation import evaluate, spans
from intents.features import spans_of
from intents.gazetteer import Gazetteer
from intents.likeness import Likeness
from intents.matter import matter_of
from intents.measuring import measure
from intents.model import SHIPPED, Model, load
from intents.office import office_model, read_history
from intents.reading import read
from intents.understanding import Understander

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
ROUNDS, OPEN_CASES, FOLDS = 400, 100_000, 5
LENGTH = range(160, 240)
LOADING = """
import json, time
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before, start = resident(), time.perf_counter()
from intents.understanding import Understander
Understander().load()
print(json.dumps([time.perf_counter() - start, resident() - before]))
"""


def main() -> None:
    """Print every table that the arguments allow."""
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--history", type=Path)
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--cases", type=int, default=OPEN_CASES)
    wanted = parser.parse_args()
    model = load(SHIPPED)
    quality(model)
    marked()
    speed(model)
    likeness(wanted.cases)
    if wanted.raw:
        transfer(model, read_history(wanted.raw))
    if wanted.history:
        office(read_history(wanted.history))


def row(*cells: object) -> None:
    """One row of a table."""
    print("| " + " | ".join(str(each) for each in cells) + " |", flush=True)


def head(*cells: str) -> None:
    """A table's head."""
    print()
    row(*cells)
    row(*("---" for _ in cells))


def quality(model: Model) -> None:
    """The shipped model on the evaluation part, by language."""
    head("our own evaluation part", "texts", "macro-F1", "accuracy", "calibration error", "sure (0.9+): share, right")
    for language in ("zh", "en"):
        part = [each for each in evaluation_part() if each.language == language]
        if not any(each.first_level for each in part):
            row(f"{language}: no matters yet", 0, "", "", "", "")
            continue
        for name, found in evaluate(model, part).items():
            count = sum(score.count for score in found.scores.values())
            sure = f"{found.sure_share:.2f}, {found.sure_right:.3f}" if found.bins else ""
            error = f"{found.calibration_error:.3f}" if found.bins else ""
            row(f"{language} {name}", count, f"{found.macro_f1:.3f}", f"{found.accuracy:.3f}", error, sure)


def marked() -> None:
    """Entities that stand exactly where they were marked by hand."""
    head("marked entities, exact spans", "marked", "F1")
    for language in ("zh", "en"):
        found = spans([each for each in marked_part() if each.language == language], NOW)
        for kind in ("place", "time", "phone", "respondent", "amount", "plate", "identity_number"):
            score = found[kind].scores["span"]
            row(f"{language} {kind}", score.count, f"{score.f1:.3f}")


def messages() -> list[str]:
    """Messages of about 200 characters: long ones cut, short ones of one matter after another."""
    told = [each for each in training_part() if each.language == "zh" and each.first_level]
    long = [each.text[: LENGTH.stop] for each in told if len(each.text) >= LENGTH.start]
    by_matter: dict[str, str] = {}
    for each in told:
        by_matter[each.first_level] = by_matter.get(each.first_level, "") + each.text + "。"
    return long or [whole[start : start + 200] for whole in by_matter.values() for start in (0, 100, 200)]


def speed(model: Model) -> None:
    """Medians of whole understanding and of its parts, and of what else there is."""
    seconds, megabytes = json.loads(
        subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True).stdout
    )
    texts = messages()
    reader = Understander(gazetteer=Gazetteer())
    reader.load()
    readings, tongue = [read(each) for each in texts], model.of("zh")
    head("a message of about 200 characters", "median ms", "99 %")
    timed("understand(), everything", lambda n: reader.understand(texts[n % len(texts)], now=NOW))

    def matter(n: int) -> object:
        spans = spans_of(readings[n % len(texts)])
        return matter_of(tongue, readings[n % len(texts)], spans, tongue.matter.vector(spans))

    timed("of which the matter model", matter)
    timed("of which entities", lambda n: find_entities(readings[n % len(texts)], NOW, Gazetteer()))
    others(texts)
    head("start", "measured")
    row("load (dictionary, model, first message)", f"{seconds:.2f} s")
    row("memory added", f"{megabytes:.0f} MB")
    row("model file", f"{SHIPPED.stat().st_size / 1e6:.1f} MB")


def others(texts: Sequence[str]) -> None:
    """Segmenters and other people's classifiers on the same messages in the same run."""
    import jieba
    import rjieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    jieba.setLogLevel(60)
    timed("jieba alone (segmenting)", lambda n: jieba.lcut(texts[n % len(texts)]))
    timed("rjieba alone (segmenting)", lambda n: rjieba.cut(texts[n % len(texts)]))
    learned = [each for each in training_part() if each.first_level]
    plain = make_pipeline(TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None), LogisticRegression(max_iter=300))
    plain.fit([each.text for each in learned], [each.first_level for each in learned])
    timed("scikit-learn's TF-IDF and logistic regression", lambda n: plain.predict([texts[n % len(texts)]]))
    held = [each for each in evaluation_part() if each.first_level and each.language == "zh"]
    truth = [each.first_level for each in held]
    score = measure(truth, list(plain.predict([each.text for each in held])))
    row("(its macro-F1 on our evaluation part, zh)", f"{score.macro_f1:.3f}", "")
    fast_text(texts, learned, held)


def fast_text(texts: Sequence[str], learned: Sequence[Sentence], held: Sequence[Sentence]) -> None:
    """Facebook's fastText on the same words; only where somebody installed ``fasttext-numpy2-wheel``."""
    if find_spec("fasttext") is None:
        row("fastText", "not installed", "")
        return
    import fasttext
    import rjieba

    def said(text: str) -> str:
        return " ".join(rjieba.cut(text)).replace("\n", " ")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "learned.txt"
        lines = [f"__label__{each.first_level} {said(each.text)}\n" for each in learned]
        path.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(str(path), epoch=50, lr=0.5, wordNgrams=2, thread=1, verbose=0)
    timed("fastText (words and pairs)", lambda n: model.predict(said(texts[n % len(texts)])))
    answers = [model.predict(said(each.text))[0][0].removeprefix("__label__") for each in held]
    score = measure([each.first_level for each in held], answers)
    row("(its macro-F1 on our evaluation part, zh)", f"{score.macro_f1:.3f}", "")


def timed(name: str, work: Callable[[int], object]) -> None:
    """A row with the median and the slowest hundredth of many single runs."""
    work(0)
    gc.collect()
    took = []
    for n in range(ROUNDS):
        start = time.perf_counter()
        work(n)
        took.append((time.perf_counter() - start) * 1000)
    row(name, f"{statistics.median(took):.2f}", f"{statistics.quantiles(took, n=100)[-1]:.2f}")


def likeness(cases: int) -> None:
    """Search among invented open cases for the same matters told in other words."""
    pairs = [
        pair.split(" | ") for pair in (Path(__file__).parent / "intents_pairs.txt").read_text("utf-8").splitlines()
    ]
    chance = random.Random(7)
    sources = [each.text for each in training_part() if each.language == "zh" and len(each.text) > 20]
    index = Likeness()
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    for number in range(cases - len(pairs)):
        one, other = chance.choice(sources), chance.choice(sources)
        place = f"{chance.choice(PLACES)}{chance.choice(ROADS)}{chance.randint(1, 400)}号"
        index.add(str(number), place + one[: chance.randint(20, 160)] + other[: chance.randint(0, 60)], place, NOW)
    for number, (told, _, place) in enumerate(pairs):
        index.add(f"planted {number}", told, place, NOW)
    took_all = time.perf_counter() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    took, right, wrong, first = [], 0, 0, 0
    for number, (_, again, place) in enumerate(pairs):
        start = time.perf_counter()
        found = index.query(again, place, NOW)
        took.append((time.perf_counter() - start) * 1000)
        keys = [each.key for each in found]
        right += f"planted {number}" in keys
        wrong += sum(key != f"planted {number}" for key in keys)
        first += keys[:1] == [f"planted {number}"]
    head("likeness", "measured")
    row("open cases, memory, time to add one", f"{len(index):,}, {grown:.0f} MB, {took_all / cases * 1000:.2f} ms")
    row("a query, median and slowest", f"{statistics.median(took):.1f} ms, {max(took):.1f} ms")
    row("recall of planted paraphrases", f"{right / len(pairs):.3f} ({len(pairs)})")
    row("precision of what is given", f"{right / max(right + wrong, 1):.3f}")
    row("first of the list", f"{first / len(pairs):.3f}")


def transfer(model: Model, raw: Sequence[Sentence]) -> None:
    """The shipped model on messages that it was not made from."""
    found = evaluate(model, raw)["first"]
    head("shipped model on unseen real messages", "measured")
    row("messages", len(raw))
    row("first-level macro-F1, accuracy", f"{found.macro_f1:.3f}, {found.accuracy:.3f}")
    row("calibration error", f"{found.calibration_error:.3f}")
    row("sure (0.9+): share, right", f"{found.sure_share:.2f}, {found.sure_right:.3f}")


def office(history: Sequence[Sentence]) -> None:
    """Five folds of training on an office's history."""
    folds = stratified(history)
    head("office training, fold", "macro-F1", "calibration error", "sure: share, right", "seconds")
    scores = []
    for part in range(FOLDS):
        start = time.perf_counter()
        model = office_model([each for each, fold in zip(history, folds, strict=True) if fold != part])
        took = time.perf_counter() - start
        found = evaluate(model, [each for each, fold in zip(history, folds, strict=True) if fold == part])["first"]
        scores.append(found.macro_f1)
        sure = f"{found.sure_share:.2f}, {found.sure_right:.3f}"
        row(part + 1, f"{found.macro_f1:.4f}", f"{found.calibration_error:.3f}", sure, f"{took:.0f}")
    row("mean", f"{statistics.mean(scores):.4f}", "", "", "")


def stratified(history: Sequence[Sentence]) -> list[int]:
    """A fold for each case, the classes spread evenly, by chance with a fixed seed."""
    order = list(range(len(history)))
    random.Random(1).shuffle(order)
    folds, counts = [0] * len(history), dict[str, int]()
    for index in order:
        label = history[index].first_level
        folds[index] = counts.get(label, 0) % FOLDS
        counts[label] = counts.get(label, 0) + 1
    return folds


PLACES = ("东风镇", "河西区", "白马乡", "城东新区", "柳林镇", "石桥镇", "南湖区", "云山县", "清水镇", "高坪区")
ROADS = ("幸福路", "建设路", "人民路", "学府路", "滨江大道", "解放街", "团结巷", "迎宾大道", "桂花路", "朝阳街")

if __name__ == "__main__":
    main()
