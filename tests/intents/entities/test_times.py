"""What citizens call a time, read on Monday 23 November 2026, noon, in Shanghai."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.entities.times import times_in
from intents.reading import read

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
ON_AND_ON = ""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    "said", ["在走廊等了三个小时没人管", "堵了两个小时，没人疏导", "we waited for 3 hours in the corridor"]
)
def test_how_long_somebody_waited_does_not_say_when(said: str) -> None:
    assert not times_in(read(said), NOW)


@pytest.mark.parametrize("said", ["水费一块五一度", "三块五一吨", "五一路的灯不亮", "元旦小区的门坏了"])
def test_a_festival_within_a_price_or_a_name_is_none(said: str) -> None:
    assert not times_in(read(said), NOW)


@pytest.mark.parametrize("said", ["停水三个小时了", "等了三个小时了还没来", "no water for 3 hours"])
def test_what_goes_on_for_hours_began_then(said: str) -> None:
    assert [each.since for each in times_in(read(said), NOW)] == [at("2026-11-23T09:00")]


@pytest.mark.parametrize(
    ("said", "text", "since", "until"),
    [
        ("昨晚11点开始打桩", "昨晚11点", "2026-11-22T23:00", ON_AND_ON),
        ("上周三晚上八点半吵架", "上周三晚上八点半", "2026-11-18T20:30", "2026-11-18T20:30"),
        ("国庆期间乱收费", "国庆期间", "2026-10-01", "2026-10-08"),
        ("從去年開始沒水", "去年", "2025-01-01", ON_AND_ON),
        ("连续三天停水", "连续三天", "2026-11-20T12:00", "2026-11-23T12:00"),
        ("晚上10点到凌晨2点施工", "晚上10点到凌晨2点", "2026-11-23T22:00", "2026-11-24T02:00"),
        ("上个月１５号", "上个月１５号", "2026-10-15", "2026-10-16"),
        ("昨晚12点", "昨晚12点", "2026-11-23", "2026-11-23"),
        ("12月买的房", "12月", "2025-12-01", "2026-01-01"),
        ("18年3月交的钱", "18年3月", "2018-03-01", "2018-04-01"),
        ("二〇一八年的事", "二〇一八年", "2018-01-01", "2019-01-01"),
        ("前年年底", "前年年底", "2024-11-01", "2025-01-01"),
        ("去年除夕放炮", "去年除夕", "2025-01-28", "2025-01-29"),
        ("2020年到2023年没发", "2020年到2023年", "2020-01-01", "2024-01-01"),
        ("凌晨两三点还在施工", "凌晨两三点", "2026-11-23T02:00", "2026-11-23T02:00"),
        ("去年三四月交的钱", "去年三四月", "2025-03-01", "2025-04-01"),
        ("晚上一点还在吵", "晚上一点", "2026-11-24T01:00", "2026-11-24T01:00"),
        ("10月8号晚车被刮了", "10月8号晚", "2026-10-08T18:00", "2026-10-09"),
        ("小年夜有人放烟花", "小年夜", "2026-02-11", "2026-02-12"),
        ("天不亮就叫卖", "天不亮", "2026-11-23T03:00", "2026-11-23T06:00"),
        ("今天早高峰堵死了", "今天早高峰", "2026-11-23T07:00", "2026-11-23T09:00"),
        ("起码有半年了", "起码有半年", "2026-05-25T00:00", "2026-11-23T12:00"),
        ("三天前", "三天前", "2026-11-20", "2026-11-21"),
        ("拖了一年多了", "一年多", "2025-11-23T12:00", "2026-11-23T12:00"),
        ("自2022年以来", "2022年以来", "2022-01-01", ON_AND_ON),
        ("上周末停电", "上周末", "2026-11-21", "2026-11-23"),
        ("下午三点一刻", "下午三点一刻", "2026-11-23T15:15", "2026-11-23T15:15"),
        ("2024-03-05签合同", "2024-03-05", "2024-03-05", "2024-03-06"),
        ("yesterday at 11pm they drilled", "yesterday at 11pm", "2026-11-22T23:00", "2026-11-22T23:00"),
        ("no water since last March", "last March", "2026-03-01", ON_AND_ON),
        ("two weeks ago it broke", "two weeks ago", "2026-11-09", "2026-11-10"),
        ("signed on 5 March 2024", "5 March 2024", "2024-03-05", "2024-03-06"),
    ],
)
def test_a_time_is_found_and_dated(said: str, text: str, since: str, until: str) -> None:
    (found,) = times_in(read(said), NOW)
    assert found.text == text == said[found.start : found.end]
    assert found.since == at(since)
    assert found.until == (at(until) if until else None)


@pytest.mark.parametrize(
    "said",
    [
        "5号楼",
        "一点通知都没有",
        "小区一点水都没有",
        "提三点建议",
        "每平方3元",
        "2月31日",
        "may be",
        "百分之九十",
        "天气",
        "25:70",
    ],
)
def test_what_is_no_time_is_none(said: str) -> None:
    assert all(each.since is not None for each in times_in(read(said), NOW)) and not times_in(read(said), NOW)


def test_what_comes_back_has_no_date() -> None:
    (found,) = times_in(read("每天晚上十点到凌晨两点都吵"), NOW)
    assert (found.text, found.since, found.until) == ("每天晚上十点到凌晨两点", None, None)


HEAP = (  # split at the spaces
    "昨天 晚上 11点 半 上周三 去年 3月 31日 到 从 开始 多 前 个 年 99 2026 - : 、 国庆 每天 正月 十 几 ago last"
)
PIECES = st.sampled_from(HEAP.split())
SOME_DAY = st.datetimes(at("1990-01-01").replace(tzinfo=None), at("2090-01-01").replace(tzinfo=None))


@given(st.lists(PIECES, max_size=12), SOME_DAY)
def test_no_heap_of_time_words_breaks_it(words: list[str], now: datetime) -> None:
    reading = read("".join(words))
    for found in times_in(reading, now.replace(tzinfo=NOW.tzinfo)):
        assert reading.text[found.start : found.end] == found.text
        assert found.since is None or found.since.tzinfo is not None
        assert found.since is None or found.until is None or found.since <= found.until
