"""Log lines say where, when and what, never whose."""

import json
from typing import Any

import pytest
import structlog

from bot.figures import turn
from bot.logs import set_up


@pytest.fixture(autouse=True)
def quiet_again() -> object:
    """The other tests' logging is back afterwards."""
    before = structlog.get_config()
    yield None
    structlog.configure(**before)


def line_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The last line."""
    found: dict[str, Any] = json.loads(capsys.readouterr().err.splitlines()[-1])
    return found


def test_only_what_is_listed_gets_into_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "json")
    structlog.get_logger("x").warning("message did not arrive", outbox=7, recipient="telegram:3527065", text="story")
    line = line_of(capsys)
    assert (line["event"], line["outbox"], line["left_out"]) == ("message did not arrive", 7, "recipient,text")
    assert "3527065" not in str(line)


def test_an_exception_is_told_by_kind_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "json")
    try:
        try:
            int("13812345678x")
        except ValueError as error:
            raise LookupError("13812345678") from error
    except LookupError:
        structlog.get_logger("x").exception("turn failed")
    line = line_of(capsys)
    assert line["exception"].startswith("LookupError (test_logs.py:")
    assert "< ValueError" in line["exception"]
    assert "138" not in str(line)


def test_the_lines_of_a_turn_carry_its_id_and_key_value_is_the_usual_form(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info")
    with turn("terminal"):
        structlog.get_logger("x").warning("first")
        structlog.get_logger("y").warning("second")
    structlog.get_logger("x").warning("third")
    first, second, third = capsys.readouterr().err.splitlines()[-3:]
    own = [part for part in first.split() if part.startswith("turn=")]
    assert own
    assert own[0] in second
    assert "turn=" not in third
