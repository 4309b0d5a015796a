"""What Jiesu is made of: the lock as a bill of materials (CycloneDX 1.6), and its check against known flaws, offline.

Advisories are records in the OSV format, a folder or zip of them as the OSV and
PyPA projects give them out: whoever serves an office without a way out carries them in.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from rich.console import Console

PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class BadLock(ValueError):
    """A line of the lock is not pinned and hashed; the message says which."""


@dataclass(frozen=True, slots=True)
class Part:
    """One package of the lock with the hashes of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """A known flaw of a package that is in the lock."""

    part: Part
    id: str
    summary: str


def locked(lock: Path) -> tuple[Part, ...]:
    """The packages of a lock; raise `BadLock` for one without an exact version or a hash."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith(("#", "--"))]
    return tuple(_part(line) for line in lines)


def _part(line: str) -> Part:
    pinned, hashes = PINNED.match(line), tuple(HASH.findall(line))
    if not pinned or not hashes:
        raise BadLock(f"not pinned and hashed: {line[:80]}")
    return Part(canonicalize_name(pinned[1]), pinned[2], hashes)


def bill(parts: Sequence[Part], release: str) -> dict[str, Any]:
    """The bill of materials; licences as the packages that are installed here state them."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "jiesu", "version": release, "bom-ref": "jiesu"}},
        "components": [_component(part) for part in parts],
        "dependencies": [{"ref": "jiesu", "dependsOn": [_purl(part) for part in parts]}],
    }


def _purl(part: Part) -> str:
    return f"pkg:pypi/{part.name}@{part.version}"


def _component(part: Part) -> dict[str, Any]:
    licence = _licence(part)
    return {
        "type": "library",
        "name": part.name,
        "version": part.version,
        "purl": _purl(part),
        "bom-ref": _purl(part),
        "hashes": [{"alg": "SHA-256", "content": each} for each in part.hashes],
        **({"licenses": [{"license": {"name": licence}}]} if licence else {}),
    }


def _licence(part: Part) -> str:
    try:
        found = metadata(part.name)
    except PackageNotFoundError:
        return ""
    stated = found["License-Expression"] or found["License"] or ""
    return stated.strip().splitlines()[0][:200] if stated.strip() else ""


def records(source: Path) -> Iterator[Mapping[str, Any]]:
    """The advisories of a folder or zip."""
    if source.is_dir():
        for path in sorted(source.rglob("*.json")):
            yield json.loads(path.read_bytes())
        return
    with zipfile.ZipFile(source) as packed:
        for name in packed.namelist():
            if name.endswith(".json"):
                yield json.loads(packed.read(name))


def flaws(parts: Sequence[Part], advisories: Iterator[Mapping[str, Any]]) -> list[Flaw]:
    """What is known against the packages of a lock."""
    by_name = {part.name: part for part in parts}
    found = []
    for record in advisories:
        for affected in record.get("affected", ()) if not record.get("withdrawn") else ():
            package = affected.get("package", {})
            part = by_name.get(canonicalize_name(package.get("name", "")))
            if package.get("ecosystem") == "PyPI" and part and hit(part.version, affected):
                found.append(Flaw(part, str(record["id"]), str(record.get("summary", ""))))
    return found


def hit(found: str, affected: Mapping[str, Any]) -> bool:
    """Whether a version is among those that an advisory names, or lies in one of its ranges."""
    if found in affected.get("versions", ()):
        return True
    spans = (each for each in affected.get("ranges", ()) if each.get("type") == "ECOSYSTEM")
    return any(within(Version(found), each["events"]) for each in spans)


def within(found: Version, events: Sequence[Mapping[str, str]]) -> bool:
    """OSV's rule: the newest event that is not after the version decides; ``last_affected`` counts itself."""
    inside = False
    for event in sorted(events, key=_moment):
        ((what, at),) = event.items()
        if what == "introduced" and (at == "0" or Version(at) <= found):
            inside = True
        if (what == "fixed" and Version(at) <= found) or (what == "last_affected" and Version(at) < found):
            inside = False
    return inside


def _moment(event: Mapping[str, str]) -> Version:
    at = next(iter(event.values()))
    try:
        return Version(at)
    except InvalidVersion:
        return Version("0")


def print_bill(lock: Path) -> None:
    """The bill of materials, on standard output."""
    print(json.dumps(bill(locked(lock), version("jiesu")), indent=2, ensure_ascii=False))


def print_flaws(lock: Path, advisories: Path, console: Console) -> bool:
    """One line a flaw; whether there is none."""
    parts = locked(lock)
    found = flaws(parts, records(advisories))
    for flaw in found:
        console.print(f"{flaw.part.name} {flaw.part.version}  {flaw.id}  {flaw.summary}", markup=False)
    console.print(f"{len(parts)} / {len(found)}")
    return not found
