"""Centrality in a flow: worked examples, laws, and the same numbers by taking the node away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.graph_centrality import STEP_WEIGHT, flow_betweenness

Edges = dict[tuple[int, int], float]


def _betweenness(edges: Edges, n: int, occurrences: list[float] | None = None) -> np.ndarray:
    pairs = sorted(edges)
    source = np.array([a for a, _ in pairs], dtype=np.int32)
    target = np.array([b for _, b in pairs], dtype=np.int32)
    count = np.array([[edges[pair] for pair in pairs]], dtype=np.float64).reshape(1, -1)
    weights = np.ones((1, n)) if occurrences is None else np.array([occurrences], dtype=np.float64)
    return flow_betweenness(source, target, count, weights)[0]


def _weight_of_ways(shares: np.ndarray, s: int, t: int, without: int | None) -> float:
    """Weight of all walks from s to their first visit of t, adding up walk lengths one by one."""
    at = np.zeros(len(shares))
    at[s] = 1.0
    total = 0.0
    for _ in range(200):
        at = STEP_WEIGHT * (at @ shares)
        if without is not None:
            at[without] = 0.0
        total += at[t]
        at[t] = 0.0
    return float(total)


def _by_taking_the_node_away(edges: Edges, n: int, occurrences: list[float]) -> np.ndarray:
    shares = np.zeros((n, n))
    for (a, b), count in edges.items():
        shares[a, b] = count
    outflow = shares.sum(axis=1, keepdims=True)
    shares = np.divide(shares, outflow, out=np.zeros((n, n)), where=outflow > 0)
    result = np.zeros(n)
    for v in range(n):
        weight = 0.0
        for s in range(n):
            for t in range(n):
                if len({s, t, v}) == 3:
                    pair = occurrences[s] * occurrences[t]
                    weight += pair
                    whole = _weight_of_ways(shares, s, t, None)
                    if whole > 0:
                        result[v] += pair * (1 - _weight_of_ways(shares, s, t, v) / whole)
        result[v] = result[v] / weight if weight else 0.0
    return result


def test_in_a_line_the_middle_is_passed_most() -> None:
    line = _betweenness({(0, 1): 5, (1, 2): 5, (2, 3): 5, (3, 4): 5}, 5)
    np.testing.assert_allclose(line, np.array([0, 3, 4, 3, 0]) / 12, atol=1e-12)


def test_two_equally_likely_ways_share_the_pair() -> None:
    diamond = _betweenness({(0, 1): 1, (0, 2): 1, (1, 3): 1, (2, 3): 1}, 4)
    np.testing.assert_allclose(diamond, np.array([0, 0.5, 0.5, 0]) / 6, atol=1e-12)


def test_the_likelier_way_weighs_by_its_share() -> None:
    result = _betweenness({(0, 1): 9, (0, 2): 1, (1, 3): 1, (2, 3): 1}, 4)
    np.testing.assert_allclose(result, np.array([0, 0.9, 0.1, 0]) / 6, atol=1e-12)


def test_pairs_weigh_by_how_often_their_nodes_occur() -> None:
    edges = {(0, 1): 1.0, (1, 2): 1.0, (3, 2): 1.0}
    assert _betweenness(edges, 4, [1, 1, 1, 1e-9])[1] == pytest.approx(0.5, abs=1e-6)
    assert _betweenness(edges, 4)[1] == pytest.approx(1 / 6)


def test_a_change_of_unit_changes_nothing() -> None:
    edges = {(0, 1): 3.0, (0, 2): 1.0, (1, 2): 2.0, (2, 0): 5.0}
    thousandfold = {pair: 1000 * count for pair, count in edges.items()}
    np.testing.assert_allclose(_betweenness(edges, 3), _betweenness(thousandfold, 3), atol=1e-14)


def test_edges_never_walked_lead_nowhere() -> None:
    edges = {(0, 0): 50.0, (0, 1): 5.0, (1, 1): 7.0, (1, 2): 5.0, (0, 2): 0.0}
    np.testing.assert_allclose(_betweenness(edges, 3), [0, 0.5, 0], atol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_without_a_third_node_nothing_lies_between(n: int) -> None:
    assert _betweenness({(0, 1): 1.0} if n == 2 else {}, n).tolist() == [0.0] * n


def test_a_small_change_of_the_flow_changes_it_little() -> None:
    """Where two ways are about equally short, shortest-path betweenness would jump."""
    edges = {(0, 1): 50.0, (1, 2): 50.0, (0, 2): 18.0}
    nudged = {**edges, (0, 2): 18.01}
    assert np.abs(_betweenness(edges, 3) - _betweenness(nudged, 3)).max() < 1e-3


graphs = st.integers(3, 5).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.dictionaries(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), st.sampled_from([1.0, 2.0, 3.0, 10.0])
        ),
        st.lists(st.sampled_from([1.0, 2.0, 7.0]), min_size=n, max_size=n),
    )
)


@settings(max_examples=40, deadline=None)
@given(graphs)
def test_it_is_the_weight_lost_when_the_node_is_taken_away(graph: tuple[int, Edges, list[float]]) -> None:
    n, edges, occurrences = graph
    expected = _by_taking_the_node_away(edges, n, occurrences)
    np.testing.assert_allclose(_betweenness(edges, n, occurrences), expected, atol=1e-9)
