"""Answering: every request gets its outcome, doubts are pointed out, a reviewer reads it first."""

import pytest

from cases.rules.case import Outcome, Role, Status
from tests.support.clock import TestClock
from tests.support.office import Office, Person, case_of, filed

TWO = "昨晚11点开始，幸福路88号工地一直在打桩，噪声吵得孩子没法睡，希望晚上停工，要求赔偿损失"


async def accepted(office: Office, wang: Person, story: str = "") -> str:
    """A case that is being worked on."""
    number = await filed(office.person("li"), story)
    await wang.says(f"/accept {number}")
    return number


async def test_the_only_request_takes_its_outcome_from_the_words(office: Office, wang: Person) -> None:
    number = await accepted(office, wang)
    said = await wang.says(f"/reply {number} 经查属实，幸福路88号工地已责令夜间停工，罚款一万元")
    assert "支持" in said and "撤销" in [b.title for row in wang.answers[0].buttons for b in row]
    case = await case_of(office, number)
    assert case.status is Status.PENDING_REVIEW
    assert [each.outcome for each in case.answers] == [Outcome.SUPPORTED]


async def test_a_reader_of_the_words_can_be_corrected_by_a_tap(office: Office, wang: Person) -> None:
    number = await accepted(office, wang)
    await wang.says(f"/reply {number} 经查属实，幸福路88号工地已责令夜间停工")
    await wang.taps(f"/outcome {number} 1 explained")
    assert (await case_of(office, number)).answers[0].outcome is Outcome.EXPLAINED


async def test_two_requests_are_answered_one_by_one_before_the_reply_goes_out(office: Office, wang: Person) -> None:
    number = await accepted(office, wang, TWO)
    case = await case_of(office, number)
    assert len(case.requests) == 2
    assert "怎么答复" in await wang.says(f"/reply {number} 经查，工地夜间打桩属实，已责令停工")
    assert (await case_of(office, number)).status is Status.ACCEPTED
    await wang.taps(f"/answer {number} 1 supported")
    said = await wang.says(f"/answer {number} 2 不予支持 理由：没有医疗证明 依据：《民法典》第一千一百七十九条")
    assert "送审" in said
    case = await case_of(office, number)
    assert case.status is Status.PENDING_REVIEW
    assert case.answers[1].reasons == "没有医疗证明"
    assert case.answers[1].basis == "《民法典》第一千一百七十九条"


async def test_numbered_lines_answer_single_requests(office: Office, wang: Person) -> None:
    number = await accepted(office, wang, TWO)
    lines = "工地夜间打桩属实\n1. 支持 事实：已停工\n2. 解释说明 理由：可向法院起诉要求赔偿"
    assert "送审" in await wang.says(f"/reply {number} {lines}")
    case = await case_of(office, number)
    assert [each.outcome for each in case.answers] == [Outcome.SUPPORTED, Outcome.EXPLAINED]
    assert case.reply == "工地夜间打桩属实"


async def test_the_citizen_reads_what_became_of_each_request(office: Office, wang: Person) -> None:
    li = office.person("li")
    number = await filed(li, TWO)
    await wang.says(f"/accept {number}")
    await wang.says(f"/reply {number} 工地夜间打桩属实\n1. 支持 事实：已停工\n2. 不予支持 理由：没有证明")
    await wang.says(f"/approve {number}")
    await office.delivers()
    answer = next(text for text in li.screen.shown if "答复来了" in text)
    assert "诉求1（希望晚上停工）：支持" in answer and "理由：没有证明" in answer
    assert "诉求2" in await li.says(f'/status{{"n":"{number}"}}')


async def test_another_case_s_number_stops_the_reply_until_it_is_meant(office: Office, wang: Person) -> None:
    number = await accepted(office, wang)
    other = "XF20261001-000009-0"
    said = await wang.says(f"/reply {number} 幸福路88号工地已责令停工，详见 {other} 的处理")
    assert "别的编号" in said
    assert (await case_of(office, number)).status is Status.ACCEPTED
    await wang.taps(f"/send {number}")
    assert (await case_of(office, number)).status is Status.PENDING_REVIEW


