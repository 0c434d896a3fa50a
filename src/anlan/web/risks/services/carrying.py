"""Numbers of a method's result taken into an assessment: frequency and yearly loss with their intervals.

1. The person names the figures that say how often this risk happens and what a year loses.
2. Both are brought to the units of the register; a unit that says nothing of a year is refused.
3. Times a year over the cases of a year are the score of likelihood; the yearly loss over the times a year
   is the loss of one event (exact where sizes do not depend on how many there are), its minutes the score of
   severity. A score the numbers cannot give is the person's.
4. Both ends of the frequency give both ends of the level. The interval of a quotient does not follow from
   the two intervals, so the loss of one event has none.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from anlan.domain.criteria import Scale
from anlan.domain.errors import UsageError
from anlan.loop.quantify import estimate
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.carrying import (
    LEVELS,
    PER_CASES,
    Figure,
    Limits,
    figures_to_carry,
    per_year,
    yearly_loss,
)
from anlan.studies.methods.facts import facts_to_check
from anlan.web.people.models import User
from anlan.web.risks.models import Assessment, Criteria, Risk
from anlan.web.risks.services.assessing import check_scores, keep_prepared
from anlan.web.risks.services.criteria import criteria_for, level_of, score
from anlan.web.runs.models import Run

MINUTES = "customer_min"
AXES = ("likelihood", "severity")


@dataclass(frozen=True)
class Taken:
    """What a person takes of a result, and says where the result does not.

    frequency, loss  names of figures; empty: none is taken
    currency         of a loss in money
    cases_per_year, usual_duration_min  of the process; turn the numbers into the scales
    likelihood_score, severity_score    by hand
    """

    frequency: str = ""
    loss: str = ""
    currency: str = ""
    cases_per_year: float | None = None
    usual_duration_min: float | None = None
    likelihood_score: int | None = None
    severity_score: int | None = None

    @property
    def any(self) -> bool:
        return bool(self.frequency or self.loss)


@dataclass(frozen=True)
class Carried:
    """Where the numbers put the risk. frequency: times a year; loss: of a year, in `loss_unit`; one_loss:
    minutes of one event; by_hand: axes scored by the person."""

    frequency_figure: Figure | None
    loss_figure: Figure | None
    frequency: Limits | None
    loss: Limits | None
    loss_unit: str
    one_loss: float | None
    likelihood: int
    severity: int
    level: str
    level_low: str
    level_high: str
    likelihood_value: float | None
    severity_value: float | None
    by_hand: tuple[str, ...]


def carried(criteria: Criteria, result: Mapping[str, Any], taken: Taken) -> Carried:
    """The numbers taken as scores and level; nothing is written.

    Errors: UsageError `carry.*` for a figure, a unit or a currency that does not fit, and for a score that
    neither the numbers nor the person gave.
    """
    times, lost = (_named(result, of, name) for of, name in
                   (("frequency", taken.frequency), ("loss", taken.loss)))  # fmt: skip
    return carried_figures(criteria, taken, times, lost)


def carried_figures(
    criteria: Criteria, taken: Taken, times: Figure | None, lost: Figure | None, *,
    one_loss_min: float | None = None,
) -> Carried:  # fmt: skip
    """As `carried`, of two figures. one_loss_min: minutes of one event, where they are known apart from the
    yearly loss."""
    frequency = per_year(times, cases_per_year=taken.cases_per_year) if times else None
    loss, unit = yearly_loss(lost, currency=taken.currency) if lost else (None, "")
    one = _one_loss(frequency, loss, unit) if one_loss_min is None else one_loss_min
    likelihoods, likelihood_value = _likelihoods(criteria, taken, times, frequency)
    severity, severity_value = _severity(criteria, taken, one, unit)
    for likelihood in likelihoods:
        check_scores(criteria, likelihood=likelihood, severity=severity)
    levels = [level_of(criteria, likelihood, severity)[0] for likelihood in likelihoods]
    hands = (taken.likelihood_score, taken.severity_score)
    return Carried(
        times, lost, frequency, loss, unit, one, likelihoods[0], severity, *levels, likelihood_value,
        severity_value, tuple(axis for axis, hand in zip(AXES, hands, strict=True) if hand is not None),
    )  # fmt: skip


def _named(result: Mapping[str, Any], of: str, name: str) -> Figure | None:
    if not name:
        return None
    known = {figure.name: figure for figure in figures_to_carry(result) if figure.of == of}
    if name not in known:
        raise UsageError("carry.figure", found=name, accepted=tuple(known) or ("—",))
    return known[name]


def _one_loss(frequency: Limits | None, loss: Limits | None, unit: str) -> float | None:
    """Minutes of one event; None where it does not follow or is money."""
    if frequency is None or loss is None or unit != MINUTES or not frequency.value > 0:
        return None
    return loss.value / frequency.value


def _likelihoods(
    criteria: Criteria, taken: Taken, figure: Figure | None, frequency: Limits | None
) -> tuple[list[int], float | None]:
    """Scores of the number, of its lower and its upper limit; and the number on the scale."""
    if taken.likelihood_score is not None:
        return [taken.likelihood_score] * 3, None
    if figure is None:
        raise UsageError("carry.likelihood")
    if figure.unit == PER_CASES:
        per_cases = [figure.value, *_ends(figure.low, figure.high, figure.value)]
    elif taken.cases_per_year is None or frequency is None:
        raise UsageError("estimate.cases_missing")
    else:
        rates = [frequency.value, *_ends(frequency.low, frequency.high, frequency.value)]
        per_cases = [
            estimate.likelihood_per_1000_cases(rate, cases_per_year=taken.cases_per_year) for rate in rates
        ]
    return [score(criteria.content["likelihood"], value) for value in per_cases], per_cases[0]


def _ends(low: float | None, high: float | None, value: float) -> tuple[float, float]:
    return (value, value) if low is None or high is None else (low, high)


def _severity(
    criteria: Criteria, taken: Taken, one_loss: float | None, unit: str
) -> tuple[int, float | None]:
    if taken.severity_score is not None:
        return taken.severity_score, None
    if one_loss is None:
        raise UsageError("estimate.money" if unit not in ("", MINUTES) else "carry.severity", unit=unit)
    content = criteria.content["severity"]
    scale = Scale(content["unit"], tuple(content["bounds"]), (), ())
    value = estimate.severity_on_scale(one_loss, scale, usual_duration_min=taken.usual_duration_min)
    return scale.score(value), value


@transaction.atomic
def keep_carried(
    risk: Risk, *, run: Run, result: Mapping[str, Any], taken: Taken, stage: str, rationale: str, actor: User
) -> Assessment:
    """The numbers taken as an assessment, handed in for review. The caller asked for the permissions."""
    criteria = criteria_for(risk.unit)
    found = carried(criteria, result, taken)
    return keep_figures(
        risk, found, taken, criteria=criteria, run=run, origin=origin_of(run, result), stage=stage,
        rationale=rationale, actor=actor,
    )  # fmt: skip


def keep_figures(
    risk: Risk, found: Carried, taken: Taken, *, criteria: Criteria, run: Run, origin: Mapping[str, Any],
    stage: str, rationale: str, actor: User,
) -> Assessment:  # fmt: skip
    """What was carried as an assessment of a stage; inside the caller's transaction. origin: what the run
    adds to the values kept."""
    loss = found.loss or Limits(0.0, None, None, "")
    return keep_prepared(
        risk, actor=actor, stage=stage, technique="method", criteria=criteria, rationale=rationale, run=run,
        likelihood=found.likelihood, severity=found.severity, level=found.level, level_low=found.level_low,
        level_high=found.level_high, likelihood_value=found.likelihood_value,
        severity_value=found.severity_value, annual_loss=loss.value if found.loss else None,
        annual_loss_low=loss.low, annual_loss_high=loss.high, loss_unit=found.loss_unit,
        values={**origin, **_values(found, taken)},
    )  # fmt: skip


def origin_of(run: Run, result: Mapping[str, Any]) -> dict[str, Any]:
    """The run an assessment rests on, with what checks ask of a method's result."""
    facts = {"method_facts": facts_to_check(result)} if run.study.startswith(METHOD) else {}
    return {"study": run.study, "figures": run.figures, **facts}


def _values(found: Carried, taken: Taken) -> dict[str, Any]:
    """Each figure as the result has it and as it was taken; what a person gave beside it."""
    values: dict[str, Any] = {
        "carried": {
            "frequency": _kept(found.frequency_figure, found.frequency),
            "loss": _kept(found.loss_figure, found.loss),
            "cases_per_year": taken.cases_per_year,
            "usual_duration_min": taken.usual_duration_min,
            "one_loss_min": found.one_loss,
            "by_hand": list(found.by_hand),
        }
    }
    if found.frequency:
        values["frequency_per_year"] = _interval(found.frequency)
    if found.loss and found.loss.interval in LEVELS:
        sampled = found.loss.interval == "confidence_95"
        of = "simulation" if sampled else "value"
        values["interval"] = {"level": LEVELS[found.loss.interval], "of": of}
    return values


def _kept(figure: Figure | None, taken: Limits | None) -> dict[str, Any] | None:
    return {"figure": asdict(figure), "taken": asdict(taken) if taken else None} if figure else None


def _interval(of: Limits) -> dict[str, Any]:
    return {"estimate": of.value, "low": of.low, "high": of.high, "level": LEVELS.get(of.interval)}
