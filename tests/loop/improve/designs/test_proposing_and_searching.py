"""What the twin asks for is proposed; the search finds what trying every set finds."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from anlan.loop.improve.designs import searching
from anlan.loop.improve.designs.applying import apply, design
from anlan.loop.improve.designs.comparing import compare
from anlan.loop.improve.designs.proposing import from_twin, matrix, observe, touched
from anlan.loop.improve.designs.searching import Candidate, search

QUEUE: dict[str, Any] = {
    "steps": [
        {"name": "look", "time": {"kind": "gamma", "shape": 2, "scale": 1}},
        {"name": "serve", "time": {"kind": "weibull", "shape": 1, "scale": 10}, "pool": "desk"},
    ],
    "pools": [{"name": "desk", "people": 2, "cost_per_hour": 20}],
    "arrivals": [9],
    "weeks": 2,
    "warm_up_weeks": 0.2,
    "promise": 30,
    "risks": [{"name": "slip", "step": "serve", "chance": 0.1, "effect": "rework", "leads_to": "serve"}],
}
BUSY: dict[str, Any] = {
    **QUEUE,
    "steps": [
        {"name": "look", "time": {"kind": "gamma", "shape": 0.5, "scale": 4}, "pool": "clerks"},
        {"name": "serve", "time": {"kind": "weibull", "shape": 1, "scale": 10}, "pool": "desk"},
        {"name": "file", "time": 1, "pool": "desk"},
    ],
    "pools": [{"name": "desk", "people": 2, "cost_per_hour": 20}, {"name": "clerks", "people": 3}],
    "arrivals": [4] * 8 + [15] * 8 + [5] * 8,
}


def test_what_the_run_shows_is_proposed_with_its_reason() -> None:
    seen = observe(BUSY, seed=2)
    assert seen.use["desk"] > 0.75 > 0.5 > seen.use["clerks"]
    found = {each.design.name: each for each in from_twin(BUSY, seen)}
    reasons = {each.operator: each.reason.code.rsplit(".", 1)[-1] for each in found.values()}
    assert reasons == {
        "staff": "busy", "move_people": "idle", "cross_train": "idle", "standardise": "varies",
        "automate": "most_work", "merge": "in_a_row", "smooth": "peak",
        "divert": "busy", "treat": "risk",
    }  # fmt: skip
    assert "staff desk +1 8–16 h" in found
    for each in found.values():
        apply(BUSY, each.design)


def test_steps_of_two_teams_in_a_row_are_proposed_side_by_side() -> None:
    inputs = {**BUSY, "arrivals": [0.5], "risks": []}
    found = [each.design.name for each in from_twin(inputs, observe(inputs))]
    assert "parallelise look、serve" in found
    assert not [name for name in found if name.startswith("merge")]  # the second is hardly waited for


def test_what_cannot_be_made_is_not_proposed() -> None:
    inputs = {**BUSY, "risks": [], "arrivals": [1]}
    found = from_twin(inputs, observe(inputs, seed=1))
    assert {each.operator for each in found}.isdisjoint({"treat", "smooth", "divert", "staff"})


def test_the_matrix_orders_by_gain_and_tells_how_far_a_change_reaches() -> None:
    proposals = [each for each in from_twin(BUSY, observe(BUSY)) if each.operator in ("staff", "smooth")]
    found = compare(BUSY, [each.design for each in proposals], least=4, most=4, with_risks=False)
    places = matrix(BUSY, [each.design for each in proposals], found)
    assert {place.name: place.changed for place in places if place.name.startswith("staff desk +1")} == {
        each.design.name: 1 for each in proposals if each.operator == "staff"
    }
    gains = [place.gain.estimate for place in places if place.gain is not None]
    assert len(gains) == len(places)
    assert gains == sorted(gains, reverse=True)
    assert all(place.gain.low < place.gain.estimate < place.gain.high for place in places if place.gain)
    assert touched(BUSY, proposals[0].design) == pytest.approx(1 / 8)
    assert touched(BUSY, design("n", {"operator": "divert", "factor": 1})) == 0.0


def test_the_search_keeps_to_the_budget_and_tells_its_optimism() -> None:
    designs = [
        design("desk", {"operator": "staff", "pool": "desk", "people": 1, "yearly": 900}),
        design("slip", {"operator": "treat", "risks": "slip", "factor": 0.5, "once": 300}),
        design("less", {"operator": "divert", "factor": 0.9, "once": 500}),
        design("worse", {"operator": "automate", "steps": "serve", "factor": 1.2, "once": 1}),
    ]
    found = search(QUEUE, designs, budget=850, seed=3, most=20)
    assert found.chosen is not None
    best = found.finalists[found.chosen]
    assert best.members == (1, 2)
    assert best.spend == 800
    assert best.verified > 0
    assert best.optimism == pytest.approx(best.searched - best.verified)
    assert found.sets_tried == 3
    assert all(each.spend <= 850 and 3 not in each.members for each in found.finalists)
    assert search(QUEUE, designs[:1], budget=100, most=10).chosen is None


def test_who_gives_up_makes_nothing_better() -> None:
    """With one clerk fewer a third of the callers leave, and the crew behind is quick for the rest."""
    inputs: dict[str, Any] = {
        "steps": [
            {
                "name": "take",
                "time": {"kind": "weibull", "shape": 1, "scale": 5},
                "pool": "desk",
                "patience": 4,
            },
            {"name": "mend", "time": {"kind": "weibull", "shape": 1, "scale": 10}, "pool": "crew"},
        ],
        "pools": [{"name": "desk", "people": 3}, {"name": "crew", "people": 3}],
        "arrivals": [16],
        "weeks": 1,
        "warm_up_weeks": 0.1,
    }
    fewer = design("fewer", {"operator": "staff", "pool": "desk", "people": -1, "yearly": 0})
    found = search(inputs, [fewer], budget=0, most=12)
    assert found.candidates[0].gain > 0
    assert found.candidates[0].serves_fewer
    assert found.finalists == ()
    assert found.chosen is None
    assert not search(inputs, [fewer], budget=0, most=12, by="lost").candidates[0].serves_fewer


def test_the_best_set_by_the_proxy_is_that_of_trying_every_set() -> None:
    rng = np.random.default_rng(8)
    for _ in range(20):
        gains, spends = rng.uniform(-1, 5, size=7), rng.integers(1, 9, size=7).astype(float)
        of = [
            Candidate(design("x", {"operator": "divert", "factor": 1}), float(g), float(s), False, "")
            for g, s in zip(gains, spends, strict=True)
        ]
        best4 = sorted(range(7), key=lambda i: -gains[i])[:4]
        more = {
            pair: float(rng.uniform(-3, 1))
            for pair in combinations(sorted(best4), 2)
            if min(gains[list(pair)]) > 0
        }
        proxy = searching._Proxy(of, {(0, 1)}, more)
        found, _ = proxy.best_sets(15.0)
        values = {
            members: sum(gains[i] for i in members)
            + sum(v for p, v in more.items() if set(p) <= set(members))
            for size in range(1, 8)
            for members in combinations([i for i in range(7) if gains[i] > 0], size)
            if sum(spends[i] for i in members) <= 15.0 and not {0, 1} <= set(members)
        }
        assert found[0][1] == pytest.approx(max(values.values()))
        assert found[0][0] in values


def test_sets_that_cannot_be_made_are_passed_over_where_all_their_pairs_can() -> None:
    """Three people, three designs that each take one away: any two leave somebody, all three nobody."""
    inputs = {**QUEUE, "pools": [{"name": "desk", "people": 3, "cost_per_hour": 20}], "arrivals": [3],
              "risks": []}  # fmt: skip
    change = {"operator": "staff", "pool": "desk", "people": -1}
    fewer = [design(f"fewer {n}", change) for n in range(3)]
    proxy = searching._Proxy(tuple(Candidate(each, 1.0, 0.0, False, "better") for each in fewer), set(), {})
    every, _ = proxy.best_sets(0.0)
    made, _ = proxy.best_sets(0.0, lambda members: searching._makeable(inputs, [fewer[i] for i in members]))
    assert (0, 1, 2) in [members for members, _ in every]
    assert [members for members, _ in made] == [(0, 1), (0, 2), (1, 2), (0,)]


def test_nobody_is_moved_out_of_opening_hours_or_taught_there() -> None:
    """A pool of which there is always enough is hardly used, and no people."""
    steps = [*BUSY["steps"], {"name": "post", "time": 30, "pool": "⏰ post"}]
    hours = {"name": "⏰ post", "people": 100_000, "suspends": True}
    inputs = {**BUSY, "steps": steps, "pools": [*BUSY["pools"], hours]}
    seen = observe(inputs, seed=2)
    assert set(seen.use) == {"desk", "clerks"}
    found = from_twin(inputs, seen)
    assert found
    assert not [each for each in found for change in each.design.changes
                if "⏰ post" in (change.get("pool"), change.get("to_pool"))]  # fmt: skip
    assert not [each for each in found for change in each.design.changes
                if each.operator == "automate" and change["steps"] == "post"]  # fmt: skip
