"""Assessments of one risk held against each other and against the data behind them.

Every check is a question with a yes or a no: is the residual risk above the inherent one, was a level lowered
without a measure, do memberships fail to add up to one, are comparisons inconsistent, does a barrier count
twice, are units mixed, is an interval narrower than its counts allow. None changes a number.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anlan.domain.assessment_stages import STAGES
from anlan.domain.method import Note
from anlan.maths.blending.elicited import Gamma
from anlan.maths.blending.rates import Rate
from anlan.maths.counts import JEFFREYS_SHAPE

RATIO_LIMIT = 0.1
"""Largest consistency ratio of pairwise comparisons that is accepted (Saaty 1980)."""
SUM_ERROR = 1e-3
NARROW = 0.7
"""Share of the width (of logarithms) that counts alone leave, below which an interval is too narrow."""


@dataclass(frozen=True)
class Estimate:
    """A number with its limits; level: the probability between them."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Assessed:
    """What an assessment says and rests on.

    rank             place of the level under the criteria named by `criteria`, 0 the lowest
    measures         what is known to lower the risk at this stage, compared with the stage before
    ways             names of the barriers on each way to a loss
    memberships      grades of each factor
    ratios           consistency ratios of pairwise comparisons
    events           how many events were counted, where the loss rests on counts
    """

    number: int
    stage: str
    rank: int
    criteria: str = ""
    method: str = ""
    loss: Estimate | None = None
    frequency_unit: str = ""
    measures: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()
    memberships: tuple[tuple[float, ...], ...] = ()
    ratios: tuple[float, ...] = ()
    events: int | None = None


def check(assessments: Sequence[Assessed]) -> tuple[Note, ...]:
    """What does not fit in the newest assessment of each stage; empty where all fits."""
    newest = {each.stage: each for each in sorted(assessments, key=lambda each: each.number)}
    found = [newest[stage] for stage in STAGES if stage in newest]
    return (
        *above_inherent(found),
        *lowered_without_measure(found),
        *units_mixed(found),
        *(note for each in found for check_of in _OF_ONE for note in check_of(each)),
    )


def above_inherent(found: Sequence[Assessed]) -> list[Note]:
    """A stage with controls whose level, or else loss, is above that without them."""
    inherent = next((each for each in found if each.stage == "inherent"), None)
    notes = []
    for each in found:
        if inherent is None or each is inherent:
            continue
        named = {"stage": each.stage, "number": each.number, "inherent": inherent.number}
        if each.criteria == inherent.criteria and each.rank > inherent.rank:
            notes.append(Note("checks.above_inherent", named))
        elif _more(each.loss, inherent.loss):
            notes.append(Note("checks.loss_above_inherent", named))
    return notes


def _more(loss: Estimate | None, than: Estimate | None) -> bool:
    return loss is not None and than is not None and loss.unit == than.unit and loss.value > than.value


def lowered_without_measure(found: Sequence[Assessed]) -> list[Note]:
    """A stage whose level is below the one before it, with nothing that would lower it."""
    return [
        Note("checks.lowered", {"stage": later.stage, "number": later.number, "before": earlier.number})
        for earlier, later in itertools.pairwise(found)
        if later.criteria == earlier.criteria and later.rank < earlier.rank and not later.measures
    ]


def units_mixed(found: Sequence[Assessed]) -> list[Note]:
    """Frequencies, or losses, of one risk that are told in different units."""
    frequencies = _different(each.frequency_unit for each in found)
    losses = _different(each.loss.unit if each.loss else "" for each in found)
    return [
        *([Note("checks.frequency_units", {"units": frequencies})] if len(frequencies) > 1 else []),
        *([Note("checks.loss_units", {"units": losses})] if len(losses) > 1 else []),
    ]


def _different(units: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit for unit in units if unit))


def memberships_not_one(of: Assessed) -> list[Note]:
    """Rows of memberships that do not add up to one."""
    wrong = [
        (place, math.fsum(row))
        for place, row in enumerate(of.memberships, start=1)
        if abs(math.fsum(row) - 1) > SUM_ERROR
    ]
    if not wrong:
        return []
    row, total = wrong[0]
    return [Note("checks.memberships", {"number": of.number, "row": row, "total": total, "n": len(wrong)})]


def inconsistent(of: Assessed) -> list[Note]:
    """Pairwise comparisons that contradict each other more than is accepted."""
    worst = max(of.ratios, default=0.0)
    if worst <= RATIO_LIMIT:
        return []
    return [Note("checks.inconsistent", {"number": of.number, "ratio": worst, "limit": RATIO_LIMIT})]


def counted_twice(of: Assessed) -> list[Note]:
    """Barriers that stand twice on one way: only the first can help."""
    twice: dict[str, None] = {}
    for way in of.ways:
        names = [" ".join(name.split()).casefold() for name in way]
        twice |= {way[i]: None for i, name in enumerate(names) if name in names[:i]}
    return [Note("checks.barrier_twice", {"number": of.number, "names": tuple(twice)})] if twice else []


def too_narrow(of: Assessed) -> list[Note]:
    """An interval of the loss that is narrower than that of its counted events alone.

    The loss of a year is their rate times the loss of one event, so it cannot be known better than the rate,
    whose Jeffreys interval for n events is Gamma(n + 1/2).
    """
    loss = of.loss
    if of.events is None or loss is None or loss.low is None or loss.high is None or loss.low <= 0:
        return []
    rate = Rate((Gamma(of.events + JEFFREYS_SHAPE, 1.0),), (1.0,))
    tail = (1 - loss.level) / 2
    allowed = math.log(rate.quantile(1 - tail) / rate.quantile(tail))
    found = math.log(loss.high / loss.low)
    if found >= NARROW * allowed:
        return []
    ratios = {"found": math.exp(found), "allowed": math.exp(allowed)}
    return [Note("checks.too_narrow", {"number": of.number, "n": of.events, **ratios})]


_OF_ONE = (memberships_not_one, inconsistent, counted_twice, too_narrow)
