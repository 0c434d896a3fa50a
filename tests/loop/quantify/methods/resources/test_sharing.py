"""Allocation, transport and dispatch as asked: known answers, their reasons, refusals at their place."""

from typing import Any

import pytest

from anlan.domain.errors import UsageError
from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

WYNDOR: dict[str, Any] = {
    "uses": [{"name": "doors", "gain": 3}, {"name": "windows", "gain": 5}],
    "means": [
        {"name": "p1", "available": 4},
        {"name": "p2", "available": 12},
        {"name": "p3", "available": 18},
    ],
    "takes": [
        {"use": "doors", "mean": "p1", "amount": 1},
        {"use": "windows", "mean": "p2", "amount": 2},
        {"use": "doors", "mean": "p3", "amount": 3},
        {"use": "windows", "mean": "p3", "amount": 2},
    ],
}
POWER: dict[str, Any] = {
    "sources": [{"name": str(n), "supply": s} for n, s in enumerate((35, 50, 40))],
    "sinks": [{"name": f"c{n}", "demand": d} for n, d in enumerate((45, 20, 30, 30))],
    "costs": [
        {"source": str(i), "sink": f"c{j}", "cost": cost}
        for i, row in enumerate(((8, 6, 10, 9), (9, 12, 13, 7), (14, 9, 16, 5)))
        for j, cost in enumerate(row)
    ],
}


def _answer(code: str, given: dict[str, Any], **changed: Any) -> Answer:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, {**given, **changed}))


