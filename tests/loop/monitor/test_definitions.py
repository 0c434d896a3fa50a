"""Definitions and rows as people and programs write them: what is taken, and every fault told at once."""

from typing import Any

import pytest

from anlan.domain.errors import UsageError
from anlan.loop.monitor.definitions import RefusedDefinition, read_definition
from anlan.loop.monitor.incoming import believed, read_row, read_time
from anlan.maths.detection.thresholds import GradedThreshold

WAIT = {
    "kind": "kri", "unit": "s", "direction": "higher_worse", "grain_s": 600, "lowest": 0, "highest": 86_400,
    "min_sample": 5,
    "limits": [{"level": "orange", "fire": 540, "clear": 450}, {"level": "red", "fire": 720, "clear": 540}],
    "consecutive": 3,
}  # fmt: skip
NOW = 1_800_000_000_000_000


def test_a_definition_gives_its_rule() -> None:
    found = read_definition(WAIT)
    assert isinstance(found.rule, GradedThreshold)
    assert [(each.level, each.fire, each.clear, each.side) for each in found.limits] == [
        (3, 540.0, 450.0, "above"), (4, 720.0, 540.0, "above"),
    ]  # fmt: skip
    assert (found.consecutive, found.rule.minimum_size, found.stale_after_s) == (3, 5.0, None)


def test_every_fault_is_told_at_once() -> None:
    wrong = WAIT | {"unit": "ells", "grain_s": 5, "limits": [{"level": "pink", "fire": "x"}], "extra": 1,
                    "lowest": 9, "highest": 9}  # fmt: skip
    with pytest.raises(RefusedDefinition) as refused:
        read_definition(wrong)
    told = [(each.code, each.parameters.get("field")) for each in refused.value.several]
    assert ("monitor.field", None) in told
    assert ("monitor.choice", "unit") in told
    assert ("monitor.whole", "grain_s") in told
    assert ("monitor.choice", "limits.level") in told
    assert ("monitor.number", "limits.fire") in told
    assert ("monitor.bounds", None) in told


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ([{"level": "red", "fire": 5, "clear": 9}], "detection.grade"),
        ([{"level": "red", "fire": 5}, {"level": "blue", "fire": 9}], "detection.grades_cross"),
        ([{"level": "red", "fire": 5}, {"level": "red", "fire": 9}], "monitor.level_twice"),
        ([{"level": "red"}], "monitor.number"),
        ([{"level": "red", "fire": 5, "side": "below"}], "monitor.choice"),
        ("red", "monitor.limits"),
    ],
)
def test_limits_that_contradict_the_direction_are_refused(limits: Any, code: str) -> None:
    with pytest.raises(RefusedDefinition) as refused:
        read_definition(WAIT | {"limits": limits})
    assert code in {each.code for each in refused.value.several}


def test_a_row_is_read_and_brought_to_the_unit_of_the_definition() -> None:
    row = read_row(
        {
            "indicator": "K-1",
            "unit": "NH",
            "at": "2026-11-30T09:30+08:00",
            "value": 12.5,
            "in": "min",
            "n": 31,
        }
    )
    assert row.at == 1_796_002_200_000_000
    assert believed(row, read_definition(WAIT), now=NOW) == 750.0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at": "2026-11-30T09:30"}, "monitor.row.at"),
        ({"at": None}, "monitor.row.at"),
        ({"at": 1e300}, "monitor.row.at"),
        ({"value": float("nan")}, "monitor.row.value"),
        ({"value": True}, "monitor.row.value"),
        ({"value": "12"}, "monitor.row.value"),
        ({"n": -1}, "monitor.row.n"),
        ({"n": 1.5}, "monitor.row.n"),
        ({"indicator": ""}, "monitor.row.name"),
        ({"dimensions": {"shift": ""}}, "monitor.row.dimension"),
        ({"dimensions": {"shift": "A"}}, "monitor.row.dimensions"),
        ({"quality": "fine"}, "monitor.row.quality"),
        ({"what": 1}, "monitor.row.field"),
        ({"in": "km"}, "monitor.unit"),
        ({"value": 1500, "in": "min"}, "monitor.row.unbelievable"),
        ({"value": -1}, "monitor.row.unbelievable"),
        ({"at": NOW / 1e6 + 301}, "monitor.row.ahead"),
    ],
)
def test_a_row_that_is_not_believed_says_why(change: dict[str, Any], code: str) -> None:
    row = {"indicator": "K-1", "unit": "NH", "at": 1_700_000_000, "value": 12} | change
    with pytest.raises(UsageError) as refused:
        believed(read_row(row), read_definition(WAIT), now=NOW)
    assert refused.value.code == code


def test_a_time_of_a_day_that_is_set_back_is_told_by_its_offset() -> None:
    summer, winter = read_time("2026-10-25T02:30+02:00"), read_time("2026-10-25T02:30+01:00")
    assert winter - summer == 3_600_000_000
