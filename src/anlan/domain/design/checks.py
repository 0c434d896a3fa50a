"""What makes a design doubtful before it is put in force.

1. Every step should be reached from a start: the start events, or the first step where there is none.
2. Some step should have no way onward, and every step should lead to such an end.
3. Where ways out of a step carry probabilities, all should, and they should sum to 1. Parallel and inclusive
   gateways take several ways at once, so theirs need not.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anlan.domain.design.model import Design, Link


@dataclass(frozen=True)
class Doubt:
    """code: empty, unreachable, no_end, no_way_out, probabilities, probabilities_partly; steps: their keys;
    total: sum of the probabilities, where they are the doubt."""

    code: str
    steps: tuple[str, ...] = ()
    total: float | None = None


def doubts_of(design: Design) -> list[Doubt]:
    """All doubts, those of the whole first."""
    if not design.steps:
        return [Doubt("empty")]
    onward: dict[str, list[str]] = {step.key: [] for step in design.steps}
    back: dict[str, list[str]] = {step.key: [] for step in design.steps}
    for link in design.links:
        onward[link.source].append(link.target)
        back[link.target].append(link.source)
    return [*_ways(design, onward, back), *_splits(design)]


def _ways(design: Design, onward: Mapping[str, list[str]], back: Mapping[str, list[str]]) -> list[Doubt]:
    keys = [step.key for step in design.steps]
    starts = [step.key for step in design.steps if step.form == "start"] or keys[:1]
    ends = [key for key in keys if not onward[key]]
    doubts = []
    lost = _missing(keys, _reached(starts, onward))
    if lost:
        doubts.append(Doubt("unreachable", lost))
    if not ends:
        return [*doubts, Doubt("no_end")]
    stuck = _missing(keys, _reached(ends, back))
    return [*doubts, Doubt("no_way_out", stuck)] if stuck else doubts


def _reached(from_: Iterable[str], ways: Mapping[str, list[str]]) -> set[str]:
    seen, waiting = set(from_), list(from_)
    while waiting:
        for key in ways[waiting.pop()]:
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    return seen


def _missing(keys: Iterable[str], reached: set[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key not in reached)


def _splits(design: Design) -> list[Doubt]:
    leaving: dict[str, list[Link]] = {}
    for link in design.links:
        leaving.setdefault(link.source, []).append(link)
    doubts = []
    for step in design.steps:
        shares = [link.probability for link in leaving.get(step.key, ())]
        given = [share for share in shares if share is not None]
        if not given or step.form in ("and", "or"):
            continue
        if len(given) < len(shares):
            doubts.append(Doubt("probabilities_partly", (step.key,)))
        elif not math.isclose(total := math.fsum(given), 1.0, abs_tol=0.001):
            doubts.append(Doubt("probabilities", (step.key,), total))
    return doubts
