"""Data-quality gap: what the log does not know, or knows too neatly.

Finds, as plain counts without a hypothesis: (1) events without a resource and columns with missing
values, 5 % or more but not all; (2) batch times: 20 or more cases with an event at the very same
microsecond, together 5 % or more of the events; (3) cases whose events (two or more) all have one
time; (4) rows set aside when reading, 1 % or more, by reason; (5) repeated events: same case, activity,
time and resource, 1 % or more.
Effect: the share (`share`) against these minimums.
Delay: 0. Such gaps cost trust in the other findings, not the customer's time.
Misleads: times kept to the day or minute make many equal times by themselves: with a coarse clock
(all times on whole minutes or days) batches are judged only where they are five times as many as
evenly spread times would give.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.rates import wilson

CODE = "data_quality"
CATEGORY = "technology"
MINIMUM = 0.05
MIN_REJECTED = 0.01
MIN_REPEATED = 0.01
BATCH_CASES = 20
BATCH_EXCESS = 5.0
_CLOCKS_US = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000, 1)


def find(context: IdentifyContext) -> Candidates:
    checks = (_missing, _batches, _one_time, _rejected, _repeated)
    found = (check(context) for check in checks)
    return Candidates(tuple(finding for finding in found if finding is not None))


def _plain(
    context: IdentifyContext,
    kind: str,
    events: NDArray[np.int64],
    *,
    count: int,
    exposure: int,
    minimum: float,
    unit: str = "events",
    parameters: dict[str, object] | None = None,
) -> Finding:
    cases = context.log.case[events].astype(np.int64)
    at = np.bincount(context.log.activity[events], minlength=context.n_activities)
    nodes = (context.log.activity_names[int(np.argmax(at))],) if len(events) else ()
    share = wilson(count, exposure)
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("share", share, minimum),
        None,
        detail=kind,
        parameters={
            "statement": f"{CODE}.{kind}",
            "kind": kind,
            "node": nodes[0] if nodes else "",
            "columns": [],
            **(parameters or {}),
        },
    )
    return make_finding(
        context,
        statement,
        Hit(cases),
        count=count,
        exposure=exposure,
        exposure_unit=unit,
        exposure_cases=int(context.present.sum()),
        rate=share,
    )


def _missing(context: IdentifyContext) -> Finding | None:
    """One finding for all columns with gaps; count and rate are those of the worst."""
    n = context.log.n_events
    codes = {name: column.codes for name, column in context.log.attributes.items()}
    if len(context.log.resource_names):
        codes["resource"] = context.log.resource
    gaps = {name: int(np.count_nonzero(column < 0)) for name, column in codes.items()}
    minimum = context.minimum(CODE, MINIMUM)
    partial = {name: gap for name, gap in gaps.items() if minimum * n <= gap < n}
    if not partial:
        return None
    worst = sorted(partial, key=lambda name: (name != "resource", -partial[name], name))
    name = worst[0]
    events = np.flatnonzero(codes[name] < 0)
    return _plain(
        context, "missing", events, count=partial[name], exposure=n, minimum=minimum,
        parameters={"column": name, "columns": worst,
                    "missing_shares": [partial[column] / n for column in worst]},
    )  # fmt: skip


def _batches(context: IdentifyContext) -> Finding | None:
    n = context.log.n_events
    moments, code, counts = np.unique(context.log.end_us, return_inverse=True, return_counts=True)
    order = np.lexsort((context.log.case, code))
    new_case = np.ones(n, dtype=np.bool_)
    new_case[1:] = (np.diff(code[order]) != 0) | (np.diff(context.log.case[order]) != 0)
    cases_at = np.bincount(code[order][new_case], minlength=len(moments))
    clock = next(unit for unit in _CLOCKS_US if not np.any(moments % unit))
    spread = max(1.0, n * clock / max(context.span_days * 86_400_000_000, 1.0))
    batch = cases_at >= max(BATCH_CASES, BATCH_EXCESS * spread)
    count = int(counts[batch].sum())
    minimum = context.minimum(CODE, MINIMUM)
    if count < minimum * n:
        return None
    return _plain(
        context, "batch", np.flatnonzero(batch[code]), count=count, exposure=n, minimum=minimum,
        parameters={"batches": int(batch.sum()), "largest": int(cases_at.max())},
    )  # fmt: skip


def _one_time(context: IdentifyContext) -> Finding | None:
    several = context.features.n_events >= 2
    first = context.log.end_us[context.log.case_offsets[:-1] * several]
    same = several & (first == context.features.last_us)
    count, exposure = int(same.sum()), int(several.sum())
    minimum = context.minimum(CODE, MINIMUM)
    if count < max(1, minimum * exposure):
        return None
    events = np.flatnonzero(same[context.log.case])
    return _plain(context, "one_time", events, count=count, exposure=exposure, minimum=minimum, unit="cases")


def _rejected(context: IdentifyContext) -> Finding | None:
    rejected = sum(context.rejected.values())
    rows = context.rows_read if context.rows_read is not None else context.log.n_events + rejected
    if rejected < max(1, MIN_REJECTED * rows):
        return None
    reasons = sorted((reason for reason, n in context.rejected.items() if n),
                     key=lambda reason: (-context.rejected[reason], reason))  # fmt: skip
    return _plain(
        context, "rejected", np.zeros(0, dtype=np.int64), count=rejected, exposure=rows,
        minimum=MIN_REJECTED, unit="rows", parameters={"columns": reasons},
    )  # fmt: skip


def _repeated(context: IdentifyContext) -> Finding | None:
    previous = context.visits.previous
    log = context.log
    again = previous >= 0
    again &= (log.end_us == log.end_us[previous]) & (log.resource == log.resource[previous])
    again &= log.start_us == log.start_us[previous]
    for column in log.attributes.values():
        again &= column.codes == column.codes[previous]
    count = int(again.sum())
    if count < max(1, MIN_REPEATED * log.n_events):
        return None
    return _plain(
        context, "repeated", np.flatnonzero(again), count=count, exposure=log.n_events,
        minimum=MIN_REPEATED,
    )  # fmt: skip
