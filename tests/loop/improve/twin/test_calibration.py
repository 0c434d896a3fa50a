"""What calibration makes of small logs, and what it must not depend on."""

import json
from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.loop.improve.twin.calibration import calibrate
from anlan.loop.improve.twin.hours import seconds_passed
from anlan.loop.improve.twin.inputs import as_recorded, inputs_of
from anlan.loop.improve.twin.names import activity_of, is_wait, step_name, wait_name
from anlan.loop.improve.twin.observed import observe, split
from anlan.loop.improve.twin.pools import places, shifts_of
from anlan.loop.improve.twin.routing import Route, Step, _with_ways_out
from anlan.loop.improve.twin.runs import Stretch, run_twin
from anlan.loop.quantify.methods.process.process_simulation import METHOD
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.rates import wilson
from known_process import OUT, Known, KnownStep, Team, log_of, play, rows_of
from logs import MONDAY_2024_US, make_log

WEEKDAYS = (0, 1, 2, 3, 4)
SMALL = Known(
    steps={
        "a": KnownStep(lambda rng: rng.exponential(600.0), "day", {"b": 0.6, OUT: 0.4}),
        "b": KnownStep(lambda rng: rng.exponential(3600.0), "night", {"a": 0.2, OUT: 0.8}),
    },
    teams={"day": Team(3, 8, 18, WEEKDAYS), "night": Team(2, 22, 30, WEEKDAYS)},
    entry="a",
    arrivals=tuple(3.0 if 8 <= hour < 16 else 0.0 for hour in range(24)),
    open_days=WEEKDAYS,
)


def twin(log):
    return inputs_of(calibrate(observe(log)), pool_name=lambda pool: f"team {pool.number}")


@pytest.fixture(scope="module")
def small():
    return play(SMALL, days=28, seed=2)


def test_the_inputs_are_those_of_the_method(small) -> None:
    inputs = twin(small)
    read_inputs(METHOD.fields, inputs)
    assert json.loads(json.dumps(inputs)) == inputs


def test_people_who_work_at_night_get_a_night_calendar(small) -> None:
    of = calibrate(observe(small))
    night = next(pool for pool in of.pools.pools if of.of.names[pool.activities[0]] == "b")
    week = night.people.reshape(7, 24)
    assert (week[:, 12:21] == 0).all()
    assert (week[0:5, 22:24] > 0).all()
    assert (week[1:6, 0:3] > 0).all()


def test_the_order_of_rows_does_not_matter(small) -> None:
    rows = rows_of(small)
    shuffled = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))]
    assert twin(log_of(shuffled)) == twin(log_of(rows))


def test_names_of_activities_and_people_do_not_matter(small) -> None:
    new = {"a": "zz", "b": "yy"}
    renamed = [(case, new[a], s, e, "".join(reversed(person))) for case, a, s, e, person in rows_of(small)]
    back = json.dumps(twin(log_of(renamed))).replace('"zz"', '"a"').replace('"yy"', '"b"')
    assert json.loads(back) == twin(small)


def test_without_starts_times_are_elapsed_and_nobody_is_held() -> None:
    rows = [
        row
        for n in range(40)
        for row in (
            (f"c{n}", "open", f"2024-01-{1 + n % 28:02} 09:{n:02}", "ann"),
            (f"c{n}", "close", f"2024-01-{1 + n % 28:02} 10:{n:02}", "ann"),
        )
    ]
    of = calibrate(observe(make_log(rows)))
    inputs = inputs_of(of, pool_name=lambda pool: "none")
    assert not of.held.any()
    assert inputs["pools"] == []
    assert [step["time"] for step in inputs["steps"]] == [
        {"kind": "constant", "value": 0.0},
        {"kind": "constant", "value": 60.0},
    ]
    assert [note.code for note in of.assumptions] == ["twin.laps", "twin.by_chance", "twin.elapsed_all"]


def test_loops_are_told_apart_by_how_often_a_case_came_round() -> None:
    """Every case goes round exactly twice: with one lap half of the cases would leave after the first."""
    rows = []
    for n in range(60):
        day = f"2024-01-{1 + n % 28:02}"
        for k, name in enumerate(("work", "check", "work", "check")):
            rows.append((f"c{n}", name, f"{day} 1{k}:{n:02}", "ann"))
    of = calibrate(observe(make_log(rows)))
    assert of.routing.laps == 2
    ways = inputs_of(of, pool_name=lambda pool: "")["ways"]
    assert all(way["share"] == pytest.approx(1.0) for way in ways)
    assert {(way["from"], way["to"]) for way in ways} == {
        ("▸ work", "check"), ("check", "work · 2"), ("work · 2", "check · 2"), ("check · 2", ""),
    }  # fmt: skip


