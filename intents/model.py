"""A trained model as a value and as files: numpy arrays in an npz, never pickled, in folders that keep the older ones.

``<folder>/<version>/model.npz`` with ``<folder>/current`` naming the version in use; the model that is shipped lies
beside this file and is used where there is no folder.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from intents.linear import Head, Temperature, joined
from intents.vocabulary import Vocabulary

SHIPPED = Path(__file__).parent / "model" / "model.npz"
_CURRENT = "current"
_FORMAT = 3


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


_OF_MATTER = ("first", "second", "kind", "urgency")
"""In the order in which `understand` asks for their scores."""
_HEADS = (*_OF_MATTER, "intent")
_VOCABULARIES = ("matter", "phrases")


def save(model: Model, path: Path) -> None:
    """Write the model in one go: a reader sees the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    about = {language: _written(tongue, language, arrays) for language, tongue in model.tongues.items()}
    meta = {"format": _FORMAT, **model.meta, "tongues": about}
    arrays["meta"] = np.frombuffer(json.dumps(meta, ensure_ascii=False, sort_keys=True).encode(), np.uint8)
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez_compressed(file, **arrays)
    partial.replace(path)


def _written(tongue: Tongue, language: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Puts the tongue's numbers among the `arrays` and gives what else is to be known of it."""
    about: dict[str, Any] = {"heads": {}, "opening": {}}
    for name in _VOCABULARIES:
        vocabulary: Vocabulary = getattr(tongue, name)
        arrays[f"{language}.{name}.keys"] = vocabulary.keys
        arrays[f"{language}.{name}.idf"] = vocabulary.idf.astype(np.float16)
        about["opening"][name] = vocabulary.opening
    for name in _HEADS:
        head: Head = getattr(tongue, name)
        for part in ("weights", "scale", "bias"):
            arrays[f"{language}.{name}.{part}"] = getattr(head, part)
        about["heads"][name] = {
            "labels": head.labels,
            "temperature": head.temperature,
            "support": head.support,
        }
    return about


def load(path: Path) -> Model:
    """Read a model file; raises `ModelError` for one that is missing, damaged or of another format."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        meta = json.loads(found["meta"].tobytes())
        if meta["format"] != _FORMAT:
            raise ModelError(f"{path.name}: format {meta['format']}, expected {_FORMAT}")
        tongues = {language: _tongue(found, about, language) for language, about in meta["tongues"].items()}
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(f"{path.name}: {error}") from error
    order = sorted(tongues, reverse=True)
    return Model(
        {language: tongues[language] for language in order},
        {key: value for key, value in meta.items() if key not in ("tongues", "format")},
    )


def _tongue(found: dict[str, Any], about: dict[str, Any], language: str) -> Tongue:
    parts: dict[str, Any] = {
        name: Vocabulary(
            found[f"{language}.{name}.keys"],
            found[f"{language}.{name}.idf"].astype(np.float32),
            int(about["opening"][name]),
        )
        for name in _VOCABULARIES
    }
    heads = {name: _head(found, about["heads"][name], f"{language}.{name}") for name in _HEADS}
    heads |= dict(zip(_OF_MATTER, joined(*(heads[name] for name in _OF_MATTER)), strict=True))
    parts |= heads
    return Tongue(**parts)


def _head(found: dict[str, Any], about: dict[str, Any], name: str) -> Head:
    return Head(
        tuple(about["labels"]),
        np.ascontiguousarray(found[f"{name}.weights"]),
        found[f"{name}.scale"],
        found[f"{name}.bias"],
        Temperature(*map(float, about["temperature"])),
        float(about["support"]),
    )


class ModelFolder:
    """An office's own models, by version; the one in use is named by a file that is replaced in one step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[str]:
        """The versions that are kept, oldest first."""
        return sorted(path.parent.name for path in self.folder.glob("*/model.npz"))

    def current(self) -> Path:
        """The model file in use: the named version's, or the shipped one's where none is."""
        name = self.folder / _CURRENT
        version = name.read_text(encoding="utf-8").strip() if name.is_file() else ""
        path = self.folder / version / "model.npz"
        return path if version and path.is_file() else SHIPPED

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
