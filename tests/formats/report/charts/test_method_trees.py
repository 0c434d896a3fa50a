"""Event trees and networks as drawings: what is seen is what the answer holds."""

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np

from anlan.formats.report.charts.bayes_net import MOST_NODES, bayes_net
from anlan.formats.report.charts.event_tree import MOST_DRAWN, event_tree
from anlan.formats.report.charts.method_bow_tie import method_bow_tie
from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES

SVG = "{http://www.w3.org/2000/svg}"


def _data(code: str) -> Any:
    return assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))["charts"][0]["data"]


def _texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_sequence_has_its_line_and_unwanted_ones_their_mark() -> None:
    data = _data("event_tree")
    texts = _texts(event_tree(data, language="zh"))
    assert {f"S{n + 1}" for n in range(len(data["sequences"]))} <= set(texts)
    assert sum(text.startswith("▲") for text in texts) == sum(s["unwanted"] for s in data["sequences"])
    assert all(any(name in text for text in texts) for name in data["headings"])


def test_what_is_not_asked_is_dotted() -> None:
    data = _data("event_tree")
    root = ET.fromstring(event_tree(data, language="en"))
    dotted = [each for each in root.iter(f"{SVG}path") if each.get("stroke-dasharray")]
    assert len(dotted) == sum(None in each["outcomes"] for each in data["sequences"])


def test_of_many_sequences_the_rarest_are_left_out_and_that_is_said() -> None:
    outcomes = [[bool(n >> bit & 1) for bit in range(6)] for n in range(64)]
    sequences = [
        {"outcomes": each, "frequency": 0.5 ** (1 + sum(each)), "end": "<b>", "unwanted": False}
        for each in outcomes
    ]
    data = {"initiator": "", "frequency": 1.0, "headings": list("abcdef"), "sequences": sequences}
    root = ET.fromstring(event_tree(data, language="en"))
    assert f"{64 - MOST_DRAWN} rarest" in (root.findtext(f"{SVG}desc") or "")


def test_a_network_shows_every_node_below_its_parents() -> None:
    data = _data("bayes_net")
    root = ET.fromstring(bayes_net(data, language="zh"))
    boxes = [each for each in root.iter(f"{SVG}g") if each.find(f"{SVG}rect") is not None]
    top = {(box.findtext(f"{SVG}text") or ""): float(box.find(f"{SVG}rect").attrib["y"]) for box in boxes}  # type: ignore[union-attr]
    for node in data["nodes"]:
        assert all(top[data["nodes"][p]["name"]] < top[node["name"]] for p in node["parents"])
    assert sum("●" in text for text in _texts(bayes_net(data, language="zh"))) == 2


def test_of_a_large_network_the_nodes_near_the_question_are_drawn() -> None:
    half = np.array([0.5, 0.5])
    nodes = [
        {"name": f"n{n}", "states": ["a", "b"], "before": half, "after": half, "seen": None,
         "parents": [n - 1] if n else []}
        for n in range(100)
    ]  # fmt: skip
    svg = bayes_net({"nodes": nodes, "asked": (99, 0)}, language="en")
    texts = _texts(svg)
    assert "n99" in texts
    assert "n0" not in texts
    assert f"{100 - MOST_NODES} further" in svg


def test_a_bow_tie_shows_every_line_and_fuller_bars_for_better_barriers() -> None:
    data = _data("bow_tie")
    svg = method_bow_tie(data, language="zh")
    texts = "".join(_texts(svg))
    assert all(row["name"] in texts for row in (*data["causes"], *data["consequences"]))

    def filled(p: float) -> float:
        barrier = [{"name": "b", "failing": p}]
        cause = {"name": "c", "frequency": 1.0, "barriers": barrier}
        given = {**data, "causes": [cause], "consequences": []}
        bars = [r for r in ET.fromstring(method_bow_tie(given, language="en")).iter(f"{SVG}rect")
                if r.get("width") == "8" and r.get("fill") != "none"]  # fmt: skip
        return float(bars[0].attrib["height"]) if bars else 0.0

    heights = [filled(p) for p in (1e-6, 1e-3, 0.05, 0.6, 1.0)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > heights[-2] > heights[-1] == 0.0
