"""Every golden case of a built method comes out as published; none is forgotten."""

import math
from typing import Any

import pytest

from golden.adapters import ADAPTERS, Check
from golden.collect import CASES, OWED, answered, load, path_of
from golden.table import PAGE, rows_of


@pytest.mark.parametrize("case", answered())
def test_a_worked_case_comes_out_as_published(case: str) -> None:
    if not path_of(case).exists():
        pytest.skip(f"reference data not beside the repository: shared/golden/{case}.json")
    checks = ADAPTERS[case][1](load(case))
    assert checks
    for check in checks:
        assert _close(check.got, check.expected, check), (check.what, check.got, check.expected)


def _close(got: Any, expected: Any, check: Check) -> bool:
    """Numbers within the tolerance, everything else alike; lists and mappings entry by entry."""
    if isinstance(expected, dict):
        return set(got) == set(expected) and all(_close(got[k], expected[k], check) for k in expected)
    if isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(
            _close(g, e, check) for g, e in zip(got, expected, strict=True)
        )
    if isinstance(expected, bool | str) or expected is None:
        return bool(got == expected)
    reach = check.tolerance + check.relative * abs(expected)
    return math.isfinite(got) and abs(got - expected) <= reach


def test_every_carried_case_is_answered_or_owed_by_a_part_to_come() -> None:
    carried = {file.stem for file in CASES.glob("*.json")}
    assert carried - set(answered()) <= set(OWED)
    assert not set(OWED) & set(answered())


def test_the_comparison_sees_a_wrong_number() -> None:
    check = Check("x", 1.0, 1.0, tolerance=1e-6)
    assert _close(1.0 + 1e-7, 1.0, check)
    assert not _close(1.0 + 1e-5, 1.0, check)
    assert not _close(math.nan, 1.0, check)


@pytest.mark.parametrize("case", answered())
def test_the_validation_page_shows_the_case_as_it_comes_out_now(case: str) -> None:
    """Write it anew with `PYTHONPATH=tests python -m golden.table`."""
    if not path_of(case).exists():
        pytest.skip(f"reference data not beside the repository: shared/golden/{case}.json")
    shown = PAGE.read_text(encoding="utf-8")
    missing = [row for row in rows_of(case) if row not in shown]
    assert not missing
