"""Uncertain numbers as people write them on one line."""

import pytest

from anlan.formats.messages import LANGUAGES
from anlan.loop.quantify.methods.estimates import KINDS, read_estimate
from anlan.studies.methods.explaining import code_of
from anlan.studies.methods.one_line import estimate_of, line_of, number_of, patterns


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("1,500", 1500), ("５％", 0.05), ("1e-4", 1e-4), ("−2", -2), ("1/4", 0.25), ("1/0", "1/0"),
        ("一万", "一万"),
        ("pert 1 2 5", {"kind": "pert", "low": 1, "likely": 2, "high": 5}),
        ("lognormal low=1000，high=20,000", {"kind": "lognormal", "low": 1000, "high": 20000}),
        ("lognormal 1000 20000", "lognormal 1000 20000"),
        ("三角（1，2，5）", {"kind": "triangular", "low": 1, "likely": 2, "high": 5}),
        ("对数正态 中位10 误差因子3", {"kind": "lognormal", "median": 10, "error_factor": 3}),
        ("PERT 最小=1、最可能=2、最大=5", {"kind": "pert", "low": 1, "likely": 2, "high": 5}),
        ("Lognormal median 10 EF 3", {"kind": "lognormal", "median": 10, "error_factor": 3}),
        ("lognormal min=1 max=9", {"kind": "lognormal", "min": 1, "max": 9}),
        ("pert 1e-5 2e-5 3e-5", {"kind": "pert", "low": 1e-5, "likely": 2e-5, "high": 3e-5}),
        ("pert low=1 low=2 likely=3 high=5", "pert low=1 low=2 likely=3 high=5"),
        ("pert low=1 likely=2 high=5 or so", "pert low=1 likely=2 high=5 or so"),
        ("quantiles 0 0 1,500", {"kind": "quantiles", "values": [0, 0, 1500]}),
        ("分位数（0、500）", {"kind": "quantiles", "values": [0, 500]}),
        ("pert 1 2 5 9", {"kind": "pert", "low": 1, "likely": 2, "high": 5, "value 4": 9}),
    ],
)  # fmt: skip
def test_a_line_is_read_as_meant_or_left_as_written(line: str, value: object) -> None:
    assert estimate_of(line) == value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_is_written_so_that_it_is_read_back(language: str) -> None:
    ways = [{"kind": kind, **dict.fromkeys(names, 1.5)} for kind, sets in KINDS.items() for names in sets]
    listed = {"kind": "quantiles", "values": [0, 500, 1000.5]}
    for given in (*(way for way in ways if way["kind"] != "quantiles"), listed, 3, 0.25):
        assert estimate_of(line_of(given, language=language)) == given
    assert number_of(" 12 ") == 12


def test_a_line_is_shown_in_the_words_of_the_reader() -> None:
    given = {"kind": "lognormal", "median": 10, "error_factor": 3}
    assert line_of(given, language="zh") == "对数正态（中位数=10，误差因子=3）"
    assert line_of(given, language="en") == "lognormal median=10 error factor=3"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_becomes_a_distribution_once_its_numbers_are_filled_in(language: str) -> None:
    for _, line in patterns(language):
        numbers = iter(("=2", "=3", "=4"))
        read_estimate(estimate_of("".join(next(numbers) if sign == "=" else sign for sign in line)))


def test_a_method_is_known_by_its_title_too() -> None:
    assert code_of("风险矩阵") == code_of("Risk Matrix") == code_of("risk_matrix") == "risk_matrix"
    assert code_of("水晶球") == "水晶球"
