"""Where a flow's steps lie: the start is leftmost, and only what closes a loop leads back."""

import random

import pytest

from anlan.domain.design import Design, Link, Step
from anlan.formats.bpmn.layout import DesignLayout, design_layout

START = Step("start", "start", kind="event", form="start")
END = Step("end", "end", kind="event", form="end")


def _design(ways: str, *, steps: str) -> Design:
    """`a>b b>c`: ways; steps in the order given, those that begin with g are gateways."""
    made = {
        "start": START,
        "end": END,
    } | {name: Step(name, name, kind="gateway", form="xor") for name in steps.split() if name.startswith("g")}
    named = [made.get(name) or Step(name, name) for name in steps.split()]
    return Design(tuple(named), tuple(Link(*way.split(">")) for way in ways.split()))


def _x(found: DesignLayout) -> dict[str, float]:
    return {key: place[0] for key, place in found.centres.items()}


def test_the_gateway_that_a_loop_comes_back_to_stands_behind_the_start() -> None:
    ways = "start>g1 g1>a a>g2 g2>b b>g1 g2>end"
    found = design_layout(_design(ways, steps="g1 g2 a b start end"))
    x = _x(found)
    assert min(x, key=lambda key: x[key]) == "start"
    assert x["start"] < x["g1"] < x["a"] < x["g2"] < x["end"]
    assert found.backward == {("b", "g1")}


@pytest.mark.parametrize("order", range(8))
def test_the_order_in_which_steps_are_written_does_not_decide_what_leads_back(order) -> None:
    names = ["start", "g1", "a", "g2", "g3", "b", "g4", "c", "end"]
    random.Random(order).shuffle(names)
    ways = "start>g1 g1>a a>g2 g2>g3 g3>b b>g4 g4>g3 g4>g1 g2>c c>end"
    found = design_layout(_design(ways, steps=" ".join(names)))
    x = _x(found)
    assert x["start"] == min(x.values())
    assert found.backward == {("g4", "g3"), ("g4", "g1")}
    for source, target in found.routes:
        assert (x[source] > x[target]) == ((source, target) in found.backward)


def test_a_loop_around_the_first_step_and_one_that_nothing_leads_to() -> None:
    found = design_layout(_design("a>b b>a b>c d>e e>d", steps="a b c d e"))
    x = _x(found)
    assert x["a"] == min(x.values())
    assert ("b", "a") in found.backward
    assert len(found.backward) == 2


@pytest.mark.parametrize("seed", range(5))
def test_a_map_of_sixty_nodes_with_loops_keeps_the_start_left_and_boxes_apart(seed) -> None:
    luck, n = random.Random(seed), 58
    names = [f"s{i}" for i in range(n)]
    ways = {("start", "s0"), (f"s{n - 1}", "end")} | {(f"s{i}", f"s{i + 1}") for i in range(n - 1)}
    ways |= {tuple(f"s{i}" for i in luck.sample(range(n), 2)) for _ in range(25)}  # type: ignore[misc]
    order = ["start", *names, "end"]
    luck.shuffle(order)
    made = {"start": START, "end": END}
    design = Design(tuple(made.get(k) or Step(k, k) for k in order), tuple(Link(u, v) for u, v in ways))
    found = design_layout(design)
    x = _x(found)
    assert x["start"] == min(x.values())
    assert [key for key, place in x.items() if place == x["start"]] == ["start"]
    centres = list(found.centres.values())
    for i, (x0, y0) in enumerate(centres):
        for x1, y1 in centres[:i]:
            assert abs(x0 - x1) >= 150 or abs(y0 - y1) >= 52


def test_a_second_way_in_leads_forward() -> None:
    found = design_layout(_design("start>a a>b b>end side>b", steps="start a b side end"))
    x = _x(found)
    assert found.backward == set()
    assert x["start"] < x["side"] < x["b"]