async def test_who_stays_unknown_and_identity_numbers_stay_out_of_an_answer(office: Office, wang: Person) -> None:
    number = await accepted(office, wang)
    said = await wang.says(f"/reply {number} 支持 幸福路88号工地已停工，负责人身份证110101199003072345")
    assert "请去掉" in said
    assert (await case_of(office, number)).status is Status.ACCEPTED
    await wang.says(f"/reply {number} 支持 幸福路88号工地已责令夜间停工")
    assert (await case_of(office, number)).status is Status.PENDING_REVIEW


async def test_who_only_helps_does_not_decide(office: Office, wang: Person) -> None:
    number = await filed(office.person("li"))
    helper = await office.staff("cheng", "cgj", Role.HANDLER)
    for words in (f"/accept {number}", f"/return {number} 不归我们管"):
        assert "您单位是协办，主办是云州市生态环境局" in await helper.says(words)
    assert "备注" in await helper.says(f"/note {number} 我们去看过了")


async def test_a_reply_that_misses_the_point_is_pointed_out(office: Office, wang: Person) -> None:
    number = await accepted(office, wang)
    assert "答非所问" in await wang.says(f"/reply {number} 您好，养老保险转移手续请携带身份证到窗口办理")


async def test_who_wrote_it_does_not_approve_it_where_somebody_else_can(office: Office, wang: Person) -> None:
    zhao = await office.staff("zhao", "sthj", Role.REVIEWER)
    number = await accepted(office, wang)
    await wang.says(f"/reply {number} 幸福路88号工地已责令夜间停工")
    assert "自己写的" in await wang.says(f"/approve {number}")
    assert "已审核通过" in await zhao.says(f"/approve {number}")


async def test_a_reply_sent_back_is_a_draft_again(office: Office, wang: Person) -> None:
    zhao = await office.staff("zhao", "sthj", Role.REVIEWER)
    number = await accepted(office, wang)
    await wang.says(f"/reply {number} 幸福路88号工地已责令夜间停工")
    await zhao.says(f"/sendback {number} 请写明依据")
    assert (await case_of(office, number)).draft == "幸福路88号工地已责令夜间停工"
    assert "请写明依据" in await wang.says(f"/case {number}")


@pytest.mark.parametrize("words", ["1 不知道", "9 支持", "支持"])
async def test_what_is_no_outcome_changes_nothing(office: Office, wang: Person, words: str) -> None:
    number = await accepted(office, wang)
    before = await case_of(office, number)
    await wang.says(f"/answer {number} {words}")
    assert (await case_of(office, number)).answers == before.answers


async def answered(office: Office, wang: Person) -> tuple[Person, Person, str]:
    """A handler, a citizen, and the citizen's case whose answer was approved by wang and has arrived."""
    sun, li = await office.staff("sun", "sthj", Role.HANDLER), office.person("li")
    number = await filed(li)
    await sun.says(f"/accept {number}")
    await sun.says(f"/reply {number} 经查属实，幸福路88号工地已责令夜间停工")
    await wang.says(f"/approve {number}")
    await office.delivers()
    return sun, li, number


async def test_an_answer_that_is_out_changes_only_with_a_reason_that_the_citizen_reads(
    office: Office, wang: Person, clock: TestClock
) -> None:
    sun, li, number = await answered(office, wang)
    clock.passes(days=29)
    assert "没有这个权限" in await sun.says(f"/outcome {number} 1 部分支持 复查后发现白天也超标")
    assert "请写上" in await wang.says(f"/outcome {number} 1 partly")
    assert (await case_of(office, number)).answers[0].outcome is Outcome.SUPPORTED
    assert "已更正" in await wang.says(f"/outcome {number} 1 部分支持 复查后发现白天施工许可仍有效")
    case = await case_of(office, number)
    assert case.answers[0].outcome is Outcome.PARTLY
    await office.delivers()
    told = next(text for text in li.screen.shown if "答复有更正" in text)
    assert "部分支持" in told and "白天施工许可仍有效" in told
    assert any("您写的" in text and "更正" in text for text in sun.screen.shown)
    clock.passes(days=25)
    assert "哪里不服" in await li.says(f'/review{{"n":"{number}"}}'), "the days for a review count from the correction"


