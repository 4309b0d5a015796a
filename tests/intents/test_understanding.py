"""The one door: any message gives an understanding; answers are read in the light of the question."""

import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.entities.answers import _READERS
from intents.understanding import Gazetteer, Kind, Understander, Urgency, understand

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
SLOTS = st.sampled_from([None, "narrative", *_READERS, "place", "time", "phone", "respondent", "no_such_slot"])
ANYTHING = st.text(st.characters(), max_size=120) | st.text(
    "路号点元13800 我家的停水，。！\n\t\u200b\ud800🙂/{}<>;'\"", max_size=120
)


@settings(max_examples=300, deadline=None)
@given(ANYTHING, SLOTS)
def test_any_message_in_answer_to_anything_is_understood(message: str, asked: str | None) -> None:
    meaning = understand(message, now=NOW, asked=asked)
    assert meaning.matter.first_level
    assert 0.0 <= meaning.matter.confidence <= 1.0
    assert all(meaning.text[each.start : each.end] == each.text for each in meaning.entities)


def test_the_complaint_of_the_design_is_read_in_one_go() -> None:
    said = "昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工"
    meaning = understand(said, now=NOW)
    assert meaning.intent.name == "file"
    assert meaning.matter.first_level == "环境保护"
    place, time = meaning.first("place"), meaning.first("time")
    assert place is not None
    assert place.text == "幸福路88号"
    assert time is not None
    assert time.since == datetime(2026, 11, 22, 23, tzinfo=NOW.tzinfo)
    assert meaning.requests == ("希望晚上停工",)
    assert meaning.matter.evidence


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("我们小区楼下的烧烤店油烟直往家里灌，地址在东湖区人民路88号阳光花园3栋", "东湖区人民路88号阳光花园3栋"),
        ("我家门口的路灯坏了一个多月，在建设路和人民路交叉口往南", "建设路和人民路交叉口"),
        ("阳光花园停电了，就是滨江路66号阳光花园2栋，老人下不来楼", "滨江路66号阳光花园2栋"),
        ("人民路88号的工地太吵，我住在对面的阳光花园", "人民路88号"),
        ("我家楼下天天堆垃圾", "我家楼下"),
        ("人民医院的医生态度特别差，我妈等了三个小时没人管", "人民医院"),
        ("红太阳幼儿园在解放路12号，老师打孩子", "解放路12号"),
    ],
)
def test_the_place_is_where_a_stranger_would_find_it(said: str, place: str) -> None:
    whereabouts = understand(said, now=NOW).whereabouts()
    assert whereabouts is not None
    assert whereabouts.text == place


def test_a_time_with_a_date_says_when_before_one_without() -> None:
    when = understand("电梯三天两头坏，上星期还困了人", now=NOW).when()
    assert when is not None
    assert when.text == "上星期"


@pytest.mark.parametrize("said", ["社保卡丢了怎么补办", "市供电局天天停电", "绿城物业不修电梯"])
def test_a_story_without_a_place_has_no_whereabouts(said: str) -> None:
    assert understand(said, now=NOW).whereabouts() is None


@pytest.mark.parametrize(
    "said", ["就这样，提交", "没别的了，提交吧", "没什么要求", "先这样吧", "that's all", "nothing else, submit it"]
)
def test_who_has_nothing_to_add_wishes_nothing_more(said: str) -> None:
    assert understand(said, now=NOW, asked="requests").first("absent")


