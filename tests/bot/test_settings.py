"""Settings: a wrong one stops the start with one line that names it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings, secret_key


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("port", "eighty", "JIESU_PORT: "),
        ("port", "70000", "JIESU_PORT: "),
        ("database_url", "mysql://x", "JIESU_DATABASE_URL: must begin with sqlite:/// or postgresql://"),
        ("public_url", "jiesu.gov", "JIESU_PUBLIC_URL: must begin with http:// or https://"),
        ("telegram_mode", "pigeon", "JIESU_TELEGRAM_MODE: "),
        ("city", "/nowhere", "JIESU_CITY: there is no city.yml in /nowhere"),
        ("language", "xx", "JIESU_LANGUAGE: must be one of zh, en"),
        ("log_level", "loud", "JIESU_LOG_LEVEL: "),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"JIESU_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_the_webhook_needs_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIESU_TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("JIESU_TELEGRAM_TOKEN", "1:a")
    with pytest.raises(SettingsError, match="public_url"):
        read_settings()


def test_the_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    settings = read_settings(folder=tmp_path)
    assert secret_key(settings) == secret_key(settings)
    assert len(secret_key(settings)) >= 32
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_the_program_ends_with_one_line(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"JIESU_PORT": "eighty", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ran.returncode == 2
    assert ran.stderr.strip().startswith("JIESU_PORT: ")
    assert len(ran.stderr.strip().splitlines()) == 1


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    settings = read_settings(folder=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(32)))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
