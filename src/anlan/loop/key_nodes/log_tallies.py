"""What a summary does not hold per node: hand-overs received, time beyond the normal, and breaches
attributed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, N_BUCKETS, NO_TIME, EventLog
from anlan.maths.jackknife import Floats


@dataclass(frozen=True, eq=False)
class LogTallies:
    """Float64 (64, nodes) by bucket and node, in the order of `names`.

    handovers: times the node was done by another known person than the step before it in the case;
    None where the log knows no two people. breaches: breached cases, each divided over its nodes
    by their share of its time beyond the normal; None where no case has a limit. excess_s: seconds
    beyond the normal of the node; None where nobody said what is normal.
    """

    names: tuple[str, ...]
    handovers: Floats | None
    breaches: Floats | None
    excess_s: Floats | None = None

    def for_nodes(self, names: Sequence[str], what: str) -> Floats | None:
        """One table with its columns in the order of `names`; a name without tallies has zeros."""
        table: Floats | None = getattr(self, what)
        if table is None:
            return None
        position = {name: code for code, name in enumerate(names)}
        columns = np.zeros((len(table), len(names)))
        for code, name in enumerate(self.names):
            if name in position:
                columns[:, position[name]] = table[:, code]
        return columns


def tally_log(
    log: EventLog,
    *,
    breached: NDArray[np.bool_] | None = None,
    excess_us: NDArray[np.int64] | None = None,
) -> LogTallies:
    """Count hand-overs by bucket and receiving node, add up `excess_us` (per event, time beyond the
    normal of its step), and divide the cases marked in `breached` ((n_cases,); None = the log has no
    limit per case) over their nodes."""
    several_people = len(log.resource_names) > 1
    return LogTallies(
        names=log.activity_names,
        handovers=_handovers(log) if several_people else None,
        breaches=None if breached is None else _breach_load(log, breached, excess_us),
        excess_s=None if excess_us is None else _excess(log, excess_us),
    )


def _handovers(log: EventLog) -> Floats:
    before, after = log.resource[:-1], log.resource[1:]
    received = np.zeros(log.n_events, dtype=bool)
    received[1:] = (
        (log.case[1:] == log.case[:-1]) & (before != after) & (before != MISSING) & (after != MISSING)
    )
    return _by_bucket_and_node(log, np.flatnonzero(received), None)


def _excess(log: EventLog, excess_us: NDArray[np.int64]) -> Floats:
    late = np.flatnonzero(excess_us > 0)
    return _by_bucket_and_node(log, late, excess_us[late] / 1e6)


def _breach_load(log: EventLog, breached: NDArray[np.bool_], excess_us: NDArray[np.int64] | None) -> Floats:
    """Each breached case counts one, divided by the time of its steps beyond their normal; where nobody
    said what is normal, by the time up to each completion since the one before (the first step: since
    its own start); evenly where a case has no such time at all."""
    events = np.flatnonzero(breached[log.case]) if log.n_events else np.zeros(0, dtype=np.int64)
    time_us = _step_time_us(log) if excess_us is None else excess_us
    time, case = time_us[events].astype(np.float64), log.case[events]
    case_time = np.bincount(case, weights=time, minlength=log.n_cases)[case]
    evenly = 1.0 / np.diff(log.case_offsets)[case]
    share = np.divide(time, case_time, out=evenly, where=case_time > 0)
    return _by_bucket_and_node(log, events, share)


def _step_time_us(log: EventLog) -> NDArray[np.int64]:
    """Time up to each completion: since the completion before it, or since its own start."""
    time = np.diff(log.end_us, prepend=log.end_us[:1])
    first = log.case_offsets[:-1][np.diff(log.case_offsets) > 0]
    known = log.start_us[first] != NO_TIME
    time[first] = np.where(known, log.end_us[first] - np.where(known, log.start_us[first], 0), 0)
    return np.maximum(time, 0)


def _by_bucket_and_node(log: EventLog, events: NDArray[np.int64], weights: Floats | None) -> Floats:
    n = len(log.activity_names)
    bucket = np.searchsorted(log.bucket_offsets, log.case[events], side="right") - 1
    cell = bucket * n + log.activity[events]
    return (
        np.bincount(cell, weights=weights, minlength=N_BUCKETS * n).astype(np.float64).reshape(N_BUCKETS, n)
    )
