"""Uncertain numbers as people write them on one line."""

import pytest

from anlan.studies.methods.explaining import code_of
from anlan.studies.methods.one_line import estimate_of, line_of, number_of


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("1,500", 1500), ("５％", 0.05), ("1e-4", 1e-4), ("−2", -2), ("1/4", 0.25), ("1/0", "1/0"),
        ("一万", "一万"),
        ("pert 1 2 5", {"kind": "pert", "low": 1, "likely": 2, "high": 5}),
        ("lognormal low=1000，high=20,000", {"kind": "lognormal", "low": 1000, "high": 20000}),
        ("lognormal 1000 20000", "lognormal 1000 20000"),
        ("pert 1 2 5 9", {"kind": "pert", "low": 1, "likely": 2, "high": 5, "value 4": 9}),
    ],
)  # fmt: skip
def test_a_line_is_read_as_meant_or_left_as_written(line: str, value: object) -> None:
    assert estimate_of(line) == value


def test_a_line_is_written_so_that_it_is_read_back() -> None:
    for given in ({"kind": "gamma", "shape": 2, "scale": 0.5}, 3, 0.25):
        assert estimate_of(line_of(given)) == given
    assert number_of(" 12 ") == 12


def test_a_method_is_known_by_its_title_too() -> None:
    assert code_of("风险矩阵") == code_of("Risk Matrix") == code_of("risk_matrix") == "risk_matrix"
    assert code_of("水晶球") == "水晶球"
