"""A stolen file shows nobody: what is kept is sealed, opens with its keys alone, and is found where it must be."""

import base64
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from cases.rules.case import Place, Reporter
from storage.attachments import AttachmentFiles
from storage.cases import CaseFilter
from storage.conversations import Post
from storage.keys import INDEX, BadKeys, KeySource, new_keys, read_keys, with_new, without, written
from storage.migrations.running import downgrade, upgrade
from storage.resealing import keys_in_use, reseal
from storage.sealing import Sealer, Unreadable, key_id
from storage.session import Database
from storage.streams import CHUNK, opened_parts, sealed_parts
from storage.unit import looking, working
from tests.support.cases import a_case
from tests.support.keys import KEYS, SEALER

WORDS = st.text()
PHONE = "13812345678"
STORY = "王小明住在幸福路88号，工地夜里打桩"


class TestFields:
    @given(WORDS)
    def test_what_is_sealed_opens_again(self, words: str) -> None:
        assert SEALER.open(SEALER.seal(words, "cases.name"), "cases.name") == words

    @given(st.text(min_size=8))
    def test_nothing_of_it_can_be_read_and_no_two_are_alike(self, words: str) -> None:
        first, second = SEALER.seal(words, "a.b"), SEALER.seal(words, "a.b")
        assert first != second
        assert words.encode() not in base64.b64decode(first.partition(":")[2])

    def test_a_value_does_not_open_in_another_column(self) -> None:
        with pytest.raises(Unreadable):
            SEALER.open(SEALER.seal("张三", "cases.name"), "cases.respondent")

    @pytest.mark.parametrize(
        "kept", ["张三", "~k1", "~k1:", "~k1:AAAA", "~k1:!!", "~zz:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="]
    )
    def test_what_was_never_sealed_is_not_taken_for_an_answer(self, kept: str) -> None:
        with pytest.raises(Unreadable):
            SEALER.open(kept, "cases.name")

    @given(st.integers(0, 60), st.integers(1, 255))
    def test_a_changed_byte_is_noticed(self, place: int, change: int) -> None:
        head, _, value = SEALER.seal(STORY, "a.b").partition(":")
        whole = bytearray(base64.b64decode(value))
        whole[place % len(whole)] ^= change
        with pytest.raises(Unreadable):
            SEALER.open(f"{head}:{base64.b64encode(whole).decode()}", "a.b")

    @given(WORDS.filter(bool), WORDS)
    def test_equal_addresses_are_equal_and_open_again(self, one: str, other: str) -> None:
        assert SEALER.open_address(SEALER.address(one)) == one
        assert (SEALER.address(one) == SEALER.address(other)) == (one == other)

    def test_a_phone_is_found_however_it_is_written(self) -> None:
        assert len({SEALER.phone_index(each) for each in ("138 1234 5678", "+86 13812345678", PHONE)}) == 1
        assert SEALER.phone_index("13812345679") != SEALER.phone_index(PHONE)
        assert SEALER.phone_index("") == SEALER.phone_index("-") == ""


class TestKeys:
    def test_keys_are_made_once_for_their_owner_alone(self, tmp_path: Path) -> None:
        source = KeySource(file=tmp_path / "deep" / "sealing.keys")
        assert source.read() == source.read()
        assert (tmp_path / "deep" / "sealing.keys").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        "wrong", ["", "k1:AAAA", "index:AAAA,k1:AAAA", "index:!", f"{KEYS},k1:AAAA", f"{KEYS},K-2:AAAA"]
    )
    def test_wrong_keys_are_named_and_never_shown(self, wrong: str) -> None:
        with pytest.raises(BadKeys) as caught:
            read_keys(wrong)
        assert "AAAA" not in str(caught.value)

    def test_keys_do_not_show_themselves(self) -> None:
        keys = read_keys(KEYS)
        assert "AAAA" not in repr(keys)
        assert read_keys(written(keys)) == keys

    def test_the_newest_seals_and_only_an_old_one_goes(self) -> None:
        keys = with_new(new_keys())
        assert keys.current == "k2"
        assert without(keys, "k1").ids() == ("k2",)
        for id in ("k2", INDEX, "k9"):
            with pytest.raises(BadKeys):
                without(keys, id)

    def test_a_running_process_learns_of_a_new_key_when_it_meets_it(self, tmp_path: Path) -> None:
        source = KeySource(file=tmp_path / "keys")
        running = Sealer(source)
        source.write(with_new(source.read()))
        assert running.open(Sealer(source).seal(STORY, "a.b"), "a.b") == STORY


