"""Arrays in a file that is mapped into memory instead of being read: only what is used of them is ever fetched, from
memory that all processes share.

The file is an npz as numpy knows it, with two differences: nothing is compressed, and every array begins where a
processor likes to read. What is to be known beside the arrays is JSON.
"""

import json
import os
import struct
from collections.abc import Mapping
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

Array = NDArray[Any]
_ABOUT = "about.json"
_ARRAY = ".npy"
_ALIGNED = 64
_LOCAL, _LENGTHS = 30, 26
"""Bytes of a zip entry's head before its name, and where it tells the lengths of name and padding."""
_PADDING = 0xD935
"""The kind of padding that is used for alignment in zip files, since Android."""


def write(path: Path, about: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write the file; the same content gives the same bytes."""
    with path.open("wb") as file, ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo(_ABOUT), json.dumps(about, ensure_ascii=False, sort_keys=True))
        for name, array in arrays.items():
            content = BytesIO()
            npy.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            entry = ZipInfo(name + _ARRAY)
            entry.extra = _padding(file.tell() + _LOCAL + len(entry.filename.encode()))
            archive.writestr(entry, content.getbuffer())


def _padding(end: int) -> bytes:
    """What to put behind a head that ends there, so that what follows is aligned."""
    empty = -(end + 4) % _ALIGNED
    return struct.pack("<HH", _PADDING, empty) + bytes(empty)


def about(path: Path) -> dict[str, Any]:
    """What is told beside the arrays. Raises `KeyError` for an archive without it, `BadZipFile` for none."""
    with ZipFile(path) as archive:
        told: dict[str, Any] = json.loads(archive.read(_ABOUT))
        return told


def arrays(path: Path) -> dict[str, Array]:
    """The arrays, which cannot be written to. Raises `ValueError` for a file in which a byte is not as it was written,
    `BadZipFile` for none.
    """
    with path.open("rb") as file, ZipFile(file) as archive:
        if damaged := archive.testzip():
            raise ValueError(f"{damaged} is damaged")
        entries = [entry for entry in archive.infolist() if entry.filename.endswith(_ARRAY)]
        whole = mmap(file.fileno(), 0, access=ACCESS_READ)
        return {entry.filename.removesuffix(_ARRAY): _array(file, whole, entry) for entry in entries}


def _array(file: BinaryIO, whole: mmap, entry: ZipInfo) -> Array:
    if entry.compress_type != ZIP_STORED:
        raise ValueError(f"{entry.filename} is compressed")
    file.seek(entry.header_offset + _LENGTHS)
    name, padding = struct.unpack("<HH", file.read(4))
    file.seek(name + padding, os.SEEK_CUR)
    npy.read_magic(file)
    shape, _, dtype = npy.read_array_header_1_0(file)
    return np.ndarray(shape, dtype, whole, file.tell())
