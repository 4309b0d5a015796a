"""One browser for the tests of the pages; a house with a fresh database for each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.house import CHROMIUM, House, open_browser, open_house

if not CHROMIUM.exists():
    collect_ignore_glob = ["test_*.py"]


def pytest_report_header() -> str | None:
    """Say why the pages are not tried where there is no browser."""
    return None if CHROMIUM.exists() else f"tests/browser is left out: there is no Chromium at {CHROMIUM}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser
