"""Layers of protection, errors of a task and courses over time: where their marks stand."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from anlan.formats.report.charts.cascade import cascade
from anlan.formats.report.charts.course import course, under_way
from anlan.formats.report.charts.error_probabilities import error_probabilities
from anlan.formats.report.tokens import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
LAYERS = [
    {"name": "start", "value": 2.0},
    {"name": "<watch>", "value": 0.2},
    {"name": "switch", "value": 0.02},
]


def _rows(svg: str) -> dict[str, ET.Element]:
    """Circle of each row by the name in its title."""
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        title, circle = group.findtext(f"{SVG}title"), group.find(f".//{SVG}circle")
        if title and circle is not None:
            found[title.rpartition(": ")[0]] = circle
    return found


def test_each_layer_of_ten_moves_the_frequency_one_decade_to_the_left() -> None:
    x = {name: float(c.attrib["cx"]) for name, c in _rows(cascade({"rows": LAYERS, "limit": 0.01},
         language="en")).items()}  # fmt: skip
    assert x["start"] - x["<watch>"] == pytest.approx(x["<watch>"] - x["switch"], abs=0.02)
    assert x["switch"] < x["start"]


@pytest.mark.parametrize(("limit", "colour", "said"), [(0.01, "red", "more often"), (0.02, "teal", "within")])
def test_the_last_layer_is_red_only_above_what_is_tolerable(limit: float, colour: str, said: str) -> None:
    svg = cascade({"rows": LAYERS, "limit": limit}, language="en")
    assert _rows(svg)["switch"].attrib["fill"] == LIGHT[colour]
    assert said in (ET.fromstring(svg).findtext(f"{SVG}desc") or "")


def test_a_layer_that_never_fails_ends_at_the_left_edge() -> None:
    svg = cascade({"rows": [*LAYERS, {"name": "wall", "value": 0.0}], "limit": 0.01}, language="zh")
    rows = _rows(svg)
    assert float(rows["wall"].attrib["cx"]) == min(float(c.attrib["cx"]) for c in rows.values())


def test_many_layers_keep_the_last_one_and_tell_of_the_rest() -> None:
    many = [{"name": f"n{n}", "value": 2.0**-n} for n in range(40)]
    svg = cascade({"rows": many, "limit": 1e-3}, language="en")
    assert "n39" in _rows(svg)
    assert "20 factors are not drawn" in svg


def test_the_most_probable_error_stands_out_and_zero_is_hollow() -> None:
    rows = [
        {"name": "a", "value": 0.01, "low": 0.001, "high": 0.05},
        {"name": "b", "value": 0.1, "low": 0.05, "high": 0.3},
        {"name": "c", "value": 0.0, "low": 0.0, "high": 0.0},
    ]
    circles = _rows(error_probabilities({"rows": rows}, language="en"))
    fills = {name: circle.attrib["fill"] for name, circle in circles.items()}
    assert fills == {"a": LIGHT["slate"], "b": LIGHT["teal"], "c": LIGHT["surface"]}
    assert float(circles["c"].attrib["cx"]) < float(circles["a"].attrib["cx"])


def _course(*series: tuple[str, list[float]]) -> dict[str, Any]:
    return {
        "x": {"name": "hours", "values": [0.0, 50.0, 100.0]},
        "series": [{"name": name, "values": values} for name, values in series],
    }


def test_curves_close_together_share_a_straight_axis_and_far_ones_a_logarithmic_one() -> None:
    close = course(_course(("unavailability", [0, 0.1, 0.1]), ("failed_once", [0, 0.2, 0.4])), language="en")
    far = course(_course(("unavailability", [0, 1e-6, 1e-6]), ("failed_once", [0, 0.2, 0.4])), language="en")
    assert "logarithmic" not in close
    assert "logarithmic" in far


def test_two_curves_are_named_and_dashed_apart_and_one_alone_needs_no_names() -> None:
    both = course(_course(("unavailability", [0, 0.1, 0.1]), ("failed_once", [0, 0.2, 0.4])), language="zh")
    texts = [text.text for text in ET.fromstring(both).iter(f"{SVG}text")]
    assert {"此刻不可用", "至少失效过一次"} <= set(texts)
    lines = [path for path in ET.fromstring(both).iter(f"{SVG}path") if "stroke-linejoin" in path.attrib]
    assert [path.attrib.get("stroke-dasharray") for path in lines] == [None, "6 3"]
    alone = course(_course(("probability", [0.0, 0.1, 0.2])), language="zh")
    assert "要求时失效" not in [text.text for text in ET.fromstring(alone).iter(f"{SVG}text")]


def test_nothing_ever_failing_is_still_a_drawing() -> None:
    svg = course(
        _course(("unavailability", [0.0, 0.0, 0.0]), ("failed_once", [0.0, 0.0, 0.0])), language="en"
    )
    assert "at most 0" in (ET.fromstring(svg).findtext(f"{SVG}desc") or "")


def test_cases_under_way_are_told_with_their_end() -> None:
    drawn = {
        "x": {"name": "hours", "values": [0, 1, 2]},
        "series": [{"name": "under_way", "values": [0, 3, 2.5]}],
    }
    svg = under_way(drawn, language="en")
    assert "Cases under way: at most 3, 2.5 at the end, after 2 hours." in svg
    assert "从空闲开始的在办件数" in under_way(drawn, language="zh")
