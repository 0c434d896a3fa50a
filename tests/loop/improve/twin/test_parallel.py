"""A known process with two activities side by side, played station by station: its block is found again."""

import heapq
import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from anlan.domain.event_log import EventLog
from anlan.loop.improve.twin.calibration import Calibration, calibrate
from anlan.loop.improve.twin.inputs import inputs_of
from anlan.loop.improve.twin.observed import observe, split
from anlan.loop.improve.twin.parallel import as_one, find_blocks, met_in, side_by_side
from anlan.loop.improve.twin.times import holding_activities
from anlan.loop.improve.twin.tuning import tune
from anlan.loop.improve.twin.validation import validate
from known_process import OUT, Known, KnownStep, Team, log_of, play

DAY_S = 86_400.0
MEANS_S = {"check": 900.0, "price": 1_500.0}
Row = tuple[str, str, float, float, str]


def serve(ready: np.ndarray, work: np.ndarray, people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First come, first served by `people`: begin, end and who, of each case."""
    free = [(0.0, who) for who in range(people)]
    begin, end, by = np.zeros(len(ready)), np.zeros(len(ready)), np.zeros(len(ready), dtype=int)
    for case in np.argsort(ready, kind="stable"):
        since, who = heapq.heappop(free)
        begin[case] = max(since, ready[case])
        end[case] = begin[case] + work[case]
        by[case] = who
        heapq.heappush(free, (end[case], who))
    return begin, end, by


def rows_at(name: str, begin: np.ndarray, end: np.ndarray, by: np.ndarray, which: np.ndarray) -> list[Row]:
    return [(f"c{k}", name, float(begin[k]), float(end[k]), f"{name} {by[k]}") for k in which]


def with_block(seed: int, *, days: int = 28, per_hour: float = 6.0) -> EventLog:
    """register; of four cases three: check and price at once; answer when both are done."""
    rng = np.random.default_rng(seed)
    n = int(rng.poisson(per_hour * 24 * days))
    came = np.sort(rng.uniform(0.0, days * DAY_S, n))
    begin, end, by = serve(came, rng.gamma(2.0, 200.0, n), 2)
    rows = rows_at("register", begin, end, by, np.arange(n))
    both = np.flatnonzero(rng.uniform(size=n) < 0.75)
    ready = end.copy()
    for name, people in (("check", 3), ("price", 4)):
        work = rng.exponential(MEANS_S[name], len(both))
        one, two, who = serve(end[both], work, people)
        rows += [(f"c{k}", name, one[i], two[i], f"{name} {who[i]}") for i, k in enumerate(both.tolist())]
        ready[both] = np.maximum(ready[both], two)
    begin, end, by = serve(ready, rng.gamma(3.0, 100.0, n), 2)
    return log_of(rows + rows_at("answer", begin, end, by, np.arange(n)))


@cache
def found() -> Calibration:
    return calibrate(observe(with_block(3)))


def names(of: Calibration) -> list[list[str]]:
    return [[of.of.names[code] for code in block.members] for block in of.blocks]


def test_the_block_is_found_with_its_times_and_shares() -> None:
    of = found()
    assert [sorted(each) for each in names(of)] == [["check", "price"]]
    for name, mean_s in MEANS_S.items():
        place = next(i for i, step in enumerate(of.routing.steps) if of.activity(step) == name)
        mean = of.times.time[place].mean
        assert mean.low <= mean_s <= mean.high
        assert of.times.time[place].kind in ("exponential", "gamma", "weibull")
    ways = {
        (of.activity(r.step) if r.step else None, of.activity(r.to) if r.to else None): r.share
        for r in of.routing.routes
    }
    block = of.blocks[0].name(of.of.names)
    assert ways["register", block].low <= 0.75 <= ways["register", block].high
    assert ways["register", "answer"].low <= 0.25 <= ways["register", "answer"].high
    assert ways[block, "answer"].estimate == 1.0
    assert "twin.parallel" in {note.code for note in of.assumptions}
    assert "twin.overlaps" not in {note.code for note in of.doubts}


def test_no_delay_is_made_up_before_the_activities_of_a_block() -> None:
    of = found()
    for place, step in enumerate(of.routing.steps):
        if of.activity(step) in MEANS_S:
            assert of.times.delay[place] is None
    for each in of.waits:
        assert each.parts_s[-1] < 0.1 * each.wait_s + 10.0


def test_the_twin_with_a_block_passes_on_what_it_has_not_seen() -> None:
    seen, later = split(observe(with_block(8)), hold_back=0.3)
    inputs = inputs_of(tune(calibrate(seen)), pool_name=lambda pool: f"team {pool.number}")
    assert [row["kind"] for row in inputs["steps"] if row.get("kind")] == ["split", "join"]
    card = validate(later, inputs)
    assert [check for check in card.checks if check.verdict == "fail"] == []
    assert {check.code: check.verdict for check in card.checks if not check.of}["duration"] == "pass"
    assert (card.not_in_twin, card.not_in_log) == ((), ())


def test_one_after_the_other_takes_longer_than_the_log() -> None:
    """The block matters: a twin of the same numbers that goes through it in order is too slow."""
    seen, later = split(observe(with_block(8)), hold_back=0.3)
    inputs = inputs_of(calibrate(seen), pool_name=lambda pool: f"team {pool.number}")
    gateway = {row["name"]: row["kind"] for row in inputs["steps"] if row.get("kind")}
    opens, closes = gateway
    inputs["steps"] = [row for row in inputs["steps"] if row["name"] not in gateway]
    after = next(way["to"] for way in inputs["ways"] if way["from"] == closes)
    ways = [w for w in inputs["ways"] if w["from"] not in (*gateway, "check", "price")]
    ways = [{**w, "to": "check"} if w["to"] == opens else w for w in ways]
    for begin, end in (("check", "price"), ("price", after)):
        ways.append({"from": begin, "to": end, "share": 1.0})
    inputs["ways"] = ways
    card = validate(later, inputs)
    duration = next(check for check in card.checks if check.code == "duration")
    assert duration.verdict != "pass"
    assert duration.twin is not None
    assert duration.log is not None
    assert duration.twin > 1.15 * duration.log


def in_either_order(seed: int, *, early_s: float = 0.0) -> EventLog:
    """check and price in an order drawn for each case, one after the other by people who are always free;
    early_s: how long before its time each second one is noted to begin."""
    rng, rows = np.random.default_rng(seed), []
    for case, came in enumerate(np.sort(rng.uniform(0.0, 28 * DAY_S, 1_500)).tolist()):
        at = came
        for place, name in enumerate(rng.permutation(["check", "price"]).tolist()):
            end = at + float(rng.gamma(4.0, MEANS_S[name] / 4.0))
            rows.append((f"c{case}", name, max(came, at - early_s * place), end, f"{name} {case % 9}"))
            at = end
    return log_of(rows)


SEQUENTIAL: dict[str, Callable[[int], EventLog]] = {
    "in either order": in_either_order,
    "begun a minute early": lambda seed: in_either_order(seed, early_s=60.0),
    "with a circle": lambda seed: play(
        Known(
            {
                "a": KnownStep(lambda rng: rng.lognormal(6.0, 0.7), "one", {"b": 0.8, OUT: 0.2}),
                "b": KnownStep(lambda rng: rng.gamma(2.0, 150.0), "two", {"a": 0.15, OUT: 0.85}),
            },
            {"one": Team(3), "two": Team(3)},
            "a",
            (8.0,) * 24,
        ),
        days=14,
        seed=seed,
    ),
}


@pytest.mark.parametrize("kind", SEQUENTIAL)
@pytest.mark.parametrize("seed", range(3))
def test_work_one_after_the_other_is_no_block(kind: str, seed: int) -> None:
    of = observe(SEQUENTIAL[kind](seed))
    assert find_blocks(of, holding_activities(of)) == ()


def test_activities_that_are_often_met_alone_are_no_block() -> None:
    rng, rows = np.random.default_rng(4), []
    for case, came in enumerate(np.sort(rng.uniform(0.0, 28 * DAY_S, 1_500)).tolist()):
        for name in MEANS_S:
            if name == "check" or rng.uniform() < 0.8:
                rows.append(
                    (f"c{case}", name, came, came + float(rng.gamma(4.0, 200.0)), f"{name} {case % 9}")
                )
    of = observe(log_of(rows))
    assert find_blocks(of, holding_activities(of)) == ()


def test_a_block_is_one_step_of_the_flow_and_all_of_it_is_ready_at_once() -> None:
    of = observe(with_block(5, days=7))
    members = find_blocks(of, holding_activities(of))[0].members
    beside = side_by_side(of, [members])
    rows, met = beside.rows, met_in(beside.rows, [members])
    flow, place = as_one(beside, [members])
    inside = np.flatnonzero(met >= 0)
    assert len(flow.rows.case) == len(rows.case) - len(inside) + len(np.unique(met[inside]))
    assert (flow.rows.case[place] == rows.case).all()
    assert flow.rows.end_s[place[inside]] == pytest.approx(
        np.array([rows.end_s[met == m].max() for m in met[inside]])
    )
    register = of.names.index("register")
    ends = {int(rows.case[r]): rows.end_s[r] for r in np.flatnonzero(rows.activity == register)}
    assert rows.ready_s[inside] == pytest.approx([ends[int(case)] for case in rows.case[inside]])
    assert math.isclose(float(rows.end_s.sum()), float(of.rows.end_s.sum()))
