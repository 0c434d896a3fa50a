"""The drawing of a fault tree: everything small is shown, the large is folded with its count."""

from typing import Any
from xml.etree import ElementTree

import pytest

from anlan.formats.report.charts.methods import draw
from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES


def _data(gates: dict[str, tuple[str, list[str]]], top: str = "t", houses: Any = ()) -> dict[str, Any]:
    names = {name for _, inputs in gates.values() for name in inputs} - set(gates) - {h for h, _ in houses}
    return {
        "top": top,
        "gates": [
            {"name": name, "kind": kind, "k": 2, "inputs": inputs, "probability": 0.5}
            for name, (kind, inputs) in gates.items()
        ],
        "events": [{"name": name, "probability": 1e-3} for name in sorted(names)],
        "houses": [{"name": name, "happens": on} for name, on in houses],
    }


def _texts(data: dict[str, Any], language: Any = "en") -> list[str]:
    svg = draw("fault_tree", data, language=language)
    assert svg is not None
    return [text for each in ElementTree.fromstring(svg).iter() if (text := (each.text or "").strip())]


@pytest.mark.parametrize("kind", ["and", "or", "atleast", "not", "xor", "nand", "nor", "pass"])
def test_every_gate_and_event_of_a_small_tree_is_named(kind: str) -> None:
    inputs = ["a"] if kind in ("not", "pass") else ["a", "b", "h"]
    texts = _texts(_data({"t": ("or", ["g", "a"]), "g": (kind, inputs)}, houses=[("h", True)]))
    assert {"t", "g", "a"} <= set(texts)
    assert texts.count("×2") == 2
    assert ("2/3" in texts) == (kind == "atleast")


def test_a_large_tree_is_folded_with_the_number_of_events_and_a_deep_one_ends() -> None:
    wide = {f"g{i}": ("or", [f"e{i}{j}" for j in range(9)]) for i in range(9)}
    assert any("9 events" in text for text in _texts(_data({"t": ("and", list(wide)), **wide})))
    deep = {f"g{i}": ("or", [f"g{i + 1}", f"e{i}"]) for i in range(3000)}
    assert any("2,9" in text for text in _texts(_data({**deep, "g3000": ("or", ["z"])}, top="g0")))


def test_a_gate_in_two_places_is_drawn_once() -> None:
    texts = _texts(_data({"t": ("and", ["x", "y"]), "x": ("or", ["g", "a"]), "y": ("or", ["g", "b"]),
                          "g": ("and", ["c", "d"])}))  # fmt: skip
    assert (texts.count("g"), texts.count("c")) == (2, 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_answer_of_the_method_is_drawn(language: Any) -> None:
    chart = assess_by_spec(read_spec_file(EXAMPLES / "fault_tree.yaml"))["charts"][0]
    assert "停止受理" in _texts(chart["data"], language)
