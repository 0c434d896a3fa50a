"""How long work waits before each node, in four steps a reader can keep apart."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ROUND_S = tuple(
    unit * step
    for unit, steps in ((1, (1, 2, 5, 10, 20, 30)), (60, (1, 2, 5, 10, 20, 30)), (3600, (1, 2, 4, 8, 12)),
                        (86_400, (1, 2, 4, 7, 14, 30, 60, 120, 240, 365, 730, 1460)))
    for step in steps
)  # fmt: skip


@dataclass(frozen=True)
class Waits:
    """Mean seconds before each node and the three limits between the four steps.

    `true_waits`: measured to the start of work; else the gap to the completion before (service included).
    """

    mean_s: Mapping[str, float]
    limits_s: tuple[float, ...]
    true_waits: bool

    def step(self, node: str) -> int | None:
        """1 (shortest) to 4; None where nothing is known."""
        value = self.mean_s.get(node)
        return None if value is None else 1 + sum(value >= limit for limit in self.limits_s)


def waits_of(process: Mapping[str, Any]) -> Waits:
    """Waiting where the log has starts; otherwise the mean gap before the node over all ways into it."""
    waiting = {a["name"]: a["waiting_s"]["mean"] for a in process["activities"] if a["waiting_s"]}
    means = waiting or _gaps(process["edges"])
    return Waits(means, limits_between(sorted(means.values())), bool(waiting))


def _gaps(edges: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    count: dict[str, int] = {}
    total: dict[str, float] = {}
    for edge in edges:
        count[edge["to"]] = count.get(edge["to"], 0) + edge["count"]
        total[edge["to"]] = total.get(edge["to"], 0.0) + edge["count"] * edge["mean_s"]
    return {node: total[node] / n for node, n in count.items() if n}


def limits_between(values: Sequence[float]) -> tuple[float, ...]:
    """Up to three rising round limits near the quartiles of `values` (ascending)."""
    if not values:
        return ()
    limits: list[float] = []
    for share in (0.25, 0.5, 0.75):
        wanted = max(values[min(int(share * len(values)), len(values) - 1)], _ROUND_S[0])
        rounded = min(_ROUND_S, key=lambda limit: (abs(math.log(limit / wanted)), limit))
        if limits and rounded <= limits[-1]:
            rounded = next((limit for limit in _ROUND_S if limit > limits[-1]), 2 * round(limits[-1]))
        limits.append(float(rounded))
    return tuple(limits)
