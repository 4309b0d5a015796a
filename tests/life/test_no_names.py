"""Nothing that somebody said about themselves stands in a log, a metric, the audit log or an ordinary export."""

import io
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import structlog
from prometheus_client import generate_latest
from sqlalchemy import select

from bot.app import App
from bot.logs import Nameless, set_up, where_it_failed
from storage.tables import audit, outbox
from tests.life.test_whole_life import one_time_token, opened
from tests.support.people import NUMBER, Person

__all__ = ["opened"]
PHONE, DOOR, WORDS = "13877712345", "幸福路877号", "标记湖边夜里打桩"
STORY = f"昨晚11点开始，{DOOR}工地在{WORDS}，吵得孩子没法睡，希望晚上停工"
REPLY = "已责令停工"
MARKS = (PHONE, PHONE[-8:], "877号", WORDS, "标记")
BROKEN = "停电的标记报修"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/jiesu.db"


@pytest.fixture
def library_log() -> Iterator[io.StringIO]:
    """What libraries log, as the process writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Nameless("%(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


async def test_no_line_says_who(
    opened: tuple[App, Callable[[str, str], Awaitable[Person]]],
    capsys: pytest.CaptureFixture[str],
    library_log: io.StringIO,
) -> None:
    set_up("debug")
    app, come_in = opened
    citizen, staff = await come_in("citizen", "zh"), await come_in("wang", "zh")
    await citizen.says(STORY)
    await citizen.says(PHONE)
    found = NUMBER.search(await citizen.says("提交"))
    assert found
    number = found[0]
    await staff.says(f"/bind {await one_time_token(app, STORY)}")
    for command in ("/case", "/accept", "/sign"):
        await staff.says(f"{command} {number}")
    await staff.says(f"/find {PHONE}")
    await staff.says(f"/reply {number} {REPLY}")
    await staff.says("/export xlsx")
    await staff.reads("jiesu-")
    cells = openpyxl.load_workbook(io.BytesIO(await staff.file())).active
    assert cells is not None
    export = "\n".join(str(cell) for row in cells.iter_rows(values_only=True) for cell in row)
    assert number in export
    assert not re.search(f"{PHONE}|{PHONE[-8:]}|877号", export)
    await break_and_say(app, citizen)
    async with app.database.reading() as connection:
        lines = [str(row) for row in (await connection.execute(select(audit))).all()]
        errors = [str(row.error) for row in (await connection.execute(select(outbox.c.error))).all()]
    logged = capsys.readouterr().err + library_log.getvalue()
    assert "turn failed" in logged
    assert len(lines) > 5
    for text in (logged, *lines, *errors, generate_latest().decode()):
        assert not [mark for mark in MARKS if mark in text], text[:2000]


async def break_and_say(app: App, citizen: Person) -> None:
    """A turn that fails on what was said, with the words in its exception, as a bug would have them."""
    sound = app.turns.understand

    def broken(text: str, **more: object) -> None:
        raise LookupError(f"{text} {PHONE}")

    app.turns.understand = broken  # type: ignore[assignment]
    assert "再发一次" in await citizen.says(f"{BROKEN} {PHONE}")
    app.turns.understand = sound


def test_an_exception_is_kind_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("debug")
    try:
        try:
            dict[str, str]()[PHONE]
        except KeyError as missing:
            raise ValueError(PHONE) from missing
    except ValueError as error:
        structlog.get_logger().exception("failed")
        event = where_it_failed(None, "", {"exc_info": error})
        kept = logging.getLogger("aiohttp.server").makeRecord("x", 40, "", 1, "m", (), (type(error), error, None))
    said = capsys.readouterr().err
    for text in (said, str(event), Nameless().format(kept)):
        assert "ValueError (" in text
        assert "KeyError (" in text
        assert PHONE not in text
