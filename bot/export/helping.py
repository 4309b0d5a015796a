"""The rows of a large export, made by helper processes (`bot.export.helper`) side by side and joined in their order.

The register's ids are cut into spans, which the helpers take in turn; each works ahead until what it made is as much as
its pipe and `AHEAD` hold. So memory does not grow with the register, and this process has little to do but to pass on.
"""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.export.helper import FAILED, FRAME, Order
from bot.export.making import Making, Rows
from storage.cases import CaseFilter
from storage.session import Database
from storage.unit import Unit

HELPERS = 2
AHEAD = 1 << 20
"""Bytes of a helper that are taken in before they are asked for, twice at most."""
PATIENCE = 5.0
"""Seconds for the first look at the database, which takes some milliseconds."""
SPANS = 4000
"""A register is cut into no more spans than this."""
Told = Callable[[Exception], BaseException]
PROGRAM = "from bot.export.helper import main; main()"


class HelperLost(Exception):
    """A helper process of the export ended before its work was done."""


async def made_by_helpers(
    database: Database, unit: Unit, wanted: CaseFilter, making: Making, step: int
) -> AsyncGenerator[Rows]:
    """The rows of all cases that fit, in filing order; raise what a helper raised, `HelperLost` where one died.

    `step`: how many ids a span has, at least. The helpers look at one and the same moment of a SQLite file.
    """
    after, until = await unit.register.span(wanted)
    step = max(step, (until - after) // SPANS)
    starts = range(after, until, step)
    source, keys = database.source(), database.sealer.source
    question = unit.register.question(wanted, making.maker().reads)
    orders = [Order(source, keys, question, making, starts[n::HELPERS], step, until) for n in range(HELPERS)]
    async with helpers(orders, database.told) as started:
        await asyncio.gather(*(each.rows() for each in started))
        await begin_together(database, started)
        for number in range(len(starts)):
            yield await started[number % HELPERS].rows()


async def begin_together(database: Database, started: Sequence["Helper"]) -> None:
    """All look at the same moment; who writes meanwhile waits for the slowest, but not for one that hangs."""
    async with database.still():
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(each.begin() for each in started))
        except TimeoutError:
            raise HelperLost("a helper process of the export did not begin in time") from None


@asynccontextmanager
async def helpers(orders: Sequence[Order], told: Told) -> AsyncIterator[Sequence["Helper"]]:
    """Helpers that are at work on these; when the block is left none is there any more."""
    started: list[Helper] = []
    try:
        for order in orders:
            started.append(await Helper.started(order, told))
        yield started
    finally:
        for each in started:
            each.kill()
        for each in started:
            await each.gone()


class Helper:
    """One helper process; `told` says its errors as they are said here."""

    def __init__(self, process: Process, told: Told) -> None:
        assert process.stdin and process.stdout
        self._process, self._orders, self._made, self._told = process, process.stdin, process.stdout, told

    @classmethod
    async def started(cls, order: Order, told: Told) -> "Helper":
        """A helper that has its order."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-c", PROGRAM, stdin=PIPE, stdout=PIPE, env=environment(), limit=AHEAD
        )
        helper = cls(process, told)
        helper._orders.write(pickle.dumps(order))
        return helper

    async def begin(self) -> None:
        """Let it look at the database; it has when this returns."""
        self._orders.write(b"!")
        await self.rows()

    async def rows(self) -> Rows:
        """What it sends next; raise what it raised."""
        try:
            count, size = FRAME.unpack(await self._made.readexactly(FRAME.size))
            content = await self._made.readexactly(size)
        except asyncio.IncompleteReadError:
            raise HelperLost(f"a helper process of the export ended with {await self._process.wait()}") from None
        if count == FAILED:
            raise self._told(pickle.loads(content))
        return Rows(count, content)

    def kill(self) -> None:
        """It ends now, whatever it does."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._orders.close()

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self._process.wait()


def environment() -> dict[str, str]:
    """Our own, with the way to our modules, without our settings: those go through the pipe."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIESU_")}  # noqa: TID251
    return {**kept, "PYTHONPATH": os.pathsep.join(str(Path(each or ".").resolve()) for each in sys.path)}