@pytest.mark.parametrize(
    ("asked", "said", "intent", "kind", "value"),
    [
        ("place", "就在我家楼下", "file", "place", "我家楼下"),
        ("place", "不知道", "skip", "absent", "absent"),
        ("time", "没有", "skip", "absent", "absent"),
        ("people", "30多个人", "file", "people", "21-50"),
        ("people", "就我一个", "file", "people", "1-5"),
        ("category", "2", "file", "choice", "2"),
        ("category", "第三个", "file", "choice", "3"),
        ("category", "都不是", "deny", "choice", "none"),
        ("contact_way", "只在这里回复", "file", "contact_way", "chat"),
        ("contact_way", "匿名吧", "file", "contact_way", "anonymous"),
        ("name", "我叫张小明", "file", "name", "张小明"),
        ("query_code", "k4q9", "file", "query_code", "K4Q9"),
        ("rating", "不满意", "rate", "rating", "dissatisfied"),
        ("rating", "部分解决", "rate", "rating", "partly"),
        ("publish", "不公开", "file", "publish", "no"),
        ("phone", "13800001234", "file", "phone", "13800001234"),
        ("respondent", "楼下那家烧烤", "file", "respondent", "楼下那家烧烤"),
        ("people", "about 40 households", "file", "people", "21-50"),
        ("place", "I don't know", "skip", "absent", "absent"),
    ],
)
def test_an_answer_is_read_in_the_light_of_the_question(
    asked: str, said: str, intent: str, kind: str, value: str
) -> None:
    meaning = understand(said, now=NOW, asked=asked)
    assert meaning.intent.name == intent
    found = meaning.first(kind)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("asked", "said", "intent"),
    [
        ("place", "取消", "cancel"),
        ("name", "返回上一步", "back"),
        ("place", "多久能办好？", "ask/how_long"),
        ("phone", "转人工", "human"),
        ("confirm", "是的", "affirm"),
        ("confirm", "不对", "deny"),
    ],
)
def test_stepping_out_of_a_question_is_no_answer_to_it(asked: str, said: str, intent: str) -> None:
    meaning = understand(said, now=NOW, asked=asked)
    assert meaning.intent.name == intent
    assert meaning.first(asked) is None


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("我要投诉", "file"),
        ("你好", "greet"),
        ("谢谢", "thank"),
        ("转人工", "human"),
        ("重新开始", "restart"),
        ("XF20261123-000042-7", "status"),
        ("撤回 XF20261123-000042-7", "withdraw"),
        ("", "out_of_scope"),
        ("I want to complain", "file"),
        ("thank you very much", "thank"),
        ("楼上漏水，" * 20, "file"),
    ],
)
def test_what_is_wanted_of_the_bot(said: str, intent: str) -> None:
    assert understand(said, now=NOW).intent.name == intent


@pytest.mark.parametrize(
    "said",
    [
        "有人聚众赌博", "有人搞传销", "退休金算错了", "开发商延期交房", "报警了警察不立案",
        "square dancing music too loud", "trash piled up next to the gate", "karaoke bar is so loud",
        "flooded underpass every time it rains",
    ],
)  # fmt: skip
def test_a_few_words_that_tell_a_matter_are_no_small_talk(said: str) -> None:
    assert understand(said, now=NOW).intent.name == "file"


@pytest.mark.parametrize(
    ("said", "intent"),
    [("一群骗子，都是废物", "abuse"), ("你好老师", "greet"), ("who is the best football player", "out_of_scope")],
)
def test_small_talk_with_words_of_a_matter_stays_small_talk(said: str, intent: str) -> None:
    assert understand(said, now=NOW).intent.name == intent


@pytest.mark.parametrize("said", ["我老公打我，我怕", "前男友又打了我", "my husband keeps hitting me"])
def test_whoever_is_beaten_at_home_is_in_danger(said: str) -> None:
    assert understand(said, now=NOW).urgency is Urgency.EMERGENCY


def test_danger_is_seen_with_the_words_that_say_so() -> None:
    meaning = understand("快来人，三单元煤气泄漏了，有人昏迷", now=NOW)
    assert meaning.urgency is Urgency.EMERGENCY
    assert any("煤气泄漏" in each for each in meaning.urgency_evidence)


def test_no_water_is_urgent_and_a_question_is_not() -> None:
    assert understand("我们小区停水两天了", now=NOW).urgency is Urgency.URGENT
    assert understand("请问公积金怎么提取", now=NOW).urgency is Urgency.ORDINARY


