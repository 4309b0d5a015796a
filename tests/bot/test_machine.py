"""What the person who looks after the machine does: new keys, the audit log, backup and restore; and a thief."""

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot import auditing, backups, sealkeys
from bot.settings import Settings, SettingsError, sealer
from cases.rules.case import Kind, Place, Reporter
from storage.attachments import AttachmentFiles
from storage.audit import AuditLine
from storage.migrate import migrate
from storage.session import Database
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.rows import raw

MARKS = ("张标记", "13877712345", "标记路77号", "副局长标记收钱", "标记公司", "telegram:770077", "附件里的标记")
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A house with one report (举报) in it that names people, places and a chat."""
    found = Settings(folder=tmp_path / "var", database_url=f"sqlite:///{tmp_path}/var/jiesu.db")
    database = Database(found.database_url, sealer(found))
    await migrate(database)
    key, _ = await AttachmentFiles(found.folder / "attachments", database.sealer).write(MARKS[6].encode())
    case = a_case(number="XF20261126-000001-1")
    case.kind, case.narrative, case.respondent = Kind.REPORT, MARKS[3], MARKS[4]
    case.place = Place(MARKS[2], latitude=31.230416, longitude=121.473701)
    case.reporter = replace(Reporter(MARKS[5]), name=MARKS[0], phone=MARKS[1])
    async with working(database) as unit:
        await unit.cases.add(case)
        await unit.conversations.save(MARKS[5], f'{{"words": "{MARKS[3]}"}}', "zh", NOW)
        await unit.outbox.put(MARKS[5], MARKS[3], NOW)
        unit.audit.log(AuditLine(NOW, "wang", "look", case.number, "allowed", "", {}))
    await database.aclose()
    assert await AttachmentFiles(found.folder / "attachments", database.sealer).read(key)
    return found


def screen() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, soft_wrap=True, highlight=False), out


async def told(settings: Settings) -> str:
    """What the case says when it is opened."""
    database = Database(settings.database_url, sealer(settings))
    async with looking(database) as unit:
        case = await unit.cases.get("XF20261126-000001-1")
        assert case
        assert len(await unit.outbox.of(MARKS[5])) == 1
    await database.aclose()
    return f"{case.reporter} {case.narrative} {case.place.text} {case.respondent}"


async def test_a_stolen_disk_without_the_keys_shows_nobody(settings: Settings) -> None:
    stolen = {path: content for path, content in raw(settings.folder) if path.name != "sealing.keys"}
    assert len(stolen) >= 2
    for path, content in stolen.items():
        for mark in (*MARKS, "770077", "31.230416", "121.473701"):
            assert mark.encode() not in content, f"{mark} in {path.name}"
            assert mark.encode("unicode_escape") not in content, f"{mark} in {path.name}"


async def test_a_new_key_seals_everything_and_the_old_one_can_go(settings: Settings) -> None:
    console, out = screen()
    with pytest.raises(SettingsError):
        await sealkeys.retire(settings, console, "k1")
    await sealkeys.rotate(settings, console)
    with_new = (settings.folder / "sealing.keys").read_text(encoding="ascii")
    assert [line.partition(":")[0] for line in with_new.split()] == ["index", "k1", "k2"]
    await sealkeys.retire(settings, console, "k1")
    await sealkeys.listing(settings, console)
    assert "k1" not in out.getvalue().split("\n")[-2]
    said = await told(settings)
    assert all(mark in said for mark in MARKS[:5])
    assert all(b"~k1:" not in content for path, content in raw(settings.folder) if path.suffix == ".db")


async def test_people_work_on_while_a_new_key_comes_in(settings: Settings) -> None:
    working_on = Database(settings.database_url, sealer(settings))
    console, _ = screen()

    async def work() -> None:
        for number in range(20):
            async with working(working_on) as unit:
                await unit.conversations.save(f"telegram:{number}", "{}", "zh", NOW)

    await asyncio.gather(work(), sealkeys.rotate(settings, console))
    await sealkeys.rotate(settings, console)  # goes on with what the others sealed meanwhile
    async with looking(working_on) as unit:
        assert await unit.conversations.peek("telegram:19")
    await working_on.aclose()


async def test_the_log_is_checked_against_what_was_noted_elsewhere(settings: Settings) -> None:
    console, out = screen()
    assert await auditing.verify(settings, console, "")
    anchor = (settings.folder / "audit.anchor").read_text(encoding="ascii").strip()
    assert anchor in out.getvalue()
    await auditing.show(settings, console, "", "", 10)
    assert "wang  look  XF20261126-000001-1  allowed" in out.getvalue()
    assert await auditing.verify(settings, console, anchor)
    assert not await auditing.verify(settings, console, f"1:{'0' * 64}")
    with pytest.raises(SettingsError):
        await auditing.verify(settings, console, "what?")


async def test_a_backup_with_a_password_comes_back_whole_and_shows_nobody(settings: Settings, tmp_path: Path) -> None:
    console, _ = screen()
    with pytest.raises(SettingsError):
        await backups.backup(settings, console, tmp_path / "b.zip", "", keys=True)
    await backups.backup(settings, console, tmp_path / "b.zip", "correct horse", keys=True)
    content = (tmp_path / "b.zip").read_bytes()
    assert all(mark.encode() not in content for mark in MARKS)
    assert b"index:" not in content
    there = Settings(folder=tmp_path / "new", database_url=f"sqlite:///{tmp_path}/new/jiesu.db")
    for wrong in ("", "wrong"):
        with pytest.raises(SettingsError):
            await backups.restore(there, console, tmp_path / "b.zip", wrong)
    await backups.restore(there, console, tmp_path / "b.zip", "correct horse")
    said = await told(there)
    assert all(mark in said for mark in MARKS[:5])
    with pytest.raises(SettingsError):
        await backups.restore(there, console, tmp_path / "b.zip", "correct horse")  # nothing is written over
