"""How far views of one risk differ, and what in their assumptions explains it.

ratio      largest over smallest value; none where one of them is zero
overlap    the part that all intervals share, over the part that any of them covers: 1 they are the same,
           0 there is no value that all allow
apart      highest minus lowest place of a level
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anlan.domain.method import Note, Quantity
from anlan.loop.quantify.comparing.view import View
from anlan.loop.quantify.methods.blend.opinions import SURPRISING

FAR = 2.0
"""Ratio from which views are said to disagree."""
WIDE_STEP = 10.0
FEW_EVENTS = 5
_Measure = Callable[[View], Quantity | None]


@dataclass(frozen=True)
class Pair:
    """Two views of one measure. overlap: None where one of them has no interval."""

    first: str
    second: str
    ratio: float | None
    overlap: float | None


def ratio_of(values: Sequence[float]) -> float | None:
    """Largest over smallest of two values or more; None with a zero among them."""
    if len(values) < 2 or min(values) <= 0:
        return None
    return max(values) / min(values)


def overlap_of(intervals: Sequence[tuple[float, float]]) -> float | None:
    """Shared length over covered length of two intervals or more; 1 where all are the same point."""
    if len(intervals) < 2:
        return None
    shared = min(high for _, high in intervals) - max(low for low, _ in intervals)
    covered = max(high for _, high in intervals) - min(low for low, _ in intervals)
    return 1.0 if covered == 0 else max(0.0, shared) / covered


def limits_of(of: Quantity) -> list[tuple[float, float]]:
    """The limits where they can be compared: not those of a rare loss."""
    return [] if of.low is None or of.high is None or is_rare(of) else [(of.low, of.high)]


def is_rare(of: Quantity) -> bool:
    """Whether the limits lie below the mean: hardly any year has a loss, and all such limits look alike."""
    return of.high is not None and of.high < of.value


def rare_views(views: Sequence[View]) -> list[View]:
    """Views whose yearly loss is so rare that only frequencies can be compared."""
    return [view for view in views if view.annual_loss is not None and is_rare(view.annual_loss)]


def pairs(views: Sequence[View], measure: _Measure) -> tuple[Pair, ...]:
    """Every two views that have the measure."""
    known = [(view.way, of) for view in views if (of := measure(view)) is not None]
    return tuple(
        Pair(a, b, ratio_of((one.value, other.value)), overlap_of([*limits_of(one), *limits_of(other)]))
        for (a, one), (b, other) in itertools.combinations(known, 2)
    )


def places_apart(views: Sequence[View]) -> int | None:
    """Highest minus lowest place of all levels said; None with fewer than two."""
    places = [int(v.matrix_level.value) for v in views if v.matrix_level is not None]
    places += [v.band_level for v in views if v.band_level is not None]
    return max(places) - min(places) if len(places) > 1 else None


def explanations(views: Sequence[View], *, events: int | None) -> tuple[Note, ...]:
    """What explains the differences. events: how many were counted, where there are counts."""
    return (
        *_driver(views),
        *_contradiction(views),
        *_apart(views),
        *_rare(views),
        *_zero(views),
        *_two_rules(views),
        *_wide_steps(views),
        *_few(events),
    )


def _driver(views: Sequence[View]) -> list[Note]:
    """Whether the frequency or the loss of one event makes the yearly losses differ."""
    full = [v for v in views if v.annual_loss and v.frequency and v.event_loss and v.annual_loss.value > 0]
    if len(full) < 2:
        return []
    least, most = (pick(full, key=_year_value) for pick in (min, max))
    whole = _year_value(most) / _year_value(least)
    if whole < FAR or not (least.frequency and most.frequency):
        return []
    share = math.log(most.frequency.value / least.frequency.value) / math.log(whole)
    code = "compare.by_frequency" if share >= 0.5 else "compare.by_size"
    of = most.frequency.value / least.frequency.value
    factor = of if share >= 0.5 else whole / of
    return [Note(code, {"most": most.way, "least": least.way, "ratio": whole, "factor": factor})]


def _year_value(view: View) -> float:
    return view.annual_loss.value if view.annual_loss else 0.0


def _contradiction(views: Sequence[View]) -> list[Note]:
    return [
        Note("compare.contradicted", {"p": v.surprise})
        for v in views
        if v.surprise is not None and v.surprise < SURPRISING
    ]


def _apart(views: Sequence[View]) -> list[Note]:
    """Views whose interval of the yearly loss meets none of certain others; of the frequency, where the
    losses cannot be compared."""
    by_loss = {(pair.first, pair.second): pair.overlap for pair in pairs(views, _loss)}
    by_frequency = [(pair.first, pair.second) for pair in pairs(views, _frequency) if pair.overlap == 0]
    found = {
        "compare.apart_loss": [pair for pair, overlap in by_loss.items() if overlap == 0],
        "compare.apart_frequency": [pair for pair in by_frequency if by_loss.get(pair) is None],
    }
    return [
        Note(code, {"way": way, "others": others})
        for code, apart in found.items()
        for way, others in outlying(apart)
    ]


def outlying(apart: Sequence[tuple[str, str]]) -> list[tuple[str, tuple[str, ...]]]:
    """Pairs told by the view that occurs in most of them, so that one outlier is told once."""
    left, told = list(apart), []
    while left:
        counts = Counter(way for pair in left for way in pair)
        way = max(counts, key=lambda each: counts[each])
        others = tuple(b if a == way else a for a, b in left if way in (a, b))
        told.append((way, others))
        left = [pair for pair in left if way not in pair]
    return told


def _loss(view: View) -> Quantity | None:
    return view.annual_loss


def _frequency(view: View) -> Quantity | None:
    return view.frequency


def _rare(views: Sequence[View]) -> list[Note]:
    ways = tuple(view.way for view in rare_views(views))
    return [Note("compare.rare", {"ways": ways})] if ways else []


def _zero(views: Sequence[View]) -> list[Note]:
    """Views by which there is no loss at all: no ratio can be said."""
    return [Note("compare.zero", {"way": v.way}) for v in views if v.annual_loss and v.annual_loss.value <= 0]


def _two_rules(views: Sequence[View]) -> list[Note]:
    """Views whose level differs by the matrix and by the bands: the criteria contradict each other."""
    return [
        Note("compare.two_rules", {"way": v.way, "matrix": int(v.matrix_level.value), "bands": v.band_level})
        for v in views
        if v.matrix_level is not None and v.band_level is not None and v.matrix_level.value != v.band_level
    ]


def _wide_steps(views: Sequence[View]) -> list[Note]:
    """Scores whose steps hold yearly losses so different that the level can say little."""
    for view in views:
        year = view.annual_loss
        if view.way == "scores" and year is not None and year.low is not None and year.high is not None:
            if year.low <= 0:
                return [Note("compare.step_from_zero")]
            if year.high / year.low >= WIDE_STEP:
                return [Note("compare.wide_steps", {"ratio": year.high / year.low})]
    return []


def _few(events: int | None) -> list[Note]:
    return [Note("compare.few_events", {"n": events})] if events is not None and events < FEW_EVENTS else []
