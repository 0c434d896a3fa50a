"""Risks and their portfolio: worked example, laws, sums that must agree."""

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.costs import Costs
from anlan.domain.errors import UsageError
from anlan.domain.risk import Portfolio, Risk
from anlan.formats.criteria_file import load_criteria
from anlan.formats.messages import in_both_languages
from anlan.loop.quantify import CaseFacts, quantify, register_notes, risk_id
from risk_findings import FACTS, finding, random_findings

LEVELS = ("low", "slight", "moderate", "high", "crisis")

CRITERIA = load_criteria()


def _quantify(findings, **settings) -> tuple[tuple[Risk, ...], Portfolio]:
    options = {"log_facts": FACTS, "criteria": CRITERIA, "process": "desk", "years": 20_000} | settings
    return quantify(findings, **options)


def test_a_worked_example() -> None:
    """200 of 10,000 cases in a year lose 50 minutes each; a case usually takes 100 minutes."""
    (risk,), portfolio = _quantify([finding(affected=range(200), delay_min=50.0)])
    assert risk.frequency_per_1000_cases.estimate == pytest.approx(1000 * 200.5 / 10_001)
    assert risk.frequency_per_1000_cases.low == pytest.approx(1000 * stats.beta(200.5, 9800.5).ppf(0.025))
    assert risk.frequency_per_year.estimate == pytest.approx(200.5)
    assert (risk.severity.kind, risk.severity.mean, risk.severity.choice) == ("constant", 50.0, "all_alike")
    assert risk.annual_loss.estimate == pytest.approx(200.5 * 50)
    assert risk.annual_loss.low == pytest.approx(50 * stats.gamma(200.5).ppf(0.025))
    exact = 50 * stats.nbinom(200.5, 0.5).ppf(0.95)
    assert risk.annual_loss_p95 == pytest.approx(exact, rel=2e-3)
    assert (risk.index.likelihood, risk.index.severity, risk.index.value) == (4, 3, 12)
    assert (risk.index.level, risk.overlaps) == ("high", ())
    assert portfolio.unit == "customer_min"
    assert abs(portfolio.simulated_mean - 200.5 * 50) < 4 * portfolio.simulation_errors["mean"]
    assert portfolio.p95 == pytest.approx(exact, abs=4 * portfolio.simulation_errors["p95"] + 50)


@pytest.mark.parametrize("seed", range(6))
def test_the_mean_of_the_portfolio_is_the_sum_of_the_counted_means(seed: int) -> None:
    risks, portfolio = _quantify(random_findings(seed), seed=seed, years=100_000)
    total = sum(risk.annual_loss.estimate for risk in risks)
    assert portfolio.mean == pytest.approx(total, rel=1e-12)
    assert abs(portfolio.simulated_mean - total) < 4.5 * portfolio.simulation_errors["mean"]


def test_counted_losses_add_up_to_what_the_cases_lost() -> None:
    findings = random_findings(2)
    risks, _ = _quantify(findings)
    largest = np.zeros(FACTS.n_cases)
    for f in findings:
        largest[f.affected] = np.maximum(largest[f.affected], f.delay_min)
    counted = sum(float(risk.severity.sample.sum()) for risk in risks)
    assert counted == pytest.approx(largest.sum())
    for risk in risks:
        assert risk.annual_loss.low <= risk.annual_loss.estimate <= risk.annual_loss.high
        assert risk.gross_annual_loss >= risk.annual_loss.estimate * (1 - 1e-12)
        assert risk.id not in risk.overlaps


def test_risks_come_highest_level_first_then_largest_counted_loss() -> None:
    risks, _ = _quantify(random_findings(4))
    places = [(-LEVELS.index(risk.index.level), -risk.annual_loss.estimate) for risk in risks]
    assert len({level for level, _ in places}) > 1
    assert all(a <= b for a, b in pairwise(places))


