"""A risk in the user's matrix: dot, range and words."""

import xml.etree.ElementTree as ET
from typing import Any

from anlan.formats.report.charts.method_matrix import method_matrix

SVG = "{http://www.w3.org/2000/svg}"
DATA: dict[str, Any] = {
    "likelihood_labels": ["rare", "often"],
    "severity_labels": ["small", "middling", "<b>large</b>"],
    "levels": ["low", "high"],
    "cells": [["low", "low", "high"], ["low", "high", "high"]],
    "at": [2, 3],
}


def _root(**changes: Any) -> ET.Element:
    return ET.fromstring(method_matrix({**DATA, **changes}, language="en"))


def _dashed(root: ET.Element) -> list[ET.Element]:
    return [each for each in root.iter(f"{SVG}rect") if each.get("stroke-dasharray")]


def test_the_dot_lies_in_its_cell_and_higher_likelihood_is_further_up() -> None:
    def dot(at: list[int]) -> tuple[float, float]:
        circle = next(each for each in _root(at=at).iter(f"{SVG}circle") if each.get("r") == "8")
        return float(circle.attrib["cx"]), float(circle.attrib["cy"])

    assert dot([2, 3])[0] > dot([2, 1])[0]
    assert dot([2, 3])[1] < dot([1, 3])[1]


def test_a_range_is_a_dashed_box_and_is_said() -> None:
    root = _root(low=[1, 2], high=[2, 3])
    assert len(_dashed(root)) == 1
    assert "low, high" in (root.findtext(f"{SVG}desc") or "")


def test_a_single_cell_has_no_box() -> None:
    assert not _dashed(_root())
    assert not _dashed(_root(low=[2, 3], high=[2, 3]))


def test_any_size_up_to_ten_is_drawn_and_names_are_escaped() -> None:
    assert "<b>" not in method_matrix(DATA, language="zh")
    names = [f"step {i} with a long name" for i in range(10)]
    levels = [f"level {i}" for i in range(10)]
    cells = [[levels[(i + j) // 2] for j in range(10)] for i in range(10)]
    root = _root(likelihood_labels=names, severity_labels=names, levels=levels, cells=cells, at=[10, 10])
    assert sum(1 for _ in root.iter(f"{SVG}rect")) >= 100
