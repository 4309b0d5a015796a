"""The locks are pinned and hashed, say what Jiesu is made of, and are checked against advisories without a network."""

import json
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from bot.supply import BadLock, bill, flaws, locked, records, within

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
ADVISORY = {
    "id": "TEST-1",
    "summary": "opens every door",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "AioHTTP"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_pinned_and_hashed(name: str) -> None:
    parts = locked(ROOT / name)
    assert len({part.name for part in parts}) == len(parts) > 40
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_a_loose_line_is_refused(tmp_path: Path) -> None:
    for line in ("aiohttp>=3", "aiohttp==3.14.5", "-e ."):
        (tmp_path / "lock").write_text(line, encoding="utf-8")
        with pytest.raises(BadLock):
            locked(tmp_path / "lock")


def test_the_bill_names_every_part_once_with_its_hashes() -> None:
    parts = locked(ROOT / "requirements.lock")
    made = json.loads(json.dumps(bill(parts, "1")))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert [each["name"] for each in made["components"]] == [part.name for part in parts]
    assert made["dependencies"][0]["dependsOn"] == [each["bom-ref"] for each in made["components"]]
    assert all(each["hashes"] and each["purl"].startswith("pkg:pypi/") for each in made["components"])
    assert sum("licenses" in each for each in made["components"]) > len(parts) / 2


def test_a_known_flaw_is_found_in_a_folder_and_in_a_zip(tmp_path: Path) -> None:
    (tmp_path / "osv").mkdir()
    (tmp_path / "osv" / "a.json").write_text(json.dumps(ADVISORY), encoding="utf-8")
    other = {**ADVISORY, "id": "TEST-2", "affected": [{"package": {"ecosystem": "npm", "name": "aiohttp"}}]}
    (tmp_path / "osv" / "b.json").write_text(json.dumps(other), encoding="utf-8")
    (tmp_path / "osv" / "c.json").write_text(json.dumps({**ADVISORY, "withdrawn": "2026"}), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "osv" / "a.json", "a.json")
    parts = locked(ROOT / "requirements.lock")
    for source in (tmp_path / "osv", tmp_path / "all.zip"):
        (flaw,) = flaws(parts, records(source))
        assert (flaw.id, flaw.part.name) == ("TEST-1", "aiohttp")


@pytest.mark.parametrize(
    ("version", "events", "inside"),
    [
        ("1.5", [{"introduced": "1.0"}, {"fixed": "2.0"}], True),
        ("2.0", [{"introduced": "1.0"}, {"fixed": "2.0"}], False),
        ("2.0", [{"introduced": "1.0"}, {"last_affected": "2.0"}], True),
        ("2.1", [{"introduced": "1.0"}, {"last_affected": "2.0"}], False),
        ("0.9", [{"introduced": "1.0"}], False),
        ("3.1", [{"fixed": "2.0"}, {"introduced": "3.0"}, {"introduced": "0"}], True),
    ],
)
def test_a_range_is_read_as_osv_means_it(version: str, events: list[dict[str, str]], inside: bool) -> None:
    assert within(Version(version), events) is inside


def test_the_container_can_write_nowhere_but_where_it_must_and_is_not_root() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["tmpfs"]
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER jiesu"]
    assert any("--require-hashes" in line for line in lines)
