"""The pages as they are served: both languages, nothing inline, headers that browsers obey; health and the routes."""

import re
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot.channels.webchat import health
from bot.channels.webchat.guard import HEADERS, believed, network_of
from bot.channels.webchat.rendering import FOLDER, page_words
from dialogs.phrasebook import LANGUAGES
from storage.session import Database
from tests.bot.channels.webchat.conftest import House
from tests.support.keys import SEALER

SCRIPT = (FOLDER / "chat.js").read_text(encoding="utf-8")
PAGES = ("/", "/staff", "/staff/sign-in/x")


async def test_every_page_speaks_both_languages(house: House) -> None:
    for path, language in product(PAGES, LANGUAGES):
        answer = await house.client.get(path, params={"lang": language})
        html = await answer.text()
        assert answer.status == 200
        assert f'<html lang="{language}' in html
        assert ("云州市" in html) is (language == "zh"), path


async def test_nothing_on_a_page_is_inline_or_from_elsewhere(house: House) -> None:
    for path in PAGES:
        html = await (await house.client.get(path)).text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
        assert re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL) == [""]
        assert not re.search(r"(src|href)=\"(https?:)?//", html)


async def test_the_choice_of_a_language_is_remembered(house: House) -> None:
    await house.client.get("/", params={"lang": "en"})
    assert 'lang="en"' in await (await house.client.get("/")).text()


@pytest.mark.parametrize(("accepted", "language"), [("en-US,en;q=0.9", "en"), ("fr", "zh"), ("fr,zh-TW", "zh")])
async def test_a_new_visitor_reads_the_browsers_language(house: House, accepted: str, language: str) -> None:
    html = await (await house.client.get("/", headers={"Accept-Language": accepted})).text()
    assert f'data-language="{language}"' in html


async def test_every_answer_carries_the_headers(house: House) -> None:
    for path in (*PAGES, "/assets/chat.js", "/healthz", "/nowhere", "/chat/messages"):
        answer = await house.client.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path


async def test_assets_are_kept_by_their_version_and_nothing_else_is_served(house: House) -> None:
    html = await (await house.client.get("/")).text()
    for url in re.findall(r"/assets/[^\"]+", html):
        answer = await house.client.get(url)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert (await house.client.get("/assets/chat.css?v=old")).headers["Cache-Control"] == "no-cache"
    assert (await house.client.get("/assets/base.html")).status == 404
    assert (await house.client.get("/assets/..%2fguard.py")).status == 404


def test_the_script_says_only_what_the_texts_have_and_all_of_it() -> None:
    said = set(re.findall(r"say\((?:[^\"()]*\? )?\"(\w+)\"(?: : \"(\w+)\")?", SCRIPT))
    assert {word for pair in said for word in pair if word} == set(page_words("zh"))


def test_the_script_never_writes_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", SCRIPT)


async def test_the_house_is_healthy_and_ready(house: House) -> None:
    assert (await house.client.get("/healthz")).status == 200
    assert (await house.client.get("/readyz")).status == 200
    figures = await (await house.client.get("/metrics")).text()
    assert 'jiesu_http_requests_total{route="/readyz",status="200"} 1.0' in figures


async def test_without_tables_it_is_not_ready(house: House, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db", SEALER)
    house.app.webchat._health._database = empty
    assert (await house.client.get("/readyz")).status == 503
    assert (await house.client.get("/healthz")).status == 200
    await empty.aclose()


async def test_a_database_that_keeps_nothing_and_a_full_disk_are_not_ready_and_it_recovers_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: Connection) -> None:
        raise OSError("no space left on device")

    engine = house.app.database.engine.sync_engine
    event.listen(engine, "commit", fails)
    assert (await house.client.get("/readyz")).status == 503
    assert (await house.client.get("/healthz")).status == 200
    event.remove(engine, "commit", fails)
    assert (await house.client.get("/readyz")).status == 200
    monkeypatch.setattr(health, "LEAST_ROOM", 1 << 62)
    assert (await house.client.get("/readyz")).status == 503


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "address"),
    [
        ("93.184.216.34", [], 0, "93.184.216.34"),
        ("93.184.216.34", ["198.51.100.1"], 0, "93.184.216.34"),
        ("10.0.0.2", ["198.51.100.1"], 0, "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.1"], 1, "198.51.100.1"),
        ("10.0.0.2", ["9.9.9.9, 198.51.100.1"], 1, "198.51.100.1"),
        ("10.0.0.2", ["9.9.9.9", "198.51.100.1, 10.0.0.3"], 2, "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1"], 2, "10.0.0.2"),
        ("10.0.0.2", ["<script>"], 1, "10.0.0.2"),
        ("10.0.0.2", [], 1, "10.0.0.2"),
        ("10.0.0.2", ["2001:db8::1"], 1, "2001:db8::1"),
    ],
)
def test_only_as_many_proxies_as_are_ours_are_believed(
    remote: str, forwarded: list[str], proxies: int, address: str
) -> None:
    assert believed(remote, forwarded, proxies) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("", ""),
    ],
)
def test_nobody_has_more_than_one_network_of_one_line(address: str, network: str) -> None:
    assert network_of(address) == network
