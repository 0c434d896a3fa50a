"""Options as people write them, in both languages' habits."""

import pytest

from anlan.domain.errors import UsageError
from anlan.formats.messages import in_both_languages, messages
from anlan.studies.options import (
    LONGEST_S,
    ROLES,
    parse_budget,
    parse_closing,
    parse_duration,
    parse_limit,
    parse_mapping,
    parse_packs,
    parse_path,
)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1.5h", 5400), ("5d", 432_000), ("2 小时", 7200)]
)
def test_durations_are_read_in_both_languages(text: str, seconds: float) -> None:
    assert parse_duration(text, option="--sla") == seconds


@pytest.mark.parametrize("text", ["", "5", "d", "-5d", "0d", "5 moons"])
def test_a_duration_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_duration(text, option="--sla")


def test_a_limit_is_of_the_case_of_a_column_or_of_activities() -> None:
    assert parse_limit("5d").case_s == 432_000
    assert parse_limit("column:made_sla").column == "made_sla"
    assert parse_limit("派单=15m,处理=1d").activity_s == {"派单": 900, "处理": 86_400}


@pytest.mark.parametrize("text", ["column:", "a=2h,a=3h", "=2h", "a=", "soon"])
def test_a_limit_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_limit(text)


def test_a_budget_is_person_days_or_money() -> None:
    assert (parse_budget("60d").amount, parse_budget("60d").unit) == (60, "person_days")
    assert (parse_budget("50,000").amount, parse_budget("50000").unit) == (50_000, "money")
    with pytest.raises(UsageError):
        parse_budget("lots")


@pytest.mark.parametrize("text", ["1,5d", "1,5", "60,d", ",500", "1,0000", "12,34,567"])
def test_a_comma_that_separates_no_thousands_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_budget(text)
    assert parse_budget("1,234,567.5").amount == 1_234_567.5


@pytest.mark.parametrize("parse", [parse_packs, parse_mapping])
@pytest.mark.parametrize("text", ["", ",", " , "])
def test_a_list_without_an_entry_is_refused(parse, text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_a_comma_inside_a_column_name_is_written_with_a_backslash() -> None:
    assert parse_mapping(r"case=id\, long,activity=step") == {"case": "id, long", "activity": "step"}


@pytest.mark.parametrize("text", ["case", "case=", "colour=red", "case=a,case=b"])
def test_a_mapping_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_mapping(text)


def test_closing_activities_are_named_once_each() -> None:
    assert parse_closing(r"办结，作废,办结") == ("办结", "作废")
    assert parse_closing(r"Closed\, paid") == ("Closed, paid",)
    with pytest.raises(UsageError):
        parse_closing(" , ")


def test_paths_and_packs() -> None:
    assert parse_path("登记>派单→处理") == ("登记", "派单", "处理")
    assert parse_packs("auto") is None
    assert parse_packs("none") == ()
    assert parse_packs("it,cm") == ("IT", "CM")
    with pytest.raises(UsageError):
        parse_path("one")


@pytest.mark.parametrize("text", ["999999999999d", "36526d", "5218w", "0.0001s", "9" * 400 + "d"])
def test_a_duration_nobody_promises_is_refused_with_the_range(text: str) -> None:
    for given in (text, f"派单={text}"):
        with pytest.raises(UsageError) as refused:
            parse_limit(given)
        assert refused.value.code == "option.duration_range"
    said = in_both_languages("errors.option.duration_range", **refused.value.parameters)
    assert all("0.001" in words and "36,525" in words for words in said.values()), said


def test_a_hundred_years_are_still_a_duration() -> None:
    assert parse_duration("36525d", option="--sla") == LONGEST_S


@pytest.mark.parametrize("text", ["1000000000001", "1000000000001d", "9" * 400])
def test_a_budget_beyond_all_money_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_budget(text)
    assert refused.value.code == "option.budget_range"
    assert len(in_both_languages("errors.option.budget_range", **refused.value.parameters)["zh"]) < 200


@pytest.mark.parametrize(
    ("text", "amount", "unit", "currency"),
    [
        ("2万", 20_000, "money", None),
        ("2万元", 20_000, "money", "CNY"),
        ("1.5亿", 1.5e8, "money", None),
        ("20,000元", 20_000, "money", "CNY"),
        ("２０，０００", 20_000, "money", None),
        ("￥500", 500, "money", None),
        ("USD 500", 500, "money", "USD"),
        ("500美金", 500, "money", "USD"),
        ("300块", 300, "money", "CNY"),
        ("2万新台币", 20_000, "money", "TWD"),
        ("900 zloty", 900, "money", "PLN"),
        ("CHF 500", 500, "money", "CHF"),
        ("5D", 5, "person_days", None),
        ("６０ｄ", 60, "person_days", None),
        ("60 人天", 60, "person_days", None),
    ],
)
def test_a_budget_is_read_as_people_write_it(
    text: str, amount: float, unit: str, currency: str | None
) -> None:
    budget = parse_budget(text)
    assert (budget.amount, budget.unit, budget.currency) == (amount, unit, currency)


@pytest.mark.parametrize("text", ["2万5", "元", "元 5 元", "5 apples", "万", "1M"])
def test_a_budget_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_budget(text)


def test_signs_of_full_width_are_read_as_ordinary_ones() -> None:
    assert parse_limit("column：made_sla").column == "made_sla"
    assert parse_limit("列：达标").column == "达标"
    assert parse_limit("５Ｄ").case_s == 432_000
    assert parse_limit("派单＝15 分钟，处理=1d").activity_s == {"派单": 900, "处理": 86_400}
    assert parse_path("登记＞派单") == ("登记", "派单")
    assert parse_packs("ＡＵＴＯ") is None


def test_a_minute_is_not_guessed_where_it_could_be_a_month() -> None:
    with pytest.raises(UsageError):
        parse_duration("1M", option="--sla")


def test_roles_have_chinese_names() -> None:
    read = parse_mapping("案例=单号,活动＝环节，开始=a,完成=b,资源=c,费用=d")
    assert read == {
        "case": "单号",
        "activity": "环节",
        "start": "a",
        "end": "b",
        "resource": "c",
        "cost": "d",
    }
    with pytest.raises(UsageError) as refused:
        parse_mapping("案列=单号")
    assert refused.value.code == "option.map_role"
    with pytest.raises(UsageError) as refused:
        parse_mapping("案例=a,case=b")
    assert refused.value.code == "option.map_twice"


def test_an_unknown_pack_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError) as refused:
        parse_packs("IT,LX")
    assert refused.value.parameters["found"] == "LX"


def test_every_role_is_accepted_by_the_word_that_tables_use_for_it() -> None:
    for role in ROLES:
        assert parse_mapping(f"{messages('zh').text(f'cli.role.{role}')}=column") == {role: "column"}
