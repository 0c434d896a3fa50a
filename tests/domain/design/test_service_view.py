"""Touchpoints, stages, and what medians and 95 % quantiles tell of a promise."""

import numpy as np
import pytest

from anlan.domain.design.service_view import Spread, StepFacts, stages_of, touchpoints_of, within


def step(key: str, lane: str = "", channel: str = "", mean_s: float | None = None) -> StepFacts:
    wait = None if mean_s is None else Spread(10, mean_s, mean_s, mean_s)
    return StepFacts(key, key, lane, channel=channel, wait=wait)


def test_work_behind_a_touchpoint_reaches_up_to_the_next_one() -> None:
    columns = [step("p", "support"), step("a", "front"), step("b", "back", mean_s=60), step("c", mean_s=30),
               step("d", "customer"), step("e", "back")]  # fmt: skip
    points = touchpoints_of(columns)
    assert [(p.step.key, [b.key for b in p.behind], p.behind_s) for p in points] == [
        ("a", ["b", "c"], 90.0), ("d", ["e"], None),
    ]  # fmt: skip


def test_a_stage_begins_where_the_channel_changes() -> None:
    columns = [step("a", "front", "hall"), step("b", "back"), step("c", "customer", "hall"),
               step("d", "front", "phone"), step("e", "front", "hall")]  # fmt: skip
    stages = stages_of(touchpoints_of(columns))
    assert [(s.channel, [p.step.key for p in s.touchpoints]) for s in stages] == [
        ("hall", ["a", "c"]), ("phone", ["d"]), ("hall", ["e"]),
    ]  # fmt: skip
    assert stages_of([]) == []
    assert touchpoints_of([step("a", "back"), step("b")]) == []


def test_a_promise_between_median_and_quantile_holds_for_half_to_95_per_cent() -> None:
    spread = Spread(200, 70, 60, 300)
    found = [within(promise, [spread]) for promise in (59, 60, 299, 300)]
    assert [(f.low, f.high) for f in found if f] == [(0, 0.5), (0.5, 0.95), (0.5, 0.95), (0.95, 1)]
    assert within(60, []) is None


def test_ways_in_are_weighed_by_their_passages() -> None:
    found = within(100, [Spread(300, 1, 50, 90), Spread(100, 1, 200, 900)])
    assert found is not None
    assert (found.low, found.high, found.n) == (pytest.approx(0.7125), pytest.approx(0.875), 400)


@pytest.mark.parametrize("seed", range(20))
def test_the_limits_hold_the_true_share_and_rise_with_the_promise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ways = [rng.lognormal(rng.normal(4, 1), 1, size=rng.integers(200, 900)) for _ in range(3)]
    spreads = [
        Spread(len(w), float(w.mean()), float(np.quantile(w, 0.5)), float(np.quantile(w, 0.95))) for w in ways
    ]
    everything = np.concatenate(ways)
    last = (0.0, 0.0)
    for promise in np.geomspace(1, 5000, 25):
        found = within(float(promise), spreads)
        assert found is not None
        true = float((everything <= promise).mean())
        assert found.low - 3 / len(everything) <= true <= found.high + 3 / len(everything)
        assert found.low >= last[0]
        assert found.high >= last[1]
        last = (found.low, found.high)
