"""Can it be controlled? Three shares from the log, each null where the log has no evidence.

They answer different questions and have no common unit, so no mean or score is made of them.

detectable   share of a case's duration still ahead when the finding's first node completes: what
             shows early can be acted on
preventable  share of the variation of the node's time that lies between the people who do it: what
             some do better, others can learn
mitigable    share of the lost minutes that lies in the worst fifth of the cases hit: where few cases
             carry the loss, looking after those few helps
Each lies in 0..1, higher is easier to control. A first reading, not a verdict.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Finding
from anlan.loop.quantify.case_facts import CaseFacts

_WORST = 0.2


def controllability(finding: Finding, facts: CaseFacts) -> Mapping[str, float | str | None]:
    """The three shares, and `basis` (`log`, or `none` where nothing is known)."""
    parts = {
        "detectable": _detectable(finding.nodes, facts.progress),
        "preventable": _largest([facts.by_person[n] for n in finding.nodes if n in facts.by_person]),
        "mitigable": _mitigable(finding.delay_min),
    }
    known = any(value is not None for value in parts.values())
    return {**parts, "basis": "log" if known else "none"}


def _detectable(nodes: tuple[str, ...], progress: Mapping[str, float]) -> float | None:
    passed = [progress[node] for node in nodes if node in progress]
    return 1.0 - min(passed) if passed else None


def _largest(values: list[float]) -> float | None:
    return max(values, default=None)


def _mitigable(delay_min: NDArray[np.float64]) -> float | None:
    total = float(delay_min.sum())
    if total <= 0 or len(delay_min) < 5:
        return None
    worst = np.sort(delay_min)[-math.ceil(_WORST * len(delay_min)) :]
    return float(worst.sum()) / total
