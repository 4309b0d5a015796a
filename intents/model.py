"""A trained model as a value and as files: numpy arrays that are mapped, never pickled, in folders that keep the older
ones.

``<folder>/<version>/model.npz`` with ``<folder>/current`` naming the version in use; the model that is shipped lies
beside this file and is used where there is no folder.
"""

import os
from dataclasses import dataclass, field, fields
from itertools import accumulate
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from intents import mapped
from intents.linear import Head, Temperature, side_by_side
from intents.sparse import Sparse, sparse
from intents.vocabulary import Vocabulary

SHIPPED = Path(__file__).parent / "model" / "model.npz"
_CURRENT = "current"
_FORMAT = 4


class ModelError(Exception):
    """The model file cannot be used."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """What is known of one language. `second` holds the labels "first/second" of all first levels.

    `matter` is the vocabulary of `first`, `second`, `kind` and `urgency`; `phrases` that of `intent`.
    """

    matter: Vocabulary
    first: Head
    second: Head
    kind: Head
    urgency: Head
    phrases: Vocabulary
    intent: Head


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that training gives, by language; `meta` says how it was made."""

    tongues: dict[str, Tongue]
    meta: dict[str, Any] = field(default_factory=dict)

    def of(self, language: str) -> Tongue:
        """What is known of this language; of the first one where it was not learned."""
        return self.tongues.get(language) or next(iter(self.tongues.values()))


_BROAD = ("first", "kind", "urgency")
"""The heads that say something of nearly every feature, in the order in which `understand` asks for their scores."""
_SPARSE = ("second", "intent")
"""The heads of many labels, which say nothing of most features."""
_VOCABULARIES = ("matter", "phrases")


def save(model: Model, path: Path) -> None:
    """Write the model in one go: a reader sees the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    tongues = {language: _written(tongue, language, arrays) for language, tongue in model.tongues.items()}
    partial = path.with_suffix(".part")
    mapped.write(partial, {"format": _FORMAT, "meta": model.meta, "tongues": tongues}, arrays)
    partial.replace(path)


def _written(tongue: Tongue, language: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Puts the tongue's numbers among the `arrays` and gives what else is to be known of it."""
    for name in _VOCABULARIES:
        vocabulary: Vocabulary = getattr(tongue, name)
        arrays[f"{language}.{name}.keys"] = vocabulary.keys
        arrays[f"{language}.{name}.idf"] = vocabulary.idf.astype(np.float16)
    arrays[f"{language}.weights"] = side_by_side(*(getattr(tongue, name) for name in _BROAD)).whole()
    for name in _SPARSE:
        weights = getattr(tongue, name).weights
        few = weights if isinstance(weights, Sparse) else sparse(weights)
        arrays |= {f"{language}.{name}.{part.name}": getattr(few, part.name) for part in fields(Sparse)}
    heads = {name: getattr(tongue, name) for name in (*_BROAD, *_SPARSE)}
    return {
        "opening": {name: getattr(tongue, name).opening for name in _VOCABULARIES},
        "heads": {name: _about(head) for name, head in heads.items()},
    }


def _about(head: Head) -> dict[str, Any]:
    return {
        "labels": head.labels,
        "scale": head.scale.tolist(),
        "bias": head.bias.tolist(),
        "temperature": head.temperature,
        "support": head.support,
    }


def load(path: Path) -> Model:
    """Open a model file, which is mapped: what nobody asks for is never read into memory. Raises `ModelError` for one
    that is missing, damaged or of another format.
    """
    try:
        about = mapped.about(path)
        if about["format"] != _FORMAT:
            raise ModelError(f"{path.name}: format {about['format']}, expected {_FORMAT}")
        arrays = mapped.arrays(path)
        tongues = {language: _tongue(arrays, told, language) for language, told in about["tongues"].items()}
        meta = about["meta"]
    except KeyError as error:
        raise ModelError(f"{path.name}: {error.args[0]}; a model of another version has to be trained again") from error
    except (OSError, EOFError, ValueError, TypeError, BadZipFile) as error:
        raise ModelError(f"{path.name}: {error}") from error
    return Model({language: tongues[language] for language in sorted(tongues, reverse=True)}, meta)


def _tongue(arrays: dict[str, Any], about: dict[str, Any], language: str) -> Tongue:
    def named(name: str) -> Any:
        return arrays[f"{language}.{name}"]

    parts: dict[str, Any] = {
        name: Vocabulary(named(f"{name}.keys"), named(f"{name}.idf"), int(about["opening"][name]))
        for name in _VOCABULARIES
    }
    weights = dict(zip(_BROAD, _columns(named("weights"), [about["heads"][name] for name in _BROAD]), strict=True))
    weights |= {
        name: Sparse(**{part.name: named(f"{name}.{part.name}") for part in fields(Sparse)}) for name in _SPARSE
    }
    parts |= {name: _head(about["heads"][name], each) for name, each in weights.items()}
    return Tongue(**parts)


def _columns(together: Any, heads: list[dict[str, Any]]) -> list[Any]:
    """The columns of each of the heads that stand side by side."""
    return np.split(together, list(accumulate(len(head["labels"]) for head in heads))[:-1], axis=1)


def _head(about: dict[str, Any], weights: Any) -> Head:
    return Head(
        tuple(about["labels"]),
        weights,
        np.array(about["scale"], np.float32),
        np.array(about["bias"], np.float32),
        Temperature(*map(float, about["temperature"])),
        float(about["support"]),
    )


def _is_old(path: Path) -> bool:
    """Whether a model file is of another format; a damaged one is told by `load`."""
    try:
        return bool(mapped.about(path)["format"] != _FORMAT)
    except KeyError:
        return True
    except (OSError, ValueError, BadZipFile):
        return False


class ModelFolder:
    """An office's own models, by version; the one in use is named by a file that is replaced in one step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[str]:
        """The versions that are kept, oldest first."""
        return sorted(path.parent.name for path in self.folder.glob("*/model.npz"))

    def current(self) -> Path:
        """The model file in use: the named version's, or the shipped one's where none is or its format is another."""
        name = self.folder / _CURRENT
        version = name.read_text(encoding="utf-8").strip() if name.is_file() else ""
        path = self.folder / version / "model.npz"
        return path if version and path.is_file() and not _is_old(path) else SHIPPED

    def keep(self, model: Model) -> str:
        """Store as the next version without putting it to use; gives the version's name."""
        version = f"{int((self.versions() or ['0'])[-1]) + 1:04d}"
        save(model, self.folder / version / "model.npz")
        return version

    def use(self, version: str) -> None:
        """Put a kept version to use; raises `ModelError` where there is none of that name."""
        if version not in self.versions():
            raise ModelError(f"no version {version!r} in {self.folder.name}")
        partial = self.folder / f"{_CURRENT}.{os.getpid()}"
        partial.write_text(version + "\n", encoding="utf-8")
        partial.replace(self.folder / _CURRENT)
