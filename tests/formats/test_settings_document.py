"""Files of settings that no parser and no calculation should meet are refused with their place."""

import time
from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.calendar_file import load_calendar
from anlan.formats.cost_file import load_costs
from anlan.formats.criteria_file import DEFAULT, load_criteria
from anlan.formats.error_words import error_text
from anlan.formats.mapping_file import load_mapping
from anlan.formats.messages import in_both_languages
from anlan.formats.packs import load_user_pack

CALENDAR = 'zone = "UTC"\nvalid_from = 2024-01-01\nvalid_to = 2024-12-31\nweek = "always"\n'


def _refused(load, path: Path, text: str) -> RefusedInput:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedInput) as refused:
        load(path)
    for words in in_both_languages(f"errors.{refused.value.code}", **refused.value.parameters).values():
        assert 20 < len(words) < 1_500
    return refused.value


@pytest.mark.parametrize(
    ("load", "name", "text"),
    [
        (load_costs, "a.toml", "a = " + "[" * 100_000),
        (load_costs, "a.toml", "a = " + "[" * 30 + "]" * 30),
        (load_costs, "a.toml", "a." * 400_000 + "b = 1"),
        (load_costs, "a.toml", '"a" . ' * 100_000 + "b = 1"),
        (load_criteria, "a.toml", "[" + "a." * 40 + "b]"),
        (load_calendar, "a.toml", "week = " + "{a=" * 50_000),
        (load_calendar, "a.json", "[" * 100_000),
        (load_calendar, "a.json", '{"a":' * 30 + "1" + "}" * 30),
    ],
)
def test_settings_inside_settings_without_end_are_refused_at_once(tmp_path, load, name, text) -> None:
    begin = time.monotonic()
    assert _refused(load, tmp_path / name, text).code == "settings.too_deep"
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(("load", "name"), [(load_mapping, "m.json"), (load_user_pack, "p.toml")])
def test_other_files_of_the_user_are_not_a_way_to_exhaust_the_parser_either(tmp_path, load, name) -> None:
    text = "a = " + "[" * 60_000 if name.endswith("toml") else "[" * 60_000
    assert _refused(load, tmp_path / name, text).code in ("mapping.unreadable", "packs.not_toml")


@pytest.mark.parametrize("number", ["9" * 300, "9" * 20, "-" + "9" * 30, "0x" + "f" * 5_000])
def test_a_whole_number_of_more_than_64_bits_is_refused_with_its_name(tmp_path, number) -> None:
    fault = _refused(load_costs, tmp_path / "a.toml", f'currency = "CNY"\nperson_day = {number}\n')
    assert (fault.code, fault.parameters["where"]) == ("settings.number", "person_day")


def test_a_number_too_long_for_the_parser_is_a_fault_of_the_file(tmp_path) -> None:
    assert _refused(load_costs, tmp_path / "a.toml", "a = " + "9" * 5_000).code == "settings.syntax"


@pytest.mark.parametrize("rate", ["1e308", "5e-324", "1e-7", "1e13", "true", "nan"])
def test_rates_have_the_size_of_rates(tmp_path, rate) -> None:
    fault = _refused(load_costs, tmp_path / "a.toml", f'currency = "CNY"\nperson_day = {rate}\n')
    assert fault.code == "costs.faults"
    assert "1e-06 .. 1e+12" in fault.parameters["faults"][0]


@pytest.mark.parametrize(
    ("old", "new"), [("[0.1, 1, 10, 50]", "[1e-320, 1, 10, 50]"), ("[0.1, 1, 10, 50]", "[0.1, 1, 10, 1e300]")]
)
def test_bounds_of_the_matrix_have_a_plausible_size(tmp_path, old, new) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    assert text.count(old) == 1
    fault = _refused(load_criteria, tmp_path / "a.toml", text.replace(old, new))
    assert "likelihood.bounds" in fault.parameters["faults"][0]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('week = "always"', "week = { monday = [5] }", "week.monday[0]"),
        ('week = "always"', "week = 7", "week"),
        ('zone = "UTC"', "zone = 5", "zone"),
        ('zone = "UTC"', 'zone = "UTC"\nname = [1]', "name"),
        ('zone = "UTC"', 'zone = "UTC"\nname = " "', "name"),
        ('zone = "UTC"', 'zone = "UTC"\nactivities = { x = [1] }', "activities.x"),
        ('zone = "UTC"', 'zone = "UTC"\nextra_days = [{ a = 1 }]', "extra_days"),
        ("2024-01-01", "0001-01-01", "valid_from"),
        ("2024-01-01", "1899-12-31", "valid_from"),
        ("2024-12-31", "9999-12-31", "valid_to"),
        ("2024-12-31", "2200-01-01", "valid_to"),
    ],
)
def test_a_calendar_entry_of_another_kind_is_named(tmp_path, old, new, place) -> None:
    fault = _refused(load_calendar, tmp_path / "a.toml", CALENDAR.replace(old, new))
    assert fault.code == "calendar.faults"
    assert [entry for entry in fault.parameters["faults"] if entry.startswith(f"{place} = ")]


def test_a_calendar_for_three_hundred_years_is_read(tmp_path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(CALENDAR.replace("2024-01-01", "1900-01-01").replace("2024-12-31", "2199-12-31"))
    assert load_calendar(file).default.valid_to.year == 2199


def test_half_a_sign_in_json_is_a_fault_of_the_file(tmp_path) -> None:
    entries = '"zone": "UTC", "valid_from": "2024-01-01", "valid_to": "2024-12-31", "week": "always"'
    text = '{"name": "\\ud800", ' + entries + "}"
    assert _refused(load_calendar, tmp_path / "a.json", text).code == "calendar.syntax"


@pytest.mark.parametrize(("load", "kind"), [(load_costs, "settings"), (load_calendar, "calendar")])
def test_a_file_in_another_encoding_is_told_by_line_and_likely_encoding(tmp_path, load, kind) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes('name = "x"\nzone = "上海"\n'.encode("gb18030"))
    with pytest.raises(RefusedInput) as refused:
        load(file)
    assert refused.value.code == f"{kind}.encoding"
    for language in ("zh", "en"):
        said = error_text(refused.value, language)
        assert "GB18030" in said
        assert "codec" not in said
    assert refused.value.parameters["line"] == 2


def test_a_fault_of_syntax_is_told_by_its_line(tmp_path) -> None:
    fault = _refused(load_costs, tmp_path / "a.toml", "person_day = 1\ncurrency = CNY\n")
    assert fault.code == "settings.syntax"
    assert (fault.parameters["line"], fault.parameters["found"]) == (2, "currency = CNY")
    assert "Invalid" not in error_text(fault, "zh")
