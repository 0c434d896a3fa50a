"""A few numbers of a result for lists and comparisons, so that these need not open the file."""

from collections import Counter
from collections.abc import Mapping
from typing import Any


def figures_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """Counts, levels and yearly loss, as far as the result has them."""
    figures: dict[str, Any] = {}
    if "log" in result:
        figures |= {"cases": result["log"]["n_cases"], "events": result["log"]["n_events"]}
    for name in ("findings", "risks", "key_nodes", "improve", "monitor", "respond", "evaluate"):
        if name in result:
            figures[name] = len(result[name])
    if "risks" in result:
        figures["levels"] = dict(Counter(risk["index"]["level"] for risk in result["risks"]))
    if "portfolio" in result:
        portfolio = result["portfolio"]
        figures |= {
            "loss_unit": portfolio["unit"],
            "loss_mean": portfolio["mean"],
            "loss_p95": portfolio["p95"],
        }
    if "treatments" in result:
        figures["measures"] = len(result["treatments"]["chosen"])
    return figures
