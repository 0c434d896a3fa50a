"""A known process is played to a log by a simulator of its own; calibration finds its numbers again."""

import math
from functools import cache

import numpy as np
import pytest

from anlan.loop.improve.twin.calibration import Calibration, calibrate, drift_of
from anlan.loop.improve.twin.inputs import inputs_of
from anlan.loop.improve.twin.observed import observe, split
from anlan.loop.improve.twin.tuning import tune
from anlan.loop.improve.twin.validation import validate
from known_process import OUT, Known, KnownStep, Team, log_of, play, rows_of

WEEKDAYS = (0, 1, 2, 3, 4)
RATES = tuple(6.0 if 8 <= hour < 16 else 0.0 for hour in range(24))
KNOWN = Known(
    steps={
        "register": KnownStep(lambda rng: rng.gamma(2.0, 360.0), "clerks", {"examine": 0.7, "answer": 0.3}),
        "examine": KnownStep(
            lambda rng: rng.lognormal(math.log(1200), 0.5), "experts", {"register": 0.1, "answer": 0.9}
        ),
        "answer": KnownStep(lambda rng: rng.exponential(480.0), "clerks", {OUT: 1.0}),
    },
    teams={"clerks": Team(4, 8, 18, WEEKDAYS), "experts": Team(3, 9, 18, WEEKDAYS)},
    entry="register",
    arrivals=RATES,
    open_days=WEEKDAYS,
)


@cache
def found() -> Calibration:
    return calibrate(observe(play(KNOWN, days=84, seed=3)))


def route(of: Calibration, begin: str | None, end: str | None):
    for each in of.routing.routes:
        names = [None if step is None else of.activity(step) for step in (each.step, each.to)]
        if names == [begin, end]:
            return each
    raise AssertionError((begin, end))


@pytest.mark.parametrize(
    ("begin", "end", "share"),
    [
        (None, "register", 1.0),
        ("register", "examine", 0.7),
        ("register", "answer", 0.3),
        ("examine", "register", 0.1),
        ("examine", "answer", 0.9),
        ("answer", None, 1.0),
    ],
)
def test_shares_of_ways_lie_in_their_intervals(begin: str | None, end: str | None, share: float) -> None:
    assert found().routing.laps == 1
    there = route(found(), begin, end)
    assert there.count > 100
    assert there.share.low - 1e-9 <= share <= there.share.high + 1e-9


@pytest.mark.parametrize(
    ("name", "kind", "mean_s"),
    [
        ("register", "gamma", 720.0),
        ("examine", "lognormal", 1200 * math.exp(0.125)),
        ("answer", "exponential", 480.0),
    ],
)
def test_times_are_of_their_law_and_mean(name: str, kind: str, mean_s: float) -> None:
    place = next(i for i, step in enumerate(found().routing.steps) if found().activity(step) == name)
    fit = found().times.time[place]
    assert fit.kind == kind
    assert fit.mean.low <= mean_s <= fit.mean.high
    assert fit.distance < 0.02
    assert found().times.delay[place] is None


def test_people_are_grouped_and_counted_by_hour() -> None:
    pools = {found().of.names[pool.activities[0]]: pool for pool in found().pools.pools}
    clerks, experts = pools["register"], pools["examine"]
    assert {found().of.names[code] for code in clerks.activities} == {"register", "answer"}
    assert (clerks.members, experts.members) == (4, 3)
    for pool, people, hours in ((clerks, 4, range(9, 16)), (experts, 3, range(10, 16))):
        week = pool.people.reshape(7, 24)
        assert (week[:5][:, list(hours)] == people).all()
        assert (week[5:] == 0).all()
        assert (week[:, :8] == 0).all()
        assert pool.load < 0.9
    assert found().pools.crossing == 0.0


def test_arrivals_are_found_by_hour_of_the_week() -> None:
    rates = found().arrivals.per_hour.reshape(7, 24)
    busy = rates[:5, 8:16]
    assert busy.mean() == pytest.approx(6.0, abs=3 * math.sqrt(6.0 / (12 * 40)))
    assert rates[5:].sum() == rates[:, :8].sum() == 0.0
    assert found().arrivals.spread_unusual == 0
    assert found().arrivals.spread == pytest.approx(1.0, abs=0.5)


