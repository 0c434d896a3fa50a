"""At which step do late cases have their longest wait?

If the longest wait of a case fell on each of its waits alike, an activity with k of its n waits would
have it with chance k / n. More often than that, over the late cases, makes the activity a driver.
Cases whose waits are all equal, or that have a single one, say nothing.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.rates import observed_over_expected, poisson_upper

MIN_SHARE_OF_LATE = 0.05


def longest_waits(
    context: IdentifyContext,
    late: NDArray[np.bool_],
    delays: NDArray[np.float64],
    *,
    code: str,
    category: str,
    minimum: float,
) -> Candidates:
    """Activities that hold the longest wait of late cases more often than chance; `delays` per case."""
    activity, case, n_waits = _longest(context, late)
    waited = np.flatnonzero(context.has_before & context.mask_of(case)[context.log.case])
    expected = np.bincount(
        context.log.activity[waited],
        weights=1.0 / n_waits[context.log.case[waited]],
        minlength=context.n_activities,
    )
    findings: list[Finding] = []
    tested: list[float] = []
    floor = context.minimum(code, minimum)
    for number in range(context.n_activities):
        hit = case[activity == number]
        at_node = np.unique(context.log.case[waited[context.log.activity[waited] == number]])
        if len(at_node) < context.settings.min_cases:
            continue
        p = poisson_upper(len(hit), float(expected[number]))
        tested.append(p)
        ratio = observed_over_expected(len(hit), float(expected[number]))
        fewest = max(context.settings.min_affected, MIN_SHARE_OF_LATE * len(case))
        if p > context.settings.fdr or ratio.estimate < floor or len(hit) < fewest:
            continue
        name = context.log.activity_names[number]
        statement = Statement(
            code,
            category,
            (name,),
            Effect("rate_ratio", ratio, floor),
            p,
            detail="longest_wait",
            parameters={
                "statement": f"{code}.longest_wait",
                "node": name,
                "kind": "longest_wait",
                "value": "",
                "other_rate_share": float(expected[number]) / len(at_node),
            },
        )
        findings.append(make_finding(context, statement, Hit(hit, delays[hit]), exposure=len(at_node)))
    return Candidates(tuple(findings), tuple(tested))


def _longest(
    context: IdentifyContext, late: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Per late case with one longest wait: its activity and number; and waits per case of the log."""
    n_waits = np.maximum(context.features.n_events - 1, 0)
    events = np.flatnonzero(context.has_before & (late & (n_waits >= 2))[context.log.case])
    case = context.log.case[events].astype(np.int64)
    waits = context.wait_us[events]
    longest = np.zeros(context.log.n_cases, dtype=np.int64)
    np.maximum.at(longest, case, waits)
    top = waits == longest[case]
    single = np.bincount(case[top], minlength=context.log.n_cases) == 1
    chosen = events[top & single[case]]
    return context.log.activity[chosen].astype(np.int64), context.log.case[chosen].astype(np.int64), n_waits
