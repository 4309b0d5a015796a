"""Who tries sign-in links without end, and who files without end, is stopped; neighbours are not."""

import pytest

from cases.casework import guarding
from cases.casework.guarding import Limit, may_file, may_try_link, wrong_link
from cases.casework.work import Work
from cases.rules.city import City
from cases.rules.desk import DeskError
from storage.session import Database
from storage.unit import Unit, working
from tests.support.clock import TestClock


class Door:
    """One unit of work after another."""

    def __init__(self, database: Database, city: City, clock: TestClock) -> None:
        self.database, self.city, self.clock = database, city, clock

    def work(self, unit: Unit) -> Work:
        """What the rules see."""
        return Work(unit, self.city, self.clock())

    async def tries(self, who: str, network: str) -> bool:
        """A wrong link; False when it was not even looked at."""
        async with working(self.database) as unit:
            if not await may_try_link(self.work(unit), who, network):
                return False
            await wrong_link(self.work(unit), who, network)
            return True

    async def files(self, who: str, network: str = "", *, anonymous: bool = False) -> bool:
        """A complaint; False when it is refused."""
        async with working(self.database) as unit:
            try:
                await may_file(self.work(unit), who, network, anonymous=anonymous)
            except DeskError:
                return False
            return True

    async def alarms(self, action: str) -> int:
        """How often somebody was told."""
        async with working(self.database) as unit:
            return len(await unit.audit.newest(action))


@pytest.fixture
def door(sqlite: Database, city: City, clock: TestClock) -> Door:
    """An office on SQLite."""
    return Door(sqlite, city, clock)


async def test_after_five_wrong_links_somebody_waits_and_others_do_not(door: Door, clock: TestClock) -> None:
    assert [await door.tries("webchat:mallory", "") for _ in range(7)] == [True] * 5 + [False] * 2
    assert await door.tries("webchat:li", "")
    clock.passes(minutes=11)
    assert await door.tries("webchat:mallory", "")


async def test_a_network_that_changes_its_names_is_one(door: Door) -> None:
    tried = [await door.tries(f"webchat:m{number}", "198.51.100.0/24") for number in range(40)]
    assert tried.count(True) == guarding.BY_NETWORK.most
    assert await door.tries("webchat:li", "203.0.113.0/24")


async def test_wrong_links_from_everywhere_are_noticed(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "LINKS_OVERALL", Limit(8, guarding.MINUTE))
    for number in range(7):
        await door.tries(f"webchat:m{number}", f"net{number}")
    assert await door.alarms("guessing_links") == 0
    for number in range(7, 12):
        assert await door.tries(f"webchat:m{number}", f"net{number}"), "a link has bits enough: nobody is locked out"
    assert await door.alarms("guessing_links") == 1


@pytest.mark.parametrize("anonymous", [False, True])
async def test_in_a_flood_each_network_still_files_a_few(
    door: Door, clock: TestClock, monkeypatch: pytest.MonkeyPatch, anonymous: bool
) -> None:
    monkeypatch.setattr(guarding, "FILED_OVERALL", Limit(20, guarding.HOUR))
    for number in range(20):
        assert await door.files(f"webchat:m{number}", "botnet", anonymous=anonymous)
    filed = [await door.files(f"webchat:n{number}", "botnet", anonymous=anonymous) for number in range(3)]
    assert filed == [False] * 3, "the botnet's network has filed more than its few"
    village = [await door.files(f"webchat:v{number}", "village", anonymous=anonymous) for number in range(7)]
    assert village.count(True) == guarding.FILED_IN_A_FLOOD.most
    assert await door.alarms("filing_flood") == 1
    clock.passes(hours=3)
    assert await door.files("webchat:n9", "botnet", anonymous=anonymous)
