"""Which department gets a case, and which never does."""

from dataclasses import replace
from pathlib import Path

import pytest

from cases.rules.case import Kind, Role
from cases.rules.city import SAMPLE, City, CityError
from cases.rules.permissions import may_see
from cases.rules.routing import accused, route
from tests.support.cases import a_case


def test_the_category_decides(city: City) -> None:
    assert route(city, "环境保护", "环境污染", "", Kind.COMPLAINT, "").department == "sthj"


def test_every_category_leads_to_a_department(city: City) -> None:
    for category in city.categories:
        way = route(city, category.first_level, category.second_level, "", Kind.COMPLAINT, "")
        assert way.department == category.department


def test_an_unknown_second_level_falls_back_to_other(city: City) -> None:
    assert route(city, "交通运输", "飞船", "", Kind.COMPLAINT, "").department == "jtj"


def test_a_report_is_never_routed_to_the_accused(city: City) -> None:
    for code, department in city.departments.items():
        way = route(city, "环境保护", "环境污染", "", Kind.REPORT, f"{department.names['zh']}的科长")
        assert code != way.department
        assert code not in way.helpers


@pytest.mark.parametrize(
    ("unit", "story"),
    [
        ("sthj", "环保局的刘工给化工厂通风报信"),
        ("sthj", "环保局的人跟厂里串通，每次检查前都通知"),
        ("cgj", "举报城管局，他们乱收摊位费"),
        ("scjg", "市场监督局收了超市的钱，不查过期食品"),
        ("ybj", "医保局的老周卡着报销要好处"),
        ("slj", "水利局李工把河道砂石卖给亲戚"),
    ],
)
def test_everyday_names_and_people_without_a_title_are_the_unit_s(city: City, unit: str, story: str) -> None:
    assert accused(city, unit, Kind.REPORT, "", story)


@pytest.mark.parametrize("story", ["环保局老是不来查", "打了环保局的电话没人接", "环保局说归城管管"])
def test_a_unit_that_is_only_mentioned_is_not_accused(city: City, story: str) -> None:
    assert not accused(city, "sthj", Kind.REPORT, "", story)


def test_a_complaint_about_a_department_is_no_report(city: City) -> None:
    way = route(city, "环境保护", "环境污染", "", Kind.COMPLAINT, "云州市生态环境局")
    assert way.department == "sthj"


def test_a_report_is_invisible_to_the_accused_unit_whatever_the_role(city: City) -> None:
    case = a_case(kind=Kind.REPORT, respondent="云州市教育局副局长", department="jwjw", helpers=("jyj",))
    for role in Role:
        assert not may_see({role}, "jyj", case, city)
    assert may_see({Role.HANDLER}, "jwjw", case, city)


def test_others_departments_see_nothing(city: City) -> None:
    case = replace(a_case(), department="sthj")
    assert not may_see({Role.HANDLER, Role.LEAD}, "jtj", case, city)
    assert not may_see(set(), "sthj", case, city)
    assert may_see({Role.SUPERVISOR}, "xfj", case, city)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("city.yml", "policy: regulation", "policy: nothing", "city.yml: policy 'nothing'"),
        ("city.yml", "prefix: XF", "prefiks: XF", "city.yml: prefix is missing"),
        ("city.yml", "for: [hurt]", "for: [fear]", "city.yml: emergency 120: 'fear' is none of"),
        ("categories.csv", "0402,", "0401,", "categories.csv, line 26: code '0401' stands twice"),
        ("categories.csv", ",sthj,", ",nobody,", "categories.csv, line 25: department 'nobody'"),
        ("departments.csv", "code,zh", "kode,zh", "departments.csv: column 'code' is missing"),
        ("workdays.csv", "date,working,note", "date,working,note\n2026-13-01,no,", "workdays.csv, line 2"),
    ],
)
def test_a_clerk_s_mistake_is_named(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    for source in (each for each in SAMPLE.iterdir() if each.suffix != ".docx"):
        text = source.read_text(encoding="utf-8")
        (tmp_path / source.name).write_text(
            text.replace(old, new, 1) if source.name == file else text, encoding="utf-8"
        )
    with pytest.raises(CityError) as caught:
        City.load(tmp_path)
    assert str(caught.value).startswith(words)