def test_cases_cut_by_the_end_of_the_log_do_not_leave_early() -> None:
    """Held back at a moment when many are between two steps: the way out stays as rare as it is."""
    known = Known(
        {
            "a": KnownStep(lambda rng: 60.0, "one", {"b": 1.0}),
            "b": KnownStep(lambda rng: 60.0, "one", {OUT: 1.0}, lambda rng: rng.exponential(2 * 86_400.0)),
        },
        {"one": Team(5)}, "a", (2.0,) * 24,
    )  # fmt: skip
    seen, _ = split(observe(play(known, days=40, seed=1)), hold_back=0.3)
    of = calibrate(seen)
    assert (~seen.finished).sum() > 20
    out = [r for r in of.routing.routes if r.step is not None and of.activity(r.step) == "a" and r.to is None]
    assert sum(route.share.estimate for route in out) < 0.03


def test_too_few_cases_are_refused() -> None:
    log = make_log([(f"c{n}", "a", f"2024-01-01 10:{n:02}", "ann") for n in range(10)])
    with pytest.raises(NotEnoughData) as told:
        observe(log)
    assert told.value.parameters == {"found": 10, "least": 20}


def test_names_of_steps_are_read_back() -> None:
    for lap in range(5):
        assert activity_of(step_name("审核 · 初", lap)) == "审核 · 初"
        assert activity_of(wait_name(step_name("x", lap))) == "x"
    assert is_wait(wait_name("x"))
    assert not is_wait("x")


def test_places_are_at_least_one_where_the_pool_is_open() -> None:
    present = np.zeros(168)
    present[8:12] = [0.2, 1.4, 2.6, 0.3]
    share = np.zeros(168)
    share[8:12] = [0.2, 1.0, 1.0, 0.05]
    assert places(present, share, 1.0)[8:12].tolist() == [1, 1, 3, 0]
    assert places(present, share, 2.0)[8:12].tolist() == [1, 3, 5, 0]
    assert places(present, np.zeros(168), 1.0)[8:12].tolist() == [1, 1, 1, 1]


def test_shifts_join_days_alike() -> None:
    day = [0] * 8 + [2] * 4 + [3] * 5 + [0] * 7
    assert shifts_of(day * 5 + [0] * 48) == [(1, 5, 8, 12, 2), (1, 5, 12, 17, 3)]


def test_a_circle_that_no_case_left_gets_a_way_out() -> None:
    a, b, c = Step(0), Step(1), Step(2)
    ways = [(a, b, 9, 9), (b, a, 5, 5), (c, a, 3, 4), (c, None, 1, 4)]
    given = [Route(begin, end, wilson(n, of), n) for begin, end, n, of in ways]
    routes, closed = _with_ways_out(given, (a, b, c))
    assert closed == (a, b)
    shares = {(route.step, route.to): route.share.estimate for route in routes}
    assert shares == pytest.approx({
        (a, b): 0.9, (a, None): 0.1, (b, a): 5 / 6, (b, None): 1 / 6, (c, a): 0.75, (c, None): 0.25
    })  # fmt: skip
    open_ways, none = _with_ways_out(routes, (a, b, c))
    assert (open_ways, none) == (routes, ())


def test_all_times_a_week_later_give_the_same_twin(small) -> None:
    later = [(case, a, s + 7 * 86_400, e + 7 * 86_400, who) for case, a, s, e, who in rows_of(small)]
    assert twin(log_of(later)) == twin(small)


def test_hours_are_those_of_the_wall_clock_of_the_log(small) -> None:
    eight = replace(small, zone="Asia/Shanghai", start_us=small.start_us - 8 * 3_600_000_000,
                    end_us=small.end_us - 8 * 3_600_000_000)  # fmt: skip
    assert twin(eight) == twin(small)


def test_too_many_activities_are_refused() -> None:
    rows = [(f"c{n}", f"step {n}", f"2024-01-01 {n // 60:02}:{n % 60:02}", "ann") for n in range(250)]
    with pytest.raises(UsageError) as told:
        observe(make_log(rows))
    assert told.value.code == "twin.activities"


