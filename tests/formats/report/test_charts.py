"""Each chart is well-formed, says in words what it shows, and does not break on little data."""

import copy
import itertools
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from anlan.formats.report import (
    arrivals_chart,
    control_chart,
    delay_pareto,
    exceedance_curve,
    key_node_ranks,
    process_map,
    risk_matrix,
    stability_chart,
    treatment_frontier,
)
from anlan.formats.report.charts.arrivals import grouped
from anlan.formats.report.charts.control import _apart
from anlan.formats.report.charts.exceedance import probability_at, probability_of_more, visible_curve
from anlan.formats.report.charts.map_layout import map_layout
from anlan.formats.report.charts.process_map import map_selection
from anlan.formats.report.drawing import Axis, fitted, lines_of, log_ticks, text_width, ticks
from anlan.formats.report.tokens import DARK, LIGHT
from formats.report.sample_result import (
    HOSTILE,
    empty_result,
    hostile_result,
    large_result,
    one_case_result,
    sample_result,
)

SVG = "{http://www.w3.org/2000/svg}"


def _first_indicator(data: dict[str, Any], **options: Any) -> str:
    return control_chart(data["monitor"][0], **options)


WHOLE = (arrivals_chart, delay_pareto, exceedance_curve, key_node_ranks, process_map, risk_matrix,
         stability_chart, treatment_frontier)  # fmt: skip
MAKERS = (sample_result, empty_result, one_case_result, hostile_result, large_result)


