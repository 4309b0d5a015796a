"""Documents: drafted, approved by a person, numbered, sent as files with the right font, and verified by anybody."""

import io
import json
import re
from pathlib import Path

import pypdfium2
import pytest
from docx import Document as Docx
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from bot.app import load_templates
from bot.letters import receipts
from bot.letters.paper import wrapped
from bot.letters.receipts import BadReceipt, Stamp
from bot.letters.wording import Templates
from bot.settings import SettingsError
from cases.rules.case import Role
from cases.rules.city import SAMPLE, City, CityError
from cases.rules.documents import DocumentKind, digest
from dialogs.engine import Engine
from storage.session import Database
from storage.unit import looking
from tests.support.clock import TestClock
from tests.support.office import Office, Person, filed


@pytest.fixture
def office(sqlite: Database, engine: Engine, city: City, clock: TestClock, tmp_path: Path) -> Office:
    """An office on SQLite."""
    return Office(sqlite, engine, city, clock, tmp_path)


@pytest.fixture
async def chief(office: Office) -> Person:
    """A supervisor of the complaints office."""
    return await office.staff("chief", "xfj", Role.SUPERVISOR)


@pytest.fixture
async def wang(office: Office) -> Person:
    """A handler and lead of the environment bureau."""
    return await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)


async def files_of(office: Office, person: Person) -> dict[str, bytes]:
    """The files that arrived at somebody's terminal, by name."""
    async with looking(office.database) as unit:
        stored = await unit.attachments.of(str(person.channel.address))
    return {each.name: await office.files.read(each.key) for each in stored}


def text_of(pdf: bytes) -> str:
    """The words of a PDF, without line breaks."""
    pages = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pages))


def fonts_in(pdf: bytes) -> set[str]:
    """The names of embedded fonts."""
    return {name.decode() for name in re.findall(rb"/FontName\s*/([\w+-]+)", pdf)}


async def test_a_letter_goes_out_numbered_when_a_person_has_approved_it(
    office: Office, chief: Person, wang: Person
) -> None:
    number = await filed(office.person("li"))
    await wang.says(f"/accept {number}")
    await chief.says(f"/letter {number} 督办函 请于三日内到现场处理")
    assert not await files_of(office, wang), "nothing goes out before it is approved"
    issue = next(each for each in chief.payloads if each.startswith("/issue"))
    assert "sv-2026-0001" in await chief.taps(issue)
    await office.delivers()
    files = await files_of(office, wang)
    assert set(files) == {"sv-2026-0001.pdf", "sv-2026-0001.docx"}
    words = text_of(files["sv-2026-0001.pdf"])
    assert "云信督〔2026〕1号" in words and "请于三日内到现场处理" in words and number in words
    assert any("Noto" in name for name in fonts_in(files["sv-2026-0001.pdf"]))
    paragraphs = [each.text for each in Docx(io.BytesIO(files["sv-2026-0001.docx"])).paragraphs]
    assert "督办函" in paragraphs and any("请于三日内到现场处理" in each for each in paragraphs)


async def test_letters_to_units_name_no_citizen(office: Office, chief: Person, wang: Person) -> None:
    li = office.person("li")
    await li.says("昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工")
    await li.says("我叫李晓明，电话13812345678")
    await li.says("/submit")
    number = str(li.answers[0].custom["case"])
    for kind in ("督办函", "风险提醒函", "问责建议函"):
        await chief.says(f"/letter {number} {kind} 请抓紧办理")
        await chief.taps(next(each for each in chief.payloads if each.startswith("/issue")))
    await office.delivers()
    everything = "".join(text_of(each) for name, each in (await files_of(office, wang)).items() if name.endswith("pdf"))
    assert "督办函" in everything
    assert "李晓明" not in everything and "13812345678" not in everything and "打桩" not in everything


async def test_numbers_have_no_gap_where_a_draft_was_thrown_away(office: Office, chief: Person, wang: Person) -> None:
    number = await filed(office.person("li"))
    await chief.says(f"/letter {number} risk 第一份")
    await chief.taps(next(each for each in chief.payloads if each.startswith("/void")))
    await chief.says(f"/letter {number} risk 第二份")
    assert "rk-2026-0001" in await chief.taps(next(each for each in chief.payloads if each.startswith("/issue")))
    assert "rk-2026-0001" in await chief.says(f"/letters {number}")


