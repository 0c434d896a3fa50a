"""Does the log look like the one that was meant? What makes a wrong column or a broken export show.

A column that is no case, activity or time can still be read as one, and everything after it is computed
faithfully on nonsense. These shares are not proofs, so they warn and refuse nothing.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.studies.numbers import warning

FEWEST_EVENTS = 20
"""Under so many events shares say little."""

SINGLE_SHARE = 0.9
"""From this share of cases with one event on the case column looks like a number of the row."""

ONE_CASE_SHARE = 0.5
"""From this share of the events in one case on the case column looks like a constant."""

REJECTED_SHARE = 0.1
"""From this share of the rows set aside on the log is a part of the file, and perhaps not a fair one."""


def plausibility_warnings(
    *,
    events_per_case: NDArray[np.int64],
    case_column: str,
    rejected: Mapping[str, int],
    rows_read: int | None,
) -> list[dict[str, Any]]:
    """Warnings on the log; `events_per_case` of the cases with events."""
    return [
        *_of_cases(events_per_case, case_column),
        *_of_rejected(rejected, rows_read if rows_read is not None else int(events_per_case.sum())),
    ]


def _of_cases(events_per_case: NDArray[np.int64], column: str) -> list[dict[str, Any]]:
    events, cases = int(events_per_case.sum()), len(events_per_case)
    if events < FEWEST_EVENTS:
        return []
    single, largest = int((events_per_case == 1).sum()), int(events_per_case.max())
    found = []
    if single >= SINGLE_SHARE * cases:
        found.append(
            warning("cases_of_one_event", "log", column=column, n=single, cases=cases, share=single / cases)
        )
    if largest >= ONE_CASE_SHARE * events:
        found.append(
            warning("one_case_holds_most", "log", column=column, n=largest, events=events, cases=cases)
        )
    return found


def _of_rejected(rejected: Mapping[str, int], rows: int) -> list[dict[str, Any]]:
    n = sum(rejected.values())
    if not n or n < REJECTED_SHARE * rows:
        return []
    reason = max(sorted(rejected), key=lambda name: rejected[name])
    return [warning("many_rows_set_aside", "log.rejected", n=n, rows=rows, share=n / rows, reason=reason)]