@pytest.mark.parametrize("make", MAKERS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("chart", WHOLE, ids=lambda c: c.__name__)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chart_is_an_svg_with_a_title_and_a_sentence(
    chart: Callable[..., str], make: Callable[[], dict[str, Any]], language: str
) -> None:
    for theme in ("light", "dark", "page"):
        root = ET.fromstring(chart(make(), language=language, theme=theme))
        assert root.tag == f"{SVG}svg"
        assert root.get("role") == "img"
        assert (root.findtext(f"{SVG}title") or "").strip()
        assert (root.findtext(f"{SVG}desc") or "").strip()
        assert not any(
            tag in ET.tostring(root, encoding="unicode") for tag in ("NaN", "nan,", " inf", "None")
        )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_on_its_own_uses_the_colours_of_its_theme_only(theme: str) -> None:
    colours = {c.upper() for c in (LIGHT if theme == "light" else DARK).values()}
    for chart in (*WHOLE, _first_indicator):
        drawing = chart(sample_result(), language="en", theme=theme)
        assert "var(--" not in drawing
        assert {c.upper() for c in re.findall(r'"(#[0-9A-Fa-f]{6})"', drawing)} <= colours


def test_a_hostile_name_is_text_in_every_chart() -> None:
    for chart in (*WHOLE, _first_indicator):
        drawing = chart(hostile_result(), language="en", theme="light")
        root = ET.fromstring(drawing)
        assert not list(root.iter("script"))
        assert not list(root.iter(f"{SVG}script"))
        assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


def test_the_matrix_counts_every_risk_once() -> None:
    result = sample_result()
    root = ET.fromstring(risk_matrix(result, language="en"))
    bubbles = [int(t.text or 0) for t in root.iter(f"{SVG}text") if t.get("font-size") == "13"]
    assert sum(bubbles) == len(result["risks"])


def test_the_matrix_takes_any_number_of_levels_and_scores() -> None:
    result = sample_result()
    result["criteria"] |= {"levels": result["criteria"]["levels"][1:4], "cells": [[0, 1], [1, 2], [2, 2]]}
    for scale, n in (("likelihood", 3), ("severity", 2)):
        result["criteria"][scale] = {
            "unit": "x", "bounds": list(range(1, n)), "labels": result["criteria"][scale]["labels"][:n]
        }  # fmt: skip
    for risk in result["risks"]:
        risk["index"] |= {"likelihood": 3, "severity": 2, "level": "high"}
    drawing = risk_matrix(result, language="en")
    assert drawing.count("<rect") == 6 + 1 + 1  # cells, the square of the lowest of three levels, ground


def test_the_curve_is_read_off_between_its_points() -> None:
    points = [(1.0, 1.0), (10.0, 0.1), (100.0, 0.01)]
    assert probability_at(10.0, points) == pytest.approx(0.1)
    assert probability_at(math.sqrt(10), points) == pytest.approx(math.sqrt(0.1))
    assert probability_at(0.1, points) == 1.0
    assert probability_at(1e6, points) == 0.01


def test_a_thinned_curve_keeps_its_ends_and_falls() -> None:
    curve = [[float(i), 1 - i / 50_000] for i in range(50_000)]
    points = visible_curve(curve, 1.0)
    assert points[0] == (1.0, 1 - 1 / 50_000)
    assert points[-1][1] >= 0.001
    assert len(points) < 1000
    assert all(a[0] < b[0] and a[1] >= b[1] for a, b in itertools.pairwise(points))


def test_a_curve_of_equal_or_zero_losses_is_explained_in_words() -> None:
    result = sample_result()
    for curve in ([[0.0, 1.0], [0.0, 0.0]], [[5.0, 1.0], [5.0, 0.5]], []):
        result["portfolio"]["curve"] = curve
        assert "no curve" in exceedance_curve(result, language="en")


def test_the_map_shows_how_much_of_the_process_it_shows() -> None:
    result = large_result()
    drawing = process_map(result, language="en")
    selection = map_selection(result)
    assert f"Shows {selection.shown} of 500 transitions" in drawing
    assert selection.covered > 0.75


def test_the_map_marks_rework_risks_and_key_nodes() -> None:
    drawing = process_map(sample_result(), language="en")
    assert drawing.count(f'stroke="{LIGHT["rework"]}"') >= 3  # two ways back, one own loop, the legend
    assert all(f">Key {rank}<" in drawing for rank in range(1, 6))
    assert "3 risks, the highest Crisis" in drawing


def test_a_two_way_order_without_repetition_is_not_called_rework() -> None:
    result = sample_result()
    for activity in result["process"]["activities"]:
        activity["cases"] = activity["count"]
    back = [e for e in result["process"]["edges"] if e["from"] != e["to"]]
    result["process"]["edges"] = back
    drawing = process_map(result, language="en")
    assert drawing.count(f'stroke="{LIGHT["rework"]}"') == 1  # the legend alone


def test_a_long_chain_is_folded_into_columns_and_a_given_direction_is_not() -> None:
    result = large_result()
    names = [a["name"] for a in result["process"]["activities"]]
    result["process"]["edges"] = [
        {"from": u, "to": v, "count": 9, "mean_s": 1.0, "median_s": 1.0, "p95_s": 1.0}
        for u, v in itertools.pairwise(names)
    ]
    for i, activity in enumerate(result["process"]["activities"]):
        activity |= {"starts": 9 * (i == 0), "ends": 9 * (i == len(names) - 1)}
    folded = map_layout(result["process"], map_selection(result), None)
    assert folded.folds > 2
    width, height = folded.extent
    assert 0.3 < width / height < 1.6
    assert map_layout(result["process"], map_selection(result), "right").folds == 1
    strips = map_layout(result["process"], map_selection(result), "right", longest=900.0)
    assert strips.folds > 1
    assert strips.length < 1200
    root = ET.fromstring(process_map(result, language="en"))
    assert len(list(root.iter(f"{SVG}svg"))) == folded.folds + 1


def test_long_names_are_cut_in_the_picture_and_whole_in_the_hint() -> None:
    result = sample_result()
    long = "极长的名称" * 60
    result["process"] = copy.deepcopy(result["process"])
    result["process"]["activities"][0]["name"] = long
    for edge in result["process"]["edges"]:
        edge |= {k: long for k in ("from", "to") if edge[k] == "报修受理"}
    root = ET.fromstring(process_map(result, language="zh"))
    shown = [t.text or "" for t in root.iter(f"{SVG}text")]
    assert not any("极长的名称" * 4 in text for text in shown)
    assert any(long in (t.text or "") for t in root.iter(f"{SVG}title"))


def test_a_gap_in_the_readings_is_a_gap_in_the_line() -> None:
    indicator = sample_result()["monitor"][1]
    root = ET.fromstring(control_chart(indicator, language="en"))
    lines = [p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "1.4"]
    assert len(lines) == 2


def test_readings_beyond_the_limits_are_ringed() -> None:
    indicator = sample_result()["monitor"][0]
    drawing = control_chart(indicator, language="en")
    assert indicator["beyond"]
    assert drawing.count('r="3.2"') == len(indicator["beyond"])
    assert f"{len(indicator['beyond'])} beyond them" in drawing


def test_periods_left_out_are_hollow_and_never_ringed() -> None:
    indicator = sample_result()["monitor"][0]
    first = indicator["series"][0]
    first[1] = indicator["upper_limit"] + 0.2
    drawing = control_chart(indicator, language="en")
    assert drawing.count('r="2"') == len(indicator["left_out"]) == 2
    assert drawing.count('r="3.2"') == len(indicator["beyond"])
    assert "2 more periods are left out" in drawing


def test_a_long_running_out_is_cut_so_that_the_chart_shows_the_process() -> None:
    indicator = sample_result()["monitor"][0]
    indicator["series"] += [[f"2027-{1 + i // 28:02d}-{1 + i % 28:02d}", 0.9, 3] for i in range(200)]
    indicator["left_out"] += [day for day, _, _ in indicator["series"][26:]]
    drawing = control_chart(indicator, language="en")
    assert "2027-01-03" in drawing
    assert drawing.count('r="2"') == 2 + 3


def test_no_axis_of_a_share_passes_one_hundred_per_cent() -> None:
    indicator = sample_result()["monitor"][0]
    indicator["series"][3][1] = 1.0
    indicator["upper_limit"] = indicator["fire"] = 1.0
    texts = [t.text or "" for t in ET.fromstring(control_chart(indicator, language="zh")).iter(f"{SVG}text")]
    ticks = [float(text.rstrip("%")) for text in texts if text.endswith("%")]
    assert max(ticks) == 100


def test_names_of_close_limits_are_moved_apart_and_stay_above_the_axis() -> None:
    moved = _apart([100.0, 141.0, 141.0, 141.5])
    assert moved == [100.0, 121.0, 131.5, 142.0]
    assert _apart([10.0, 50.0]) == [10.0, 50.0]


def test_a_chart_without_limits_or_readings_is_still_a_chart() -> None:
    indicator = sample_result()["monitor"][2]
    for name in ("baseline", "lower_limit", "upper_limit", "fire", "clear"):
        indicator[name] = None
    ET.fromstring(control_chart(indicator, language="en"))
    indicator["series"] = [["2026-01-01", 5.0, 1]]
    ET.fromstring(control_chart(indicator, language="en"))
    indicator["series"] = [["2026-01-01", None, 0]]
    assert "no readings" in control_chart(indicator, language="en")


def test_arrivals_fill_in_the_days_without_any() -> None:
    assert grouped([["2026-01-01", 2], ["2026-01-04", 1]]) == (
        "day", [("2026-01-01", 2), ("2026-01-02", 0), ("2026-01-03", 0), ("2026-01-04", 1)],
    )  # fmt: skip
    grain, bars = grouped([["2026-01-01", 2], ["2026-12-31", 1]])
    assert (grain, sum(n for _, n in bars)) == ("week", 3)
    assert grouped([["1900-01-01", 2], ["2026-12-31", 1]])[0] == "month"


def test_ticks_cover_the_range_in_round_steps() -> None:
    assert ticks(0.0, 97.0, about=5) == [0, 20, 40, 60, 80, 100]
    assert ticks(3.0, 3.0) == [3.0, 4.0, 5.0, 6.0] or len(ticks(3.0, 3.0)) >= 2
    assert log_ticks(80.0, 3000.0) == [100, 200, 500, 1000, 2000]
    assert log_ticks(1.0, 1e6) == [1, 100, 1e4, 1e6] or len(log_ticks(1.0, 1e6)) <= 6


def test_an_axis_holds_values_inside_the_drawing() -> None:
    axis = Axis(1.0, 100.0, 0.0, 200.0, logarithmic=True)
    assert [axis(v) for v in (0.0, 1.0, 10.0, 1e9)] == [0.0, 0.0, pytest.approx(100.0), 200.0]


@pytest.mark.parametrize("name", [*HOSTILE, "Repair ticket after a call", "客户回访前长时间等待"])
def test_fitted_text_fits(name: str) -> None:
    assert text_width(fitted(name, 120.0)) <= 121.0
    lines = lines_of(name, 120.0)
    assert 1 <= len(lines) <= 2
    assert all(text_width(line) <= 121.0 for line in lines)


def test_an_indicator_that_is_always_the_same_has_an_axis() -> None:
    """Every case hit in every period: a flat line at 100 %, drawn against zero."""
    indicator = sample_result()["monitor"][0] | {
        "unit": "share", "baseline": 1.0, "lower_limit": 1.0, "upper_limit": 1.0, "fire": None, "clear": None,
        "left_out": [], "beyond": [], "series": [["2026-01-05", 1.0, 30], ["2026-01-12", 1.0, 31]],
    }  # fmt: skip
    drawing = control_chart(indicator, language="en")
    assert "nan" not in drawing.lower()
    assert "100" in drawing


def test_a_tolerated_loss_is_marked_and_told_against_the_curve() -> None:
    curve = [[100.0 * k, (101 - k) / 101] for k in range(1, 101)]
    data = {"portfolio": {"unit": "CNY", "mean": 5_000.0, "p95": 9_500.0, "cvar95": 9_750.0, "years": 1000,
                          "expectation": None, "curve": curve}}  # fmt: skip
    plain = exceedance_curve(data, language="en")
    passed = exceedance_curve(data, language="en", tolerated=(8_000.0, 0.05))
    kept = exceedance_curve(data, language="zh", tolerated=(9_900.0, 0.05))
    far = exceedance_curve(data, language="en", tolerated=(1e9, 0.05))
    assert "in at most 5.0 % of years; the curve gives 20.8 %" in passed
    assert "的概率不高于 5.0%；曲线给出 2.0%" in kept
    assert "at most" not in plain
    assert far == plain


def test_a_tolerated_loss_is_read_off_the_years_without_a_loss_and_the_rare_ones_too() -> None:
    curve = [(0.0, 1.0), (0.0, 0.5), (0.0, 0.04), (1_000.0, 0.02), (5_000.0, 0.0005)]
    assert probability_of_more(0.0, curve) == 0.04
    assert probability_of_more(500.0, curve) == pytest.approx(0.03)
    assert probability_of_more(4_000.0, curve) == pytest.approx(0.02 - 0.75 * 0.0195)
    assert probability_of_more(5_000.0, curve) == 0.0005
    assert probability_of_more(6_000.0, curve) is None