def test_the_order_of_findings_changes_no_number() -> None:
    findings = random_findings(5)
    one, other = _quantify(findings), _quantify(findings[::-1])
    assert [risk.id for risk in one[0]] == [risk.id for risk in other[0]]
    assert one[1].simulated_mean == other[1].simulated_mean
    assert one[1].curve == other[1].curve


def test_the_number_of_threads_changes_no_number() -> None:
    findings = random_findings(6)
    runs = [_quantify(findings, threads=threads, years=40_000)[1] for threads in (1, 2, 5)]
    assert runs[0].curve == runs[1].curve == runs[2].curve
    assert runs[0].simulated_mean == runs[1].simulated_mean == runs[2].simulated_mean


def test_seed_zero_is_the_default_and_another_seed_is_other_luck() -> None:
    findings = random_findings(7)
    assert _quantify(findings)[1].simulated_mean == _quantify(findings, seed=0)[1].simulated_mean
    assert _quantify(findings)[1].simulated_mean != _quantify(findings, seed=1)[1].simulated_mean


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_money_is_minutes_times_the_rate(rate: float) -> None:
    findings = random_findings(8)
    minutes, in_minutes = _quantify(findings)
    money, in_money = _quantify(findings, costs=Costs("CNY", customer_minute=rate))
    assert (in_minutes.unit, in_money.unit) == ("customer_min", "CNY")
    for one, other in zip(minutes, money, strict=True):
        assert other.annual_loss.estimate == pytest.approx(rate * one.annual_loss.estimate)
        assert other.annual_loss_p95 == pytest.approx(rate * one.annual_loss_p95)
        assert other.gross_annual_loss == pytest.approx(rate * one.gross_annual_loss)
        assert other.index == one.index
    assert in_money.p95 == pytest.approx(rate * in_minutes.p95)
    assert in_money.cvar95 == pytest.approx(rate * in_minutes.cvar95)


def test_without_a_rate_for_customer_time_no_money_is_made_up() -> None:
    _, portfolio = _quantify(random_findings(8), costs=Costs("CNY", person_day=700.0))
    assert portfolio.unit == "customer_min"


def test_a_step_few_cases_reach_is_rare_for_the_process_however_often_it_goes_wrong_there() -> None:
    """80 of the 100 cases at the node, of 10,000 in all: 8 in 1,000 of the process, score 3, not 5."""
    (risk,), _ = _quantify([finding(affected=range(80), delay_min=50.0, exposure_cases=100)])
    assert risk.frequency_per_1000_cases.estimate == pytest.approx(1000 * 80.5 / 101)
    assert risk.index.likelihood_value == pytest.approx(8.0)
    assert risk.index.severity_value == pytest.approx(0.5)
    assert (risk.index.likelihood, risk.index.severity) == (3, 3)


