"""A formula computed in one period.

1. A plain mention of an indicator takes its readings whose time lies in the period: counts and money are
   summed, everything else is averaged, weighted by the sample where every reading has one.
2. `over` takes the readings of the window that ends with the period, each by itself; without any: missing.
3. A missing part makes what is computed of it missing, and so do a division by zero and a ratio whose
   denominator is below its smallest sample. `instead(a, b)` is b where a is missing, and then estimated.
   `and`, `or`, `if` look only at what they need: `if` at the branch that holds.
4. Quality is the worst of what was used: doubtful before estimated before good.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from anlan.domain.errors import RefusedInput
from anlan.loop.monitor.formulas.reading import OVER_WINDOW
from anlan.loop.monitor.formulas.tree import Call, Named, Node, Number

GOOD, DOUBTFUL, ESTIMATED = 0, 1, 2
_BADNESS = (GOOD, ESTIMATED, DOUBTFUL)
SUMMED = ("cases", "money")
MOST_CASES = 2_000_000_000
LARGEST = 1e15
_LARGEST_PART = 1e300
"""Larger parts are missing, so that no sum of them overflows."""


@dataclass(frozen=True)
class Input:
    """Readings of an indicator that have a value, by time. at: microseconds UTC."""

    measure: str
    at: Sequence[int]
    value: Sequence[float]
    n: Sequence[int | None]
    quality: Sequence[int]


@dataclass(frozen=True)
class Result:
    """value: None where missing; n: sample, None where it is none that can be told."""

    value: float | None
    quality: int = GOOD
    n: int | None = None


MISSING = Result(None)
_WORK: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def compute(tree: Node, inputs: Mapping[str, Input], periods: "Periods") -> Result:
    """The value in the period of `periods`; missing where it is larger than any reading may be."""
    found = _of(tree, inputs, periods)
    if found.value is None or abs(found.value) > LARGEST:
        return Result(None, found.quality)
    return Result(found.value, found.quality, None if found.n is None else min(found.n, MOST_CASES))


@dataclass(frozen=True)
class Periods:
    """The period (begin, end), and how to find the one that holds a time."""

    begin: int
    end: int
    of: Callable[[int], tuple[int, int]]


def _of(node: Node, inputs: Mapping[str, Input], periods: Periods) -> Result:
    if isinstance(node, Number):
        return Result(node.value)
    if isinstance(node, Named):
        begin, end = periods.begin, periods.end
        if node.lag_s:
            begin, end = periods.of(begin - node.lag_s * 1_000_000)
        return _reading(inputs[node.code], begin, end)
    first = node.parts[0]
    if node.name in OVER_WINDOW and isinstance(first, Named) and first.over_s:
        return _window(node, inputs[first.code], periods.end - first.over_s * 1_000_000, periods.end)
    if node.name in ("if", "instead", "and", "or"):
        return _chosen(node, inputs, periods)
    found = _worked(node, [_of(part, inputs, periods) for part in node.parts])
    too_large = found.value is not None and not abs(found.value) <= _LARGEST_PART
    return Result(None, found.quality) if too_large else found


def _reading(found: Input, begin: int, end: int) -> Result:
    first, last = bisect_left(found.at, begin), bisect_left(found.at, end)
    if first == last:
        return MISSING
    values, sizes = found.value[first:last], found.n[first:last]
    known = [n for n in sizes if n is not None]
    total = sum(known) if len(known) == len(values) else None
    quality = _worst(found.quality[first:last])
    if found.measure in SUMMED:
        return Result(math.fsum(values), quality, total)
    if total:
        weighted = math.fsum(v * n for v, n in zip(values, known, strict=True)) / total
        return Result(values[0] if len(values) == 1 else weighted, quality, total)
    return Result(math.fsum(values) / len(values), quality, total)


def _window(node: Call, found: Input, begin: int, end: int) -> Result:
    first, last = bisect_left(found.at, begin), bisect_left(found.at, end)
    values, sizes = found.value[first:last], found.n[first:last]
    if not values:
        return MISSING
    known = [n for n in sizes if n is not None]
    total = sum(known) if len(known) == len(values) else None
    share = node.parts[1].value if node.name == "quantile" and isinstance(node.parts[1], Number) else 0.0
    value = quantile(values, share) if node.name == "quantile" else _gathered(node.name, values)
    return Result(value, _worst(found.quality[first:last]), total)


def quantile(values: Sequence[float], share: float) -> float:
    """Linear between order statistics (Hyndman and Fan 1996, definition 7)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _gathered(name: str, values: Sequence[float]) -> float:
    if name in ("min", "max"):
        return min(values) if name == "min" else max(values)
    total = math.fsum(values)
    return total if name == "sum" else total / len(values)


def _chosen(node: Call, inputs: Mapping[str, Input], periods: Periods) -> Result:
    """What looks at a part only where the one before asks for it."""
    first = _of(node.parts[0], inputs, periods)
    if node.name == "instead":
        if first.value is not None:
            return first
        other = _of(node.parts[1], inputs, periods)
        return Result(other.value, _worst((other.quality, ESTIMATED)), other.n)
    if first.value is None:
        return first
    if node.name == "if":
        chosen = _of(node.parts[1 if first.value else 2], inputs, periods)
        return Result(chosen.value, _worst((first.quality, chosen.quality)), chosen.n)
    if bool(first.value) == (node.name == "or"):
        return first
    second = _of(node.parts[1], inputs, periods)
    return Result(second.value, _worst((first.quality, second.quality)))


def _worked(node: Call, parts: Sequence[Result]) -> Result:
    quality = _worst([part.quality for part in parts])
    values = [part.value for part in parts if part.value is not None]
    if len(values) < len(parts):
        return Result(None, quality)
    if node.name in ("/", "ratio"):
        return _divided(values, parts, quality)
    if node.name in ("neg", "abs", "not"):
        value = {"neg": -values[0], "abs": abs(values[0]), "not": float(not values[0])}[node.name]
        return Result(value, quality, parts[0].n)
    if node.name in _WORK:
        return Result(float(_WORK[node.name](*values)), quality, _fewest(parts))
    return Result(_gathered(node.name, values), quality, _fewest(parts))


def _divided(values: Sequence[float], parts: Sequence[Result], quality: int) -> Result:
    """A ratio that names its smallest sample tells its denominator as the sample."""
    is_sample = len(values) == 3
    if values[1] == 0 or (is_sample and values[1] < values[2]):
        return Result(None, quality)
    n = int(values[1]) if is_sample else _fewest(parts[:2])
    return Result(values[0] / values[1], quality, n)


def _fewest(parts: Sequence[Result]) -> int | None:
    known = [part.n for part in parts if part.n is not None]
    return min(known) if known else None


def _worst(qualities: Sequence[int]) -> int:
    return max(qualities, key=_BADNESS.index, default=GOOD)


def reach_of(mentions: Sequence[Named]) -> int:
    """How far before its period a formula looks, seconds."""
    return max((max(each.lag_s, each.over_s) for each in mentions), default=0)


def check_grains(mentions: Sequence[Named], grains: Mapping[str, int], *, grain_s: int) -> None:
    """An indicator of longer periods than the formula's has no reading in most of them.

    Errors: RefusedInput `formula.grain`.
    """
    for each in mentions:
        if grains[each.code] > grain_s and not each.over_s:
            raise RefusedInput(
                "formula.grain", place=each.place, found=each.code, grain_s=grains[each.code], own_s=grain_s
            )
