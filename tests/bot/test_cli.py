"""The command line, as the IT person uses it: real processes on a fresh folder."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import pyzipper

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A fresh folder."""
    own = {"JIESU_FOLDER": str(tmp_path), "JIESU_DATABASE_URL": f"sqlite:///{tmp_path}/j.db", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **own, "COLUMNS": "200"}  # noqa: TID251  (tests have no settings)


def jiesu(environment: dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``jiesu`` with words; `typed` is standard input."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        input=typed,
    )


def test_a_whole_day_on_the_command_line(environment: dict[str, str], tmp_path: Path) -> None:
    added = jiesu(environment, "staff", "add", "wang", "--department", "sthj", "--role", "handler", "--name", "王丽")
    assert "/staff/sign-in/" in added.stdout, added.stderr
    assert jiesu(environment, "staff", "list").stdout.split() == ["wang", "王丽", "sthj", "handler"]
    story = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
    chat = jiesu(environment, "chat", typed=f"{story}\n只在这里回复\n提交\n/status\n")
    assert "已登记" in chat.stdout, chat.stderr
    assert "待受理" in chat.stdout
    staff = jiesu(environment, "chat", "--as", "wang", typed="/inbox\n/help\n")
    assert "/accept" in staff.stdout
    exported = jiesu(environment, "export", "csv")
    (row,) = csv.DictReader(io.StringIO(exported.stdout.lstrip("\ufeff")))
    assert row["经过 (description)"] == story.replace("88号", "**号"), "the door is masked in the story as in the place"
    assert "1" in jiesu(environment, "export", "xlsx", "-o", str(tmp_path / "x.xlsx")).stderr
    assert (tmp_path / "x.xlsx").read_bytes().startswith(b"PK")
    assert "正常" in jiesu(environment, "doctor").stdout


def test_examples_are_filled_in_and_counted(environment: dict[str, str]) -> None:
    filled = jiesu(environment, "demo", "--count", "12")
    assert "12" in filled.stdout, filled.stderr
    assert len(jiesu(environment, "export", "jsonl").stdout.splitlines()) == 12
    assert "新登记" in jiesu(environment, "report").stdout


def test_an_export_with_a_password_opens_with_it_only(environment: dict[str, str], tmp_path: Path) -> None:
    jiesu(environment, "demo", "--count", "3")
    out = tmp_path / "register.zip"
    ran = jiesu(environment, "export", "csv", "-o", str(out), "--password", "8-tigers-run")
    assert ran.returncode == 0, ran.stderr
    assert "8-tigers-run" not in ran.stdout + ran.stderr
    assert [each.name for each in tmp_path.glob("*.csv")] == []
    with pyzipper.AESZipFile(out) as archive:
        with pytest.raises(RuntimeError):
            archive.read("jiesu.csv")
        archive.setpassword(b"8-tigers-walk")
        with pytest.raises(RuntimeError):
            archive.read("jiesu.csv")
        archive.setpassword(b"8-tigers-run")
        assert len(archive.read("jiesu.csv").decode("utf-8-sig").splitlines()) >= 4
    assert "locked=True" in jiesu(environment, "audit", "show", "--action", "export").stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("chat", "--as", "nobody"), "there is no account 'nobody'"),
        (("staff", "add", "x", "--department", "mars", "--role", "handler"), ""),
        (("export", "docx"), "docx"),
        (("export", "csv", "unmasked"), "unmasked"),
    ],
)
def test_what_cannot_be_done_is_one_line(environment: dict[str, str], words: tuple[str, ...], expected: str) -> None:
    jiesu(environment, "migrate")
    ran = jiesu(environment, *words)
    assert ran.returncode == 2
    assert expected in ran.stderr
    assert "Traceback" not in ran.stderr


COMMANDS = ("serve", "worker", "migrate", "chat", "export", "demo", "doctor", "report", "staff")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(environment: dict[str, str], command: str) -> None:
    assert "Usage" in jiesu(environment, command, "--help").stdout


def test_telegram_s_library_is_not_imported_without_telegram() -> None:
    code = "import bot.serving, bot.talking, sys; assert not {'aiogram', 'sklearn', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
