"""Words of a Chinese text: rjieba where it is installed, else jieba, which gives the same words more slowly."""

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType


def words(text: str) -> tuple[str, ...]:
    """The text cut into words, nothing left out: joined they are the text again."""
    return tuple(_cutter()(text))


def load() -> None:
    """Read the dictionary now rather than at the first message."""
    words("load")


@cache
def _cutter() -> Callable[[str], list[str]]:
    rust = _rjieba()
    return rust.cut if rust else _jieba_cut()


def _rjieba() -> ModuleType | None:
    try:
        import rjieba
    except ImportError:
        return None
    return rjieba


def _jieba_cut() -> Callable[[str], list[str]]:
    import jieba

    jieba.dt.tmp_dir = _private_folder()
    jieba.setLogLevel(60)
    cut: Callable[[str], list[str]] = jieba.lcut
    return cut


def _private_folder() -> str:
    """jieba reads a cache from here with marshal: nobody else may be able to write it."""
    folder = Path(tempfile.gettempdir()) / f"jiesu-jieba-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid == os.getuid() and not folder.is_symlink() and folder.stat().st_mode & 0o077 == 0:
        return str(folder)
    return tempfile.mkdtemp(prefix="jiesu-jieba-")
