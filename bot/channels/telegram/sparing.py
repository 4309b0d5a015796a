"""aiogram without what it builds in vain.

At its import aiogram has pydantic build a validator for each of Telegram's some four hundred types, of which a message
needs a few: that is four fifths of its time and memory (two seconds, 110 MB). pydantic can build them when they are
first used, and aiogram asks it to (``defer_build``); then it forces them all, because only there are the names at hand
that the types call each other by. Here the types are given those names instead.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pydantic import BaseModel


def import_aiogram() -> None:
    """Import aiogram; does nothing where it is there already."""
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}
    forced = BaseModel.__dict__["model_rebuild"]
    setattr(BaseModel, "model_rebuild", classmethod(_learning(names, forced.__func__)))  # noqa: B010  (it is a method)
    try:
        import_module("aiogram")
    finally:
        setattr(BaseModel, "model_rebuild", forced)  # noqa: B010
    for model in _models(BaseModel):
        model.__pydantic_parent_namespace__ = names


def _learning(names: dict[str, Any], forced: Any) -> Any:
    """What is called in place of pydantic's ``model_rebuild`` `forced`: it learns the names and builds nothing."""

    def model_rebuild(
        cls: type[BaseModel], *, _types_namespace: dict[str, Any] | None = None, **others: Any
    ) -> bool | None:
        if _types_namespace is None:
            built: bool | None = forced(cls, **others)
            return built
        names.update(_types_namespace)
        return None

    return model_rebuild


def _models(above: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Every class of aiogram's below that one."""
    for each in above.__subclasses__():
        if each.__module__.startswith("aiogram."):
            yield each
        yield from _models(each)