async def test_a_correction_is_taken_back_within_a_minute_and_not_later(
    office: Office, wang: Person, clock: TestClock
) -> None:
    _, _, number = await answered(office, wang)
    clock.passes(days=1)
    await wang.says(f"/outcome {number} 1 explained 依据不同")
    before = await case_of(office, number)
    clock.passes(seconds=30)
    await wang.says("/undo")
    after = await case_of(office, number)
    assert after.answers[0].outcome is Outcome.SUPPORTED
    assert "撤销操作（wang）：更正答复" in await wang.says(f"/case {number}")
    assert after.delivered_at != before.delivered_at, "nor do the days for a review count from what does not hold"
    await wang.says(f"/outcome {number} 1 explained 依据不同")
    clock.passes(seconds=61)
    await wang.says("/undo")
    assert (await case_of(office, number)).answers[0].outcome is Outcome.EXPLAINED


async def test_what_is_under_review_is_corrected_by_the_review(office: Office, wang: Person) -> None:
    _, li, number = await answered(office, wang)
    await li.says(f'/review{{"n":"{number}"}}', "没有停工")
    assert (await case_of(office, number)).status is Status.REVIEW
    await wang.says(f"/outcome {number} 1 explained 依据不同")
    assert (await case_of(office, number)).answers[0].outcome is Outcome.SUPPORTED


ENGLISH = (
    "The construction site at 88 Xingfu Road was piling all night since 11pm yesterday, please stop the noise at night"
)


async def an_english_citizen(office: Office) -> tuple[Person, str]:
    """Somebody who writes in English, and the number of what they filed."""
    lee = office.person("lee")
    await lee.says(ENGLISH, "reply here", "submit")
    return lee, str(lee.answers[0].custom["case"])


async def test_the_card_tells_the_citizen_s_language_and_how_to_reach_them(office: Office, wang: Person) -> None:
    _, number = await an_english_citizen(office)
    card = await wang.says(f"/case {number}")
    assert "公民使用：英语" in card and "只在聊天里，不打电话" in card
    assert "【英语】" in await wang.says("/inbox")
    card = await wang.says(f"/case {await filed(office.person('li'))}")
    assert "公民使用" not in card
    zhou = office.person("zhou")
    await zhou.says("昨晚11点开始，滨江路66号工地一直在打桩，吵得孩子没法睡，希望晚上停工", "13812345678", "提交")
    assert "可以打电话" in await wang.says(f"/case {zhou.answers[0].custom['case']}")


async def test_an_answer_that_the_citizen_may_not_read_is_doubted_once(office: Office, wang: Person) -> None:
    _, number = await an_english_citizen(office)
    await wang.says(f"/accept {number}")
    said = await wang.says(f"/reply {number} 经查属实，已责令该工地夜间停止施工，并处罚款")
    assert "群众使用英语" in said and "答非所问" not in said
    assert (await case_of(office, number)).status is Status.ACCEPTED
    await wang.taps(f"/send {number}")
    assert (await case_of(office, number)).status is Status.PENDING_REVIEW


async def test_an_answer_in_their_language_goes_on_its_way(office: Office, wang: Person) -> None:
    _, number = await an_english_citizen(office)
    await wang.says(f"/accept {number}")
    said = await wang.says(
        f"/reply {number} It was true: the site at Xingfu Road was ordered to stop the noise at night"
    )
    assert "送审" in said and "提醒" not in said


async def test_other_words_that_they_may_not_read_are_pointed_out_while_they_can_be_taken_back(
    office: Office, wang: Person
) -> None:
    _, number = await an_english_citizen(office)
    await wang.says(f"/accept {number}")
    assert "看不懂" in await wang.says(f"/progress {number} 今晚派人到现场查看噪声")
    assert "看不懂" not in await wang.says(f"/note {number} 老问题，上个月也有人反映过")
    assert "看不懂" not in await wang.says(f"/progress {number} We visit the construction site tonight")
