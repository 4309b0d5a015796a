"""A failure that is the database's, told from one that is ours."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.away import is_away
from storage.session import async_url


async def failure(url: str, statement: str) -> BaseException:
    engine = create_async_engine(async_url(url))
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    except Exception as error:
        return error
    finally:
        await engine.dispose()
    raise AssertionError(statement)


async def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert is_away(await failure(f"postgresql://nobody@127.0.0.1:{port}/none", "SELECT 1"))


async def test_no_socket_is_there(tmp_path: Path) -> None:
    assert is_away(await failure(f"postgresql://nobody@/none?host={tmp_path}", "SELECT 1"))


async def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    assert is_away(await failure(f"sqlite:///{tmp_path}/j.db", f"ATTACH '{tmp_path}/none/j.db' AS other"))


async def test_an_operator_ends_the_connection(postgres: str) -> None:
    assert is_away(await failure(postgres, "SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_statement_that_waited_too_long_is_asked_to_come_again(postgres: str) -> None:
    error = await failure(postgres, "DO $$ BEGIN RAISE EXCEPTION 'slow' USING ERRCODE = '57014'; END $$")
    assert isinstance(error, DBAPIError)
    assert is_away(error)


async def test_our_own_mistakes_are_ours(postgres: str, tmp_path: Path) -> None:
    assert not is_away(await failure(postgres, "SELECT 1 / 0"))
    assert not is_away(ValueError("no"))
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "none").read_bytes()
    assert not is_away(missing.value)
