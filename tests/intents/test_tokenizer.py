"""The fast tokenizer gives the words of jieba."""

import jieba
import pytest
import rjieba

from intents import tokenizer

SENTENCES = [
    "昨晚十一点开始，幸福路88号工地一直在打桩，吵得孩子没法睡。",
    "我是东风镇李家村的村民，去年交的新农合今年报销不了",
    "物业公司把小区停车位捆绑销售，业主投诉无门，希望住建局查处",
    "老板拖欠农民工工资三万多元，电话13800001234不接",
    "医院乱收费，护士态度恶劣，院长不管",
]


@pytest.fixture(autouse=True)
def _quiet(tmp_path_factory: pytest.TempPathFactory) -> None:
    jieba.dt.tmp_dir = str(tmp_path_factory.getbasetemp())
    jieba.setLogLevel(60)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_rust_one_cuts_as_the_python_one(sentence: str) -> None:
    assert rjieba.cut(sentence) == jieba.lcut(sentence)


def test_words_joined_are_the_text() -> None:
    assert all("".join(tokenizer.words(sentence)) == sentence for sentence in SENTENCES)


def test_without_the_rust_one_jieba_is_used_with_a_private_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "_rjieba", lambda: None)
    tokenizer._cutter.cache_clear()
    try:
        assert tokenizer.words(SENTENCES[0]) == tuple(rjieba.cut(SENTENCES[0]))
        assert "jiesu-jieba" in str(jieba.dt.tmp_dir)
    finally:
        tokenizer._cutter.cache_clear()
