"""Designs beside the process as it is: what is real is found, what is not is not."""

from typing import Any

import numpy as np
import pytest
from scipy.special import stdtrit

from anlan.domain.errors import UsageError
from anlan.loop.improve.designs.applying import apply, design
from anlan.loop.improve.designs.comparing import _differences, compare
from anlan.loop.improve.designs.luck import numbers_of, with_numbers
from anlan.loop.improve.designs.series import Series, process_of
from anlan.loop.quantify.methods.process.process_runs import come
from anlan.maths.progress import watched

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
DESIGNS = [
    design("more", {"operator": "staff", "pool": "desk", "people": 1, "yearly": 1000}),
    design("same", {"operator": "standardise", "steps": "look", "factor": 1}),
    design("slower", {"operator": "automate", "steps": "serve", "factor": 1.1}),
    design("careful", {"operator": "treat", "risks": "slip", "factor": 0.5}),
]


def test_real_differences_are_told_from_none() -> None:
    found = compare(QUEUE, DESIGNS, seed=3)
    verdicts = {each.name: each.differences["cycle"].verdict for each in found.outcomes[1:]}
    assert verdicts == {"more": "better", "same": "small", "slower": "worse", "careful": "better"}
    assert [found.outcomes[i].name for i in found.ranked][:2] == ["more", "careful"]
    assert found.best.kept == (False, True, False, False, False)
    assert found.outcomes[2].differences["cycle"].interval.high == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_verdict_is_what_the_interval_shown_says(seed: int) -> None:
    slight = [design(f"d{i}", {"operator": "automate", "steps": "serve", "factor": 1 - 0.004 * i})
              for i in range(1, 6)]  # fmt: skip
    found = compare(QUEUE, slight, seed=seed, least=6, most=6)
    for each in found.outcomes[1:]:
        for difference in each.differences.values():
            low, high = difference.interval.low, difference.interval.high
            if difference.verdict in ("better", "worse"):
                assert low > 0 or high < 0
                assert difference.p < 0.05
            elif difference.verdict == "unclear":
                assert low <= 0 <= high
                assert difference.p >= 0.05 - 1e-9
    assert all(pair.real == (pair.interval.low > 0 or pair.interval.high < 0) for pair in found.pairs)


def test_another_design_being_real_lowers_no_bar() -> None:
    """The second design's p is 3 %: below 5 % alone and by Holm, not for two designs at once."""
    n = 20
    base = np.zeros(n)
    luck = np.tile([-1.0, 1.0], n // 2)
    error = luck.std(ddof=1) / np.sqrt(n)
    series = [{"cycle": base}, {"cycle": 10 * luck - 500}, {"cycle": luck - stdtrit(n - 1, 0.985) * error}]
    found = _differences("cycle", series, 0.975, {})
    assert [each.verdict for each in found.values()] == ["better", "unclear"]
    assert found[2].p == pytest.approx(0.06)
    assert found[2].interval.high > 0


def test_what_the_design_costs_is_taken_off_what_it_saves() -> None:
    found = compare(QUEUE, [design("x", {"operator": "treat", "risks": "slip", "factor": 0, "yearly": 500,
                                         "once": 700})], least=5, most=5)  # fmt: skip
    gain, saved = found.outcomes[1].yearly_gain, found.outcomes[1].differences["yearly_cost"].interval
    assert gain is not None
    assert gain.estimate == pytest.approx(-saved.estimate - 500)
    assert gain.estimate == pytest.approx(9 * 24 * 365.25 * (1 / 0.9 - 1) / 6 * 20 - 500, rel=0.15)
    assert found.outcomes[1].payback_years == pytest.approx(700 / gain.estimate)


def test_a_treated_risk_adds_less_by_simulation() -> None:
    found = compare(QUEUE, DESIGNS[3:], least=8, most=8)
    before, after = (each.risks.added["cycle"].estimate for each in found.outcomes if each.risks)
    assert 0 < after < before


def test_the_same_seed_gives_the_same_comparison() -> None:
    one, other = (compare(QUEUE, DESIGNS[:2], seed=1, least=4, most=4) for _ in range(2))
    assert repr(one) == repr(other)
    assert repr(one) != repr(compare(QUEUE, DESIGNS[:2], seed=2, least=4, most=4))


def test_replications_stop_where_the_difference_is_known_well_enough() -> None:
    found = compare(QUEUE, [DESIGNS[2]], precision=0.02, most=200)
    assert found.reached
    assert 10 <= found.replications < 200
    few = compare(QUEUE, [DESIGNS[2]], precision=1e-4, least=3, most=6)
    assert not few.reached
    assert few.replications == 6


def test_structural_changes_keep_the_luck_of_the_rest() -> None:
    """Ten times fewer replications at the least than with luck of its own."""
    asked = design("look again", {"operator": "control", "steps": "serve", "name": "again", "time": 0.5})
    base = process_of(QUEUE)
    same = with_numbers(process_of(apply(QUEUE, asked)), numbers_of(base))
    series = [Series(base, 1), Series(same, 1), Series(same, 2)]
    for each in series:
        each.extend(40)
    paired = np.var(series[1]["cycle"] - series[0]["cycle"])
    assert np.var(series[2]["cycle"] - series[0]["cycle"]) > 10 * paired


def test_progress_never_goes_back_and_ends() -> None:
    heard: list[float] = []
    with watched(heard.append):
        compare(QUEUE, DESIGNS[:2], least=3, most=6, precision=1e-6)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)


