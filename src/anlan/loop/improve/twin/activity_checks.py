"""The checks of a twin by activity: executions, work and waits against the cases of the log.

Executions, work and waits of one week go together (a crowded week, a holiday), so that the standard error
of a mean of the log is taken over blocks of time, not over executions: weeks where there are eight of them
or more, else days, else hours. With x of block b and mean m the error is sqrt(sum_b (sum (x - m))^2) / n
(Liang & Zeger 1986).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anlan.loop.improve.twin.card import Check, judged
from anlan.loop.improve.twin.manners import manners_of
from anlan.loop.improve.twin.names import START
from anlan.loop.improve.twin.observed import Observed
from anlan.loop.improve.twin.runs import TwinRun
from anlan.loop.improve.twin.times import elapsed_s, holding_activities
from anlan.maths.sequences.instances import Floats

FEWEST_EXECUTIONS, FEWEST_BLOCKS = 30, 8
_OF_CASE = 0.01
_BLOCKS_S = (604_800.0, 86_400.0, 3_600.0)


@dataclass(frozen=True, eq=False)
class Compared:
    """counted: (n_cases,) cases of the log whose activities are compared; twin_cases: how many a run has on
    average; case_s: mean time of a case."""

    counted: np.ndarray
    twin_cases: float
    case_s: float


def activity_checks(
    of: Observed, runs: Sequence[TwinRun], compared: Compared
) -> tuple[list[Check], tuple[str, ...], tuple[str, ...]]:
    """Checks by activity, most executed first; activities that only one side has."""
    rows = of.rows
    n = np.bincount(rows.activity[compared.counted[rows.case]], minlength=of.n_activities)
    checks: list[Check] = []
    held, elapsed = holding_activities(of), elapsed_s(of)
    unworked = held[rows.activity] & ~manners_of(of, held, elapsed).worked
    wait = np.where(held[rows.activity] & ~unworked, np.maximum(0.0, rows.start_s - rows.ready_s), elapsed)
    worked = rows.started & ~unworked
    for code in np.argsort(-n, kind="stable"):
        if n[code] < FEWEST_EXECUTIONS:
            continue
        if all(of.names[code] in run.activities for run in runs):
            checks += _of_activity(of, int(code), runs, compared, bool(held[code]), worked, wait)
        else:  # the twin does not know the activity: it is executed there 0 times
            checks.append(_relative("count", of.names[code], float(n[code]), 0.0, np.zeros(len(runs))))
    twin_has = {name for run in runs for name in run.activities}
    log_has = {of.names[code] for code in np.flatnonzero(n)}
    return checks, tuple(sorted(log_has - twin_has)), tuple(sorted(twin_has - log_has - {START}))


def _of_activity(
    of: Observed,
    code: int,
    runs: Sequence[TwinRun],
    compared: Compared,
    held: bool,
    worked: np.ndarray,
    wait_s: Floats,
) -> list[Check]:
    """Executions, work where it is known, and the wait where it is."""
    rows, name = of.rows, of.names[code]
    made = [run.activities[name] for run in runs]
    own = np.flatnonzero(compared.counted[rows.case] & (rows.activity == code))
    after = own[rows.before[own] >= 0]
    cases = np.flatnonzero(compared.counted)
    per_case = np.bincount(rows.case[own], minlength=rows.n_cases)[cases].astype(np.float64)
    count = np.array([each.count for each in made]) * len(cases) / compared.twin_cases
    error = block_error(per_case, rows.arrived_s()[cases]) * len(cases)
    found = [_relative("count", name, float(len(own)), error, count)]
    if held:
        started = own[worked[own]]
        work = rows.end_s[started] - rows.start_s[started]
        error = block_error(work, rows.start_s[started])
        found.append(_relative("work", name, float(work.mean()), error, np.array([e.work_s for e in made])))
    if len(after) >= max(FEWEST_EXECUTIONS, 0.9 * len(own)):
        wait = wait_s[after]
        twin = np.array([each.wait_s + (0.0 if held else each.work_s) for each in made])
        error = block_error(wait, rows.start_s[after])
        found.append(_relative("wait", name, float(wait.mean()), error, twin, case_s=compared.case_s))
    return found


def block_error(values: Floats, times_s: Floats) -> float:
    """Standard error of the mean of values that came at these times."""
    n, off = len(values), values - values.mean()
    for length_s in _BLOCKS_S:
        _, block = np.unique(np.floor(times_s / length_s), return_inverse=True)
        k = int(block.max()) + 1
        if k >= FEWEST_BLOCKS:
            return math.sqrt(k / (k - 1) * float((np.bincount(block, weights=off) ** 2).sum())) / n
    return float(values.std()) / math.sqrt(n)


def _relative(code: str, of: str, mean: float, error: float, made: Floats, *, case_s: float = 0.0) -> Check:
    """Difference relative to the log's mean, with twice the standard error of the difference.

    case_s: mean time of a case, of which a hundredth is the least that a wait is set against.
    """
    base = max(mean, _OF_CASE * case_s, 1e-9)
    yardstick = 2 * math.hypot(error, float(made.std()) / math.sqrt(len(made))) / base
    return judged(
        code,
        abs(float(made.mean()) - mean) / base,
        yardstick,
        of=of,
        log=mean,
        twin=float(made.mean()),
        floors=(_OF_CASE * case_s / base, 5 * _OF_CASE * case_s / base),
    )
