"""Risk criteria: the default ones cell by cell, borders, files with faults."""

from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.criteria_file import DEFAULT, load_criteria

LEVELS = ("low", "slight", "moderate", "high", "crisis")


def _level_of_index(index: int) -> str:
    return LEVELS[(index >= 4) + (index >= 8) + (index >= 12) + (index >= 20)]


@pytest.mark.parametrize("likelihood", range(1, 6))
@pytest.mark.parametrize("severity", range(1, 6))
def test_every_default_cell_follows_the_bands_and_the_rule_for_severity_five(likelihood, severity) -> None:
    expected = _level_of_index(likelihood * severity)
    if severity == 5 and LEVELS.index(expected) < LEVELS.index("moderate"):
        expected = "moderate"
    assert load_criteria().level(likelihood, severity).code == expected


def test_the_default_scales_names_and_colours() -> None:
    criteria = load_criteria()
    assert criteria.likelihood.bounds == (0.1, 1.0, 10.0, 50.0)
    assert criteria.severity.bounds == (0.1, 0.5, 2.0, 10.0)
    assert tuple(level.code for level in criteria.levels) == LEVELS
    assert tuple(criteria.labels("zh").values()) == ("低", "轻度", "中度", "高度", "危机")
    assert [level.colour for level in criteria.levels] == ["grey", "blue", "yellow", "orange", "red"]
    assert [level.report_within_hours for level in criteria.levels] == [None, None, None, 24.0, 1.0]
    assert "severity.bounds" in criteria.assumptions


@pytest.mark.parametrize(
    ("value", "score"),
    [(0.0, 1), (0.099, 1), (0.1, 2), (0.999, 2), (1.0, 3), (10.0, 4), (50.0, 5)],
)
def test_a_value_on_a_border_belongs_to_the_score_above(value: float, score: int) -> None:
    assert load_criteria().likelihood.score(value) == score


def _changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = DEFAULT.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_cells_alone_are_enough(tmp_path: Path) -> None:
    path = _changed(tmp_path, *((f"index_from = {n}\n", "") for n in (1, 4, 8, 12, 20)))
    assert load_criteria(path).cells == load_criteria().cells


def test_bands_alone_are_enough(tmp_path: Path) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text[: text.index("[matrix]")], encoding="utf-8")
    assert load_criteria(path).cells == load_criteria().cells


def test_three_levels_on_a_scale_of_three_by_two(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(
        """
version = "small"
[likelihood]
unit = "per_1000_cases"
bounds = [1, 10]
labels_zh = ["少", "中", "多"]
labels_en = ["few", "some", "many"]
[severity]
unit = "customer_min"
bounds = [60]
labels_zh = ["轻", "重"]
labels_en = ["light", "heavy"]
[[levels]]
code = "green"
zh = "绿"
en = "Green"
colour = "blue"
index_from = 1
[[levels]]
code = "red"
zh = "红"
en = "Red"
colour = "red"
index_from = 4
""",
        encoding="utf-8",
    )
    criteria = load_criteria(path)
    assert criteria.cells == ((0, 0), (0, 1), (0, 1))
    assert criteria.assumptions == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("bounds = [0.1, 1, 10, 50]", "bounds = [0.1, 10, 1, 50]"), "likelihood.bounds"),
        (("bounds = [0.1, 0.5, 2, 10]", "bounds = [0.1, nan, 2, 10]"), "severity.bounds"),
        (('labels_zh = ["极少", ', "labels_zh = ["), "likelihood.labels_zh"),
        (('unit = "per_1000_cases"', 'unit = "per_day"'), "likelihood.unit"),
        (("index_from = 8", "index_from = 3"), "levels.index_from"),
        (("index_from = 8\n", ""), "levels.index_from"),
        (('colour = "red"', 'colour = "pink"'), "levels[5].colour"),
        (('code = "slight"', 'code = "low"'), "levels.code"),
        (
            ('["low", "low", "low", "slight", "moderate"]', '["low", "low", "low", "low", "moderate"]'),
            "[1][4]",
        ),
        (
            ('["low", "low", "low", "slight", "moderate"]', '["low", "low", "mild", "slight", "moderate"]'),
            "[1][3]",
        ),
        (('  ["slight", "moderate", "high", "crisis", "crisis"],\n', ""), "matrix.cells"),
        (("severity = 5\n", "severity = 9\n"), "at_least[1].severity"),
        (('level = "moderate"', 'level = "medium"'), "at_least[1].level"),
        (("report_within_hours = 1\n", "report_within_hour = 1\n"), "report_within_hour"),
        (("report_within_hours = 24", "report_within_hours = -24"), "report_within_hours"),
        (('version = "anlan-default-1"', "version = 1"), "version"),
    ],
)
def test_a_fault_is_refused_and_named(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        load_criteria(_changed(tmp_path, change))
    assert refused.value.code == "criteria.faults"
    assert any(fault in text for text in refused.value.parameters["faults"])


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    path = _changed(tmp_path, ("version =", "versoin ="), ('colour = "red"', 'colour = "pink"'))
    with pytest.raises(RefusedInput) as refused:
        load_criteria(path)
    assert len(refused.value.parameters["faults"]) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "settings.encoding"),
        (b"version = ", "settings.syntax"),
        (b" " * 1_000_001, "settings.too_large"),
    ],
)
def test_what_is_no_settings_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(RefusedInput, match=code):
        load_criteria(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="not_found"):
        load_criteria(tmp_path / "absent.toml")
