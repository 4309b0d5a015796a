"""Dated examples, each row a sentence: when a period of each article ends, over the holidays of 2024 to 2026.

The last days were counted from the State Council's notices on holidays and worked weekends, not with the calendar that
the product uses.
"""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from cases.rules.city import City
from cases.rules.deadlines import Deadlines
from tests.support.clock import SHANGHAI

ROWS = list(csv.DictReader(Path(__file__).with_name("dated_examples.csv").read_text("utf-8").splitlines()))


def ends(deadlines: Deadlines, row: dict[str, str]) -> datetime:
    """When the period of a row ends."""
    start = datetime.fromisoformat(row["start"]).replace(tzinfo=SHANGHAI)
    policy, procedure = row["policy"], row["procedure"]
    match row["step"]:
        case "decide":
            return deadlines.decide_by(policy, procedure, start)
        case "reply":
            return deadlines.reply_by(policy, procedure, start)
        case "object":
            return deadlines.object_by(policy, start)
    return deadlines.review_by(policy, start)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['sentence']}: {row['last_day']}" for row in ROWS])
def test_the_period_ends_with_its_last_day(city: City, row: dict[str, str]) -> None:
    last = ends(Deadlines(city), row).astimezone(SHANGHAI)
    assert last.date() == date.fromisoformat(row["last_day"])
    assert (last.hour, last.minute) == (23, 59)


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) >= 120
    assert len({row["sentence"] for row in ROWS}) == len(ROWS)
