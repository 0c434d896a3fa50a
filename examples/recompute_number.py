"""Recompute the frequencies and levels of a result from its own evidence, by another road.

`python examples/recompute_number.py results/result.json`

Per 1,000 cases: k of n exposed cases hit give the share Beta(k + 1/2, n - k + 1/2), times occurrences
per hit case. The likelihood is scored on affected cases per 1,000 cases of the process. Scores follow
from the scored values and the bounds; the level is looked up in the matrix.
"""

import json
import sys
from typing import Any

from scipy.stats import beta


def frequency(risk: dict[str, Any], n_cases: int) -> tuple[float, float, float]:
    """Estimate and 95 % limits per 1,000 cases, from count, affected cases and exposure."""
    evidence = risk["evidence"]
    exposed = max(1, evidence["exposure_cases"] or n_cases)
    hit = evidence["affected_cases"] or min(evidence["count"], exposed)
    share = beta(hit + 0.5, max(exposed, hit) - hit + 0.5)
    scale = 1000 * (evidence["count"] / hit if hit and evidence["count"] else 1)
    low, high = share.ppf([0.025, 0.975])
    return float(share.mean()) * scale, float(low) * scale, float(high) * scale


def likelihood_value(risk: dict[str, Any], n_cases: int) -> float:
    """Affected cases per 1,000 cases of the process; occurrences where no cases are named."""
    evidence = risk["evidence"]
    affected: int = evidence["affected_cases"] or min(evidence["count"], n_cases)
    return 1000 * affected / max(1, n_cases)


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
    differing, n_cases = 0, result["log"]["n_cases"]
    for risk in result["risks"]:
        stated_scores = (risk["index"]["likelihood"], risk["index"]["severity"])
        if scores(risk, result["criteria"]) != stated_scores:
            differing += 1
            print(risk["id"], "scores differ")
        if level(risk, result["criteria"]) != risk["index"]["level"]:
            differing += 1
            print(risk["id"], "level differs")
        if abs(likelihood_value(risk, n_cases) - risk["index"]["likelihood_value"]) > 1e-9 * n_cases:
            differing += 1
            print(risk["id"], "likelihood differs")
        stated = risk["frequency_per_1000_cases"]
        for name, value in zip(("estimate", "low", "high"), frequency(risk, n_cases), strict=True):
            if abs(value - stated[name]) > 1e-6 * value:
                differing += 1
                print(risk["id"], name, value, stated[name])
    print(f"{len(result['risks'])} risks, {differing} differences")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
