"""Places as citizens name them, and where the city's own list puts them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.entities.places import places_in
from intents.gazetteer import Gazetteer, Row
from intents.reading import read

CITY = Gazetteer(
    [
        Row("城东区", "东风街道", "幸福社区", "G0101", ("幸福路", "朝阳街"), "990101"),
        Row("城东区", "东风街道", "锦绣社区", "G0102", ("锦绣路", "朝阳街"), "990102"),
        Row("城西区", "西山镇", "柳树村", "G0201", ("柳树湾",), "990201"),
    ]
)
NOWHERE = Gazetteer()


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("幸福路88号工地一直在打桩", ["幸福路88号"]),
        ("我家住在长沙市岳麓区麓谷街道尖山湖小区3栋2单元501", ["长沙市岳麓区麓谷街道尖山湖小区3栋2单元501"]),
        ("解放西路和五一大道交叉口红绿灯坏了", ["解放西路和五一大道交叉口"]),
        ("在人民路和解放路路口装个红绿灯", ["人民路和解放路路口"]),
        ("幸福大道跟建设二路的十字路口", ["幸福大道跟建设二路的十字路口"]),
        ("人民路和解放路都没有路灯", ["人民路", "解放路"]),
        ("我家楼下有个烧烤摊", ["我家楼下"]),
        ("東風鎮李家村三組的路燈壞了", ["東風鎮李家村三組"]),
        ("Ａ３区大道没有路灯", ["Ａ３区大道"]),
        ("请管管学府路的夜市", ["学府路"]),
        ("枫林路88号附1号的网吧", ["枫林路88号附1号"]),
        ("我在万达广场负一层停车", ["万达广场负一层"]),
        ("我们单元一楼开了个棋牌室", ["我们单元一楼"]),
        ("一中对面的工地照样打桩", ["一中对面"]),
        ("从客运西站坐车", ["客运西站"]),
        ("从家到学校要走很远的路", []),
        ("建设局不管，物业也不管", []),
        ("这条路没有路灯", []),
        ("晚上黑得看不见路", []),
        ("积水深得过不了桥", []),
        ("there is a pothole on 12 Xingfu Road", ["12 Xingfu Road"]),
        ("drilling near my home all night", ["near my home"]),
    ],
)
def test_places_are_found_in_the_citizens_own_characters(said: str, places: list[str]) -> None:
    assert [each.text for each in places_in(read(said), NOWHERE)] == places


def test_the_parts_of_a_place_have_names() -> None:
    (found,) = places_in(read("湖南省常德市武陵区东郊乡"), NOWHERE)
    assert [part for part, _ in found.parts] == ["province", "city", "district", "street"]


def test_a_known_road_leads_to_its_grid() -> None:
    (found,) = places_in(read("幸福路88号停水"), CITY)
    assert (found.area, found.grid) == ("990101", "G0101")


def test_a_road_through_two_grids_leads_to_what_they_share() -> None:
    (found,) = places_in(read("朝阳街没有路灯"), CITY)
    assert (found.area, found.grid) == ("东风街道", "")


def test_a_second_name_settles_which_grid() -> None:
    (found,) = places_in(read("锦绣社区朝阳街没有路灯"), CITY)
    assert found.grid == "G0102"


def test_a_name_written_nearly_right_is_found() -> None:
    row = CITY.locate("东风街到")
    assert row is not None
    assert row.street == "东风街道"
    assert CITY.locate("完全是别处") is None


def test_names_that_no_grammar_knows_are_found_by_the_list() -> None:
    (found,) = places_in(read("昨天柳树湾又停电"), CITY)
    assert (found.text, found.grid) == ("柳树湾", "G0201")


WORDS = st.text("幸福路88号小区的在我家楼下东风镇村和大道交叉口3栋市A区，学校对面国道107县", max_size=30)


@given(WORDS)
def test_no_heap_of_place_words_breaks_it(said: str) -> None:
    reading = read(said)
    found = places_in(reading, CITY)
    assert all(each.text == reading.text[each.start : each.end] for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
