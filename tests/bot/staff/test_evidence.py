"""What citizens send along reaches who works on the case: pictures without their position, originals with a reason."""

import io
from pathlib import Path

from PIL import Image

from cases.casework.evidence import MOST
from cases.rules.case import Role
from storage.unit import looking
from tests.bot.test_keep import DEVICE
from tests.bot.test_keep import photo as taken
from tests.support.office import STORY, Office, Person


async def filed_with(office: Office, tmp_path: Path, count: int, way: str = '/contact{"v":"chat"}') -> str:
    """A complaint with so many photos; its number."""
    citizen = office.person("li")
    await citizen.says(STORY)
    for number in range(count):
        photo = tmp_path / f"photo{number}.jpg"
        photo.write_bytes(taken(side=40 + number))
        await citizen.says(f"/file: {photo}")
    await citizen.says(way, "/submit")
    (receipt,) = citizen.answers
    return str(receipt.custom["case"])


async def test_the_handler_sees_the_photos_without_where_they_were_taken(
    office: Office, wang: Person, tmp_path: Path
) -> None:
    number = await filed_with(office, tmp_path, 2)
    assert "材料：2 件" in await wang.says(f"/case {number}")
    said = await wang.taps(f"/files {number}")
    assert "1. photo0.jpg" in said and "2. photo1.jpg" in said
    sent = [await office.files.read(file.key) for file in wang.answers[0].attachments]
    assert len(sent) == 2
    assert all(Image.open(io.BytesIO(each)).format == "JPEG" and DEVICE not in each for each in sent)


async def test_many_files_come_ten_at_a_time(office: Office, wang: Person, tmp_path: Path) -> None:
    number = await filed_with(office, tmp_path, MOST + 2)
    await wang.says(f"/files {number}")
    assert len(wang.answers[0].attachments) == MOST
    await wang.taps(f"/files {number} {MOST + 1}")
    assert [file.name for file in wang.answers[0].attachments] == ["photo10.jpg", "photo11.jpg"]
    assert "共 12 件" in await wang.says(f"/files {number} 13")
    assert "没有材料" in await wang.says(f"/files {await filed_with(office, tmp_path, 0)}")


async def test_the_original_is_for_a_supervisor_with_a_reason_and_logged(
    office: Office, wang: Person, tmp_path: Path
) -> None:
    number = await filed_with(office, tmp_path, 1)
    chief = await office.staff("chief", "xfj", Role.SUPERVISOR)
    assert "没有这个权限" in await wang.says(f"/original {number} 1 看看")
    assert "/original" in await chief.says(f"/original {number} 1"), "a reason is needed"
    assert "没有这一件" in await chief.says(f"/original {number} 2 核对")
    await chief.says(f"/original {number} 1 核对拍摄地点")
    (original,) = chief.answers[0].attachments
    assert DEVICE in await office.files.read(original.key)
    async with looking(office.database) as unit:
        (line,) = [line for line in await unit.audit.newest("original") if line.outcome == "allowed"]
    assert (line.actor, line.subject, line.reason) == ("chief", number, "核对拍摄地点")


async def test_who_must_not_know_the_reporter_learns_no_name_of_a_file(
    office: Office, wang: Person, tmp_path: Path
) -> None:
    number = await filed_with(office, tmp_path, 1, '/contact{"v":"anonymous"}')
    said = await wang.says(f"/files {number}")
    assert "photo0" not in said
    assert [file.name for file in wang.answers[0].attachments] == ["1.jpg"]


async def test_another_department_sees_no_file(office: Office, tmp_path: Path) -> None:
    number = await filed_with(office, tmp_path, 1)
    stranger = await office.staff("zhao", "jyj", Role.HANDLER)
    await stranger.says(f"/files {number}")
    assert not stranger.answers[0].attachments


async def test_files_that_are_added_without_words_are_counted_not_named(
    office: Office, wang: Person, tmp_path: Path
) -> None:
    number = await filed_with(office, tmp_path, 0)
    citizen = office.person("li")
    photo = tmp_path / "my own name.jpg"
    photo.write_bytes(taken())
    await citizen.says(f'/supplement{{"n":"{number}"}}', f"/file: {photo}")
    await office.delivers()
    assert any("\N{PAPERCLIP} 1" in text for text in wang.screen.shown)
    assert not any("my own name" in text for text in wang.screen.shown)
