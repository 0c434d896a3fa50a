"""False discoveries, counted: logs in which nothing depends on anything must give none.

Each study makes many logs that could mislead one finder, and counts the logs in which it speaks.
"""

import numpy as np
import pytest

from anlan.domain.finding import Finding
from anlan.loop.identify import SlaSettings, identify
from finders import candidates, context_of, found
from logs import LogDraft, random_draft

STEPS = {"check": 0.3, "decide": 6.0, "notify": 1.0, "close": 2.0}


def _tested(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.p is not None]


def _with_a_random_promise(seed: int) -> LogDraft:
    """Steps of unlike length, one of which holds most longest waits; the promise is broken by lot."""
    draft = random_draft(seed=seed, n_cases=1_000, skip=0.2, attributes={"channel": ["a", "b", "c"]})
    for step, factor in STEPS.items():
        draft.gap_s[draft.steps == step] *= factor
    kept = np.random.default_rng(seed + 7).random(draft.n_cases) >= 0.3
    draft.case_values["made_sla"] = np.where(kept, "true", "false").astype(object)
    return draft


@pytest.mark.parametrize("n_logs", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_a_promise_broken_by_lot_has_no_driver(n_logs):
    false = 0
    for seed in range(n_logs):
        log = _with_a_random_promise(seed).build()
        false += bool(_tested(found(log, "sla_breach_driver", sla=SlaSettings(column="made_sla"))))
    assert false <= 0.05 * n_logs


def _short_intake(seed: int) -> LogDraft:
    """Cases come in for 60 days; their waits are alike and very unequal, so that some last for years."""
    draft = random_draft(seed=seed, n_cases=4_000, days=60)
    spread = np.random.default_rng(1_000 + seed).lognormal(0.0, 2.0, len(draft.gap_s))
    draft.gap_s = np.where(draft.gap_s > 0, 86_400.0 * spread, 0.0)
    return draft


@pytest.mark.parametrize("n_logs", [4, pytest.param(24, marks=pytest.mark.slow)])
def test_long_waits_left_after_the_intake_are_no_drift(n_logs):
    assert [seed for seed in range(n_logs) if found(_short_intake(seed).build(), "drift")] == []


def _skewed(seed: int, *, sigma: float, n_cases: int = 1_000) -> LogDraft:
    """All waits alike, lognormal: half are short, some are a hundred times as long."""
    draft = random_draft(seed=seed, n_cases=n_cases)
    spread = np.random.default_rng(1_000 + seed).lognormal(0.0, sigma, len(draft.gap_s))
    draft.gap_s = np.where(draft.gap_s > 0, 3_600.0 * spread, 0.0)
    return draft


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("n_logs", [5, pytest.param(40, marks=pytest.mark.slow)])
def test_waits_that_are_skewed_everywhere_have_no_passage_with_a_tail(n_logs, sigma):
    false, p = 0, []
    for seed in range(n_logs):
        log = _skewed(seed, sigma=sigma).build()
        false += bool(found(log, "tail_delay"))
        p.extend(candidates(log, "tail_delay").tested)
    assert false <= 0.05 * n_logs
    assert np.mean(np.array(p) <= 0.05) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [1.5, 2.0])
def test_skewed_logs_without_effects_hardly_give_a_tested_finding(sigma):
    false = 0
    for seed in range(100):
        draft = random_draft(seed=seed, n_cases=400, skip=0.25, attributes={"channel": ["a", "b"]})
        spread = np.random.default_rng(1_000 + seed).lognormal(0.0, sigma, len(draft.gap_s))
        draft.gap_s = np.where(draft.gap_s > 0, 3_600.0 * spread, 0.0)
        context = context_of(draft.build(), sla=SlaSettings(case_limit_us=10 * 3_600_000_000))
        false += bool(_tested(list(identify(context))))
    assert false <= 5
