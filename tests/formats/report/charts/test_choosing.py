"""Drawings whose parts can be chosen: every part is a button, and arrow keys lead to each of them."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from anlan.formats.report.charts.choosing import Choosing, ways
from anlan.formats.report.charts.event_tree import event_tree
from anlan.formats.report.charts.fault_tree import fault_tree
from anlan.formats.report.charts.method_bow_tie import method_bow_tie
from anlan.loop.quantify.cause_models.drawn import bow_tie_data, event_tree_data, fault_tree_data
from loop.quantify.cause_models.test_changing import example

TABLES = {"gate": "gates", "event": "events", "house": "houses", "heading": "headings", "end": "end_states",
          "cause": "causes", "barrier": "barriers", "consequence": "consequences"}  # fmt: skip


def drawn(code: str, *, chosen: str = "", marks: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Attributes of the places of the example's drawing."""
    inputs = example(code)
    parts = {
        (kind, row["name"]): f"{table}-{n}"
        for kind, table in TABLES.items()
        for n, row in enumerate(inputs.get(table, []), start=1)
    }
    choosing = Choosing(parts, chosen, marks or {})
    draw, data = {
        "fault_tree": (fault_tree, fault_tree_data(inputs, None, top=inputs.get("top", ""))),
        "event_tree": (event_tree, event_tree_data(inputs, None)),
        "bow_tie": (method_bow_tie, bow_tie_data(inputs, None)),
    }[code]
    picture = draw(data, language="en", theme="page", choosing=choosing)  # type: ignore[operator]
    root = ET.fromstring(picture)
    assert root.get("role") == "group"
    return [each.attrib for each in root.iter() if each.get("id", "").startswith("place-")]


@pytest.mark.parametrize("code", ["fault_tree", "event_tree", "bow_tie"])
def test_every_place_is_reached_from_the_first_by_arrow_keys(code: str) -> None:
    places = {each["id"]: each for each in drawn(code)}
    seen, open_ = {"place-1"}, ["place-1"]
    while open_:
        here = places[open_.pop()]
        for way in ("up", "down", "left", "right"):
            to = here.get(f"data-{way}")
            if to and to not in seen:
                seen.add(to)
                open_.append(to)
    assert seen == set(places)
    assert [each["tabindex"] for each in places.values()].count("0") == 1


@pytest.mark.parametrize("code", ["fault_tree", "event_tree", "bow_tie"])
def test_every_place_is_a_named_button_of_its_part(code: str) -> None:
    for each in drawn(code):
        assert each["role"] == "button"
        assert each["aria-label"]
        assert re.fullmatch(r"([a-z_]+-[0-9]+)?", each["data-part"])


def test_a_gates_inputs_lie_below_it_and_lead_back() -> None:
    places = {each["id"]: each for each in drawn("fault_tree")}
    top = places["place-1"]
    below = places[top["data-down"]]
    assert below["data-up"] == "place-1"
    assert "data-up" not in top


def test_what_is_chosen_and_what_is_wrong_are_said() -> None:
    places = drawn("fault_tree", chosen="gates-2", marks={"gates-3": "No inputs"})
    assert [p["data-part"] for p in places if p["aria-pressed"] == "true"] == ["gates-2"]
    wrong = next(p for p in places if p["data-part"] == "gates-3")
    assert wrong["class"] == "part fault"
    assert wrong["aria-label"].endswith("No inputs")


def test_ways_stay_in_the_column_or_go_to_the_next_one() -> None:
    found = ways([(0, 0), (0, 10), (5, 8), (9, 0)])
    assert found[0] == {"up": None, "down": 2, "left": None, "right": 3}
    assert found[2] == {"up": None, "down": None, "left": 2, "right": 4}


def test_without_choosing_the_picture_is_one_image() -> None:
    data: Any = fault_tree_data(example("fault_tree"), None, top="停止受理")
    picture = fault_tree(data, language="zh")
    assert 'role="img"' in picture
    assert "place-" not in picture
