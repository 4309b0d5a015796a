"""The documents say what the code does."""

import subprocess
import sys
from pathlib import Path

from typer.main import get_command

from bot.cli import cli
from bot.settings import Settings
from bot.staff.commands import COMMANDS
from cases.rules.case import Role, Status

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    """A document."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    page = read("docs/settings.md")
    for name in Settings.model_fields:
        assert f"`JIESU_{name.upper()}`" in page


def test_every_staff_command_is_documented() -> None:
    page = read("docs/commands.md")
    for name in COMMANDS:
        assert f"`/{name}" in page


def test_every_program_command_is_documented() -> None:
    page = read("docs/commands.md")
    for name in get_command(cli).commands:  # type: ignore[attr-defined]
        assert f"`jiesu {name}" in page


def test_the_glossary_has_every_status_and_role() -> None:
    page = read("docs/glossary.md")
    for word in (*Status, *Role):
        assert f"| {word.value} |" in page


def test_who_may_import_whom_holds() -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout


def test_there_is_a_recipe_for_each_extension() -> None:
    page = read("CONTRIBUTING.md")
    for recipe in ("channel", "category", "status", "text", "intent"):
        assert f"### Add a {recipe}" in page or f"### Add an {recipe}" in page


def test_the_lock_has_only_exact_versions_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = [line for line in read(name).splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line and line.endswith("\\") for line in lines)