def test_waits_are_put_down_to_busy_people_and_closed_hours() -> None:
    for each in found().waits:
        assert sum(each.parts_s) == pytest.approx(each.wait_s)
        batching, unexplained = each.parts_s[2:]
        assert batching == 0.0
        assert unexplained < 0.1 * each.wait_s + 10.0


def test_nothing_is_doubted_without_reason() -> None:
    assert {note.code for note in found().doubts} <= {"twin.unfinished"}


def test_the_twin_passes_on_what_it_has_not_seen() -> None:
    seen, later = split(observe(play(KNOWN, days=84, seed=3)), hold_back=0.3)
    card = validate(later, inputs_of(tune(calibrate(seen)), pool_name=lambda pool: f"team {pool.number}"))
    assert card.verdict() in ("pass", "doubt")
    assert {check.code: check.verdict for check in card.checks if not check.of}["duration"] == "pass"
    fails = [check for check in card.checks if check.verdict == "fail"]
    assert not fails


def test_a_delay_that_nobody_is_busy_with_is_found() -> None:
    delayed = dict(KNOWN.steps)
    delayed["answer"] = KnownStep(
        lambda rng: rng.exponential(480.0), "clerks", {OUT: 1.0},
        delay=lambda rng: 3600.0 if rng.uniform() < 0.5 else 0.0,
    )  # fmt: skip
    known = Known(delayed, {"clerks": Team(6), "experts": Team(4)}, "register", (5.0,) * 24)
    of = calibrate(observe(play(known, days=28, seed=5)))
    place = next(i for i, step in enumerate(of.routing.steps) if of.activity(step) == "answer")
    delay = of.times.delay[place]
    assert delay is not None
    assert delay.kind == "quantiles"
    assert delay.mean.estimate == pytest.approx(1800.0, rel=0.05)
    assert delay.zeros == pytest.approx(0.5, abs=0.05)
    assert float(np.median(delay.values[60:])) == pytest.approx(3600.0, rel=0.01)


QUICK = Known(
    steps={
        "a": KnownStep(lambda rng: rng.lognormal(6.0, 0.7), "one", {"b": 0.8, OUT: 0.2}),
        "b": KnownStep(lambda rng: rng.gamma(2.0, 150.0), "two", {"a": 0.15, OUT: 0.85}),
    },
    teams={"one": Team(3), "two": Team(3)},
    entry="a",
    arrivals=(8.0,) * 24,
)


def test_intervals_hold_what_they_should_over_many_logs() -> None:
    """20 logs, each with two shares and two means: 80 intervals of 95 %. Fewer than 69 right have a chance
    below
    one in 1,000 if the intervals are what they say."""
    held = 0
    for seed in range(20):
        of = calibrate(observe(play(QUICK, days=5, seed=seed)))
        for begin, end, share in (("a", "b", 0.8), ("b", "a", 0.15)):
            there = route(of, begin, end).share
            held += there.low <= share <= there.high
        for name, mean_s in (("a", math.exp(6.0 + 0.7**2 / 2)), ("b", 300.0)):
            place = next(i for i, step in enumerate(of.routing.steps) if of.activity(step) == name)
            mean = of.times.time[place].mean
            held += mean.low <= mean_s <= mean.high
    assert held >= 69


def test_a_process_that_changed_is_told() -> None:
    assert drift_of(observe(play(QUICK, days=5, seed=1))) < 0.1
    slow = dict(QUICK.steps)
    slow["b"] = KnownStep(lambda rng: rng.gamma(2.0, 600.0), "two", {"a": 0.15, OUT: 0.85})
    later = play(Known(slow, {"one": Team(3), "two": Team(9)}, "a", QUICK.arrivals), days=5, seed=2)
    rows = rows_of(play(QUICK, days=5, seed=1)) + [
        (f"later {case}", name, start + 5 * 86_400, end + 5 * 86_400, who)
        for case, name, start, end, who in rows_of(later)
    ]
    of = calibrate(observe(log_of(rows)))
    assert drift_of(of.of) > 0.5
    assert "twin.drift" in {note.code for note in of.doubts}
