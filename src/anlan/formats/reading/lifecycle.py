"""Which rows of a log are completed activity instances, and when those began.

A row with the transition `complete` (or none) is an event. A `start` before it, of the same case,
activity and, where the log has one, instance, gives it its start: first in, first out. Starts that
nothing completes, and rows of other transitions (schedule, suspend ...), are counted, not events.
Where none of a log's transitions is a standard one (IEEE 1849), the column is an ordinary attribute.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, NO_TIME
from anlan.formats.reading.lifecycle_kernels import COMPLETE, ENDED_OTHERWISE, OTHER, START, pair_rows

STANDARD = frozenset(
    {
        "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort",
        "complete", "autoskip", "manualskip", "unknown",
    }
)  # fmt: skip
"""The standard transitions of IEEE 1849, compared without case."""

_KINDS = {
    "complete": COMPLETE,
    "start": START,
    "withdraw": ENDED_OTHERWISE,
    "pi_abort": ENDED_OTHERWISE,
    "ate_abort": ENDED_OTHERWISE,
}


@dataclass(frozen=True)
class Pairing:
    """`completed`: bool per row, true for events; `start_us`: `NO_TIME` where no start is known."""

    completed: NDArray[np.bool_]
    start_us: NDArray[np.int64]
    starts_without_end: int
    other_rows: int


def has_standard_transition(transitions: Sequence[str]) -> bool:
    return any(_plain(name) in STANDARD for name in transitions)


def _plain(transition: str) -> str:
    return transition.strip().casefold()


def kinds_of(transition: NDArray[np.int32], transitions: Sequence[str]) -> NDArray[np.uint8]:
    """`COMPLETE`, `START`, `ENDED_OTHERWISE` or `OTHER` per row; a missing transition is complete."""
    kinds = np.array([_KINDS.get(_plain(name), OTHER) for name in transitions] + [COMPLETE], np.uint8)
    return kinds[transition]  # MISSING is -1: the appended last entry


def pair_lifecycle(
    *,
    case_offsets: NDArray[np.int64],
    time_us: NDArray[np.int64],
    activity: NDArray[np.int32],
    transition: NDArray[np.int32],
    transitions: Sequence[str],
    instance: NDArray[np.int32] | None = None,
    start_us: NDArray[np.int64] | None = None,
) -> Pairing:
    """Pair the rows of a log grouped by case and ordered by (time, source row).

    `transition`: codes into `transitions`, `MISSING` counts as complete. `instance`: codes of activity
    instance ids. `start_us`: starts the rows carry themselves; they are kept.
    """
    kind = kinds_of(transition, transitions)
    starts = np.full(len(time_us), NO_TIME) if start_us is None else start_us.copy()
    left, others = pair_rows(case_offsets, time_us, _keys(activity, instance), kind, starts)
    return Pairing(kind == COMPLETE, starts, int(left), int(others))


def _keys(activity: NDArray[np.int32], instance: NDArray[np.int32] | None) -> NDArray[np.int64]:
    """Numbers 0, 1, 2 ... of what start and completion must share."""
    if instance is None or not len(instance):
        return activity.astype(np.int64)
    width = int(instance.max()) + 2
    pairs = activity.astype(np.int64) * width + (instance - MISSING)
    _, keys = np.unique(pairs, return_inverse=True)
    return np.asarray(keys, np.int64)
