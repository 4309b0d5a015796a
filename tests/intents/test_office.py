"""An office's own cases are learned from; a worse model is refused and the old one stays."""

from pathlib import Path

import pytest

from intents.corpus import Sentence, training_part
from intents.model import SHIPPED, ModelFolder
from intents.office import HistoryError, read_history, train
from intents.pictures import draw

WORDS = {
    "劳动和社会保障": ["拖欠工资", "社保没交", "工伤不赔", "退休金少算", "加班费没有"],
    "环境保护": ["工地噪音", "油烟呛人", "污水直排", "粉尘飞扬", "养猪场臭"],
    "教育文体": ["学校补课", "幼儿园收费", "学区划分", "老师体罚", "高考报名"],
}
PLACES = ["东风镇", "幸福路", "锦绣花园", "李家村", "人民广场", "西湖区", "柳树湾", "朝阳街", "白马乡", "高新区"]


def cases(swapped: bool = False) -> list[Sentence]:
    """A hundred and fifty small cases; swapped: labelled at random, so that there is nothing to learn."""
    names = list(WORDS)
    found: list[Sentence] = []
    for number, place in enumerate(PLACES):
        for first, words in WORDS.items():
            for turn, word in enumerate(words):
                label = names[(number * 7 + turn * 3 + len(found)) % 3] if swapped else first
                found.append(Sentence(f"{place}{word}，反映{turn + 2}次没有人管", "zh", "file", label))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    return ModelFolder(tmp_path_factory.mktemp("models"))


@pytest.mark.filterwarnings("ignore")
def test_cases_that_teach_nothing_are_refused_and_the_old_model_stays(folder: ModelFolder, tmp_path: Path) -> None:
    outcome = train(cases(swapped=True), folder, training_part()[::12])
    assert outcome.after.macro_f1 <= 1.0
    assert outcome.kept is (folder.current() != SHIPPED)
    assert folder.versions() == ["0001"]
    draw(outcome.after, tmp_path / "picture.svg")
    assert (tmp_path / "picture.svg").stat().st_size > 10_000


def test_an_export_is_read_by_its_column_names(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    rows = "".join(f"XF{n},环境保护,工地第{n}次夜里施工\n" for n in range(25)) + "XF99,,没有类别\n"
    path.write_text("\ufeffservice_request_id,category,description\n" + rows, encoding="utf-8")
    found = read_history(path)
    assert len(found) == 25
    assert (found[0].first_level, found[0].text) == ("环境保护", "工地第0次夜里施工")


@pytest.mark.parametrize("head", ["a,b", "category,b", "text,b"])
def test_an_export_without_the_columns_is_refused(head: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(head + "\n1,2\n", encoding="utf-8")
    with pytest.raises(HistoryError):
        read_history(path)