def test_a_matter_before_the_court_is_told_its_way() -> None:
    meaning = understand("法院判决书下来两年了，执行局一直不执行", now=NOW)
    assert meaning.lawful_way == "court"
    assert meaning.lawful_evidence
    assert understand("物业不给开门", now=NOW).lawful_way is None


def test_the_kind_is_one_of_six() -> None:
    assert understand("实名举报：我们村支书贪污低保款，请纪委查处", now=NOW).kind is Kind.REPORT


def test_the_model_is_swapped_while_running() -> None:
    reader = Understander(gazetteer=Gazetteer())
    before = reader.understand("小区停水", now=NOW)
    reader.swap(reader.model)
    assert reader.understand("小区停水", now=NOW) == before


def test_running_a_model_needs_no_training_library() -> None:
    code = (
        "import sys; from intents.understanding import understand; understand('停水了');"
        "print([name for name in ('sklearn', 'scipy', 'matplotlib', 'jieba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "said", ["我不想活了", "我不想活了怎么办", "工资要不回来我只能跳楼了", "活着没意思", "I want to die"]
)
def test_whoever_speaks_of_ending_their_life_is_heard(said: str) -> None:
    meaning = understand(said, now=NOW)
    assert meaning.in_despair
    assert meaning.intent.name == "file"
    assert meaning.urgency is Urgency.EMERGENCY
    assert not meaning.requests


@pytest.mark.parametrize(
    "said", ["有人要跳楼", "煤气泄漏了", "这条路坏得让人活不了", "小区的跳楼机太吵", "广告说跳楼价"]
)
def test_others_are_not_taken_for_in_despair(said: str) -> None:
    assert not understand(said, now=NOW).in_despair


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("有人要跳楼", "file"),
        ("煤气泄漏了", "file"),
        ("煤气泄漏了打什么电话", "ask/emergency_numbers"),
        ("你是人还是机器", "human"),
        ("谢谢你们，辛苦了", "thank"),
        ("谢谢你们，社区小王帮我奶奶送药，想表扬一下", "file"),
        ("举报我们村支书贪污低保", "file"),
        ("法院判我败诉，我不服，要求再审", "file"),
        ("我不服你们的答复，要申请复查", "review"),
    ],
)
def test_what_is_told_is_not_taken_for_small_talk(said: str, intent: str) -> None:
    assert understand(said, now=NOW).intent.name == intent


@pytest.mark.parametrize(
    "said",
    [
        "有人掉河里了 青龙河公园", "家里老人没气了 快", "孩子发烧抽搐", "一氧化碳 家里人都晕了", "他拿刀追我",
        "工地塌了 埋了人",
        "有个人在桥上要跳下去", "学校食堂吃坏了肚子 三十几个孩子送医院", "家里闻到煤气味了怎么办",
        "someone fell into the river",
    ],
)  # fmt: skip
def test_danger_is_heard_in_many_words(said: str) -> None:
    assert understand(said, now=NOW).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "said",
    [
        "城管局执法队长孙强收了烧烤摊的钱，要求查处", "我们村书记把扶贫款发给亲戚", "社区主任把公租房给了她外甥",
        "a police officer takes money from street vendors",
    ],
)  # fmt: skip
def test_an_official_s_gain_is_reported_whether_it_is_called_so_or_not(said: str) -> None:
    assert understand(said, now=NOW).kind is Kind.REPORT


@pytest.mark.parametrize("said", ["物业经理收了我们三万块押金", "医院收了我两次钱", "主任收取停车费太高"])
def test_a_high_price_is_no_graft(said: str) -> None:
    assert understand(said, now=NOW).kind is Kind.COMPLAINT


@pytest.mark.parametrize(
    ("said", "not_this"),
    [
        ("能不能用方言", "language"),
        ("我不想说名字", "withdraw"),
        ("重新判", "cancel"),
        ("我不要了电话回访", "withdraw"),
    ],
)
def test_what_is_not_easily_undone_needs_its_word(said: str, not_this: str) -> None:
    assert understand(said, now=NOW).intent.name != not_this


