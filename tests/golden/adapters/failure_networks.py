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
