"""Reading what handlers type: outcomes, sections, numbered lines; what a colleague would point out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.case import Answer, Kind, Outcome
from cases.rules.replies import doubts, leaning, outcome_at_start, read_answer, read_reply, unanswered, with_answers
from tests.support.cases import a_case


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("支持", Outcome.SUPPORTED),
        ("不予支持，没有依据", Outcome.UNSUPPORTED),
        ("不支持", Outcome.UNSUPPORTED),
        ("部分支持：先修一半", Outcome.PARTLY),
        ("解释说明 按规定办理", Outcome.EXPLAINED),
        ("Supported: fixed", Outcome.SUPPORTED),
        ("not supported", Outcome.UNSUPPORTED),
        ("supportedness", None),
        ("已经办好了", None),
        ("", None),
    ],
)
def test_an_answer_begins_with_its_outcome(words: str, outcome: Outcome | None) -> None:
    assert outcome_at_start(words)[0] is outcome


def test_facts_reasons_and_basis_are_read_under_their_names() -> None:
    answer = read_answer(2, "不予支持 经查未超标。理由：检测合格 法律依据：《噪声污染防治法》第四十三条")
    assert answer == Answer(2, Outcome.UNSUPPORTED, "经查未超标。", "检测合格", "《噪声污染防治法》第四十三条")


def test_dates_and_amounts_are_no_request_numbers() -> None:
    written = read_reply("11月23日到现场检查\n2 台空调已修\n1、支持 已停工\n第2项：解释说明 可起诉")
    assert written.general == "11月23日到现场检查\n2 台空调已修"
    assert [(each.request, each.outcome) for each in written.answers] == [
        (1, Outcome.SUPPORTED),
        (2, Outcome.EXPLAINED),
    ]


@given(st.text(max_size=300))
def test_any_text_is_read_and_no_line_of_it_is_lost(text: str) -> None:
    written = read_reply(text)
    kept = len([line for line in written.general.splitlines() if line.strip()])
    assert kept + len(written.answers) <= len(text.splitlines())
    assert all(1 <= len(str(each.request)) <= 2 for each in written.answers)


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(Outcome))))
def test_the_later_answer_to_a_request_stands(given_: list[tuple[int, Outcome]]) -> None:
    answers = with_answers((), [Answer(number, outcome) for number, outcome in given_])
    assert {each.request: each.outcome for each in answers} == dict(given_)


def test_questions_and_thanks_need_no_outcome() -> None:
    assert unanswered(a_case(requests=("stop",))) == (1,)
    assert unanswered(a_case(requests=("stop",), kind=Kind.CONSULT)) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("已处理", "curt"),
        ("您好，养老保险转移请携带身份证到社保窗口办理即可", "off_topic"),
        ("幸福路88号工地已停工，同 XF20260101-000003-5 一并办理", "other_case"),
        ("幸福路88号工地已停工，负责人身份证 110101199003072345", "private"),
    ],
)
def test_a_colleague_would_point_it_out(text: str, key: str) -> None:
    assert key in set(doubts(a_case(), text))


def test_a_refusal_needs_its_basis() -> None:
    refused = a_case(requests=("赔偿",), answers=(Answer(1, Outcome.UNSUPPORTED),))
    assert "no_basis" in set(doubts(refused, "幸福路88号工地的赔偿请求不予支持"))
    assert "no_basis" not in set(doubts(refused, "幸福路88号工地的赔偿请求不予支持，见《民法典》规定"))


def test_a_good_answer_raises_no_doubt() -> None:
    assert not set(doubts(a_case(), "经查，幸福路88号工地夜里打桩属实，已责令停工并处罚款"))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("经查属实，已责令停工", Outcome.SUPPORTED),
        ("经现场检查，反映的情况不属实", Outcome.UNSUPPORTED),
        ("请向法院起诉", Outcome.EXPLAINED),
    ],
)
def test_the_only_outcome_is_read_from_the_words(text: str, outcome: Outcome) -> None:
    assert leaning(text) is outcome
