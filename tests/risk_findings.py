"""Findings made by hand for the tests of quantification and treatment."""

from collections.abc import Sequence

import numpy as np

from anlan.domain.finding import SCOPES, Effect, Finding
from anlan.domain.interval import Interval
from anlan.loop.quantify import CaseFacts

FACTS = CaseFacts(n_cases=10_000, median_case_duration_s=6_000.0)


def finding(
    code: str = "tail_delay",
    *,
    affected: Sequence[int] = (),
    delay_min: Sequence[float] | float = 0.0,
    nodes: tuple[str, ...] = ("check",),
    detail: str = "",
    count: int | None = None,
    exposure_cases: int = 10_000,
    period_days: float = 365.25,
    q: float | None = 0.01,
    scope: str = "mechanism",
) -> Finding:
    """A finding that hits the given cases and claims the given minutes of each."""
    cases = np.array(affected, dtype=np.int64)
    n = len(cases) if count is None else count
    return Finding(
        code=code,
        category="process",
        nodes=nodes,
        detail=detail,
        count=n,
        exposure=exposure_cases,
        exposure_unit="cases",
        exposure_cases=exposure_cases,
        period_days=period_days,
        rate=Interval(n / exposure_cases, 0.0, 1.0),
        effect=Effect("rate_ratio", Interval(2.0, 1.5, 2.5), 1.5),
        p=q,
        q=q,
        affected=cases,
        delay_min=np.broadcast_to(np.asarray(delay_min, dtype=np.float64), cases.shape).copy(),
        case_ids=(),
        scope=scope,
    )


def random_findings(seed: int, n: int = 12, n_cases: int = 10_000) -> list[Finding]:
    """Overlapping findings of very different size."""
    rng = np.random.default_rng(seed)
    findings = []
    for i in range(n):
        size = int(np.exp(rng.uniform(np.log(2), np.log(n_cases / 3))))
        cases = np.sort(rng.choice(n_cases, size, replace=False))
        delays = rng.lognormal(rng.uniform(1, 5), rng.uniform(0.3, 1.2), size) * (rng.random(size) < 0.9)
        nodes = () if i == 0 else (f"node {i % 4}",)
        scope = SCOPES[int(rng.integers(3))]
        findings.append(finding(f"finder_{i}", affected=cases, delay_min=delays, nodes=nodes, scope=scope))
    return findings
