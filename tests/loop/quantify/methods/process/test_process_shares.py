"""What risks add together, shared out: against the definition over all orders, and laws of the value."""

from itertools import permutations

import numpy as np
import pytest

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.process.process_orders import every_set, runs_needed
from anlan.loop.quantify.methods.process.process_runs import FIGURES, Measured
from anlan.loop.quantify.methods.process.process_shares import shares
from anlan.loop.quantify.methods.reading import read_inputs

RISKS = ("a", "b", "c", "d")
SEVEN = (*RISKS, "e", "f", "g")
CHOSEN = method("process_simulation")


def _game(n: int = 5):  # type: ignore[no-untyped-def]
    """Figures by set: some add up, some meet, `d` does nothing; a little noise by replication and set."""
    asked: list[frozenset[str]] = []

    def of(some: frozenset[str]) -> Measured:
        asked.append(some)
        value = 3.0 * ("a" in some) + 2.0 * ("b" in some) + 4.0 * ({"a", "b", "c"} <= some)
        value += 1.5 * bool({"e", "f"} & some) + 2.5 * ({"g", "a"} <= some)
        noise = np.random.default_rng(sum(2 ** SEVEN.index(r) for r in some)).normal(0, 0.01, n)
        noise = noise if "d" not in some else of(some - {"d"}).cycle - value
        return Measured(**dict.fromkeys(FIGURES, value + noise))

    return of, asked


def _by_definition(of, risk: str) -> float:  # type: ignore[no-untyped-def]
    added = []
    for order in permutations(RISKS):
        before = frozenset(order[: order.index(risk)])
        added.append(float((of(before | {risk}).cycle - of(before).cycle).mean()))
    return float(np.mean(added))


def test_every_set_gives_the_value_of_all_orders() -> None:
    of, _ = _game()
    found = shares(of, RISKS, orders=100, seed=1)
    for risk, share in zip(RISKS, found, strict=True):
        assert share["cycle"].value.estimate == pytest.approx(_by_definition(of, risk), abs=1e-12)
        assert share["cycle"].by_order == 0.0
    assert found[3]["cycle"].value.estimate == 0.0  # who adds nothing to any set
    total = float((of(frozenset(RISKS)).cycle - of(frozenset()).cycle).mean())
    assert sum(share["cycle"].value.estimate for share in found) == pytest.approx(total, abs=1e-12)


def test_orders_drawn_come_near_it_and_say_how_near() -> None:
    of, asked = _game()
    exact = shares(of, SEVEN, orders=1000, seed=0)
    together = float((of(frozenset(SEVEN)).cycle - of(frozenset()).cycle).mean())
    assert not every_set(7, 20)
    held = 0
    for seed in range(40):
        asked.clear()
        found = shares(of, SEVEN, orders=20, seed=seed)
        assert len(set(asked)) <= runs_needed(7, 20)
        assert sum(s["cycle"].value.estimate for s in found) == pytest.approx(together, abs=1e-12)
        held += sum(
            abs(s["cycle"].value.estimate - e["cycle"].value.estimate) <= s["cycle"].by_order + 1e-9
            for s, e in zip(found, exact, strict=True)
        )
    # ten pairs of values that take few steps: an interval at 95 % holds a little less often than it says
    assert held >= 0.87 * 40 * 7


def test_two_risks_that_meet_in_a_queue_share_what_they_add_together() -> None:
    inputs = {
        "steps": [{"name": "s", "time": {"kind": "weibull", "shape": 1, "scale": 20}, "pool": "p"}],
        "pools": [{"name": "p", "people": 2}],
        "arrivals": [4.2],
        "weeks": 3,
        "warm_up_weeks": 0.5,
        "replications": 6,
        "orders": 4,
        "risks": [
            {"name": "x", "step": "s", "chance": 0.3, "delay": 20},
            {"name": "y", "step": "s", "chance": 0.3, "delay": 20},
        ],
    }
    answer = CHOSEN.run(read_inputs(CHOSEN.fields, inputs), seed=2)
    tables = {t.name: [dict(zip(t.columns, row, strict=True)) for row in t.rows] for t in answer.tables}
    shared = [row["share_cycle_min"] for row in tables["process_shares"]]
    left_out = [row["added_cycle_min"] for row in tables["process_risks"]]
    none = CHOSEN.run(read_inputs(CHOSEN.fields, {**inputs, "risks": []}), seed=2)
    together = answer.headline.value - none.headline.value
    assert sum(shared) == pytest.approx(together, rel=1e-9)
    assert sum(left_out) > 1.05 * together  # each left out frees the queue for the other
    assert shared[0] == pytest.approx(shared[1], rel=0.2)
    assert {row["within_by_order"] for row in tables["process_shares"]} == {None}


def test_too_few_orders_are_refused_and_too_many_runs_too() -> None:
    risks = [{"name": f"r{n}", "step": "s", "chance": 0.1} for n in range(9)]
    base = {"steps": [{"name": "s", "time": 1}], "arrivals": [1], "risks": risks, "replications": 2}
    for changed, code in (
        ({"orders": 3}, "process.orders"),
        ({"orders": 1000, "weeks": 520}, "process.too_many_cases"),
    ):
        with pytest.raises(RefusedInputs) as refused:
            CHOSEN.run(read_inputs(CHOSEN.fields, {**base, **changed}), seed=1)
        assert code in {fault.code for fault in refused.value.several}