@pytest.mark.parametrize("said", ["举报李局长收受红包", "举报村支书贪污低保款"])
def test_a_report_is_no_question_how_to_report(said: str) -> None:
    assert understand(said, now=NOW).intent.name == "file"


def test_digits_alone_tell_nothing() -> None:
    assert understand("1234", now=NOW).intent.name == "out_of_scope"


@pytest.mark.parametrize("road", ["中山路", "五一路", "东门路", "天山路"])
def test_roads_that_end_like_an_ordinary_word_are_places(road: str) -> None:
    place = understand(f"{road}88号的路灯坏了", now=NOW).whereabouts()
    assert place is not None
    assert place.text == f"{road}88号"


@pytest.mark.parametrize(
    "said", ["昨晚11点开始，幸福路88号工地一直在打桩，吵得孩子没法睡，希望晚上停工", "路灯坏了", "楼上天天漏水"]
)
def test_an_everyday_complaint_is_not_urgent(said: str) -> None:
    assert understand(said, now=NOW).urgency is Urgency.ORDINARY


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我2025年3月入职恒大公司，到现在拖欠我工资", None),
        ("自2025年3月入职以来公司一直没交社保", "2025年3月"),
        ("入职三年没有签过合同，今年四月把我辞退", "三年"),
        ("2021年签的购房合同，今年5月开发商跑路了", "今年5月"),
        ("我上周在超市买的米全是虫", "上周"),
        ("我九月二十号买的空调，补贴没到账", "九月二十号"),
        ("孩子2016年出生，上学名额被取消", None),
        ("i bought my flat in 2019 and still no certificate", None),
        ("I joined the company in March 2025, they stopped paying last month", "last month"),
        ("I bought a phone last week and it broke", "last week"),
    ],
)
def test_when_it_happened_is_not_how_things_stood_before(said: str, told: str | None) -> None:
    when = understand(said, now=NOW).when()
    assert (when.text if when else None) == told


@pytest.mark.parametrize(
    "said",
    [
        "国庆路的路灯坏了",
        "王国庆欠我钱",
        "中秋月饼礼盒是坏的",
        "小年轻飙车",
        "清明上河园乱收费",
        "the christmas tree fell",
    ],
)
def test_a_festival_in_a_name_is_no_time(said: str) -> None:
    assert understand(said, now=NOW).when() is None


@pytest.mark.parametrize(
    "said",
    [
        "上个月我们小区着火了，消防通道被堵，到现在没人管",
        "2023年我爸在工地触电身亡，公司不赔",
        "上周三有个孩子掉进井里受伤了，井盖到现在没换",
        "上個月我們小區著火了，到現在沒人管",
        "last year someone fell into the hole on Jiefang Road and nobody fixed it",
        "our building caught fire last month and the exit was blocked",
        "two years ago a gas explosion destroyed our flat",
    ],
)
def test_a_danger_that_is_over_is_no_emergency(said: str) -> None:
    assert understand(said, now=NOW).urgency is not Urgency.EMERGENCY


@pytest.mark.parametrize(
    "said",
    [
        "昨天楼下着火了",
        "昨晚孩子掉进河里了",
        "孩子上周走失了，到现在没找到",
        "去年买的电动车着火了",
        "上个月刚装的热水器爆炸了",
        "去年修的楼塌了，有人被压",
        "上周开始漏电，孩子触电了",
        "上个月就有煤气味",
        "隔壁着火了，去年也烧过一次",
        "去年发生过火灾，现在又冒烟了",
        "去年着火了。火又烧起来了",
        "有人掉进去年淹死过人的河里",
        "11月23日工厂爆炸了",
        "我老公去年打过我",
        "the heater we bought last year caught fire",
        "someone fell into the river where a man drowned last year",
        "fire in the building! last year it was the same",
        "we had a gas leak last month, now it smells of gas again",
        "People are stuck in the lift of building C",
        "我弟弟在工地摔下来，现在昏迷不醒",
    ],
)
def test_a_danger_that_may_be_there_is_one(said: str) -> None:
    assert understand(said, now=NOW).urgency is Urgency.EMERGENCY
