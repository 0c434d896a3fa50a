"""The layout of a process map: which edges, in which order, where."""

import random
import time
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.formats.report.flow.layers import Ranks, layers_of
from anlan.formats.report.flow.order import order_of_work
from anlan.formats.report.flow.placement import Size, placed
from anlan.formats.report.flow.selection import END, START, selected
from anlan.formats.report.flow.waits import limits_between, waits_of

SIZE = Size(150.0, 46.0, 24.0, 38.0)
flows = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(1, 10)), st.integers(1, 500).map(float), min_size=1, max_size=40
)


def _backward(order: list[int], weights: dict[tuple[int, int], float]) -> float:
    at = {v: i for i, v in enumerate(order)}
    return sum(w for (u, v), w in weights.items() if at[u] > at[v])


def test_a_loop_runs_backwards_on_its_rarer_side() -> None:
    weights = {(0, 1): 10.0, (1, 2): 10.0, (2, 1): 3.0, (2, 3): 7.0}
    assert order_of_work(4, weights, first=0, last=3) == [0, 1, 2, 3]


def test_the_order_is_close_to_the_best_of_all_orders() -> None:
    rng, worst = random.Random(5), 1.0
    for _ in range(40):
        weights = {
            (u, v): float(rng.randint(1, 99)) for u, v in permutations(range(6), 2) if rng.random() < 0.5
        }
        found = _backward(order_of_work(6, weights, first=0, last=5), weights)
        best = min(_backward([0, *middle, 5], weights) for middle in permutations(range(1, 5)))
        worst = max(worst, (found + 1) / (best + 1))
    assert worst < 1.35


def test_a_side_branch_stands_behind_the_node_it_leaves() -> None:
    weights = {(0, 1): 100.0, (1, 2): 100.0, (2, 5): 98.0, (1, 3): 2.0, (3, 4): 2.0, (4, 2): 1.0, (4, 5): 1.0}
    before = {1: 0, 2: 1, 3: 1, 4: 3, 5: 2}
    order = order_of_work(6, weights, first=0, last=5, before=before)
    assert order.index(1) < order.index(3) < order.index(4)
    assert _backward(order, weights) == 0.0


def test_every_shown_activity_follows_one_that_leads_to_it() -> None:
    names, counts = _tangle(40, 300)
    chosen = selected(names, counts)
    number = {name: i for i, name in enumerate((START, *names, END))}
    weights = {(number[u], number[v]): float(n) for (u, v), n in chosen.edges.items()}
    before = {number[name]: number[pair[0]] for name, pair in chosen.reached_by.items()}
    order = order_of_work(42, weights, first=0, last=41, before=before)
    at = {node: i for i, node in enumerate(order)}
    early = [node for node in before if at[node] < at[before[node]]]
    assert len(early) <= 1


@given(flows)
def test_order_keeps_all_nodes_and_the_ends(weights: dict[tuple[int, int], float]) -> None:
    order = order_of_work(11, weights, first=0, last=10)
    assert sorted(order) == list(range(11))
    assert (order[0], order[-1]) == (0, 10)


@given(flows)
def test_every_edge_leads_to_a_later_layer(weights: dict[tuple[int, int], float]) -> None:
    forward = {(u, v): w for (u, v), w in weights.items() if u < v}
    layer = layers_of(11, forward, order=range(11))
    assert all(layer[u] < layer[v] for u, v in forward)
    assert set(layer) == set(range(max(layer) + 1))


def test_crossings_that_can_be_avoided_are_avoided() -> None:
    edges = {(0, 3): 1.0, (1, 2): 1.0, (4, 0): 1.0, (4, 1): 1.0}
    ranks = Ranks(layers_of(5, edges, order=[4, 0, 1, 2, 3]), edges, order=[4, 0, 1, 2, 3])
    assert ranks.crossings() == 0


def test_crossings_are_counted_as_by_hand() -> None:
    edges = {(0, 2): 1.0, (0, 3): 1.0, (1, 2): 1.0, (1, 3): 1.0}
    ranks = Ranks([0, 0, 1, 1], edges, order=range(4))
    assert ranks.crossings() == 1


def _naive_crossings(ranks: Ranks) -> int:
    total = 0
    for row, below in pairwise(ranks.rows):
        place = {m: i for i, m in enumerate(below)}
        links = [(i, place[o]) for i, m in enumerate(row) for o, _ in ranks.down.get(m, ())]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(links, 2))
    return total


@given(flows)
def test_crossings_equal_those_counted_pair_by_pair(weights: dict[tuple[int, int], float]) -> None:
    forward = {(u, v): w for (u, v), w in weights.items() if u < v}
    ranks = Ranks(layers_of(11, forward, order=range(11)), forward, order=range(11))
    assert ranks.crossings() == _naive_crossings(ranks)