def _rows(answer: Answer, name: str) -> list[dict[str, Any]]:
    found = next(table for table in answer.tables if table.name == name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_the_glass_company_with_the_ranges_of_the_textbook() -> None:
    """Hillier, Lieberman: 36 in all; p2 worth 1.5 between 6 and 18, p3 worth 1 between 12 and 24; doors stay
    as they are for a gain between 0 and 7.5, windows from 2 on."""
    answer = _answer("allocation", WYNDOR)
    assert answer.headline.value == pytest.approx(36)
    means = {row["mean_name"]: row for row in _rows(answer, "allocation_means")}
    assert (means["p1"]["one_more"], means["p1"]["left"]) == (0.0, pytest.approx(2))
    assert (means["p2"]["holds_from"], means["p2"]["holds_to"]) == pytest.approx((6, 18), rel=1e-6)
    assert (means["p3"]["holds_from"], means["p3"]["holds_to"]) == pytest.approx((12, 24), rel=1e-6)
    doors, windows = _rows(answer, "allocation_uses")
    assert (doors["gain_from"], doors["gain_to"]) == pytest.approx((0, 7.5))
    assert (windows["gain_from"], windows["gain_to"]) == (pytest.approx(2), None)
    assert not answer.warnings


def test_pieces_are_filled_in_order_and_whole_amounts_come_with_their_bound() -> None:
    pieces = [{"use": "windows", "beyond": 3, "gain": 0.5}]
    assert _answer("allocation", WYNDOR, pieces=pieces).headline.value == pytest.approx(4 * 3 + 3 * 5)
    uses = [{"name": "doors", "gain": 3, "whole": True}, {"name": "windows", "gain": 5, "whole": True}]
    means = [*WYNDOR["means"][:2], {"name": "p3", "available": 17}]
    answer = _answer("allocation", WYNDOR, uses=uses, means=means)
    assert answer.headline.value == pytest.approx(33)  # one door and six windows
    assert answer.headline.high == pytest.approx(33)
    assert "allocation.no_prices" in {note.code for note in answer.warnings}


def test_a_corner_with_two_worths_and_a_second_plan_are_told() -> None:
    square = {
        "uses": [{"name": "a", "gain": 1}, {"name": "b", "gain": 1}],
        "means": [{"name": "x", "available": 1}, {"name": "y", "available": 1},
                  {"name": "xy", "available": 2}],
        "takes": [{"use": "a", "mean": "x", "amount": 1}, {"use": "b", "mean": "y", "amount": 1},
                  {"use": "a", "mean": "xy", "amount": 1}, {"use": "b", "mean": "xy", "amount": 1}],
    }  # fmt: skip
    assert {note.code for note in _answer("allocation", square).warnings} == {"allocation.degenerate"}
    less = [*square["means"][:2], {"name": "xy", "available": 1}]
    assert "allocation.other_plans" in {
        note.code for note in _answer("allocation", square, means=less).warnings
    }


def test_power_goes_to_the_cities_and_one_unit_more_costs_what_solving_again_costs() -> None:
    answer = _answer("transport", POWER)
    assert answer.headline.value == pytest.approx(1020)
    ends = {row["name"]: row for row in _rows(answer, "transport_ends")}
    more = [*POWER["sources"][:2], {"name": "2", "supply": 41}]
    again = _answer("transport", POWER, sources=more).headline.value
    assert ends["2"]["cost_one_more"] == pytest.approx(again - 1020)
    less = [{"name": "c0", "demand": 44}, *POWER["sinks"][1:]]
    assert ends["c0"]["cost_one_less"] == pytest.approx(
        1020 - _answer("transport", POWER, sinks=less).headline.value
    )


def test_demand_that_cannot_come_is_refused_or_short_at_its_cost() -> None:
    short = [{"name": "c0", "demand": 100}, *POWER["sinks"][1:]]
    with pytest.raises(UsageError, match="short_supply"):
        _answer("transport", POWER, sinks=short)
    answer = _answer("transport", POWER, sinks=short, shortage_cost=100)
    assert {each.name: each.value for each in answer.quantities}["short_in_all"] == pytest.approx(55)


CREW: dict[str, Any] = {
    "jobs": [{"name": "j1", "skill": "s", "x": 1, "work": 30, "urgency": 5},
             {"name": "j2", "x": 1, "work": 30}, {"name": "j3", "skill": "z", "work": 5}],
    "people": [{"name": "near", "skills": "s", "x": 1}, {"name": "far", "x": 9}],
}  # fmt: skip


def test_who_is_needed_elsewhere_is_said_and_what_nobody_can_do_is_named() -> None:
    answer = _answer("dispatch", CREW)
    first, second = _rows(answer, "dispatch_jobs")
    assert (first["job"], first["person"], first["why"].code) == ("j1", "near", "dispatch.only_one")
    assert second["why"].code == "dispatch.cheaper_elsewhere"
    assert second["why"].parameters == {"person": "near", "job": "j1"}
    (left,) = _rows(answer, "dispatch_open")
    assert (left["job"], left["why"].code) == ("j3", "dispatch.no_skill")
    assert {note.code for note in answer.warnings} == {"dispatch.nobody_can"}


def test_a_deadline_sends_the_one_who_can_keep_it() -> None:
    jobs = [{"name": "j", "x": 0, "work": 10, "due": 30}]
    people = [{"name": "near", "free_in": 60}, {"name": "far", "x": 5}]
    (row,) = _rows(_answer("dispatch", CREW, jobs=jobs, people=people), "dispatch_jobs")
    assert (row["person"], row["why"].code, row["next_best"]) == ("far", "dispatch.in_time", "near")


@pytest.mark.parametrize(
    ("code", "given", "changed", "fault"),
    [
        ("allocation", WYNDOR, {"uses": [{"name": "doors", "gain": 1, "least": 3, "most": 2},
                                         {"name": "windows", "gain": 1}]}, "allocation.least_most"),
        ("allocation", WYNDOR, {"pieces": [{"use": "doors", "beyond": 1, "gain": 9}]}, "allocation.pieces"),
        ("transport", POWER, {"costs": [POWER["costs"][0], POWER["costs"][0]]}, "transport.twice"),
        ("dispatch", CREW, {"ways": [{"person": "q", "job": "j1", "minutes": 1}]}, "method.not_a_choice"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_place(
    code: str, given: dict[str, Any], changed: dict[str, Any], fault: str
) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(code, given, **changed)
    assert fault in {each.code for each in refused.value.several}
