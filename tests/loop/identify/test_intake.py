"""The intake window depends on arrivals, not on how long a case lasts or on a few strays."""

import numpy as np
import pytest

from anlan.domain.event_log import NO_TIME
from anlan.formats.criteria_file import load_criteria
from anlan.loop.identify import IdentifyContext
from anlan.loop.identify.intake import intake_of
from anlan.loop.quantify import case_facts, quantify
from anlan.loop.quantify.frequency import frequency_per_year
from logs import make_log
from risk_findings import finding

DAY_US = 86_400_000_000


def _arrivals(days: np.ndarray) -> np.ndarray:
    return 1_700_000_000_000_000 + np.round(days * DAY_US).astype(np.int64)


def test_an_even_intake_gives_its_own_length_and_pace() -> None:
    intake = intake_of(_arrivals(np.linspace(0, 365.25, 4_001)))
    assert intake is not None
    assert intake.days == pytest.approx(365.25)
    assert intake.cases_per_year == pytest.approx(4_001)
    assert (intake.last_us - intake.first_us) / DAY_US == pytest.approx(365.25)


@pytest.mark.parametrize("seed", range(5))
def test_a_random_even_intake_gives_it_within_its_own_chance(seed: int) -> None:
    days = np.random.default_rng(seed).uniform(0, 60, 5_000)
    assert intake_of(_arrivals(days)).days == pytest.approx(60, rel=0.01)


@pytest.mark.parametrize("stray", [-3650.0, 3650.0])
def test_a_stray_arrival_ten_years_off_changes_next_to_nothing(stray: float) -> None:
    days = np.linspace(0, 365.25, 4_000)
    with_stray = intake_of(_arrivals(np.append(days, stray)))
    assert with_stray.days == pytest.approx(intake_of(_arrivals(days)).days, rel=0.001)


@pytest.mark.parametrize("seed", range(20))
def test_the_window_lies_between_the_first_arrival_and_the_last(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = rng.choice([rng.uniform(0, 60, 300), rng.beta(0.4, 0.6, 300) * 60, rng.exponential(9, 300)])
    arrived = _arrivals(days)
    intake = intake_of(arrived)
    assert arrived.min() <= intake.first_us
    assert intake.last_us <= max(arrived.max(), arrived.min() + DAY_US)
    assert (intake.last_us - intake.first_us) / DAY_US == pytest.approx(intake.days, abs=1e-6)


def test_findings_and_the_portfolio_state_one_period() -> None:
    log = _log(longest_days=2_000.0)
    context = IdentifyContext(log)
    _, portfolio = quantify((), log_facts=case_facts(log), criteria=load_criteria(), process="p")
    assert context.period_days == portfolio.intake.days < 100 < context.span_days


@pytest.mark.parametrize("n", [1, 2, 50])
def test_a_moment_counts_as_a_day(n: int) -> None:
    intake = intake_of(_arrivals(np.zeros(n)))
    assert (intake.days, intake.n_cases) == (1.0, n)
    assert intake.last_us - intake.first_us == DAY_US


def test_cases_without_events_are_no_arrivals() -> None:
    assert intake_of(np.full(3, NO_TIME)) is None
    assert intake_of(None) is None
    assert intake_of(np.append(_arrivals(np.zeros(2)), NO_TIME)).n_cases == 2


def _log(*, longest_days: float):
    """1,000 cases, one every 131 minutes, each of two steps a day apart; one may take longer."""
    rows = []
    for i in range(1_000):
        start = 1_700_000_000_000_000 + round(i * 365.25 / 4_000 * DAY_US)
        length = longest_days if i == 500 else 1.0
        rows += [(f"c{i}", "open", start), (f"c{i}", "close", start + round(length * DAY_US))]
    return make_log(rows)


def test_one_case_of_ten_years_leaves_the_yearly_loss_alone() -> None:
    risks, portfolios = [], []
    for longest_days in (1.0, 3652.5):
        log = _log(longest_days=longest_days)
        facts, context = case_facts(log), IdentifyContext(log)
        own = finding(
            affected=range(100), delay_min=60.0, exposure_cases=1_000, period_days=context.period_days
        )
        (risk,), portfolio = quantify(
            [own], log_facts=facts, criteria=load_criteria(), process="desk", years=2_000
        )
        assert facts.intake.cases_per_year == pytest.approx(4_000, rel=0.002)
        risks.append(risk)
        portfolios.append(portfolio)
    assert context.span_days > 3_600
    assert risks[0].annual_loss == risks[1].annual_loss
    assert risks[0].frequency_per_year == risks[1].frequency_per_year
    assert risks[0].annual_loss.estimate == pytest.approx(400 * 60.0, rel=0.01)
    assert portfolios[0].curve == portfolios[1].curve


def test_a_finding_that_names_no_cases_is_counted_over_its_period() -> None:
    gaps = finding("log_gap", count=20, period_days=50.0)
    assert frequency_per_year(gaps).estimate == pytest.approx(20.5 / (50.0 / 365.25))