@given(seed=st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_scored_values_multiply_to_the_claimed_loss(seed: int) -> None:
    """Cases x minutes of one = all minutes claimed, so the matrix orders as losses do; repeats too."""
    repeated = [dataclasses.replace(f, count=3 * f.count) for f in random_findings(seed)]
    for risk in _quantify(repeated)[0]:
        minutes = risk.index.severity_value * FACTS.median_case_duration_s / 60
        cases = risk.index.likelihood_value * FACTS.n_cases / 1000
        assert cases == pytest.approx(len(risk.finding.affected))
        assert cases * minutes == pytest.approx(risk.finding.delay_min.sum(), abs=1e-6)


def test_without_named_cases_the_count_is_scored_up_to_all_cases() -> None:
    scored = [_quantify([finding("gaps", count=n)])[0][0] for n in (30, 70_000)]
    assert [risk.index.likelihood_value for risk in scored] == [pytest.approx(3.0), pytest.approx(1000.0)]
    assert scored[1].frequency_per_1000_cases.estimate == pytest.approx(7_000, rel=0.001)


def test_a_share_of_cases_stays_below_certainty_and_only_repeats_pass_it() -> None:
    (every,) = _quantify([finding(affected=range(500), exposure_cases=500)])[0]
    assert every.frequency_per_1000_cases.high < 1000.0
    assert every.frequency_per_1000_cases.estimate == pytest.approx(1000 * 500.5 / 501)
    (twice,) = _quantify([finding(affected=range(500), count=1_000, exposure_cases=500)])[0]
    assert twice.frequency_per_1000_cases.high == pytest.approx(2 * every.frequency_per_1000_cases.high)


def test_a_likelihood_score_that_most_risks_share_is_told() -> None:
    alike = [finding(f"f{i}", affected=range(200 + i), delay_min=5.0) for i in range(6)]
    apart = [finding(f"f{i}", affected=range(3 * 6**i // 2), delay_min=5.0) for i in range(6)]
    assert register_notes(_quantify(alike)[0]) == ("quantify.one_likelihood",)
    assert register_notes(_quantify(alike[:5])[0]) == ()
    assert register_notes(_quantify(apart)[0]) == ()
    assert register_notes(()) == ()


def test_twice_the_cases_in_the_same_time_make_more_loss_at_a_higher_likelihood() -> None:
    (few,), small = _quantify([finding(affected=range(300), delay_min=np.linspace(1, 99, 300))])
    (many,), large = _quantify([finding(affected=range(600), delay_min=np.linspace(1, 99, 600))])
    assert many.frequency_per_1000_cases.estimate > few.frequency_per_1000_cases.estimate
    assert many.annual_loss.estimate == pytest.approx(2 * few.annual_loss.estimate, rel=0.01)
    assert large.p95 > small.p95
    assert many.index.likelihood >= few.index.likelihood


def test_half_the_period_doubles_what_a_year_costs() -> None:
    whole = finding(affected=range(50), delay_min=10.0)
    half = finding(affected=range(50), delay_min=10.0, period_days=365.25 / 2)
    (a,), (b,) = _quantify([whole])[0], _quantify([half])[0]
    assert b.annual_loss.estimate == pytest.approx(2 * a.annual_loss.estimate)
    assert b.frequency_per_1000_cases == a.frequency_per_1000_cases


def test_measures_of_the_portfolio_stand_in_their_order() -> None:
    _, portfolio = _quantify(random_findings(9))
    assert portfolio.p05 <= portfolio.p50 <= portfolio.p90 <= portfolio.p95 <= portfolio.p99
    assert portfolio.cvar95 >= portfolio.p95
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(portfolio.curve))
    assert set(portfolio.simulation_errors) == {"mean", "p05", "p50", "p90", "p95", "p99", "cvar95"}


def test_a_finding_without_customer_time_costs_nothing_and_says_so() -> None:
    (risk,), portfolio = _quantify([finding("four_eyes", affected=range(40))])
    assert (risk.annual_loss.estimate, risk.annual_loss_p95, risk.severity.kind) == (0.0, 0.0, "none")
    assert "quantify.no_customer_time" in risk.notes
    assert (risk.index.likelihood, risk.index.severity, risk.index.level) == (3, 1, "low")
    assert (portfolio.mean, portfolio.years, portfolio.notes) == (0.0, 0, ("quantify.no_counted_loss",))


def test_a_finding_inside_another_lists_it_and_costs_nothing_of_its_own() -> None:
    inner = finding("inner", affected=range(10), delay_min=60.0)
    outer = finding("outer", affected=range(30), delay_min=60.0)
    by_code = {risk.finding.code: risk for risk in _quantify([inner, outer])[0]}
    assert by_code["outer"].overlaps == (by_code["inner"].id,)
    assert by_code["outer"].gross_annual_loss > by_code["outer"].annual_loss.estimate > 0
    whole = finding("whole", affected=range(10), delay_min=30.0, nodes=())
    by_code = {risk.finding.code: risk for risk in _quantify([inner, whole])[0]}
    assert by_code["whole"].annual_loss.estimate == 0.0
    assert by_code["whole"].gross_annual_loss > 0.0
    assert "quantify.minutes_owned_by_others" in by_code["whole"].notes


def test_several_occurrences_in_a_case_widen_the_interval_not_the_estimate() -> None:
    once = finding("a", affected=range(100), delay_min=5.0, count=100)
    thrice = finding("a", affected=range(100), delay_min=5.0, count=300)
    (one,), (three,) = _quantify([once])[0], _quantify([thrice])[0]
    assert three.frequency_per_1000_cases.estimate == pytest.approx(3 * one.frequency_per_1000_cases.estimate)
    assert three.frequency_per_1000_cases.high == pytest.approx(3 * one.frequency_per_1000_cases.high)
    assert "quantify.several_per_case" in three.notes


def test_a_log_of_a_moment_gives_numbers_with_a_warning() -> None:
    facts = CaseFacts(n_cases=1, median_case_duration_s=None)
    lone = finding(affected=[0], delay_min=3.0, exposure_cases=1, period_days=0.0)
    (risk,), portfolio = _quantify([lone], log_facts=facts)
    assert math.isfinite(risk.annual_loss.high)
    assert math.isfinite(portfolio.cvar95)
    assert {"quantify.period_under_a_day", "quantify.no_case_duration"} <= set(risk.notes)
    assert risk.index.severity_value == pytest.approx(3.0 / 1_440)


def test_lost_time_is_compared_with_the_finished_cases_that_pass_the_node() -> None:
    facts = CaseFacts(
        n_cases=1_000,
        median_case_duration_s=6_000.0,
        median_s_through={"check": 600.0, "pay": 60_000.0},
    )
    expected = {("check",): 10.0, ("check", "pay"): 0.1, ("check", "other"): 10.0, ("other",): 1.0, (): 1.0}
    for nodes, multiple in expected.items():
        (risk,), _ = _quantify([finding(affected=[0], delay_min=100.0, nodes=nodes)], log_facts=facts)
        assert risk.index.severity_value == pytest.approx(multiple), nodes


def test_no_findings_make_an_empty_register() -> None:
    risks, portfolio = _quantify([])
    assert risks == ()
    assert portfolio.curve == ((0.0, 0.0),)


def test_ids_follow_from_what_a_finding_is_about_and_nothing_else() -> None:
    base = finding("a", affected=[1], delay_min=1.0)
    same = finding("a", affected=[1, 2, 3], delay_min=9.0, q=None)
    assert risk_id(base, process="p") == risk_id(same, process="p")
    others = [
        risk_id(base, process="q"),
        risk_id(dataclasses.replace(base, code="b"), process="p"),
        risk_id(dataclasses.replace(base, nodes=("check", "close")), process="p"),
        risk_id(dataclasses.replace(base, nodes=()), process="p"),
        risk_id(dataclasses.replace(base, detail="close"), process="p"),
    ]
    assert len({risk_id(base, process="p"), *others}) == 6
    assert risk_id(base, process="p").startswith("R-")
    assert len(risk_id(base, process="p")) == 12


def test_the_same_finding_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="finding_twice"):
        _quantify([finding("a"), finding("a")])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_no_number_is_ever_lost(seed: int) -> None:
    risks, portfolio = _quantify(random_findings(seed, n=5, n_cases=200), years=500)
    numbers = [portfolio.mean, portfolio.p99, portfolio.cvar95, *portfolio.simulation_errors.values()]
    for risk in risks:
        numbers += [risk.annual_loss.low, risk.annual_loss.high, risk.annual_loss_p95, risk.severity.p95]
    assert all(math.isfinite(number) and number >= 0 for number in numbers)


def test_every_code_has_words_in_both_languages() -> None:
    for reason in ("no_loss", "all_alike", "few_values", "many_values", "best_fit", "no_fit"):
        assert in_both_languages(f"severity_choice.{reason}")
    for seed in range(4):
        risks, portfolio = _quantify(random_findings(seed), years=500)
        notes = {note for risk in risks for note in risk.notes} | set(portfolio.notes)
        for code in notes | {
            "quantify.common_factor",
            "quantify.no_common_factor",
            "quantify.one_likelihood",
        }:
            assert in_both_languages(f"notes.{code}")
