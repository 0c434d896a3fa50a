"""A log that is probably not the one meant is said to be so, before any figure."""

import numpy as np
import pytest

from anlan.studies.plausible import plausibility_warnings


def _codes(events_per_case: list[int], *, rejected: dict[str, int] | None = None, rows: int | None = None):
    warnings = plausibility_warnings(
        events_per_case=np.array(events_per_case, dtype=np.int64),
        case_column="row_id",
        rejected=rejected or {},
        rows_read=rows,
    )
    assert all(warning["warning"] for warning in warnings)
    return [warning["code"] for warning in warnings]


@pytest.mark.parametrize(
    ("events_per_case", "expected"),
    [
        ([5] * 100, []),
        ([1] * 100, ["cases_of_one_event"]),
        ([1] * 95 + [4] * 5, ["cases_of_one_event"]),
        ([1] * 80 + [4] * 20, []),
        ([90, 5, 5], ["one_case_holds_most"]),
        ([100], ["one_case_holds_most"]),
        ([1, 1, 1], []),
        ([], []),
    ],
)
def test_an_odd_number_of_events_per_case_is_said(events_per_case: list[int], expected: list[str]) -> None:
    assert _codes(events_per_case) == expected


def test_a_large_share_of_rejected_rows_is_said_with_its_main_reason() -> None:
    assert _codes([5] * 18, rejected={"time": 6, "case": 4}, rows=100) == ["many_rows_set_aside"]
    assert _codes([5] * 19, rejected={"time": 5}, rows=100) == []
    (warning,) = plausibility_warnings(
        events_per_case=np.full(18, 5), case_column="c", rejected={"case": 4, "end": 6}, rows_read=100
    )
    assert "10.0 %" in warning["text"]["en"]
    assert "10.0%" in warning["text"]["zh"]
