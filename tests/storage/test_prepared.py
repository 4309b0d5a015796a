"""Prepared statements give what SQLAlchemy gives, on each database, inside and outside of a writing transaction."""

from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from cases.rules.case import Action, Actor, Event, Role, Status
from storage.cases import GET, HISTORY, OWN
from storage.conversations import FINISH
from storage.keys import KeySource
from storage.migrate import migrate
from storage.prepared import Prepared, run
from storage.sealing import Sealer, Unreadable
from storage.session import Database
from storage.tables import case_events, cases, conversations
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.clock import START
from tests.support.keys import SEALER

EVENT = Event(0, START, Action.REGISTER, Actor(Role.REPORTER, "terminal:li"), Status.DRAFT, Status.SUBMITTED)
UPDATE = {"channel": "terminal", "update_id": "1", "address": "terminal:li", "received_at": START, "answers": "[]"}
NUMBER = a_case().number
OTHERS = Sealer(KeySource(f"index:{'Ag' * 21}I=,k2:{'Aw' * 21}M="))


async def filed(database: Database) -> None:
    """One case with two lines of history."""
    async with working(database) as unit:
        await unit.cases.add(a_case())
        await unit.cases.append(NUMBER, EVENT)
        await unit.cases.append(NUMBER, EVENT)


@pytest.mark.parametrize("writes", [True, False])
async def test_rows_are_those_that_sqlalchemy_gives(database: Database, writes: bool) -> None:
    await filed(database)
    who = a_case().reporter.address
    async with database.writing() if writes else database.reading() as connection:
        whole = (await connection.execute(select(cases).where(cases.c.number == NUMBER))).mappings().one()
        lines = (await connection.execute(select(case_events).order_by(case_events.c.seq))).mappings().all()
        assert (await GET.first(connection, b_number=NUMBER))._asdict() == dict(whole)
        assert [row._asdict() for row in await HISTORY.rows(connection, b_number=NUMBER)] == [*map(dict, lines)]
        assert [row._asdict() for row in await OWN.rows(connection, b_reporter=who, b_limit=5)] == [dict(whole)]
        assert await GET.first(connection, b_number="none") is None


async def test_what_it_changed_is_counted(database: Database) -> None:
    async with database.writing() as connection:
        assert await FINISH.run(connection, **UPDATE) == 1
        assert await run(connection, "DELETE FROM inbox") == ([], 1)
        assert await run(connection, "DELETE FROM inbox") == ([], 0)


async def test_a_refusal_of_the_database_is_sqlalchemy_s_and_undoes_the_unit(database: Database) -> None:
    async with database.writing() as connection:
        await FINISH.run(connection, **UPDATE)
    with pytest.raises(IntegrityError):
        async with working(database) as unit:
            await unit.cases.add(a_case())
            await unit.conversations.finish("terminal", "1", "terminal:li", "[]", START)
    async with looking(database) as unit:
        assert await unit.cases.get(NUMBER) is None


async def test_each_database_keeps_its_own_sealer(tmp_path: Path) -> None:
    """What one process's office seals, another's statement must not open with its keys."""
    texts = Prepared(lambda _: select(conversations.c.state).where(conversations.c.address == bindparam("b_address")))
    put = Prepared(lambda _: insert(conversations))
    row = {"address": "terminal:li", "state": "words", "language": "zh", "updated_at": START}
    offices = [Database(f"sqlite:///{tmp_path}/a.db", SEALER), Database(f"sqlite:///{tmp_path}/b.db", OTHERS)]
    for office in offices:
        await migrate(office)
        async with office.writing() as connection:
            await put.run(connection, **row)
            assert await texts.value(connection, b_address="terminal:li") == "words"
    stolen = Database(f"sqlite:///{tmp_path}/a.db", OTHERS)
    async with stolen.reading() as connection:
        kept, _ = await run(connection, "SELECT state FROM conversations", reads=True)
        assert "words" not in str(kept)
        with pytest.raises(Unreadable):
            await Prepared(lambda _: select(conversations.c.state)).rows(connection)
    for office in (*offices, stolen):
        await office.aclose()