class TestStreams:
    @pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
    def test_a_file_opens_again(self, size: int) -> None:
        content = bytes(range(256)) * (size // 256) + bytes(size % 256)
        sealed = b"".join(sealed_parts(SEALER, (content[:700], content[700:]), "k"))
        assert b"".join(opened_parts(SEALER, BytesIO(sealed), "k")) == content

    @given(st.data())
    def test_a_cut_moved_or_changed_file_does_not(self, data: st.DataObject) -> None:
        sealed = bytearray(b"".join(sealed_parts(SEALER, (bytes(2 * CHUNK + 10),), "k")))
        change = data.draw(st.sampled_from(("cut", "flip", "swap", "another name")))
        place = data.draw(st.integers(0, len(sealed) - 1))
        name = "k"
        if change == "cut":
            del sealed[place:]
        elif change == "flip":
            sealed[place] ^= 1
        elif change == "swap":
            start, step = len(sealed) - 2 * (CHUNK + 16) - 26, CHUNK + 16
            first, second = sealed[start : start + step], sealed[start + step : start + 2 * step]
            sealed[start : start + 2 * step] = second + first
        else:
            name = "other"
        with pytest.raises(Unreadable):
            list(opened_parts(SEALER, BytesIO(bytes(sealed)), name))

    async def test_attachments_lie_sealed_and_are_sealed_anew(self, tmp_path: Path) -> None:
        source = KeySource(file=tmp_path / "keys")
        files = AttachmentFiles(tmp_path / "files", Sealer(source))
        key, _ = await files.write(STORY.encode())
        path = tmp_path / "files" / key[:2] / key
        assert STORY.encode() not in path.read_bytes()
        source.write(with_new(source.read()))
        again = AttachmentFiles(tmp_path / "files", Sealer(source))
        assert (again.reseal(), again.reseal()) == (1, 0)
        source.write(without(source.read(), "k1"))
        assert await AttachmentFiles(tmp_path / "files", Sealer(source)).read(key) == STORY.encode()
        await again.remove(key)
        with pytest.raises(KeyError):
            await again.read(key)


async def a_full_register(database: Database) -> None:
    case = a_case(
        number="N1",
        narrative=STORY,
        reporter=Reporter("telegram:777123", name="王小明", phone=PHONE),
        place=Place("幸福路88号3单元", "A1", "G1", 31.23, 121.47),
        respondent="李处长",
    )
    async with working(database) as unit:
        await unit.cases.add(case)
        await unit.conversations.save("telegram:777123", STORY, "zh", case.filed_at)
        await unit.conversations.post("webchat:abc", [Post("in:1", STORY, inbound=True)], case.filed_at)
        await unit.outbox.put("telegram:777123", STORY, case.filed_at, case_number="N1")


def whole(folder: Path) -> bytes:
    """Everything that the database's files hold, its journal included."""
    return b"".join(file.read_bytes() for file in folder.glob("jiesu.db*"))


SECRETS = ("王小明", PHONE, "幸福路88号", "打桩", "李处长", "777123", "31.23", "webchat:abc")


class TestDatabase:
    async def test_a_stolen_sqlite_file_shows_nobody(self, sqlite: Database, tmp_path: Path) -> None:
        await a_full_register(sqlite)
        stolen = whole(tmp_path)
        for secret in SECRETS:
            assert secret.encode() not in stolen, secret

    async def test_no_table_shows_anybody(self, database: Database) -> None:
        await a_full_register(database)
        async with database.reading() as connection:
            for table in ("cases", "conversations", "chat_messages", "outbox"):
                rows = str((await connection.execute(text(f"SELECT * FROM {table}"))).all())
                assert "~k1:" in rows
                assert [secret for secret in SECRETS if secret in rows] == []

    async def test_who_has_the_keys_reads_and_finds(self, database: Database) -> None:
        await a_full_register(database)
        async with looking(database) as unit:
            case = await unit.cases.get("N1")
            assert case and case.narrative == STORY and case.place.latitude == 31.23 and case.reporter.phone == PHONE
            for words in (["王小明", "打桩"], ["+86 138-1234-5678"], ["N1"], ["李处长"]):
                assert [c.number for c in (await unit.cases.search(words, CaseFilter())).cases] == ["N1"], words
            assert (await unit.cases.search(["13812345679"], CaseFilter())).cases == []
            assert [c.number for c in await unit.cases.own("telegram:777123")] == ["N1"]
            assert [row.message for row in await unit.outbox.of("telegram:777123")] == [STORY]

    async def test_a_search_says_how_far_back_it_looked(self, sqlite: Database) -> None:
        async with working(sqlite) as unit:
            for count in range(7):
                await unit.cases.add(a_case(number=f"N{count}", narrative="井盖" if count == 0 else "路灯"))
        async with looking(sqlite) as unit:
            far = await unit.cases.search(["井盖"], CaseFilter(), page=2)
            near = await unit.cases.search(["井盖"], CaseFilter(), page=2, look=4)
        assert ([c.number for c in far.cases], far.until) == (["N0"], None)
        assert near.cases == [] and near.until is not None

    async def test_a_new_key_seals_all_anew_and_the_old_one_may_go(self, database_url: str, tmp_path: Path) -> None:
        source = KeySource(file=tmp_path / "keys")
        database = Database(database_url, Sealer(source))
        async with database.writing() as connection:
            await connection.run_sync(upgrade)
        await a_full_register(database)
        source.write(with_new(source.read()))
        database.sealer.reload()
        async with database.writing() as connection:
            assert await connection.run_sync(reseal) == 4
            assert await connection.run_sync(reseal) == 0
            assert set(await connection.run_sync(keys_in_use)) == {"k2"}
        source.write(without(source.read(), "k1"))
        database.sealer.reload()
        async with looking(database) as unit:
            case = await unit.cases.get("N1")
        await database.aclose()
        assert case and case.narrative == STORY

    async def test_an_older_database_learns_to_seal(self, database: Database) -> None:
        async with database.writing() as connection:
            await connection.run_sync(downgrade)
            await connection.run_sync(lambda sync: upgrade(sync, "0004"))
            await connection.execute(text(OLD_CASE), {"story": STORY, "phone": PHONE})
            await connection.execute(
                text(
                    "INSERT INTO conversations (address, state, language, updated_at) "
                    "VALUES ('telegram:777123', '{}', 'zh', '2026-01-01')"
                )
            )
            await connection.run_sync(upgrade)
        async with looking(database) as unit:
            case = await unit.cases.get("N1")
            assert case and (case.narrative, case.reporter.phone, case.requests) == (STORY, PHONE, ("停工",))
            assert (case.place.latitude, case.place.longitude) == (31.23, 121.47)
            assert (await unit.cases.search([PHONE], CaseFilter())).cases
            assert await unit.conversations.peek("telegram:777123")


OLD_CASE = """
INSERT INTO cases (number, query_code, status, version, kind, first_level, second_level, category_confidence,
 category_by, narrative, requests, place_text, place_area, place_grid, latitude, longitude, occurred_text, respondent,
 people, reporter, contact_way, name, phone, department, responsible, helpers, returns, recused, handler, policy,
 procedure, filed_at, urgent, confidential, anonymous, joint, extended, reopened, blocked, publish, consent, reply,
 draft, answers, lawful_way, merged_into, representative, language, files)
VALUES ('N1', 'ABCD', 'submitted', 1, 'complaint', '环境保护', '环境污染', 0.9, 'model', :story, '["停工"]', '', '', '',
 31.23, 121.47, '', '', '1-5', 'telegram:777123', 'phone', '王小明', :phone, 'sthj', 'sthj', '[]', 0, '[]', '', '',
 'ordinary', '2026-01-01', false, false, false, false, false, 0, false, false, '', '', '', '[]', '', '', false, 'zh',
 '[]')
"""


def test_a_key_s_id_is_read_from_what_it_sealed() -> None:
    assert key_id(SEALER.seal("x", "a.b")) == "k1"
    assert key_id("plain") == key_id("") == ""
