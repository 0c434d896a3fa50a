"""A staffing plan or a roster as the people of a twin: every hour of work is there once, and none is made."""

import numpy as np
import pytest

from anlan.domain.errors import AnlanError
from anlan.loop.improve.designs.applying import apply, cost_of, design
from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.people import people_there
from anlan.loop.improve.designs.scheduled import hours_a_week, minutes_of
from anlan.loop.improve.designs.series import Series, process_of
from anlan.maths.queueing.staffing import Queue, performance
from anlan.maths.simulation.replications import mean_over
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.twin.rostered import capacities, planned_people, pools_for

TWIN = {
    "steps": [{"name": "serve", "time": {"kind": "gamma", "shape": 1, "scale": 3}, "pool": "desk"},
              {"name": "check", "time": 5, "pool": "back"}],
    "pools": [{"name": "desk", "people": 3, "cost_per_hour": 40}, {"name": "back", "people": 2}],
    "arrivals": [20],
    "weeks": 1,
}  # fmt: skip


def assessed(method: str, **inputs):
    return assess_by_spec({"schema": "anlan.spec/1", "method": method, "inputs": inputs})


def roster(**changes):
    """Two people a day on 8 to 16 with half an hour's break at 12, one on nights 22 to 30."""
    inputs = {
        "days": 7, "start": "2026-11-30",
        "shifts": [{"name": "D", "from_hour": 8, "to_hour": 16, "break_at": 12, "break_min": 30},
                   {"name": "N", "from_hour": 22, "to_hour": 30}],
        "people": [{"name": n, "most_hours": 60, "days_in_row": 7, "skills": s, "hour_cost": 25}
                   for n, s in (("a", "desk"), ("b", "desk"), ("c", "back"))],
        "need": [{"skill": "desk", "from_hour": 8, "to_hour": 16, "people": 2},
                 {"skill": "back", "from_hour": 22, "to_hour": 24, "people": 1},
                 {"skill": "back", "from_hour": 0, "to_hour": 6, "people": 1}],
    }  # fmt: skip
    return assessed("shift_roster", **{**inputs, **changes})


def quantity(result, code: str) -> float:
    return next(each["value"] for each in result["quantities"] if each["name"] == code)


def test_a_fraction_of_an_hour_is_people_for_a_part_of_it() -> None:
    week = minutes_of([3.5] + [0.0] * 167)
    assert week[:60] == [4] * 30 + [3] * 30
    assert sum(week) == 3.5 * 60
    assert hours_a_week([2.0] * 24) == 2 * 168


def test_a_roster_by_hand_break_and_night_included() -> None:
    planned = planned_people(roster())
    desk, back = planned.people["desk"], planned.people["back"]
    assert desk[0, 7:17].tolist() == [0, 2, 2, 2, 2, 1, 2, 2, 2, 0]
    assert back[3, 0:7].tolist() == [1, 1, 1, 1, 1, 1, 0]
    assert back[0, 0:6].tolist() == [1] * 6  # the night that ends the week leads into its first day
    assert back[0, 22:].tolist() == [1, 1]


def test_hours_are_the_same_in_roster_design_and_cost() -> None:
    result = roster()
    planned = planned_people(result)
    taken = capacities(TWIN, planned, pools_for(TWIN, planned))
    assert [each.pool for each in taken] == ["back", "desk"]
    paid = quantity(result, "rostered_hours")
    assert sum(planned.hours.values()) == paid
    assert sum(each.now_h for each in taken) == pytest.approx(paid)
    asked = design("rostered", *(each.change for each in taken))
    after = apply(TWIN, asked)
    draft = Draft(after)
    minutes = sum(np.sum(people_there(draft, row)) for row in after["pools"])
    assert minutes / 60 == pytest.approx(paid)
    desk = next(each for each in taken if each.pool == "desk")
    assert cost_of(TWIN, asked).yearly == pytest.approx(40 * (desk.now_h - 3 * 168) * 365.25 / 7)


def test_absence_is_taken_off_once() -> None:
    result = roster()
    there, fewer = planned_people(result), planned_people(result, absent=0.25)
    assert fewer.people["desk"] == pytest.approx(0.75 * there.people["desk"])
    staffed = assessed("staffing", demand=[30] * 24, handling=[180], shrinkage=0.3)
    plan = planned_people(staffed)
    at_work = [row[3] for row in staffed["tables"][0]["rows"]]
    assert plan.people[""][5].tolist() == at_work
    with pytest.raises(AnlanError) as fault:
        planned_people(staffed, absent=0.3)
    assert fault.value.code == "twin.absent_twice"


def test_days_without_a_plan_keep_the_people_of_the_twin_and_are_told() -> None:
    result = roster(days=3, start="2026-12-02")
    planned = planned_people(result)
    assert planned.planned == (2, 3, 4)
    assert planned.left_out_h == 6.0
    (taken,) = capacities(TWIN, planned, {"desk": "desk"})
    assert taken.kept == (0, 1, 5, 6)
    there = np.array(taken.change["there"]).reshape(7, 24)
    assert (there[[0, 1, 5, 6]] == 3).all()
    assert there[2, 9] == 2
    assert taken.nobody_h == 3 * 16


def test_two_weeks_are_averaged() -> None:
    demand = [10.0] * 168 + [60.0] * 168
    result = assessed("staffing", demand=demand, handling=[180], start="2026-11-30", load="interval")
    plan = planned_people(result)
    rows = [row[3] for row in result["tables"][0]["rows"]]
    assert plan.people[""][2, 9] == (rows[57] + rows[57 + 168]) / 2


def test_people_of_a_flat_plan_wait_in_the_twin_as_erlang_c_says() -> None:
    """M/M/n: 20 an hour, 6 minutes each, so many people as the plan needs."""
    inputs = {
        "steps": [{"name": "serve", "time": {"kind": "gamma", "shape": 1, "scale": 6}, "pool": "desk"}],
        "pools": [{"name": "desk", "people": 9}], "arrivals": [20], "weeks": 9, "warm_up_weeks": 1,
    }  # fmt: skip
    plan = planned_people(assessed("staffing", demand=[20] * 24, handling=[360], share=0.7, within=60))
    (taken,) = capacities(inputs, plan, {"": "desk"})
    people = int(plan.people[""].max())
    assert people < 9
    runs = Series(process_of(apply(inputs, design("flat", taken.change))), 5)
    runs.extend(20)
    found = mean_over(runs["waiting"].tolist())
    queue = Queue(20 / 3600, 360.0, "wait")
    expected = performance(queue, people, within_s=60).wait_s / 60
    assert found.low <= expected <= found.high


@pytest.mark.parametrize(("result", "code"), [({"method": "transport"}, "twin.no_plan")])
def test_what_is_no_plan_is_refused(result, code) -> None:
    with pytest.raises(AnlanError) as fault:
        planned_people(result)
    assert fault.value.code == code
