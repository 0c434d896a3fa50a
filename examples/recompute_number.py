"""Recompute the frequencies and levels of a result from its own evidence, by another road.

`python examples/recompute_number.py results/result.json`

Per 1,000 cases: after k hit cases among t thousand the rate is Gamma(k + 1/2, t). A risk that counts
cases can be recomputed from `evidence` alone. One that counts events is left out here: its interval is
that of the hit cases, and how many those are stands only in the log. Scores follow from the scored values
and the bounds; the level is looked up in the matrix.
"""

import json
import sys
from typing import Any

from scipy.stats import gamma


def frequency(risk: dict[str, Any]) -> tuple[float, float, float]:
    """Estimate and 95 % limits per 1,000 cases, from count and exposure."""
    evidence = risk["evidence"]
    shape, scale = evidence["count"] + 0.5, 1000 / evidence["exposure_cases"]
    low, high = gamma.ppf([0.025, 0.975], shape, scale=scale)
    return shape * scale, float(low), float(high)


def scores(risk: dict[str, Any], criteria: dict[str, Any]) -> tuple[int, int]:
    """Likelihood and severity from the values that were scored: how many bounds each has reached."""
    likelihood, severity = risk["index"]["likelihood_value"], risk["index"]["severity_value"]
    worst = len(criteria["severity"]["bounds"]) + 1
    return (
        1 + sum(likelihood >= bound for bound in criteria["likelihood"]["bounds"]),
        worst if severity is None else 1 + sum(severity >= bound for bound in criteria["severity"]["bounds"]),
    )


def level(risk: dict[str, Any], criteria: dict[str, Any]) -> str:
    """The level of the cell that the two scores name."""
    row, column = risk["index"]["likelihood"], risk["index"]["severity"]
    code: str = criteria["levels"][criteria["cells"][row - 1][column - 1]]["code"]
    return code


def main(path: str) -> int:
    with open(path, encoding="utf-8") as stream:
        result = json.load(stream)
    differing = 0
    for risk in result["risks"]:
        stated_scores = (risk["index"]["likelihood"], risk["index"]["severity"])
        if scores(risk, result["criteria"]) != stated_scores:
            differing += 1
            print(risk["id"], "scores differ")
        if level(risk, result["criteria"]) != risk["index"]["level"]:
            differing += 1
            print(risk["id"], "level differs")
        if risk["evidence"]["exposure_unit"] != "cases":
            continue
        stated = risk["frequency_per_1000_cases"]
        for name, value in zip(("estimate", "low", "high"), frequency(risk), strict=True):
            if abs(value - stated[name]) > 1e-6 * value:
                differing += 1
                print(risk["id"], name, value, stated[name])
    print(f"{len(result['risks'])} risks, {differing} differences")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
