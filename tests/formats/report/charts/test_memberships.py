"""Bars by grade and operator, and functions with the measured value."""

import xml.etree.ElementTree as ET

import pytest

from anlan.formats.report.charts.memberships import membership_functions, memberships

SVG = "{http://www.w3.org/2000/svg}"
SERIES = [{"name": "min_max", "values": [0.2, 0.4]}, {"name": "product_sum", "values": [0.9, 0.1]}]


def test_each_grade_has_a_bar_of_each_operator_as_high_as_its_membership() -> None:
    root = ET.fromstring(memberships({"grades": ["good", "bad"], "series": SERIES}, language="en"))
    bars = [
        float(r.attrib["height"]) for r in root.iter(f"{SVG}rect") if r.get("height") not in ("10", "244")
    ]
    assert bars == pytest.approx([166 * share for share in (0.2, 0.4, 0.9, 0.1)], abs=0.01)
    said = root.findtext(f"{SVG}desc") or ""
    assert "M(min, max): largest in “bad” (0.4)" in said
    assert "“good” (0.9)" in said


def test_functions_are_drawn_over_the_values_with_the_measured_one() -> None:
    functions = [{"grade": "low", "points": [0, 0, 2, 4]}, {"grade": "high", "points": [2, 4, 4]}]
    data = {"factor": "<wait>", "value": 3.0, "functions": functions}
    svg = membership_functions(data, language="zh", theme="dark")
    root = ET.fromstring(svg)
    lines = [p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "2"]
    assert len(lines) == 2
    assert "<wait>" not in svg
    assert "3" in (root.findtext(f"{SVG}desc") or "")
