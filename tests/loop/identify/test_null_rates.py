"""False discoveries, counted: logs in which nothing depends on anything must give none.

Each study makes many logs that could mislead one finder, and counts the logs in which it speaks.
"""

import numpy as np
import pytest

from anlan.domain.finding import Finding
from anlan.loop.identify import SlaSettings
from finders import found
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
