"""A large export is made by helper processes, and is the same file; what happens to them happens to the export."""

import asyncio
import io
import pickle
import zipfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.export.admission import Asker
from bot.export.columns import View
from bot.export.exporting import made_here, write_file
from bot.export.helper import Order, told, work
from bot.export.helping import HelperLost, begin_together, helpers, made_by_helpers
from bot.export.making import Making, Rows
from bot.export.wishes import Wish
from bot.export.writers import FORMATS
from cases.rules.case import Role, Status
from cases.rules.city import SAMPLE, City
from storage.cases import CaseFilter
from storage.sealing import Unreadable
from storage.session import Database
from storage.staff import StaffAccount
from storage.unit import looking, working
from tests.support.clock import START
from tests.support.keys import SEALER
from tests.support.lively import kept

HANDLER = StaffAccount("sun", "\u5b59\u660e", "sthj", frozenset({Role.HANDLER}))
SUPERVISOR = StaffAccount("du", "\u675c\u9e43", "xfj", frozenset({Role.SUPERVISOR}))
SOME = CaseFilter(
    until=START, statuses=tuple(set(Status) - {Status.ACCEPTED}), departments=tuple(City.load(SAMPLE).departments)[:9]
)
NEVER, ALWAYS = 10**9, 0
"""How large an export must be to be given to helpers."""


def nobody(_count: int) -> None:
    """Nobody looks at the progress."""


def children() -> list[psutil.Process]:
    """The processes that we started."""
    return psutil.Process().children(recursive=True)


def content(file: Path) -> bytes:
    """What is in a file; of a workbook the sheet."""
    if not zipfile.is_zipfile(file):
        return file.read_bytes()
    with zipfile.ZipFile(file) as book:
        return book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("format", "masked", "account", "wanted"),
    [("csv", True, None, CaseFilter()), ("jsonl", False, SUPERVISOR, SOME), ("xlsx", True, HANDLER, CaseFilter())],
)
async def test_the_file_is_the_same(
    database: Database, city: City, tmp_path: Path, format: str, masked: bool, account: StaffAccount, wanted: CaseFilter
) -> None:
    await kept(database, city)
    (folder := tmp_path / "out").mkdir()
    files = {large: folder / str(large) for large in (NEVER, ALWAYS)}
    counts: set[int] = set()
    ticks: list[int] = []
    async with looking(database) as unit:
        for large, file in files.items():
            view, wish = View(city, "zh", masked, START), Wish(format, wanted)
            counts.add(await write_file(database, unit, wish, file, view, account, ticks.append, large=large, step=9))
    assert len(counts) == 1
    assert ticks[-1] in counts
    assert len(ticks) > 2
    assert content(files[NEVER]) == content(files[ALWAYS])
    assert {*folder.iterdir()} == {*files.values()}, "no part lies about"
    assert not children()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
async def test_spans_of_any_length_give_the_whole(lively: Database, city: City, data: st.DataObject) -> None:
    making = Making(
        View(city, data.draw(st.sampled_from(["zh", "en"])), data.draw(st.booleans()), START),
        Asker.like(HANDLER) if data.draw(st.booleans()) else None,
        data.draw(st.sampled_from(list(FORMATS))),
    )
    wanted = data.draw(st.sampled_from([CaseFilter(), SOME, CaseFilter(since=START)]))
    step, chunk, count = (data.draw(st.integers(1, most)) for most in (100, 100, 3))
    async with looking(lively) as unit:
        whole = [rows async for rows in made_here(unit, wanted, making)]
        after, until = await unit.register.span(wanted)
        question = unit.register.question(wanted, making.maker().reads, chunk=chunk)
    starts = range(after, until, step)
    made: dict[int, Rows] = {}
    for n in range(count):
        order = Order(lively.source(), SEALER.source, question, making, starts[n::count], step, until)
        frames = worked(order)
        assert frames[:2] == [Rows(0, b""), Rows(0, b"")]
        made |= dict(zip(range(n, len(starts), count), frames[2:], strict=True))
    assert sum(rows.count for rows in made.values()) == sum(rows.count for rows in whole)
    assert b"".join(made[number].content for number in sorted(made)) == b"".join(rows.content for rows in whole)


def worked(order: Order) -> list[Rows]:
    """What a helper sends."""
    sent: list[Rows] = []
    work(order, io.BytesIO(b"!"), lambda count, content: sent.append(Rows(count, content)))
    return sent


@pytest.fixture
async def lively(sqlite: Database, city: City) -> Database:
    """A register with some cases."""
    await kept(sqlite, city)
    return sqlite


@asynccontextmanager
async def begun(database: Database, city: City) -> AsyncIterator[tuple[AsyncIterator[Rows], list[Rows]]]:
    """An export by helpers of which the first rows have come: the rest, and these."""
    making = Making(View(city, "zh", False, START), None, "jsonl")
    async with (
        looking(database) as unit,
        aclosing(made_by_helpers(database, unit, CaseFilter(), making, 4)) as made,
    ):
        yield made, [await anext(made)]


