"""What /metrics shows, and that the alerts, the dashboard and the page about them speak of nothing else."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.channels.contract import ChannelError
from bot.figures import REGISTRY
from bot.workers.marking import Outcome
from storage.outbox import OutboxRow, Priority
from storage.session import Database
from storage.unit import looking, working
from tests.bot.channels.webchat.conftest import House
from tests.support.clock import START

ROOT = Path(__file__).parents[4]
NAME = re.compile(r"jiesu_[a-z_]+")


def bare(name: str) -> str:
    """A series' name as its family is called."""
    return re.sub(r"_(total|bucket|count|sum|created)$", "", name)


async def shown(house: House) -> dict[str, float]:
    """The families at /metrics, with the sum of their samples."""
    text = await (await house.client.get("/metrics")).text()
    families = text_string_to_metric_families(text)
    return {family.name: sum(sample.value for sample in family.samples) for family in families}


async def test_alerts_dashboard_and_docs_name_what_there_is_and_the_docs_all_of_it(house: House) -> None:
    families = {name for name in await shown(house) if name.startswith("jiesu_")}
    board = json.loads((ROOT / "deploy/grafana.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in rules]
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert {bare(name) for expression in asked for name in NAME.findall(expression)} <= families
    assert {bare(name) for name in NAME.findall(page)} == families
    assert all(f"`{rule['alert']}`" in page for rule in rules)


async def test_a_turn_is_counted_and_its_lines_carry_one_id(house: House) -> None:
    def turns() -> float:
        return REGISTRY.get_sample_value("jiesu_turn_seconds_count", {"channel": "webchat"}) or 0

    before = turns()
    await (await house.citizen()).say("hello")
    assert turns() == before + 1
    assert structlog.contextvars.get_contextvars() == {}


async def test_the_age_of_the_outbox_is_that_of_the_longest_due(database: Database) -> None:
    async with working(database) as unit:
        await unit.outbox.put("terminal:a", "{}", START, not_before=START + timedelta(hours=8))
    async with looking(database) as unit:
        assert await unit.outbox.oldest(START + timedelta(hours=1)) is None
        assert await unit.outbox.oldest(START + timedelta(hours=9)) == START + timedelta(hours=8)
    async with working(database) as unit:
        tried = await unit.outbox.put("terminal:b", "{}", START)
        await unit.outbox.claim(START, timedelta(seconds=30), channel="terminal", limit=9)
        await unit.outbox.retry(tried, START + timedelta(days=1), "away")
    async with looking(database) as unit:
        assert await unit.outbox.oldest(START + timedelta(hours=1)) == START


@pytest.mark.parametrize(
    ("error", "later", "name"),
    [
        (None, False, "sent"),
        (None, True, "postponed"),
        (ChannelError("away"), False, "retried"),
        (ChannelError("slow down", retry_after=3), False, "retried"),
        (ChannelError("gone", blocked=True), False, "dead"),
    ],
)
def test_what_came_of_a_push_has_a_name(error: ChannelError | None, later: bool, name: str) -> None:
    row = OutboxRow(1, "terminal:a", "terminal", "{}", "", 1, START, Priority.NOTICE, False, "")
    assert Outcome(row, error, START if later else None).name(START) == name
