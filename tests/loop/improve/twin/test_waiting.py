"""Waits taken apart on logs small enough to do it by hand. Times in minutes."""

import numpy as np
import pytest

from anlan.loop.improve.twin.waiting import PARTS, decompose_waits
from anlan.maths.sequences.instances import instances_of
from anlan.maths.sequences.timelines import timelines_of
from known_process import log_of


def waits(rows, teams):
    """rows: (case, activity, start, end, person); teams: activities -> people. Found by (case, activity)."""
    log = log_of([(c, a, 60.0 * s, 60.0 * e, p) for c, a, s, e, p in rows])
    of = instances_of(log)
    team = list(teams)
    group = np.array([next(k for k, t in enumerate(team) if p in teams[t]) for p in log.resource_names])
    names = [log.activity_names[code] for code in of.activity]
    pool = np.array([next(k for k, t in enumerate(team) if name in t) for name in names])
    found = decompose_waits(of, pool, timelines_of(of, len(log.resource_names)).joined_by(group))
    return {
        (str(log.case_names[int(of.case[row])]), log.activity_names[of.activity[row]]): {
            name: float(getattr(found, name)[k]) / 60.0 for name in ("wait", *PARTS, "delay")
        }
        for k, row in enumerate(found.row)
    }


TEAMS = {("in",): ("ann",), ("do",): ("bob", "eve")}


def test_a_wait_while_all_are_busy_is_contention() -> None:
    of = waits(
        [
            ("x", "in", 0, 5, "ann"), ("y", "in", 5, 10, "ann"), ("z", "in", 10, 15, "ann"),
            ("x", "do", 5, 45, "bob"), ("y", "do", 10, 60, "eve"), ("z", "do", 45, 70, "bob"),
        ],
        TEAMS,
    )  # fmt: skip
    assert of["z", "do"]["wait"] == of["z", "do"]["contention"] == 30.0
    assert of["z", "do"]["delay"] == 0.0
    assert of["x", "do"]["wait"] == 0.0


def test_a_wait_while_somebody_is_free_is_unexplained() -> None:
    of = waits(
        [
            ("x", "in", 0, 5, "ann"), ("y", "in", 5, 10, "ann"),
            ("x", "do", 5, 20, "bob"), ("y", "do", 60, 80, "bob"),
        ],
        TEAMS,
    )  # fmt: skip
    assert of["y", "do"]["contention"] == 10.0
    assert of["y", "do"]["unexplained"] == 40.0
    assert of["y", "do"]["delay"] == 50.0


def test_a_wait_over_night_is_the_calendar() -> None:
    of = waits(
        [
            ("x", "in", 0, 5, "ann"), ("y", "in", 55, 60, "ann"),
            ("x", "do", 5, 60, "bob"), ("y", "do", 900, 920, "bob"),
        ],
        TEAMS,
    )  # fmt: skip
    assert of["y", "do"]["calendar"] == 840.0
    assert of["y", "do"]["delay"] == 0.0


def test_a_wait_for_the_rest_of_a_group_is_batching() -> None:
    rows = [("w", "in", 0, 1, "ann"), ("w", "do", 1, 4, "bob")]
    rows += [(case, "in", start, start + 1, "ann") for case, start in (("x", 5), ("y", 15), ("z", 29))]
    rows += [(case, "do", 40, 50, "bob") for case in "xyz"]
    of = waits(rows, TEAMS)
    assert of["x", "do"]["batching"] == 24.0
    assert of["y", "do"]["batching"] == 14.0
    assert of["z", "do"]["batching"] == 0.0
    assert {case: of[case, "do"]["unexplained"] for case in "xyz"} == {"x": 10.0, "y": 10.0, "z": 10.0}


def test_the_parts_add_up_and_are_never_negative() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for n in range(60):
        begin = float(rng.integers(0, 3000))
        rows.append((f"c{n}", "in", begin, begin + 5, "ann"))
        start = begin + 5 + float(rng.integers(0, 300))
        rows.append((f"c{n}", "do", start, start + float(rng.integers(1, 60)), "bob" if n % 2 else "eve"))
    for each in waits(rows, TEAMS).values():
        assert all(each[name] >= 0.0 for name in PARTS)
        assert sum(each[name] for name in PARTS) == pytest.approx(each["wait"])
        assert 0.0 <= each["delay"] <= each["wait"]
