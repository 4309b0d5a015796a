"""Guessing numbers and query codes from many addresses while people go about their business, in simulated time.

``python tests/bench/guessing_bench.py [guesses]`` prints what the guesser got and how people fared. Every guess is a
new session's look-up at the citizens' desk on a SQLite file, a transaction each; people's turns are whole ones. The
clock moves a tenth of a second with each guess.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from cases.casework.citizens import CitizenDesk
from cases.casework.work import Work
from cases.rules.case import Reporter
from cases.rules.city import SAMPLE, City
from cases.rules.desk import CaseNotFound, DeskError
from cases.rules.tracking import number, query_code
from dialogs.engine import Engine
from dialogs.messages import Address, InboundMessage
from storage.migrate import migrate
from storage.session import Database
from storage.unit import working
from tests.support.cases import a_case
from tests.support.clock import START, TestClock
from tests.support.keys import SEALER
from tests.support.office import STORY, Office

CASES = 500
ADDRESSES = 1_000
GAP = timedelta(milliseconds=100)
"""Between two guesses: ten a second, all day long."""


@dataclass
class Seen:
    """What came of it."""

    hits: int = 0
    looked_at: list[float] = field(default_factory=list)
    """Simulated seconds of the guesses that were compared with a code."""
    refused: int = 0
    seconds: float = 0.0
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Processor seconds of a person's turn, by what they did and when: ``quiet``, ``first``, ``second`` half."""
    served: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def a_second(self) -> float:
        """Guesses a second that were looked at, over the whole attack."""
        return len(self.looked_at) / max(self.seconds, 1)

    @property
    def worst_minute(self) -> int:
        """The most guesses that were looked at in a minute of the clock."""
        return max(Counter(int(at // 60) for at in self.looked_at).values(), default=0)

    def slower(self, what: str) -> float:
        """How much longer a turn took under attack, as a share."""
        attack = self.spent[f"{what} first"] + self.spent[f"{what} second"]
        return median(attack) / median(self.spent[f"{what} quiet"]) - 1

    def share(self, what: str) -> str:
        """How many of those who asked were served."""
        return f"{self.served[what]} of {self.asked[what]}"


class Town:
    """The office, its citizens, and who guesses."""

    def __init__(self, office: Office, clock: TestClock, seed: int = 6) -> None:
        self.office, self.clock = office, clock
        self.chance = random.Random(seed)
        self.seen = Seen()
        self.known: list[tuple[str, str, str]] = []
        self.turn = 0

    async def settles(self) -> None:
        """Everybody has a case."""
        async with working(self.office.database) as unit:
            for running in range(1, CASES + 1):
                tracking = number("XF", START.date(), running)
                code, who = query_code(self.chance.choice), f"webchat:citizen-{running}"
                await unit.cases.add(a_case(number=tracking, query_code=code, reporter=Reporter(who)))
                self.known.append((who, tracking, code))

    async def hears(self, who: str, text: str, network: str) -> str:
        """One turn; what was answered."""
        self.turn += 1
        message = InboundMessage(
            Address.parse(who), f"u{self.turn}", self.clock(), text, language="zh", network=network
        )
        return "\n".join(answer.text for answer in await self.office.turns.receive(message))

    async def guesses(self, turn: int) -> None:
        """A stranger tries a number and a code."""
        running = self.chance.randrange(1, CASES * 5 // 4)
        tracking, code = number("XF", START.date(), running), query_code(self.chance.choice)
        address = self.chance.randrange(ADDRESSES)
        network = f"198.18.{address // 250}.{address % 250}"
        async with working(self.office.database) as unit:
            desk = CitizenDesk(Work(unit, self.office.city, self.clock()), network)
            try:
                await desk.look_up(f"webchat:guesser-{turn}", tracking, code)
                self.seen.hits += 1
            except CaseNotFound:
                self.seen.looked_at.append((self.clock() - START).total_seconds())
            except DeskError:
                self.seen.refused += 1

    async def lives(self, turn: int, when: str) -> None:
        """Somebody looks at their own case, somebody opens one with its code on a new device, somebody files."""
        who, tracking, code = self.chance.choice(self.known)
        network = f"100.64.{turn // 250 % 250}.{turn % 250}"
        await self._timed(f"own {when}", who, f'/status{{"n":"{tracking}"}}', network, tracking)
        await self._timed(f"code {when}", f"webchat:new-device-{turn}", f"{tracking} {code}", network, tracking)
        neighbour = f"webchat:neighbour-{turn}"
        await self._timed(f"story {when}", neighbour, STORY, network, "幸福路")

    async def _timed(self, what: str, who: str, text: str, network: str, expected: str) -> None:
        begun = time.process_time()
        said = await self.hears(who, text, network)
        self.seen.spent[what].append(time.process_time() - begun)
        self.seen.asked[what] += 1
        self.seen.served[what] += expected in said


async def attack(folder: Path, guesses: int, every: int) -> Seen:
    """So many guesses, with people in between after every few; as many of their turns before, in quiet."""
    clock = TestClock()
    database = Database(f"sqlite:///{folder}/town.db", SEALER)
    await migrate(database)
    town = Town(Office(database, Engine.build(), City.load(SAMPLE), clock, folder), clock)
    try:
        await town.settles()
        for turn in range(guesses // every):
            await town.lives(turn, "quiet")
        for turn in range(guesses):
            clock.now += GAP
            await town.guesses(turn)
            if turn % every == 0:
                await town.lives(guesses + turn, "first" if turn < guesses / 2 else "second")
        town.seen.seconds = guesses * GAP.total_seconds()
    finally:
        await database.aclose()
    return replace(town.seen)


def report(seen: Seen, guesses: int) -> Sequence[str]:
    """The figures in words."""
    return (
        f"guesses {guesses} from {ADDRESSES} addresses in {seen.seconds / 3600:.1f} simulated hours: hits {seen.hits}",
        f"looked at {len(seen.looked_at)} ({seen.a_second:.2f} a second, at most {seen.worst_minute} a minute), "
        f"refused {seen.refused}",
        *(
            f"{what}: served {seen.share(f'{what} first')} in the first half, {seen.share(f'{what} second')} after; "
            f"{median(seen.spent[f'{what} quiet']) * 1000:.2f} ms in quiet, {seen.slower(what):+.1%} under attack"
            for what in ("own", "code", "story")
        ),
    )


def main() -> None:
    """Run it."""
    guesses = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(attack(Path(folder), guesses, every=500))
    print("\n".join(report(seen, guesses)))


if __name__ == "__main__":
    main()
