"""Moments of truth: the formula by hand, and its laws."""

import math

import pytest

from anlan.domain.errors import UsageError
from anlan.loop.key_nodes.moments import moments_of_truth


def test_the_worked_example() -> None:
    found = moments_of_truth({
        "queue": {"waiting": 400.0, "risk": 3.0, "complaints": 2.0},
        "desk": {"waiting": 100.0, "risk": 4.0, "complaints": 0.0},
        "phone": {"waiting": 200.0, "risk": 0.0, "complaints": 4.0},
    })  # fmt: skip
    assert [(m.key, m.rank) for m in found] == [("queue", 1), ("phone", 2), ("desk", 3)]
    assert found[0].low == pytest.approx(100 * (1 + 0.75 + 0.5) / 3)
    assert found[1].low == found[1].high == pytest.approx(50.0)
    assert found[2].low == pytest.approx(100 * (0.25 + 1 + 0) / 3)


def test_a_part_without_data_is_left_out_and_one_unknown_value_widens_the_score() -> None:
    found = moments_of_truth({"a": {"waiting": 10.0, "risk": None}, "b": {"waiting": 5.0, "risk": 2.0}})
    assert [list(m.parts) for m in found] == [["waiting", "risk"]] * 2
    scores = {m.key: (m.low, m.high) for m in found}
    assert scores == {"a": (50.0, 100.0), "b": (75.0, 75.0)}
    assert found[0].key == "b"
    alone = moments_of_truth({"a": {"complaints": 3.0}, "b": {"complaints": 1.0}})
    assert list(alone[0].parts) == ["complaints"]


def test_nothing_known_ranks_nothing() -> None:
    assert moments_of_truth({}) == []
    assert moments_of_truth({"a": {"waiting": None}}) == []


def test_a_change_of_unit_changes_nothing_and_more_waiting_never_lowers_a_score() -> None:
    base = {"a": {"waiting": 60.0, "risk": 1.0}, "b": {"waiting": 90.0, "risk": 3.0}}
    minutes = {k: v | {"waiting": v["waiting"] / 60} for k, v in base.items()}
    assert [m.low for m in moments_of_truth(base)] == pytest.approx(
        [m.low for m in moments_of_truth(minutes)]
    )
    more = base | {"a": {"waiting": 85.0, "risk": 1.0}}
    before = next(m for m in moments_of_truth(base) if m.key == "a")
    after = next(m for m in moments_of_truth(more) if m.key == "a")
    assert after.low > before.low


def test_scores_lie_between_0_and_100_and_equal_ones_share_the_rank() -> None:
    found = moments_of_truth({k: {"waiting": 0.0, "risk": 2.0} for k in "abc"})
    assert [(m.low, m.rank) for m in found] == [(50.0, 1)] * 3
    assert [m.key for m in found] == list("abc")


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_value_that_measures_nothing_is_refused(value: float) -> None:
    with pytest.raises(UsageError) as fault:
        moments_of_truth({"a": {"waiting": value}})
    assert fault.value.code == "moments.value"
