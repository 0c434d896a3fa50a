"""Quantified risks, the portfolio they form, and the measures chosen against them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Finding
from anlan.domain.intake import Intake
from anlan.domain.interval import Interval


@dataclass(frozen=True)
class RiskIndex:
    """Likelihood x severity by the criteria in force; the level follows, it is never typed in.

    `likelihood` and `severity` are scores of the scale (1..5 by default); `level` one of
    `low, slight, moderate, high, crisis` (or the criteria's own codes). What was scored:
    `likelihood_value` affected cases per 1,000 cases of the process, `severity_value` minutes an
    affected case loses in the unit of the severity scale (None where it has none: minutes lost, but no
    case has a duration to compare with).
    """

    likelihood: int
    severity: int
    value: float
    level: str
    likelihood_value: float
    severity_value: float | None


@dataclass(frozen=True, eq=False)
class SeverityDistribution:
    """Loss of one occurrence, in minutes of customer time (or money where costs are given).

    `kind`: `empirical`, `lognormal`, `gamma`, `constant` ...; `parameters` as named there;
    `sample`: the losses it was made from, ascending; `choice` says why this kind was chosen.
    """

    kind: str
    parameters: Mapping[str, float]
    mean: float
    median: float
    p95: float
    n: int
    choice: str
    sample: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Risk:
    """A finding with its numbers: how often, how bad, what a year costs, how much of it is its own.

    Frequencies are of the finding's occurrences. `annual_loss` counts each case-minute once: a
    minute claimed by several risks belongs to the one named by the attribution rule; the others
    list that risk in `overlaps`. `gross_annual_loss` is the loss before that division. A log shows
    what happened under the controls in place, so all losses are current, not inherent ones.
    """

    id: str
    finding: Finding
    frequency_per_1000_cases: Interval
    frequency_per_year: Interval
    counted_frequency_per_year: Interval
    severity: SeverityDistribution
    annual_loss: Interval
    annual_loss_p95: float
    gross_annual_loss: float
    index: RiskIndex
    controllability: Mapping[str, float | str | None]
    overlaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Total loss of one year over all counted risks: the mean exactly, its spread by simulation.

    Three uncertainties, never to be mixed: `expectation`, the expected year with what the log leaves
    open about it; `p05` ... `p99`, `cvar95`, how one year differs from another; `simulation_errors` by
    the name of the statistic, standard errors that more simulated years would take away.

    `simulated_mean`: mean of the simulated years, a check of `mean` by its simulation error;
    `curve`: (loss, probability of exceeding it) pairs, loss ascending; `years` simulated;
    `common_variance` of the factor (mean 1) that all risks of a year share, and the `weeks` of the log
    it was measured from (0: too few, the spread is then chance alone); `intake`: the window that makes
    a year (None where the log has no arrivals); `notes`: what limits the figures.
    """

    unit: str
    mean: float
    p05: float
    p50: float
    p90: float
    p95: float
    p99: float
    cvar95: float
    simulation_errors: Mapping[str, float]
    curve: tuple[tuple[float, float], ...]
    years: int
    expectation: Interval
    simulated_mean: float = 0.0
    common_variance: float = 0.0
    weeks: int = 0
    intake: Intake | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A candidate measure: a control of a pack, matched to the risks it acts on.

    `cost`: person-days or money, see the plan's unit; `reduction`: expected yearly loss it removes
    when chosen alone (estimate and range: effects are assumptions until measured). `factor`: share of
    a loss it leaves; a link of strength s leaves 1 - s (1 - factor). `strengths`: one for each risk.
    """

    code: str
    title_zh: str
    title_en: str
    cost: Interval
    reduction: Interval
    risks: tuple[str, ...]
    strengths: tuple[float, ...]
    factor: Interval
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    assumed: bool = True
    source: str = ""


@dataclass(frozen=True)
class LinkToExamine:
    """A control whose links to some risks are too weak to be counted; people decide whether it helps.

    `strengths`: one for each of `risks`, 0..1; text `packs.link.<reason>` of the strongest.
    """

    code: str
    title_zh: str
    title_en: str
    risks: tuple[str, ...]
    strengths: tuple[float, ...]
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ChosenSet:
    """The chosen measures together.

    `reduction`: joint, with the interval that the ranges of the factors leave. `rival_share`: share of
    the draws of the factors in which another set within the budget takes at least 1 % more off;
    `regret`: by how much the best of those sets takes more off, on average over all draws.
    """

    cost: float
    reduction: Interval
    rival_share: float
    regret: float


@dataclass(frozen=True)
class TreatmentPlan:
    """The best set under the budget and the frontier of best sets over all budgets.

    `expected_reduction` of a chosen measure is its share in the joint effect of the set (shares
    add up to the total), so it may be lower than its `reduction` alone. Intervals stand in the order
    of `chosen` and `frontier`.
    """

    unit: str
    cost_unit: str
    budget: float | None
    chosen: tuple[tuple[str, float, float], ...]
    frontier: tuple[tuple[float, float], ...]
    chosen_intervals: tuple[Interval, ...] = ()
    frontier_intervals: tuple[Interval, ...] = ()
    chosen_set: ChosenSet | None = None
    candidates: tuple[Measure, ...] = ()
    to_examine: tuple[LinkToExamine, ...] = ()
    proven_optimal: bool = True
    gap: float = 0.0
    notes: tuple[str, ...] = field(default=())
