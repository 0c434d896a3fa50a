"""The process as it is beside designs of it: which differences are real, which may be the best, at what cost.

1. All meet the same luck: draws keyed by case, step and visit, a step keeping its number through changes.
2. Replications of each design are added until the difference of its mean cycle time from that of the process
   as it is is known within `precision` of the latter or within a tenth of itself, or until there are `most`.
   The process as it is has as many as the design that needs most; a figure of a design is that of the process
   as it is plus the paired difference.
3. Differences with intervals that hold for all designs at once (Bonferroni), for each figure by itself; a
   difference is real where this interval excludes 0, and small where it lies within what does not matter.
4. Which may be the best, and what choosing another loses at most: `maths.simulation.paired`.

That the number of replications depends on their results makes intervals hold less often than they say (Law
2015, ch. 9); it is why there are `least` of them. Counted over 4,000 runs of one difference that begin with
ten: 94 % where differences of replications are normal, 90 % where they are as skewed as a gamma law of
shape 2. Source: Law (2015), Simulation Modeling and Analysis, 5th ed., ch. 10 and 11.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypeVar

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.loop.improve.designs.applying import Cost, Design, apply, cost_of
from anlan.loop.improve.designs.luck import numbers_of, with_numbers
from anlan.loop.improve.designs.risk_years import Year, year_of
from anlan.loop.improve.designs.series import (
    LOSS,
    MEASURED,
    OF_A_YEAR,
    YEARLY,
    Series,
    process_of,
    tells_a_year,
)
from anlan.loop.quantify.methods.process.process_hours import HOUR_S
from anlan.loop.quantify.methods.process.process_runs import loses_money, present
from anlan.maths.progress import part, tell
from anlan.maths.simulation.paired import Best, PairedDifference, best_among, n_pairs, paired_difference
from anlan.maths.simulation.replications import mean_over

LEAST, MOST, PRECISION, ALPHA = 10, 100, 0.01, 0.05
SMALL_SHARE = 0.005
"""Half a percentage point: what does not matter of a share of cases."""
VERDICTS = ("better", "worse", "small", "unclear")
FEWEST_PAIRS = 2
_SPARE, _FASTEST, _PART_OF_ITSELF = 1.05, 4.0, 0.1
_SHARES = ("late", "lost", "complaints")
_OF_THE_SERVED = ("cycle", "waiting", "late")
"""Figures that become better also by serving fewer: who gives up waits no longer, and shortens the line."""
_RISK_RUNS = 10
_Told = TypeVar("_Told")


@dataclass(frozen=True)
class Difference:
    """Design less process as it is, of one figure.

    interval  holds for all designs at once
    p         times the number of designs: below 5 % where the interval excludes 0
    verdict   better, worse: real; small: too small to matter; unclear: not told apart from no difference
    pairs     replications in which both have the figure
    """

    interval: Interval
    p: float
    verdict: str
    pairs: int


@dataclass(frozen=True)
class RiskShare:
    """What all risks together add to a figure: with them less without them."""

    added: Mapping[str, Interval]


@dataclass(frozen=True)
class Outcome:
    """A design (or the process as it is: no differences) and what it came to.

    figures      mean of each of `MEASURED` with its own 95 % interval (of a design: that of the process as it
                 is, wider by that of the difference). What cannot be told is not there: times where fewer
                 than two replications serve anybody, a loss where nothing costs any
    differences  from the process as it is, of the figures that can be told
    nobody_served  replications in which nobody is served: they have no time of a case
    year         what each risk does in a year; None where less than a week counts
    yearly_gain  money saved a year, what the design costs a year taken off; None without a cost of anything
    payback_years  `once` over the yearly gain, where there is one to pay it back
    """

    name: str
    design: Design | None
    cost: Cost
    replications: int
    figures: Mapping[str, Interval]
    differences: Mapping[str, Difference]
    risks: RiskShare | None
    yearly_gain: Interval | None
    payback_years: float | None
    nobody_served: int
    year: Year | None

    def serves_fewer(self, by: str) -> bool:
        """Whether it loses more cases, where the figure ranked by is of those served."""
        return (
            by in _OF_THE_SERVED and self.design is not None and self.differences["lost"].verdict == "worse"
        )


@dataclass(frozen=True)
class Pair:
    """Second less first, of the figure ranked by; interval and p over all pairs at once. real: the interval
    excludes 0."""

    first: str
    second: str
    interval: Interval
    p: float
    real: bool


@dataclass(frozen=True)
class Comparison:
    """outcomes: the process as it is first, then the designs as given. ranked: their numbers, the best first;
    those that serve fewer come after those that do not, those without the figure last.

    by        the figure ranked by; best: among the outcomes that have it and do not gain time by losing more
              cases, in their order; known: their numbers
    replications  of the process as it is; reached: whether every difference came to the precision asked
                  for; half_width: the widest, as a share of the mean cycle time of the process as it is
    """

    outcomes: tuple[Outcome, ...]
    by: str
    ranked: tuple[int, ...]
    best: Best | None
    known: tuple[int, ...]
    pairs: tuple[Pair, ...]
    seed: int
    precision: float
    replications: int
    reached: bool
    half_width: float

    @property
    def as_is(self) -> Outcome:
        return self.outcomes[0]

    def serves_fewer(self, number: int) -> bool:
        """Whether an outcome loses more cases, where the figure ranked by is of those served."""
        return self.outcomes[number].serves_fewer(self.by)

    def may_be_best(self, number: int) -> bool:
        """Whether the best may be this one; never one that gains time by losing more cases."""
        if self.best is None or number not in self.known:
            return False
        return self.best.kept[self.known.index(number)]

    def loses_at_most(self, number: int) -> float | None:
        """By how much it is worse than the best at most; None where it is not among those compared."""
        if self.best is None or number not in self.known:
            return None
        return self.best.loses[self.known.index(number)]


def compare(
    inputs: Mapping[str, Any],
    designs: Sequence[Design],
    *,
    seed: int = 0,
    precision: float = PRECISION,
    least: int = LEAST,
    most: int = MOST,
    by: str = "cycle",
    with_risks: bool = True,
    minutes_of: Collection[str] = (),
    told: Callable[[str], None] = lambda name: None,
) -> Comparison:
    """inputs: of `process_simulation`. precision: half width asked for, as a share of the mean cycle time as
    it is; least, most: replications to begin with, to stop at anyhow; minutes_of: risks of which is told by
    how much they make cases take longer; told: hears the name of each outcome that is being run.

    Errors: RefusedInput for a design that cannot be made; UsageError `designs.*` for what is asked, and
    `simulation.*` for a process that does not run.
    """
    least = min(least, most)
    _check(designs, precision, least, most, by)
    base = process_of(inputs)
    if by in OF_A_YEAR and not tells_a_year(base):
        raise UsageError("designs.no_year", hours=(base.until_s - base.warm_up_s) / HOUR_S)
    known = numbers_of(base)
    changed = [with_numbers(process_of(apply(inputs, each)), known) for each in designs]
    series = [Series(asked, seed) for asked in (with_numbers(base, known), *changed)]
    if by not in _figures_of(series):
        raise UsageError("designs.no_loss", found=by)
    names = ["", *(each.name for each in designs)]
    level = 1.0 - ALPHA / max(1, len(designs))
    share = 0.8 if with_risks and base.risks else 1.0
    with part(0.0, share):
        reached, widest = _run_until(series, names, precision, least, most, level, told)
    with part(share, (1.0 + share) / 2):
        risks = [_risk_share(each, number, len(series)) if with_risks else None
                 for number, each in enumerate(series)]  # fmt: skip
    with part((1.0 + share) / 2, 1.0):
        years = _years(series, minutes_of)
    outcomes = _outcomes(inputs, designs, series, risks, years, level)
    having = [number for number, each in enumerate(outcomes) if by in each.figures]
    serving = [number for number in having if not outcomes[number].serves_fewer(by)]
    values = {number: series[number][by] for number in having}
    competing = [values[number] for number in serving]
    best = best_among(competing, level=1.0 - ALPHA) if _comparable(competing) else None
    pairs = _pairs([names[number] for number in having], list(values.values()))
    return Comparison(outcomes, by, _ranked(outcomes, by), best, tuple(serving), pairs, seed, precision,
                      len(series[0]), reached, widest)  # fmt: skip


def _ranked(outcomes: Sequence[Outcome], by: str) -> tuple[int, ...]:
    def place(number: int) -> tuple[bool, bool, float, int]:
        found = outcomes[number].figures.get(by)
        return found is None, outcomes[number].serves_fewer(by), found.estimate if found else 0.0, number

    return tuple(sorted(range(len(outcomes)), key=place))


def _comparable(values: Sequence[np.ndarray]) -> bool:
    """Whether every two have enough replications in common."""
    return len(values) > 1 and all(n_pairs(a, b) >= FEWEST_PAIRS for a, b in combinations(values, 2))


def _check(designs: Sequence[Design], precision: float, least: int, most: int, by: str) -> None:
    if not designs:
        raise UsageError("designs.none")
    if not (math.isfinite(precision) and precision > 0.0):
        raise UsageError("designs.precision", found=precision)
    if not 2 <= least <= most:
        raise UsageError("designs.replications", least=least, most=most)
    if by not in MEASURED:
        raise UsageError("designs.by", found=by, accepted=MEASURED)


def _run_until(
    series: Sequence[Series],
    names: Sequence[str],
    precision: float,
    least: int,
    most: int,
    level: float,
    told: Callable[[str], None],
) -> tuple[bool, float]:
    """Run each further and further, until its difference is known well enough. Whether all are; the widest
    half width, as a share of the mean cycle time as it is."""
    wanted = dict.fromkeys(range(1, len(series)), least)
    begun = 0.0
    while True:
        furthest = max(wanted.values())
        rounds = [(0, furthest), *wanted.items()]
        end = 1.0 if furthest >= most else begun + (1.0 - begun) / 2
        for place, (number, to) in enumerate(rounds):
            told(names[number])
            with part(*(begun + (end - begun) * (place + more) / len(rounds) for more in (0, 1))):
                series[number].extend(to)
        begun = end
        times = present(series[0]["cycle"])
        mean = math.fsum(times) / len(times) if times else 0.0
        found = [_paired(series[0]["cycle"], each["cycle"], level) for each in series[1:]]
        needed = {number: _needed(each, precision * mean) if each is not None else 1.0
                  for number, each in enumerate(found, start=1)}  # fmt: skip
        wanted = {
            number: _next(len(series[number]), times, most)
            for number, times in needed.items() if times > 1.0 and len(series[number]) < most
        }  # fmt: skip
        if not wanted:
            tell(1.0)
            widest = max((each.half_width for each in found if each is not None), default=0.0)
            reached = all(each is not None for each in found) and max(needed.values()) <= 1.0
            return reached, widest / mean if mean > 0.0 else 0.0


def _next(now: int, times: float, most: int) -> int:
    """How many replications to go on to, where `times` as many are needed."""
    return min(most, max(now + 5, math.ceil(now * min(times * _SPARE, _FASTEST))))


def _needed(found: PairedDifference, width: float) -> float:
    """How many times as many replications a difference needs to be known within `width`, or within a tenth of
    itself."""
    wanted = max(width, _PART_OF_ITSELF * abs(found.interval.estimate))
    if found.half_width <= wanted:
        return 1.0
    return (found.half_width / wanted) ** 2 if wanted > 0.0 else math.inf


def _risk_share(of: Series, number: int, count: int) -> RiskShare | None:
    """The first replications again without any risk."""
    if not of.asked.risks:
        return None
    with part(number / count, (number + 1) / count):
        bare = Series(of.asked, of.seed, without=of.asked.risks)
        bare.extend(min(len(of), _RISK_RUNS))
    added = {name: _paired(bare[name], of[name]) for name in _figures_of([of])}
    return RiskShare({name: each.interval for name, each in added.items() if each is not None})


def _years(series: Sequence[Series], minutes_of: Collection[str]) -> list[Year | None]:
    found = []
    for number, each in enumerate(series):
        with part(number / len(series), (number + 1) / len(series)):
            found.append(year_of(each, minutes_of=minutes_of))
            tell(1.0)
    return found


def _outcomes(
    inputs: Mapping[str, Any],
    designs: Sequence[Design],
    series: Sequence[Series],
    risks: Sequence[RiskShare | None],
    years: Sequence[Year | None],
    level: float,
) -> tuple[Outcome, ...]:
    names = _figures_of(series)
    costs = [Cost(0.0, 0.0, ()), *(cost_of(inputs, each) for each in designs)]
    figures = [_only_told({name: _figure(name, series[0], each) for name in names}) for each in series]
    found = {name: _differences(name, series, level, figures[0]) for name in names}
    outcomes = []
    for number, each in enumerate(series):
        differences = _only_told({name: found[name].get(number) for name in names})
        gain = _gain(differences, costs[number]) if number else None
        design = designs[number - 1] if number else None
        outcomes.append(
            Outcome(design.name if design else "", design, costs[number], len(each), figures[number],
                    differences, risks[number], gain, _payback(costs[number], gain),
                    int(np.isnan(each["cycle"]).sum()), years[number])
        )  # fmt: skip
    return tuple(outcomes)


def _figures_of(series: Sequence[Series]) -> tuple[str, ...]:
    """A loss only where something costs any."""
    return MEASURED if any(loses_money(each.asked) for each in series) else MEASURED[:-1]


def _only_told(of: Mapping[str, _Told | None]) -> dict[str, _Told]:
    return {name: value for name, value in of.items() if value is not None}


def _figure(name: str, as_is: Series, of: Series) -> Interval | None:
    """The mean of a design: that of the process as it is over all its replications, and the difference. Where
    there is no difference to tell, the mean of the design alone."""
    own, base = present(of[name]), present(as_is[name])
    more = _paired(as_is[name], of[name])
    if of is as_is or more is None:
        return mean_over(own) if len(own) >= FEWEST_PAIRS else None
    known = mean_over(base)
    mean = known.estimate + more.interval.estimate
    half = (known.high - known.low) / 2 + more.half_width
    return Interval(mean, max(0.0, mean - half), mean + half, known.level)


def _paired(a: np.ndarray, b: np.ndarray, level: float = 0.95) -> PairedDifference | None:
    """None where too few replications have the figure in both."""
    return paired_difference(a, b, level=level) if n_pairs(a, b) >= FEWEST_PAIRS else None


def _differences(
    name: str, series: Sequence[Series], level: float, as_is: Mapping[str, Interval]
) -> dict[int, Difference]:
    """By number of the outcome, of those where it can be told."""
    found = {
        number: pair for number, each in enumerate(series[1:], start=1)
        if (pair := _paired(series[0][name], each[name], level)) is not None
    }  # fmt: skip
    matters = small_difference(name, as_is)
    return {
        number: Difference(each.interval, min(1.0, each.p * (len(series) - 1)),
                           _verdict(each.interval, matters), each.n)
        for number, each in found.items()
    }  # fmt: skip


def small_difference(name: str, as_is: Mapping[str, Interval]) -> float:
    """Up to which a difference does not matter: 1 % of cycle time, cost or loss; half a point of a share."""
    if name in _SHARES:
        return SMALL_SHARE
    of = name if name in ("cost", YEARLY, LOSS) else "cycle"
    return PRECISION * abs(as_is[of].estimate) if of in as_is else 0.0


def _verdict(interval: Interval, matters: float) -> str:
    if -matters <= interval.low and interval.high <= matters:
        return "small"
    if not _excludes_nothing(interval):
        return "unclear"
    return "better" if interval.estimate < 0.0 else "worse"


def _excludes_nothing(interval: Interval) -> bool:
    """Whether no difference at all is outside of it."""
    return interval.low > 0.0 or interval.high < 0.0


def _gain(differences: Mapping[str, Difference], cost: Cost) -> Interval | None:
    if YEARLY not in differences:
        return None
    found = differences[YEARLY].interval
    if found.low == found.high == 0.0 and cost.yearly == 0.0:
        return None
    return Interval(
        -found.estimate - cost.yearly, -found.high - cost.yearly, -found.low - cost.yearly, found.level
    )


def _payback(cost: Cost, gain: Interval | None) -> float | None:
    return cost.once / gain.estimate if gain is not None and gain.estimate > 0.0 and cost.once > 0.0 else None


def _pairs(names: Sequence[str], values: Sequence[np.ndarray]) -> tuple[Pair, ...]:
    """Every two outcomes that have the figure in enough replications; intervals and p over all pairs."""
    couples = [
        (i, j) for i, j in combinations(range(len(values)), 2)
        if n_pairs(values[i], values[j]) >= FEWEST_PAIRS
    ]  # fmt: skip
    if not couples:
        return ()
    level = 1.0 - ALPHA / len(couples)
    found = [paired_difference(values[i], values[j], level=level) for i, j in couples]
    return tuple(
        Pair(names[i], names[j], each.interval, min(1.0, each.p * len(couples)),
             _excludes_nothing(each.interval))
        for (i, j), each in zip(couples, found, strict=True)
    )  # fmt: skip


def renamed(of: Comparison, name: str) -> Comparison:
    """The comparison with the process as it is called `name`."""
    pairs = tuple(replace(each, first=each.first or name, second=each.second or name) for each in of.pairs)
    return replace(of, outcomes=(replace(of.as_is, name=name), *of.outcomes[1:]), pairs=pairs)
