"""Cases that come at set times: when they come, whether they come, and what queues they make."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anlan.domain.method import Answer
from anlan.formats.settings_bytes import SettingsBytes
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.loop.quantify.methods.process.process_runs import come, run_process
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.twin.book import read_twin_book, write_twin_book
from anlan.studies.twin.models import expected_by_hour

CHOSEN = method("process_simulation")
HOUR, DAY, WEEK = 3600.0, 86_400.0, 604_800.0
ONE: dict[str, Any] = {
    "steps": [{"name": "a", "time": 20, "pool": "p"}],
    "pools": [{"name": "p", "people": 1}],
    "arrivals": [0],
    "weeks": 2,
    "replications": 2,
}
MORNING = {"first_day": 1, "last_day": 2, "from_hour": 9, "to_hour": 10, "every": 15}


def _asked(**changed: Any):  # type: ignore[no-untyped-def]
    return read_process(read_inputs(CHOSEN.fields, {**ONE, **changed}))


def _answer(**changed: Any) -> Answer:
    return CHOSEN.run(read_inputs(CHOSEN.fields, {**ONE, **changed}), seed=1)


def _times(number: int = 0, **changed: Any) -> np.ndarray:
    asked = _asked(**changed)
    return come(asked, asked.disturbances, 1, number).arrivals.times


def test_appointments_come_at_their_times_every_week() -> None:
    nine = [9 * HOUR + 900.0 * i for i in range(4)]
    days = [time + day for day in (0.0, DAY, WEEK, WEEK + DAY) for time in nine]
    assert _times(appointments=[MORNING]).tolist() == days
    once = {"first_day": 5, "last_day": 5, "from_hour": 9.25, "cases": 2}
    assert _times(appointments=[once], weeks=1).tolist() == [4 * DAY + 9.25 * HOUR] * 2
    assert _times(arrival_times=[90, 30], weeks=1).tolist() == [1800.0, 5400.0]


def test_a_queue_of_appointments_by_hand() -> None:
    # at 9:00, 9:15, 9:30, 9:45 for 20 minutes each by one person: waits of 0, 5, 10, 15 minutes
    runs = run_process(_asked(appointments=[MORNING]), 1)
    assert runs.runs[0].waited_s.tolist() == [0.0, 300.0, 600.0, 900.0] * 4
    figures = {each.name: each.value for each in _answer(appointments=[MORNING]).quantities}
    assert (figures["waiting_time"], figures["cycle_time"]) == (7.5, 27.5)


def test_who_is_early_or_late_comes_so_much_earlier_or_later() -> None:
    late = {"kind": "triangular", "low": 0, "likely": 10, "high": 50}
    rows = [{**MORNING, "cases": 500, "early": 15, "late": late}]
    found = np.sort(_times(appointments=rows, weeks=1)).reshape(8, 500)
    off = (_times(appointments=[{**rows[0], "to_hour": None, "every": None}], weeks=1) - 9 * HOUR)[:500] / 60
    assert len(found) == 8
    assert off.min() >= -15
    assert off.max() <= 35
    assert off.mean() == pytest.approx(
        20 - 15, abs=4 * np.sqrt(116.7 / 500)
    )  # of the law: mean 20, var 116.7
    at_the_start = [{"from_hour": 0, "last_day": 1, "early": 15}]
    assert _times(appointments=at_the_start, weeks=1).tolist() == [0.0]


def test_no_shows_are_a_share_by_chance_and_are_not_counted() -> None:
    rows = [{**MORNING, "cases": 1000, "no_show": 0.2}]
    n = len(_times(appointments=rows, weeks=1))
    assert n == pytest.approx(8_000 * 0.8, abs=4 * np.sqrt(8_000 * 0.16))
    assert n != len(_times(1, appointments=rows, weeks=1))


def test_slots_that_fit_the_work_leave_nobody_waiting_and_poisson_arrivals_do() -> None:
    # D/D/1 at load 5/6 has no queue; M/D/1 waits load/(2 (1 - load)) times the work
    every = {"from_hour": 0, "to_hour": 24, "every": 24}
    assert _answer(appointments=[every]).quantities[1].value == 0.0
    by_chance = _answer(arrivals=[60 / 24], weeks=60, warm_up_weeks=1, replications=20)
    wait = next(each for each in by_chance.quantities if each.name == "waiting_time")
    assert wait.low <= 20 * (5 / 6) / (2 / 6) <= wait.high


def test_a_row_more_moves_no_other_case() -> None:
    late = {"kind": "gamma", "shape": 2, "scale": 5}
    first = {**MORNING, "late": late, "no_show": 0.3}
    alone = _asked(appointments=[first], arrivals=[1])
    more = _asked(appointments=[first, {"from_hour": 14, "cases": 3, "late": late}], arrivals=[1])
    before, after = (come(each, (), 1, 0).arrivals for each in (alone, more))
    kept = np.isin(after.luck, before.luck)
    assert kept.sum() == len(before.times) < len(after.times)
    assert after.times[kept].tolist() == before.times.tolist()
    none = _asked(appointments=[], arrivals=[1])
    assert come(none, (), 1, 0).arrivals.times.tolist() == before.times[before.luck < 1 << 25].tolist()


def test_an_appointment_has_the_class_it_names() -> None:
    classes = [{"name": "plain", "share": 1.0, "level": 1}, {"name": "booked", "share": 0.0}]
    asked = _asked(classes=classes, appointments=[{**MORNING, "class": "booked"}, {"from_hour": 12}])
    found = come(asked, (), 1, 0)
    booked = (found.arrivals.times % DAY) < 11 * HOUR
    assert found.case_class.tolist() == np.where(booked, 1, 0).tolist()
    assert found.arrivals.level is not None
    assert found.arrivals.level.tolist() == np.where(booked, 0, 1).tolist()


def test_expected_cases_by_hour_are_rates_and_appointments() -> None:
    found = expected_by_hour({"arrivals": [1], "appointments": [{**MORNING, "cases": 2, "no_show": 0.5}]})
    assert (found[9], found[24 + 9], found[8], sum(found)) == (5.0, 5.0, 1.0, 168 + 8)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("process.needs", {"appointments": [{"from_hour": 9, "every": 10}]}),
        ("process.needs", {"appointments": [{"from_hour": 9, "to_hour": 10}]}),
        ("process.appointment", {"appointments": [{"from_hour": 9, "to_hour": 9, "every": 10}]}),
        ("process.appointment", {"appointments": [{"from_hour": 9, "first_day": 3, "last_day": 2}]}),
        ("method.not_a_choice", {"appointments": [{"from_hour": 9, "class": "none"}]}),
        ("process.no_arrivals", {}),
        ("process.too_many_cases",
         {"appointments": [{"from_hour": 0, "to_hour": 24, "every": 1, "cases": 999}]}),
        ("process.surge_of_nothing",
         {"appointments": [MORNING],
          "risks": [{"name": "s", "effect": "surge", "per_week": 1, "times": 2, "delay": 60}]}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _asked(**changed)
    assert code in {each.code for each in refused.value.several}


def test_set_times_keep_in_a_workbook() -> None:
    late = {"kind": "pert", "low": 0, "likely": 5, "high": 20}
    rows = [{**MORNING, "cases": 2, "early": 10, "late": late, "no_show": 0.1}]
    inputs = {**ONE, "appointments": rows, "arrival_times": [30, 90.5]}
    spec = {
        "schema": "anlan.spec/1",
        "method": "process_simulation",
        "title": "t",
        "seed": 1,
        "inputs": inputs,
    }
    for language in ("zh", "en"):
        read = read_twin_book(SettingsBytes(Path("twin.xlsx"), write_twin_book(spec, language=language)))
        assert read["inputs"]["appointments"] == rows
        assert read["inputs"]["arrival_times"] == [30, 90.5]
