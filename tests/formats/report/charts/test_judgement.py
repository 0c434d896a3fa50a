"""Charts of what experts and counts say: every mark where its number is, every name and word there."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from anlan.formats.report.charts.methods import draw
from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    {"name": "<a>", "value": 2.0, "low": 0.0, "high": 4.0},
    {"name": {"zh": "乙", "en": "second"}, "value": 8.0, "low": None, "high": None},
]


def _root(kind: str, data: dict[str, Any], language: Any = "en") -> ET.Element:
    return ET.fromstring(draw(kind, data, language=language) or "")


def test_a_dot_lies_in_the_middle_of_an_even_interval_and_names_are_in_the_readers_language() -> None:
    root = _root("intervals", {"rows": ROWS, "all": {"value": 5.0, "low": 4.0, "high": 6.0}})
    first, second = (float(c.attrib["cx"]) for c in root.iter(f"{SVG}circle"))
    step = (second - first) / 6
    path = next(p.attrib["d"] for p in root.iter(f"{SVG}path") if "v8M" in p.attrib["d"])
    assert float(path[1:].split(" ")[0]) == pytest.approx(first - 2 * step, abs=0.01)
    assert {"<a>", "second"} <= {text.text for text in root.iter(f"{SVG}text")}
    assert "second: 8." in (root.findtext(f"{SVG}desc") or "")
    assert "乙：8。" in (_root("intervals", {"rows": ROWS, "all": None}, "zh").findtext(f"{SVG}desc") or "")


def test_one_value_alone_is_drawn() -> None:
    row = {"name": "a", "value": 3.0, "low": 3.0, "high": 3.0}
    assert _root("intervals", {"rows": [row], "all": None}).find(f".//{SVG}circle") is not None


def test_on_a_logarithmic_axis_equal_factors_are_equal_steps_and_zero_is_at_the_left_end() -> None:
    rows = [{"name": str(v), "value": v, "low": 0.0, "high": v} for v in (2.0, 200.0, 20_000.0)]
    data = {"rows": rows, "all": None, "of": {"zh": "年损失", "en": "Yearly loss"}, "logarithmic": True}
    root = _root("intervals", data)
    a, b, c = (float(each.attrib["cx"]) for each in root.iter(f"{SVG}circle"))
    assert b - a == pytest.approx(c - b, abs=0.01)
    starts = {p.attrib["d"].split(" ")[0] for p in root.iter(f"{SVG}path") if "v8M" in p.attrib["d"]}
    assert starts == {"M202.00"}
    assert "Yearly loss" in {text.text for text in root.iter(f"{SVG}text")}


def test_forecasts_that_came_true_as_often_as_said_lie_on_the_diagonal() -> None:
    bins = [{"n": 5, "forecast": p, "happened": p, "low": 0.0, "high": 1.0} for p in (0.1, 0.5, 0.9)]
    root = _root("reliability", {"bins": bins})
    dots = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in root.iter(f"{SVG}circle")]
    assert [(x - 52) / 314 for x, _ in dots] == pytest.approx([0.1, 0.5, 0.9], abs=1e-3)
    assert [(286 - y) / 274 for _, y in dots] == pytest.approx([0.1, 0.5, 0.9], abs=1e-3)
    assert "in 0 of them" in (root.findtext(f"{SVG}desc") or "")


def test_the_highest_point_of_the_posterior_is_told_and_absent_parts_are_not_drawn() -> None:
    x = [0.0, 1.0, 2.0, 3.0]
    data = {"x": x, "prior": None, "likelihood": [0.1, 0.3, 0.2, 0.1], "posterior": [0.0, 0.2, 0.6, 0.1],
            "result": None, "unit": "per_year"}  # fmt: skip
    root = _root("prior_posterior", data)
    assert "densest near 2" in (root.findtext(f"{SVG}desc") or "")
    drawn = [g.findtext(f"{SVG}title") for g in root.iter(f"{SVG}g")]
    assert drawn == ["counts", "posterior"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "code",
    ["score_sheet", "delphi_rounds", "three_point", "cooke", "dempster_shafer", "rate_blend", "share_blend",
     "calibration"],
)  # fmt: skip
def test_the_example_of_each_method_is_drawn_whole(code: str, language: Any) -> None:
    for chart in assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))["charts"]:
        root = _root(chart["kind"], chart["data"], language)
        assert root.findtext(f"{SVG}title")
        assert "nan" not in ET.tostring(root, encoding="unicode")
