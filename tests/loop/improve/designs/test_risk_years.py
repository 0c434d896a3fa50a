"""How often risks happen in a year of a simulated process, and what they cost, against what is computed."""

import pytest

from anlan.loop.improve.designs.applying import design
from anlan.loop.improve.designs.comparing import compare

A_YEAR_H = 365.25 * 24
ALONE = {
    "steps": [{"name": "serve", "time": 10}],
    "arrivals": [4],
    "weeks": 2,
    "risks": [
        {"name": "slip", "step": "serve", "chance": 0.1, "delay": 30, "cost": 20},
        {"name": "strike", "effect": "surge", "times": 1.5, "delay": 60, "per_week": 0.001, "cost": 1000},
    ],
}
"""Nobody waits: a slip takes its delay and nothing else."""


@pytest.fixture(scope="module")
def found():
    half = design("half", {"operator": "treat", "risks": "slip", "factor": 0.5})
    none = design("none", {"operator": "treat", "risks": "slip", "factor": 0})
    return compare(ALONE, [half, none], least=12, most=12, minutes_of=("slip",))


@pytest.mark.parametrize(("number", "share"), [(0, 1.0), (1, 0.5), (2, 0.0)])
def test_times_money_and_minutes_of_a_year_hold_what_is_computed(found, number: int, share: float) -> None:
    slip = found.outcomes[number].year.risks["slip"]
    times = share * 0.1 * 4 * A_YEAR_H
    assert slip.times.low <= times <= slip.times.high
    assert slip.times.estimate == pytest.approx(times, rel=0.05, abs=1e-9)
    assert slip.money.low <= 20 * times <= slip.money.high
    assert slip.money.estimate == pytest.approx(20 * slip.times.estimate)
    assert slip.minutes.low <= 30 * times <= slip.minutes.high
    assert slip.minutes.estimate == pytest.approx(30 * slip.times.estimate, rel=1e-6)


def test_a_risk_never_seen_may_still_happen(found) -> None:
    years = 12 * 2 / (365.25 / 7)
    strike = found.as_is.year.risks["strike"]
    if strike.times.estimate == 0.0:
        assert strike.times.low == 0.0
        assert strike.times.high == pytest.approx(2.51 / years, rel=0.01)
    assert strike.times.high > 0.001 * 365.25 / 7
    assert strike.minutes is None


def test_the_sum_of_the_money_is_the_yearly_loss(found) -> None:
    for each in found.outcomes:
        known = sum(risk.money.estimate for risk in each.year.risks.values())
        loss = each.figures["yearly_loss"].estimate
        assert known == pytest.approx(loss, rel=1e-6, abs=1e-6)


def test_less_than_a_week_says_nothing_of_a_year() -> None:
    half = design("half", {"operator": "treat", "risks": "slip", "factor": 0.5})
    short = compare({**ALONE, "weeks": 0.5}, [half], least=2, most=2, minutes_of=("slip",))
    assert [each.year for each in short.outcomes] == [None, None]