def test_time_in_opening_hours_is_counted_by_hand() -> None:
    opened = np.zeros((7, 24), dtype=bool)
    opened[:5, 8:18] = True
    hour = np.array([4 * 24 + 17.0, 7 * 24 + 9.0, 6 * 24 + 12.0, 8.5, -168 + 4 * 24 + 18.0])
    open_h = seconds_passed(hour * 3600.0, opened.ravel()) / 3600.0
    assert open_h[1] - open_h[0] == 2.0
    assert open_h.tolist() == [49.0, 51.0, 50.0, 0.5, 0.0]


def test_a_delay_stands_still_outside_opening_hours() -> None:
    """Delays of six open hours on average, 9 to 17 on working days: the twin ends them then as well."""
    rng = np.random.default_rng(3)

    def wall(open_h: float) -> int:
        week, rest = divmod(open_h, 40.0)
        day, hour = divmod(rest, 8.0)
        return MONDAY_2024_US + int((week * 168 + day * 24 + 9 + hour) * 3.6e9)

    rows = []
    for n, begin in enumerate(np.sort(rng.uniform(0, 400, 1500)).tolist()):
        end = begin + rng.exponential(6.0)
        rows += [(f"c{n}", "open", wall(begin)), (f"c{n}", "close", wall(end))]
    of = observe(make_log(rows))
    found = calibrate(of)
    assert [found.of.names[code] for code, _ in found.hours] == ["close"]
    time = next(t for t, s in zip(found.times.time, found.routing.steps, strict=True) if s.lap > 0)
    assert time.kind == "exponential"
    speed = next(iter(found.hours.values())).reshape(7, 24)
    assert (speed[:5, 9:17] > 0.5).all()
    assert (speed > 0).sum() == 40
    full_s = 6 * 3600.0 * speed[:5, 9:17].mean()  # the fastest hour is the unit
    assert time.mean.low <= full_s <= time.mean.high
    inputs = inputs_of(found, pool_name=lambda pool: "")
    assert [pool["suspends"] for pool in inputs["pools"]] == [True]
    week_s = 604_800.0
    stretch = Stretch(week_s, 12 * week_s, 0.0, 10 * week_s, 10 * week_s)
    run = run_twin(inputs, stretch=stretch, seed=1, replications=2)[0]
    of_day, of_week = run.left_s // 3600 % 24, run.left_s // 86_400 % 7
    assert ((of_day >= 9) & (of_day < 17) & (of_week < 5)).mean() > 0.99
    elapsed = float((of.rows.left_s() - of.rows.arrived_s()).mean())
    assert (run.left_s - run.arrived_s).mean() == pytest.approx(elapsed, rel=0.05)


HOURS_OF_WORK = Known(
    {"a": KnownStep(lambda rng: rng.exponential(1000.0), "one", {OUT: 1.0})},
    {"one": Team(12)},
    "a",
    tuple(40.0 if hour < 6 else 0.0 for hour in range(24)),
)


@pytest.mark.parametrize("begins_h", [0, 57, 166])
def test_a_log_of_some_hours_is_run_over_these_hours(begins_h) -> None:
    """Six hours in which more comes than can be done, in the middle of a week or past its end."""
    later = [
        (case, a, s + begins_h * 3600.0, e + begins_h * 3600.0, person)
        for case, a, s, e, person in rows_of(play(HOURS_OF_WORK, days=1, seed=5))
    ]
    of = observe(log_of(later))
    found = calibrate(of)
    inputs = as_recorded(inputs_of(found, pool_name=lambda pool: "team"), found)
    answer = METHOD.run(read_inputs(METHOD.fields, inputs), seed=2)
    figures = {each.name: each for each in answer.quantities}
    assert figures["cases_simulated"].value == pytest.approx(30 * of.rows.n_cases, rel=0.03)
    log_min = float((of.rows.left_s() - of.rows.arrived_s()).mean()) / 60.0
    # the log does not show the wait before the first step
    assert figures["cycle_time"].value - figures["waiting_time"].value == pytest.approx(log_min, rel=0.1)
    assert figures["waiting_time"].value < 60.0
    assert "twin.window" in {note.code for note in found.doubts}


def test_a_log_of_weeks_is_run_over_weeks(small) -> None:
    found = calibrate(observe(small))
    inputs = inputs_of(found, pool_name=lambda pool: "team")
    assert as_recorded(inputs, found) == inputs
    assert "twin.window" not in {note.code for note in found.doubts}


def test_without_people_nobody_is_busy_and_it_is_said(small) -> None:
    nobody = replace(small, resource=np.full_like(small.resource, -1))
    of = calibrate(observe(nobody))
    assert not of.held.any()
    assert of.pools.pools == ()
    assert "twin.no_people" in {note.code for note in of.assumptions}