@settings(max_examples=60)
@given(flows)
def test_boxes_never_overlap_and_routes_start_and_end_at_their_nodes(
    weights: dict[tuple[int, int], float],
) -> None:
    placement = placed(11, weights, all_weights=weights, first=0, last=10, size=SIZE, extent=lambda _: 150.0)
    for (x, y), (a, b) in combinations(placement.centres, 2):
        assert abs(y - b) > 1e-6 or abs(x - a) >= 150.0 + 24.0 - 1e-6
    for (u, v), route in placement.routes.items():
        for node, (x, y) in ((u, route[0]), (v, route[-1])):
            across, along = placement.centres[node]
            assert abs(x - across) <= 75.0
            assert abs(abs(y - along) - SIZE.along / 2) < 1e-9
    assert all(75.0 - 1e-6 <= x <= placement.across - 75.0 + 1e-6 for x, _ in placement.centres)


def test_a_chain_is_a_straight_line() -> None:
    edges = {(i, i + 1): 1.0 for i in range(6)}
    placement = placed(7, edges, all_weights=edges, first=0, last=6, size=SIZE, extent=lambda _: 150.0)
    assert len({round(x, 6) for x, _ in placement.centres}) == 1
    assert not placement.backward


def _tangle(n: int, n_edges: int) -> tuple[list[str], dict[tuple[str, str], int]]:
    rng, names = random.Random(2), [f"a{i}" for i in range(n)]
    counts = {(START, names[0]): 900, (names[-1], END): 900}
    counts |= {(u, v): 900 - 5 * i for i, (u, v) in enumerate(pairwise(names))}
    while len(counts) < n_edges:
        counts.setdefault((rng.choice(names), rng.choice(names)), int(rng.paretovariate(0.7)))
    return names, counts


def test_a_selection_keeps_every_node_on_a_way_from_start_to_end() -> None:
    names, counts = _tangle(60, 500)
    chosen = selected(names, counts)
    reached, frontier = {START}, [START]
    while frontier:
        here = frontier.pop()
        new = {v for u, v in chosen.edges if u == here} - reached
        reached |= new
        frontier += new
    assert reached == {START, END, *names}
    assert len(chosen.edges) <= 60 * 2.7
    assert chosen.n_edges == 498


def test_a_node_is_reached_by_the_way_whose_rarest_edge_is_most_frequent() -> None:
    counts = {(START, "x"): 100, ("x", "v"): 3, (START, "y"): 2, ("y", "v"): 50, ("v", END): 53}
    assert selected(["x", "v", "y"], counts).reached_by["v"] == ("x", "v")


def test_coverage_is_the_share_of_the_shown_transitions() -> None:
    counts = {(START, "a"): 10, ("a", "b"): 6, ("b", "a"): 3, ("a", "a"): 1, ("b", END): 10}
    chosen = selected(["a", "b"], counts)
    assert chosen.shown == 3
    assert chosen.covered == pytest.approx(1.0)
    few = selected(["a"], counts)
    assert few.shown == 1
    assert few.covered == pytest.approx(0.1)


def test_sixty_nodes_are_laid_out_in_well_under_a_second() -> None:
    names, counts = _tangle(60, 500)
    chosen = selected(names, counts)
    number = {name: i for i, name in enumerate((START, *names, END))}
    edges = {(number[u], number[v]): float(n) for (u, v), n in chosen.edges.items()}
    began = time.perf_counter()
    placed(62, edges, all_weights=edges, first=0, last=61, size=SIZE, extent=lambda _: 150.0)
    assert time.perf_counter() - began < 5.0  # a machine under load; 0.05 s at rest


def test_waits_come_from_starts_or_else_from_gaps() -> None:
    activities = [{"name": "a", "waiting_s": None}, {"name": "b", "waiting_s": None}]
    edges = [
        {"from": "a", "to": "b", "count": 3, "mean_s": 60.0},
        {"from": "b", "to": "b", "count": 1, "mean_s": 20.0},
    ]
    gaps = waits_of({"activities": activities, "edges": edges})
    assert (gaps.mean_s, gaps.true_waits) == ({"b": 50.0}, False)
    assert gaps.step("a") is None
    activities[1]["waiting_s"] = {"mean": 7.0}  # type: ignore[assignment]
    waits = waits_of({"activities": activities, "edges": edges})
    assert (waits.mean_s, waits.true_waits) == ({"b": 7.0}, True)


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=50))
def test_limits_rise(values: list[float]) -> None:
    limits = limits_between(sorted(values))
    assert len(limits) == 3
    assert all(a < b for a, b in pairwise(limits))
