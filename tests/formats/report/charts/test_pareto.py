"""Ranked bars: longest first, ranges, what is left, levels, and the sentence."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from anlan.formats.report.charts.pareto import pareto

SVG = "{http://www.w3.org/2000/svg}"
DATA: dict[str, Any] = {"measure": "rpn", "names": ["one", "two & three"], "values": [120, 40]}


def _root(**changes: Any) -> ET.Element:
    return ET.fromstring(pareto({**DATA, **changes}, language="en"))


def _wide(root: ET.Element, height: str) -> list[float]:
    return [float(each.attrib["width"]) for each in root.iter(f"{SVG}rect") if each.get("height") == height]


def test_bars_are_as_long_as_their_values() -> None:
    long, short = _wide(_root(), "16")
    assert long / short == pytest.approx(3.0, abs=0.001)


def test_what_is_left_is_a_narrow_bar_and_is_said() -> None:
    root = _root(after=[60, None])
    assert _wide(root, "5") == [_wide(root, "16")[0] / 2]
    assert "after measures" in (root.findtext(f"{SVG}desc") or "")


def test_ranges_have_whiskers_only_where_they_are_wide() -> None:
    def dashes(root: ET.Element) -> int:
        return sum(1 for each in root.iter(f"{SVG}path") if (each.get("d") or "").count("v8") == 2)

    assert dashes(_root(low=[100, 40], high=[200, 40])) == 1
    assert dashes(_root()) == 0


def test_levels_and_negative_values_are_drawn_and_long_lists_are_cut() -> None:
    many = {"names": [str(i) for i in range(50)], "values": [25 - i for i in range(50)]}
    root = _root(**many, bounds=[0, 10], levels=["low", "mid", "high"])
    assert len(_wide(root, "16")) == 20
    assert "50" in (root.findtext(f"{SVG}desc") or "")
    assert len(_wide(_root(names=["a", "b"], values=[1, -2]), "16")) == 2
