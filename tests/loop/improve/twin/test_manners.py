"""How executions came about: told apart where the log shows it, and run so."""

import numpy as np

from anlan.domain.event_log import NO_TIME
from anlan.loop.improve.twin.calibration import calibrate
from anlan.loop.improve.twin.inputs import inputs_of
from anlan.loop.improve.twin.manners import manners_of
from anlan.loop.improve.twin.names import CLOSED, LEFT_OPEN, TIMED, WORKED
from anlan.loop.improve.twin.observed import observe
from anlan.loop.improve.twin.runs import Stretch, run_twin
from anlan.loop.improve.twin.times import elapsed_s, holding_activities
from anlan.loop.improve.twin.validation import validate
from logs import MONDAY_2024_US, log_from_columns, make_log

DAY, HOUR = 86_400.0, 3600.0


def work_log(*, closed: int = 30, left_open: int = 20, n: int = 600):
    """`check` takes half an hour; some are closed by a program at 10:00, some left open overnight."""
    rng = np.random.default_rng(1)
    case, activity, start, end, person = [], [], [], [], []
    for k in range(n):
        day = (k // 2) * DAY
        come = day + rng.uniform(9, 15) * HOUR
        rows = [("open", come, come + 600.0)]
        if k % (n // closed) == 0:
            rows.append(("check", None, day + DAY + 10 * HOUR))
        elif k % (n // left_open) == 1:
            rows.append(("check", come + 700.0, day + DAY + 7 * HOUR))
        else:
            rows.append(("check", come + 700.0, come + 700.0 + rng.exponential(1800.0)))
        for name, begin, finish in rows:
            case.append(f"c{k}")
            activity.append(name)
            start.append(NO_TIME if begin is None else MONDAY_2024_US + round(begin * 1e6))
            end.append(MONDAY_2024_US + round(finish * 1e6))
            person.append(f"p{k % 3}")
    return log_from_columns(case=case, activity=activity, start_us=start, end_us=end, resource=person)


def manners(log):
    of = observe(log)
    return of, manners_of(of, holding_activities(of), elapsed_s(of))


def test_what_nobody_worked_on_is_told_apart() -> None:
    of, found = manners(work_log())
    assert (found.of == CLOSED).sum() == 30
    assert (found.of == LEFT_OPEN).sum() == 20
    assert set(of.rows.activity[found.of != WORKED].tolist()) == {of.names.index("check")}


def test_a_few_are_not_told_apart() -> None:
    _, found = manners(work_log(closed=5, left_open=5))
    assert (found.of == WORKED).all()


def test_long_work_is_work_where_it_is_usual() -> None:
    _, found = manners(work_log(left_open=60))
    assert (found.of != LEFT_OPEN).all()


def test_the_twin_keeps_nobody_busy_with_what_was_left_open() -> None:
    of = observe(work_log())
    found = calibrate(of)
    inputs = inputs_of(found, pool_name=lambda pool: "team")
    rows = {row["name"]: row for row in inputs["steps"]}
    assert {"check", "check ∅", "check ⏸"} <= set(rows)
    assert rows["check"]["pool"] == "team"
    assert "pool" not in rows["check ⏸"]
    assert rows["check ⏸"]["time"] == {"kind": "constant", "value": 0.0}
    time = dict(zip(found.routing.steps, found.times.time, strict=True))
    work = next(fit for step, fit in time.items() if found.activity(step) == "check" and not step.manner)
    assert work.mean.low <= 1800.0 <= work.mean.high
    codes = {note.code for note in found.assumptions}
    assert {"twin.closed", "twin.left_open"} <= codes
    card = validate(of, inputs)
    checks = {(check.code, check.of): check.verdict for check in card.checks}
    assert checks["work", "check"] == "pass"
    assert checks["count", "check"] == "pass"
    assert checks["wait", "check"] == "pass"


def limit_log(*, cleared: bool = False, n: int = 2000):
    """`close` comes five days after `done` for half of the cases, else when somebody gets to it."""
    rng = np.random.default_rng(2)
    rows = []

    def close(case: str, begin: float, end: float) -> None:
        rows.extend(
            (case, name, MONDAY_2024_US + int(at * 1e6)) for name, at in (("done", begin), ("close", end))
        )

    for k, begin in enumerate(np.sort(rng.uniform(0, 100 * DAY, n)).tolist()):
        close(f"c{k}", begin, begin + (5 * DAY + rng.uniform(0, 60) if k % 2 else rng.exponential(3 * DAY)))
    for k in range(600 if cleared else 0):
        close(f"x{k}", float(rng.uniform(0, 60)) * DAY, 70 * DAY + rng.uniform(0, HOUR))
    return make_log(rows)


def test_a_time_limit_is_told_apart_and_runs_day_and_night() -> None:
    of, found = manners(limit_log())
    assert (found.of == TIMED).sum() >= 1000
    calibrated = calibrate(of)
    assert "twin.timed" in {note.code for note in calibrated.assumptions}
    inputs = inputs_of(calibrated, pool_name=lambda pool: "")
    week = 7 * DAY
    run = run_twin(
        inputs, stretch=Stretch(week, 20 * week, 0.0, 18 * week, 18 * week), seed=1, replications=1
    )[0]
    lasted = run.left_s - run.arrived_s
    assert abs((np.abs(lasted / DAY - 5.0) < 0.02).mean() - 0.5) < 0.05


def test_a_clearing_is_told_and_takes_no_part_in_times() -> None:
    of, found = manners(limit_log(cleared=True))
    assert found.cleared.sum() >= 600
    ends = of.rows.end_s[found.cleared]
    assert ends.max() - ends.min() <= 2 * HOUR
    calibrated = calibrate(of)
    assert "twin.cleared" in {note.code for note in calibrated.doubts}
    longest = max(float(fit.values[-1]) for fit in calibrated.times.time)
    assert longest < 35 * DAY


def test_without_a_clearing_none_is_told() -> None:
    _, found = manners(limit_log())
    assert not found.cleared.any()
