"""``jiesu train`` learns from Jiesu's own export in both languages, and from its database."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import build, load_city
from bot.export.columns import COLUMNS, View
from bot.learning import DATABASE, known_names, train
from bot.settings import Settings, SettingsError, sealer
from cases.casework.lessons import lessons
from cases.rules.case import Case, Status
from cases.rules.city import SAMPLE, City
from intents.corpus import training_part
from intents.model import ModelFolder
from intents.office import HistoryError, read_history
from storage.migrate import migrate
from storage.session import Database
from storage.unit import looking, working
from tests.support.case_cells import case_cells
from tests.support.cases import a_case
from tests.support.clock import START

TOLD = {
    ("环境保护", "环境污染"): ["工地夜里打桩", "饭店油烟呛人", "河水发黑发臭", "厂里半夜排废气"],
    ("教育文体", "教育行政管理"): ["学校周末补课", "幼儿园乱收费", "学区划得不公平", "老师体罚孩子"],
    ("劳动和社会保障", "劳动关系"): ["老板拖欠工资", "加班没有加班费", "单位不签合同", "辞退不给补偿"],
}
STREETS = ["幸福路", "建设街", "和平里", "李家村", "东风镇", "白马乡"]


def told_cases() -> list[Case]:
    """Seventy-two cases that people settled on, half by a handler's hand, half by closing them so."""
    found: list[Case] = []
    for (first, second), stories in TOLD.items():
        for story in stories:
            for street in STREETS:
                by_hand = len(found) % 2 == 0
                found.append(
                    a_case(
                        number=f"XF20261123-{len(found) + 1:06d}-8",
                        query_code=f"K{len(found):07d}",
                        narrative=f"{street}这边{story}，说了几回没人管",
                        first_level=first,
                        second_level=second,
                        category_by="staff" if by_hand else "model",
                        status=Status.IN_PROGRESS if by_hand else Status.RESOLVED,
                    )
                )
    return found


async def kept(settings: Settings, cases: Sequence[Case]) -> Database:
    database = Database(settings.database_url, sealer(settings))
    await migrate(database)
    async with working(database) as unit:
        for case in cases:
            await unit.cases.add(case)
    return database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/j.db", folder=tmp_path / "var")


def exported(cases: Sequence[Case], language: str, city: City, path: Path) -> Path:
    """The register as `jiesu export csv` writes it."""
    view = View(city, language, False, START)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.head(language) for column in COLUMNS])
        writer.writerows(case_cells(case, view, named=True).values() for case in cases)
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_export_is_read_whatever_its_language(language: str, tmp_path: Path) -> None:
    city, cases = load_city(SAMPLE), told_cases()
    found = read_history(exported(cases, language, city, tmp_path / "export.csv"), known_names(city))
    assert [(each.text, each.first_level, each.second_level) for each in found] == [
        (case.narrative, case.first_level, case.second_level) for case in cases
    ]


def test_what_a_masked_export_leaves_out_is_not_learned(tmp_path: Path) -> None:
    city, path = load_city(SAMPLE), tmp_path / "export.csv"
    exported([*told_cases(), a_case(narrative="…")], "zh", city, path)
    assert len(read_history(path, known_names(city))) == len(told_cases())


def test_a_file_of_another_sort_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("编号,姓名\n1,2\n", encoding="utf-8")
    with pytest.raises(HistoryError):
        read_history(path)


async def test_only_what_people_settled_on_is_a_lesson(settings: Settings) -> None:
    guessed = a_case(number="XF20261123-000900-8", query_code="GUESSED1", narrative="没有人看过的一件")
    withdrawn = a_case(
        number="XF20261123-000901-8", query_code="GUESSED2", narrative="撤回的一件", status=Status.WITHDRAWN
    )
    database = await kept(settings, [*told_cases(), guessed, withdrawn])
    async with looking(database) as unit:
        found = [each.narrative async for each in lessons(unit)]
    await database.aclose()
    assert sorted(found) == sorted(case.narrative for case in told_cases())


async def test_too_few_settled_cases_are_said_to_be_too_few(settings: Settings) -> None:
    await (await kept(settings, told_cases()[:5])).aclose()
    with pytest.raises(SettingsError, match="5 cases"):
        await train(settings, Console(file=io.StringIO()), DATABASE)


@pytest.mark.filterwarnings("ignore")
async def test_the_database_teaches_a_new_model(settings: Settings) -> None:
    await (await kept(settings, told_cases())).aclose()
    said = io.StringIO()
    await train(settings, Console(file=said, width=200), DATABASE, training_part()[::12])
    assert str(len(told_cases())) in said.getvalue()
    folder = ModelFolder(settings.folder / "model")
    assert folder.versions() == ["0001"]
    app = build(settings)
    app.understander.reload()
    assert app.understander.understand("老板拖欠工资，说了几回没人管").matter.first_level == "劳动和社会保障"
    await app.database.aclose()
