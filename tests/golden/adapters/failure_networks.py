"""Bayesian networks and Markov chains."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


def _sprinkler(p: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The net of the case with states F, T."""

    def rows(of: Mapping[str, float], order: Sequence[str]) -> list[list[float]]:
        return [[1 - of[key], of[key]] for key in order]

    states = ["F", "T"]
    return [
        {"name": "C", "states": states, "table": [[1 - p["P_C"], p["P_C"]]]},
        {"name": "S", "states": states, "parents": ["C"], "table": rows(p["P_S_given_C"], "FT")},
        {"name": "R", "states": states, "parents": ["C"], "table": rows(p["P_R_given_C"], "FT")},
        {
            "name": "W",
            "states": states,
            "parents": ["S", "R"],
            "table": rows(p["P_W_given_SR"], ["FF", "FT", "TF", "TT"]),
        },
    ]


@golden("bayes_net_sprinkler", method="bayes_net")
def sprinkler(case: Case) -> Sequence[Check]:
    """Explaining away: rain makes the sprinkler less likely."""
    chosen, expected = method("bayes_net"), case["expected"]

    def probability(asked: str, *seen: str) -> float:
        given = {
            "nodes": _sprinkler(case["inputs"]),
            "query": {"node": asked, "state": "T"},
            "evidence": [{"node": node, "state": "T"} for node in seen],
        }
        return chosen.run(read_inputs(chosen.fields, given)).headline.value

    got = {
        "P_W": probability("W"),
        "P_S_given_W": probability("S", "W"),
        "P_R_given_W": probability("R", "W"),
        "P_S_given_W_R": probability("S", "W", "R"),
    }
    return [Check(what, expected[what], got[what], case["tolerance"]) for what in expected]


@golden("markov_absorbing_drunkard", method="markov_availability")
def drunkard(case: Case) -> Sequence[Check]:
    """One corner an hour: with both steps at the same rate, hours and steps are the same numbers."""
    inside, ends = case["inputs"]["Q"], case["inputs"]["R"]
    names = ["1", "2", "3", "home", "bar"]
    rates = [[*q, *r] for q, r in zip(inside, ends, strict=True)]
    given = {
        "states": [{"name": name, "works": name.isdigit()} for name in names],
        "transitions": [
            {"from": names[i], "to": names[j], "rate": rate}
            for i, row in enumerate(rates)
            for j, rate in enumerate(row)
            if rate
        ],
    }
    chosen, checks = method("markov_availability"), []
    for place, start in enumerate(names[:3]):
        answer = chosen.run(read_inputs(chosen.fields, {**given, "start": start}))
        tables = {table.name: [row[1] for row in table.rows] for table in answer.tables}
        steps = next(each.value for each in answer.quantities if each.name == "time_to_end")
        got = (tables["time_before_end"], steps, tables["chain_ends"])
        for what, value in zip(("N", "expected_steps", "absorption"), got, strict=True):
            checks.append(Check(f"{what} {start}", case["expected"][what][place], value, case["tolerance"]))
    return checks


@golden("pfd_avg_exponential", method="pfd_average")
def one_component(case: Case) -> Sequence[Check]:
    """One channel with one test a year."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    chosen = method("pfd_average")
    inputs = {
        "failure_rate": given["failure_rate_per_h"],
        "test_interval": given["mission_time_h"],
        "times": given["probability_curve_times_h"],
    }
    answer = chosen.run(read_inputs(chosen.fields, inputs))
    course = next(table for table in answer.tables if table.name == "pfd_course")
    curve = [row[1] for row in course.rows]
    return [
        Check("pfd_avg", expected["pfd_avg"], answer.headline.value, tolerance["pfd_avg"]),
        Check("curve", expected["probability_curve"], curve, relative=tolerance["curve_rel"]),
    ]
