"""Trees of criteria, bars of weights and of first places: what they show and how they stay readable."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from anlan.formats.report.charts.hierarchy import hierarchy_tree
from anlan.formats.report.charts.rank_stability import rank_stability_bars
from anlan.formats.report.charts.weight_bars import weight_bars

SVG = "{http://www.w3.org/2000/svg}"
TREE: dict[str, Any] = {
    "nodes": [
        {"name": "goal", "weight": 1.0, "under": None},
        {"name": "safety", "weight": 0.7, "under": "goal"},
        {"name": "<cost>", "weight": 0.3, "under": "goal"},
        {"name": "people", "weight": 0.4, "under": "safety"},
        {"name": "goods", "weight": 0.3, "under": "safety"},
    ],
    "alternatives": [{"name": "x", "priority": 0.45}, {"name": "y", "priority": 0.55}],
}


def _boxes(svg: str) -> dict[str, dict[str, str]]:
    """Rectangle of each box by the name in its title."""
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        title, box = group.findtext(f"{SVG}title"), group.find(f"{SVG}rect")
        if title and box is not None:
            found[title.rpartition(":")[0]] = box.attrib
    return found


def test_parts_stand_right_of_their_criterion_and_alternatives_right_of_all() -> None:
    boxes = _boxes(hierarchy_tree(TREE, language="en"))
    x = {name: float(box["x"]) for name, box in boxes.items()}
    assert x["goal"] < x["safety"] == x["<cost>"] < x["people"] == x["goods"] < x["x"] == x["y"]
    y = {name: float(box["y"]) for name, box in boxes.items()}
    assert y["safety"] == (y["people"] + y["goods"]) / 2


def test_boxes_do_not_overlap_and_lie_inside() -> None:
    root = ET.fromstring(hierarchy_tree(TREE, language="en"))
    boxes = [{k: float(box[k]) for k in ("x", "y", "width", "height")}
             for box in _boxes(hierarchy_tree(TREE, language="en")).values()]  # fmt: skip
    for i, one in enumerate(boxes):
        assert one["x"] >= 0
        assert one["y"] >= 0
        assert one["x"] + one["width"] <= float(root.attrib["width"])
        assert one["y"] + one["height"] <= float(root.attrib["height"])
        for other in boxes[i + 1 :]:
            apart_x = abs(one["x"] - other["x"]) >= one["width"]
            assert apart_x or abs(one["y"] - other["y"]) >= one["height"]


def test_the_first_alternative_is_marked_and_named_and_lines_carry_the_weight() -> None:
    svg = hierarchy_tree(TREE, language="en")
    boxes = _boxes(svg)
    assert [name for name, box in boxes.items() if box["stroke-width"] == "2"] == ["y"]
    assert "“y”" in (ET.fromstring(svg).findtext(f"{SVG}desc") or "")
    widths = sorted({float(p.attrib["stroke-width"]) for p in ET.fromstring(svg).iter(f"{SVG}path")})
    assert widths[-1] / widths[1] == pytest.approx(7 / 3)


def test_levels_with_too_many_rows_are_left_out_and_said() -> None:
    nodes = [{"name": "goal", "weight": 1.0, "under": None}]
    nodes += [{"name": f"c{i}", "weight": 0.1, "under": "goal"} for i in range(10)]
    nodes += [{"name": f"d{i}.{j}", "weight": 0.02, "under": f"c{i}"} for i in range(10) for j in range(5)]
    svg = hierarchy_tree({"nodes": nodes, "alternatives": []}, language="en")
    assert len(_boxes(svg)) == 11
    assert "50 criteria of lower levels" in (ET.fromstring(svg).findtext(f"{SVG}desc") or "")


def test_bars_are_as_long_as_the_share() -> None:
    rows = [
        {"name": "a", "rank": 1, "first": 0.8, "rank_low": 1, "rank_high": 2},
        {"name": "b", "rank": 2, "first": 0.2, "rank_low": 1, "rank_high": 2},
        {"name": "c", "rank": 3, "first": 0.0, "rank_low": 3, "rank_high": 3},
    ]
    svg = rank_stability_bars({"rows": rows}, language="en")
    wide = {box: float(at["width"]) for box, at in _boxes(svg).items()}
    lengths = list(wide.values())
    assert lengths[0] / lengths[1] == 4.0
    assert "1–2" in svg
    assert ">3<" in svg


def test_weights_stand_largest_first_and_only_known_limits_have_whiskers() -> None:
    rows = [
        {"name": "a", "weight": 0.3, "low": 0.2, "high": 0.5},
        {"name": "b", "weight": 0.7, "low": None, "high": None},
    ]
    svg = weight_bars({"rows": rows}, language="zh")
    assert list(_boxes(svg)) == ["b", "a"]
    whiskers = [p for p in ET.fromstring(svg).iter(f"{SVG}path") if "v8" in p.attrib["d"]]
    assert len(whiskers) == 1
