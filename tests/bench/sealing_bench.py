"""What sealing and the audit chain cost: durable turns on two houses in turn, one with them, one without.

``PYTHONPATH=. python tests/bench/sealing_bench.py [rounds]``. A round: a citizen files in three turns, a handler looks
at the case and notes something (two lines in the audit log). Every turn is committed to SQLite with synchronous=FULL.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from bot.logs import set_up
from cases.rules.case import Role
from cases.rules.city import SAMPLE, City
from dialogs.engine import Engine
from storage.audit import AuditStore
from storage.migrate import migrate
from storage.sealing import ADDRESS_MARK, MARK, Sealer
from storage.session import Database
from tests.support.clock import TestClock
from tests.support.keys import SEALER
from tests.support.office import STORY, Office, Person

ROUNDS = 60
GOAL = 0.10


class Plain(Sealer):
    """Keeps everything as it is."""

    def __init__(self) -> None:
        super().__init__(SEALER.source)
        self.address = lambda text: ADDRESS_MARK + text if text else ""

    def seal(self, text: str, context: str) -> str:
        """Only the mark, and letters that JSON has no need to escape."""
        return f"{MARK}k1:{b64encode(text.encode()).decode()}" if text else ""

    def opener(self, context: str) -> Callable[[str], str]:
        """Without the mark."""
        return lambda kept: b64decode(kept.partition(":")[2]).decode()

    def open_address(self, kept: str) -> str:
        """Without the mark."""
        return kept[1:]


async def unlogged(self: AuditStore) -> None:
    """Drop what waits."""
    self._waiting.clear()


async def a_house(folder: Path, sealer: Sealer, engine: Engine, city: City, clock: TestClock) -> tuple[Office, Person]:
    """An office with a handler."""
    database = Database(f"sqlite:///{folder}/jiesu.db", sealer)
    await migrate(database)
    office = Office(database, engine, city, clock, folder)
    return office, await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)


async def a_round(office: Office, wang: Person, name: str) -> list[float]:
    """Seconds of each of five turns."""
    citizen, spent = office.person(name), []

    async def timed(person: Person, words: str) -> None:
        begun = time.perf_counter()
        await person.says(words)
        spent.append(time.perf_counter() - begun)

    await timed(citizen, STORY)
    await timed(citizen, '/contact{"v":"chat"}')
    await timed(citizen, "/submit")
    number = next(str(each.custom["case"]) for each in citizen.answers if "case" in each.custom)
    await timed(wang, f"/case {number}")
    await timed(wang, f"/note {number} 已电话联系")
    return spent


async def main(rounds: int) -> None:
    """Measure and print."""
    set_up("error")
    engine, city, clock = Engine.build(), City.load(SAMPLE), TestClock()
    real = AuditStore.flush
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        sealed = await a_house(Path(one), SEALER, engine, city, clock)
        plain = await a_house(Path(two), Plain(), engine, city, clock)
        spent: dict[str, list[float]] = {"sealed": [], "plain": []}
        for number in range(rounds):
            clock.passes(minutes=10)
            for kind, house in sorted({"sealed": sealed, "plain": plain}.items(), reverse=bool(number % 2)):
                AuditStore.flush = real if kind == "sealed" else unlogged  # type: ignore[method-assign]
                turns = await a_round(*house, f"p{number}")
                spent[kind] += turns if number >= 3 else []
        AuditStore.flush = real  # type: ignore[method-assign]
        for office, _ in (sealed, plain):
            await office.database.aclose()
    middle = {kind: statistics.median(times) for kind, times in spent.items()}
    mean = {kind: statistics.fmean(sorted(times)[: int(len(times) * 0.9)]) for kind, times in spent.items()}
    for name, figure in (("median", middle), ("mean of the quicker nine tenths", mean)):
        more = figure["sealed"] / figure["plain"] - 1
        print(f"{name}: sealed {figure['sealed'] * 1000:.2f} ms, plain {figure['plain'] * 1000:.2f} ms, {more:+.1%}")
    print(f"goal: at most {GOAL:.0%} more")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
