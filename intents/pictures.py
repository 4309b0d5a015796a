"""Draws a measured model: which classes are taken for which, and whether confidence means what it says."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from intents.lexicon import load
from intents.measuring import Measured

_DPI = 110
# From this share of the most on a cell is too dark for black figures
_DARK = 0.6


def draw(found: Measured, path: Path) -> None:
    """Write a picture (format by the file's ending): the classes' F1, the confusions and the calibration."""
    words = load("pictures")
    with matplotlib.rc_context({"font.family": [*_fonts(words["fonts"]), "sans-serif"], "axes.unicode_minus": False}):
        figure = Figure(figsize=(15, 7), layout="constrained")
        bars, square, line = figure.subplots(1, 3, width_ratios=(2, 3, 2))
        _f1(bars, found, words["f1"])
        _confusions(square, found, words["confusions"])
        _calibration(line, found, words["calibration"])
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=_DPI)


def _fonts(wanted: list[str]) -> list[str]:
    """Of the fonts that have the characters, those that this machine has."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in wanted if name in here]


def _f1(axes: Axes, found: Measured, title: str) -> None:
    names = list(found.scores)[::-1]
    bars = axes.barh(names, [found.scores[name].f1 for name in names], color="#4c78a8")
    axes.bar_label(bars, fmt="%.2f", label_type="edge", padding=-28, color="white", fontsize=8)
    axes.set_xlim(0, 1)
    axes.margins(y=0.01)
    axes.set_title(f"{title} {found.macro_f1:.3f}")


def _confusions(axes: Axes, found: Measured, title: str) -> None:
    names = sorted({*found.scores, *(name for pair, _ in found.confusions for name in pair)})
    times = dict(found.confusions)
    axes.imshow([[times.get((true, answer), 0) for answer in names] for true in names], cmap="Oranges")
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    most = max(times.values(), default=1)
    for (true, answer), count in found.confusions:
        color = "white" if count > most * _DARK else "black"
        axes.text(names.index(answer), names.index(true), str(count), ha="center", va="center", fontsize=7, color=color)
    axes.set_title(title)


def _calibration(axes: Axes, found: Measured, title: str) -> None:
    axes.plot((0, 1), (0, 1), color="#bbbbbb")
    axes.plot([mean for mean, _, _ in found.bins], [share for _, share, _ in found.bins], marker="o", color="#e45756")
    for mean, share, count in found.bins:
        axes.annotate(str(count), (mean, share), (6, -9), textcoords="offset points", fontsize=7)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_aspect("equal")
    axes.set_title(f"{title} {found.calibration_error:.3f}")