async def test_all_of_it_is_of_one_moment(lively: Database, city: City) -> None:
    """On SQLite, as if one process had read it."""
    async with begun(lively, city) as (made, rows):
        async with working(lively) as unit:
            (last,) = await unit.cases.find(CaseFilter(), limit=1)
            last.narrative = "changed meanwhile"
            await unit.cases.save(last)
            await unit.cases.add(replace(last, number="new"))
        rows += [each async for each in made]
    whole = b"".join(each.content for each in rows)
    assert whole.count(b"\n") == sum(each.count for each in rows) > 30
    assert b"changed meanwhile" not in whole


async def test_while_readers_begin_nobody_commits(lively: Database) -> None:
    order: list[str] = []

    async def change() -> None:
        async with working(lively) as unit:
            order.append("may write")
            await unit.hold("x")

    async with lively.still():
        waiting = asyncio.ensure_future(change())
        await asyncio.sleep(0.01)
        order.append("readers have begun")
    await waiting
    assert order == ["readers have begun", "may write"]


async def test_nobody_can_read_the_keys_off_a_helper(
    lively: Database, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIESU_KEYS", SEALER.source._text)
    secrets = [SEALER.keys.by_id[id].hex() for id in SEALER.keys.by_id] + SEALER.source._text.split(",")
    async with begun(lively, city):
        found = children()
        assert len(found) == 2
        for each in found:
            shown = " ".join((*each.cmdline(), *each.environ(), *each.environ().values()))
            assert not [secret for secret in secrets if secret in shown]
            assert "JIESU_" not in shown
    assert not children()


async def test_a_helper_that_dies_ends_the_export(lively: Database, city: City) -> None:
    order = await ordered(lively, city)
    async with helpers([order, order], lively.told) as (first, second):
        await asyncio.gather(first.rows(), second.rows())
        second.kill()
        await first.begin()
        with pytest.raises(HelperLost, match="-9"):
            await second.begin()
    assert not children()


async def test_a_helper_that_hangs_does_not_keep_the_office_waiting(
    lively: Database, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.export.helping.PATIENCE", 0.05)
    async with helpers([await ordered(lively, city)], lively.told) as (helper,):
        await helper.rows()
        children()[0].suspend()
        with pytest.raises(HelperLost, match="in time"):
            await begin_together(lively, [helper])
        async with working(lively) as unit:
            await unit.cases.next_in_day("20261123")
    assert not children()


async def ordered(database: Database, city: City) -> Order:
    """An order for all of a register."""
    making = Making(View(city, "zh", True, START), None, "csv")
    async with looking(database) as unit:
        question = unit.register.question(CaseFilter(), making.maker().reads)
        _, until = await unit.register.span(CaseFilter())
    return Order(database.source(), SEALER.source, question, making, range(0, until, 9), 9, until)


async def test_what_cannot_be_opened_is_told_and_leaves_nothing(lively: Database, city: City, tmp_path: Path) -> None:
    async with lively.writing() as connection:
        await connection.execute(text("UPDATE cases SET narrative = '~k1:AAAA' WHERE id = 30"))
    (folder := tmp_path / "out").mkdir()
    async with looking(lively) as unit:
        with pytest.raises(Unreadable, match="narrative"):
            await exported(lively, unit, city, folder)
    assert not list(folder.iterdir())
    assert not children()


async def test_a_driver_s_error_is_told_as_everywhere(database: Database, city: City) -> None:
    await kept(database, city)
    order = await ordered(database, city)
    spoilt = replace(order.question, text=order.question.text.replace("cases.handler", "cases.nothing"))
    async with helpers([replace(order, question=spoilt)], database.told) as (helper,):
        await helper.rows()
        await helper.begin()
        with pytest.raises(DBAPIError, match="nothing"):
            await helper.rows()


async def test_who_gives_up_leaves_nothing(lively: Database, city: City, tmp_path: Path) -> None:
    (folder := tmp_path / "out").mkdir()
    async with looking(lively) as unit:
        task: asyncio.Task[int] = asyncio.ensure_future(
            exported(lively, unit, city, folder, lambda _: task.cancel() and None)
        )
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not list(folder.iterdir())
    assert not children()


async def exported(database: Database, unit, city: City, folder: Path, tick=nobody) -> int:  # type: ignore[no-untyped-def]
    """The rows of an export by helpers."""
    view = View(city, "zh", True, START)
    return await write_file(
        database, unit, Wish("xlsx", CaseFilter()), folder / "x", view, None, tick, large=ALWAYS, step=3
    )


async def test_a_small_export_starts_no_process(lively: Database, city: City, tmp_path: Path) -> None:
    seen: list[psutil.Process] = []
    async with looking(lively) as unit:
        view = View(city, "zh", True, START)
        await write_file(
            lively, unit, Wish("csv", CaseFilter()), tmp_path / "x", view, None, lambda _: seen.extend(children())
        )
    assert not seen


def test_an_error_that_cannot_be_sent_is_told_in_words() -> None:
    class Local(Exception):
        """Of no module."""

    error = pickle.loads(told(Local("why")))
    assert isinstance(error, RuntimeError)
    assert "why" in str(error)