async def test_a_handler_drafts_the_citizen_s_notice_and_the_lead_approves_it(
    office: Office, wang: Person, chief: Person
) -> None:
    li, sun = office.person("li"), await office.staff("sun", "sthj", Role.HANDLER)
    number = await filed(li)
    assert "还没办到这一步" in await sun.says(f"/letter {number} 受理告知书")
    await sun.says(f"/accept {number}")
    await sun.says(f"/letter {number} 受理告知书")
    issue = next(each for each in sun.payloads if each.startswith("/issue"))
    assert "没有这个权限" in await sun.says(issue)
    assert "没有这个权限" in await sun.says(f"/letter {number} 督办函 自己督办自己")
    await wang.says(issue)
    await office.delivers()
    assert "ap-2026-0001.pdf" in await files_of(office, li)


async def test_the_receipt_is_verified_by_anybody_and_a_changed_one_is_not(office: Office) -> None:
    li = office.person("li")
    number = await filed(li)
    await li.says(f'/receipt{{"n":"{number}"}}')
    await office.delivers()
    files = await files_of(office, li)
    assert set(files) == {f"{number}.pdf", f"{number}.json"}
    key = receipts.public_key("secret")
    content = files[f"{number}.json"]
    assert receipts.verify_file(content, key).number == number
    changed = json.loads(content)
    changed["filed"]["narrative"] += "。"
    with pytest.raises(BadReceipt, match="content"):
        receipts.verify_file(json.dumps(changed).encode(), key)
    with pytest.raises(BadReceipt, match="signature"):
        receipts.verify_file(content, receipts.public_key("another office"))


async def test_another_s_receipt_is_not_to_be_had(office: Office) -> None:
    number = await filed(office.person("li"))
    zhou = office.person("zhou")
    assert "没有查到" in await zhou.says(f'/receipt{{"n":"{number}"}}')


@given(st.text(max_size=200))
def test_hostile_codes_are_refused_not_raised(text: str) -> None:
    with pytest.raises(BadReceipt):
        receipts.verify_code(text, receipts.public_key("secret"))
    with pytest.raises(BadReceipt):
        receipts.verify_file(text.encode("utf-8", "replace"), receipts.public_key("secret"))


@given(st.text(st.characters(exclude_characters="|", codec="utf-8"), min_size=1, max_size=40))
def test_a_code_tells_what_was_stamped(number: str) -> None:
    stamp = Stamp(number, "2026-11-23T15:00:00+08:00", digest({"a": 1}))
    if number.strip() == number:
        assert receipts.verify_code(receipts.code(stamp, "s"), receipts.public_key("s")) == stamp


@given(st.text("标题，。abc 1）", max_size=120))
def test_wrapping_loses_nothing_and_no_line_is_too_long(text: str) -> None:
    lines = list(wrapped(text, 10, len))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= 11 for line in lines)


def test_every_kind_has_its_words_in_both_languages(city: City) -> None:
    Templates(city, SAMPLE).check()
    assert len(DocumentKind) == 11


@pytest.mark.parametrize(
    "content", ["supervision: [", "supervision: {zh: {title: x, paragraphs: ['{{ open']}}}", "[]", ""]
)
def test_a_broken_template_is_a_clear_mistake_at_the_start(city: City, tmp_path: Path, content: str) -> None:
    (tmp_path / "letters.yml").write_text(content, encoding="utf-8")
    with pytest.raises(CityError, match=r"letters\.yml"):
        Templates(city, tmp_path).check()
    with pytest.raises(SettingsError, match="JIESU_CITY"):
        load_templates(city, tmp_path)


def test_a_checksum_that_is_longer_than_a_line_stays_within_the_margins() -> None:
    lines = list(wrapped("\u3000\u3000" + "a3f9" * 16, 60, len))
    assert "".join(lines).strip("\u3000") == "a3f9" * 16
    assert all(len(line) <= 60 for line in lines)


def test_a_word_processor_is_told_that_a_letter_is_simplified_chinese() -> None:
    frame = Docx(str(SAMPLE / "letter.docx"))
    language = frame.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")[0]
    assert language.get(qn("w:eastAsia")) == "zh-CN", "other regions' punctuation stands in the middle of the line"
