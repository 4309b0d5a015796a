"""What leaves for a language model is masked; what comes back is only a proposal."""

from collections.abc import Collection
from dataclasses import replace

from intents.meaning import Alternative, Matter
from intents.proposals import masked, proposed
from intents.reading import read
from intents.understanding import Understander

CHOICES = [("环境保护", "环境污染"), ("城乡建设", "工程质量")]
UNSURE = Matter("城乡建设", "工程质量", 0.3, (Alternative("民政", "其他", 0.2),), unsure=True)


class Told:
    """A proposer that always says the same and remembers what it was shown."""

    def __init__(self, answer: tuple[str, str] | None) -> None:
        self.answer, self.shown = answer, list[str]()

    async def propose(self, masked: str, choices: Collection[tuple[str, str]]) -> tuple[str, str] | None:
        self.shown.append(masked)
        return self.answer


def test_numbers_and_names_are_masked() -> None:
    said = "我叫张小明，电话13800001234，身份证11010519491231002X，车牌湘A12345，王老板不给钱"
    hidden = masked(read(said), ["张小明"])
    assert len(hidden) == len(said)
    assert not any(
        private in hidden for private in ("张小明", "13800001234", "11010519491231002X", "湘A12345", "王老板")
    )


def test_a_proposal_of_ours_goes_first_among_the_alternatives() -> None:
    found = proposed(UNSURE, ("环境保护", "环境污染"), CHOICES)
    assert (found.first_level, found.unsure) == ("城乡建设", True)
    assert found.alternatives[0].first_level == "环境保护"


def test_nonsense_changes_nothing() -> None:
    assert proposed(UNSURE, ("天气", "下雨"), CHOICES) == UNSURE
    assert proposed(UNSURE, None, CHOICES) == UNSURE
    assert proposed(UNSURE, ("城乡建设", "工程质量"), CHOICES) == UNSURE


async def test_only_the_unsure_is_asked_about_and_masked() -> None:
    told = Told(("环境保护", "环境污染"))
    reader = Understander(proposer=told)
    said = "我要说一件说不清楚的事情，心里堵得慌，请打13800001234，" + "前前后后来来回回折腾了很久很久，" * 3
    meaning = reader.understand(said)
    sure = replace(meaning, matter=replace(meaning.matter, unsure=False))
    assert await reader.second_opinion(sure) == sure
    assert told.shown == []
    unsure = replace(meaning, matter=UNSURE)
    again = await reader.second_opinion(unsure)
    assert "13800001234" not in told.shown[0]
    assert again.matter.alternatives[0].second_level == "环境污染"
    assert again.matter.first_level == UNSURE.first_level
