"""Who works in the tests of the staff commands."""

from pathlib import Path

import pytest

from cases.rules.case import Role
from cases.rules.city import City
from dialogs.engine import Engine
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.office import Office, Person


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office on SQLite."""
    return Office(sqlite, engine, city, clock, tmp_path)


@pytest.fixture
async def wang(office: Office) -> Person:
    """A handler and lead of the environment bureau."""
    return await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)


@pytest.fixture
async def chief(office: Office) -> Person:
    """A supervisor of the complaints office."""
    return await office.staff("chief", "xfj", Role.SUPERVISOR)