def test_what_cannot_be_compared_is_refused() -> None:
    for given, code in (({"precision": 0.0}, "designs.precision"), ({"least": 1}, "designs.replications"),
                        ({"by": "luck"}, "designs.by")):  # fmt: skip
        with pytest.raises(UsageError) as caught:
            compare(QUEUE, DESIGNS[:1], **given)
        assert caught.value.code == code
    with pytest.raises(UsageError, match=r"designs\.none"):
        compare(QUEUE, [])


def test_cases_that_still_come_are_those_of_the_process_as_it_is() -> None:
    """Fewer: some of the same cases. Moved between hours: as many as the rates say, most of them the same."""
    base = process_of(QUEUE)
    known = numbers_of(base)
    as_is = with_numbers(base, known)
    fewer = with_numbers(process_of({**QUEUE, "arrivals": [6]}), known)
    moved = with_numbers(process_of({**QUEUE, "arrivals": [6] * 12 + [11] * 12}), known)
    counts = np.zeros((3, 24))
    for number in range(40):
        times = [come(each, each.disturbances, 5, number).arrivals.times for each in (as_is, fewer, moved)]
        assert set(times[1]) < set(times[0])
        assert len(set(times[2]) & set(times[0])) > 0.7 * len(times[0])
        counts += [np.bincount((t // 3600 % 24).astype(int), minlength=24) for t in times]
    days = 40 * as_is.arrivals_until_s / 86_400
    expected = np.array([[9] * 24, [6] * 24, [6] * 12 + [11] * 12]) * days
    assert np.abs((counts - expected) / np.sqrt(expected)).max() < 4.5
    one, other = (
        Series(each, 5) for each in (as_is, with_numbers(process_of({**QUEUE, "arrivals": [8.1]}), known))
    )
    for each in (one, other):
        each.extend(20)
    paired, apart = np.var(one["cycle"] - other["cycle"]), np.var(one["cycle"]) + np.var(other["cycle"])
    assert paired < 0.5 * apart


LEAVING: dict[str, Any] = {
    "steps": [
        {"name": "take", "time": {"kind": "weibull", "shape": 1, "scale": 5}, "pool": "desk", "patience": 4},
        {"name": "mend", "time": {"kind": "weibull", "shape": 1, "scale": 10}, "pool": "crew"},
    ],
    "pools": [{"name": "desk", "people": 3}, {"name": "crew", "people": 3}],
    "arrivals": [16],
    "weeks": 1,
    "warm_up_weeks": 0.1,
}


def test_what_gains_time_by_losing_cases_is_ranked_after_what_does_not() -> None:
    fewer = design("fewer", {"operator": "staff", "pool": "desk", "people": -1, "yearly": 0})
    same = design("same", {"operator": "standardise", "steps": "mend", "factor": 1})
    found = compare(LEAVING, [fewer, same], most=12, with_risks=False)
    assert found.outcomes[1].differences["cycle"].verdict == "better"
    assert found.serves_fewer(1)
    assert found.ranked[-1] == 1
    assert not found.may_be_best(1)
    assert found.may_be_best(0)
    by_lost = compare(LEAVING, [fewer, same], most=12, with_risks=False, by="lost")
    assert not by_lost.serves_fewer(1)
    assert by_lost.ranked[-1] == 1


def test_a_replication_that_serves_nobody_has_no_time() -> None:
    """One case a week on average, a third of which are dropped: some replications have nobody to time."""
    inputs: dict[str, Any] = {
        "steps": [{"name": "serve", "time": 30}],
        "arrivals": [2 / 168],
        "weeks": 1,
        "risks": [{"name": "off", "step": "serve", "chance": 0.6, "effect": "drop"}],
    }
    more = design("longer", {"operator": "automate", "steps": "serve", "factor": 2})
    seed = next(each for each in range(40) if _all_come(inputs, each))
    found = compare(inputs, [more], seed=seed, least=6, most=6, with_risks=False)
    unserved = found.as_is.nobody_served
    assert 0 < unserved < 5
    assert found.as_is.figures["cycle"].estimate == pytest.approx(30)
    difference = found.outcomes[1].differences["cycle"]
    assert difference.interval.estimate == pytest.approx(30)
    assert difference.pairs == 6 - unserved
    assert difference.verdict == "worse"
    assert found.outcomes[1].differences["lost"].pairs == 6


def test_where_nobody_is_ever_served_no_time_is_claimed() -> None:
    inputs: dict[str, Any] = {
        "steps": [{"name": "serve", "time": 30}],
        "arrivals": [2],
        "weeks": 1,
        "risks": [{"name": "off", "step": "serve", "chance": 1, "effect": "drop"}],
    }
    helped = design("helped", {"operator": "treat", "risks": "off", "factor": 0})
    found = compare(inputs, [helped], least=4, most=8)
    assert "cycle" not in found.as_is.figures
    assert "cycle" not in found.outcomes[1].differences
    assert found.outcomes[1].figures["cycle"].estimate == pytest.approx(30)
    assert found.outcomes[1].differences["lost"].verdict == "better"
    assert found.ranked == (1, 0)
    assert not found.reached
    assert (found.may_be_best(0), found.loses_at_most(0)) == (False, None)


def test_the_yearly_loss_is_what_risks_and_complaints_cost() -> None:
    """By hand: 9 cases an hour, each strikes at each visit with 10 % and costs 50; 1 % complain for 200."""
    slip = {**QUEUE["risks"][0], "cost": 50}
    inputs = {**QUEUE, "risks": [slip], "complaints": {"chance": 0.01, "cost": 200}}
    found = compare(inputs, [design("half", {"operator": "treat", "risks": "slip", "factor": 0.5})],
                    least=8, most=8)  # fmt: skip
    yearly = 9 * 24 * 365.25
    by_hand = yearly * (50 * 0.1 / 0.9 + 200 * 0.01)
    as_is, less = found.as_is.figures["yearly_loss"], found.outcomes[1].differences["yearly_loss"]
    assert as_is.low < by_hand < as_is.high
    assert as_is.estimate == pytest.approx(by_hand, rel=0.03)
    assert less.interval.estimate == pytest.approx(-yearly * 50 * (0.1 / 0.9 - 0.05 / 0.95), rel=0.05)
    assert less.verdict == "better"
    assert found.as_is.risks is not None
    assert found.as_is.risks.added["yearly_loss"].estimate == pytest.approx(yearly * 50 * 0.1 / 0.9, rel=0.05)


def test_without_a_cost_of_anything_there_is_no_yearly_loss() -> None:
    found = compare(QUEUE, DESIGNS[:1], least=3, most=3, with_risks=False)
    assert "yearly_loss" not in found.as_is.figures
    with pytest.raises(UsageError, match=r"designs\.no_loss"):
        compare(QUEUE, DESIGNS[:1], by="yearly_loss")


def _all_come(inputs: dict[str, Any], seed: int) -> bool:
    """Whether a case comes in each of six replications, and somebody is served in two of them at least, but
    not in all."""
    try:
        series = Series(process_of(inputs), seed)
        series.extend(6)
    except UsageError:
        return False
    return 2 <= int((~np.isnan(series["cycle"])).sum()) < 6
