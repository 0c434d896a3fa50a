"""Assessments by estimates of people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from anlan.domain.criteria import Scale
from anlan.domain.errors import UsageError
from anlan.loop.quantify import estimate
from anlan.maths.distributions import Distribution
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Assessment, Criteria, Risk
from anlan.web.risks.services.assessing import check_scores, keep_prepared
from anlan.web.risks.services.criteria import criteria_for, level_of, score

CHECK_YEARS = estimate.CHECK_YEARS
MINUTES = "customer_min"
TECHNIQUES = ("three_point", "distribution")


@dataclass(frozen=True)
class Given:
    """What people estimate of a risk.

    frequency, severity  losses a year and the size of one: {"shape", "low", "likely", "high"} or
                         {"kind", "parameters"}
    cases_per_year       of the process; turns losses a year into the scale of likelihood
    usual_duration_min   of a case; where the scale of severity counts durations
    likelihood_score, severity_score  by hand, where the scale cannot be reached from the numbers
    """

    technique: str
    frequency: Mapping[str, Any]
    severity: Mapping[str, Any]
    loss_unit: str = MINUTES
    cases_per_year: float | None = None
    usual_duration_min: float | None = None
    likelihood_score: int | None = None
    severity_score: int | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Scored:
    """The year's loss and where it puts the risk; `low` and `high` are both ends of the level's interval."""

    loss: estimate.EstimatedLoss
    frequency: Distribution
    severity: Distribution
    likelihood: int
    severity_score: int
    level: str
    level_low: str
    level_high: str
    likelihood_value: float | None
    severity_value: float | None


def scored(criteria: Criteria, given: Given) -> Scored:
    """The estimates as a year's loss, scores and level; nothing is written."""
    if given.technique not in TECHNIQUES:
        raise UsageError("estimate.technique", found=given.technique, accepted=", ".join(TECHNIQUES))
    if not 0 <= given.seed < 2**63:
        raise UsageError("study.seed", found=given.seed)
    frequency = _distribution("frequency", given.technique, given.frequency)
    severity = _distribution("severity", given.technique, given.severity)
    loss = estimate.estimated_loss(frequency, severity, seed=given.seed)
    ends = (loss.frequency.estimate, loss.frequency.low, loss.frequency.high)
    likelihoods, likelihood_value = _likelihoods(criteria, given, ends)
    severities, severity_value = _severities(
        criteria, given, (loss.severity.estimate, loss.severity.low, loss.severity.high)
    )
    for pair in zip(likelihoods, severities, strict=True):
        check_scores(criteria, likelihood=pair[0], severity=pair[1])
    levels = [level_of(criteria, *pair)[0] for pair in zip(likelihoods, severities, strict=True)]
    return Scored(
        loss, frequency, severity, likelihoods[0], severities[0], *levels, likelihood_value, severity_value
    )


def _distribution(name: str, technique: str, asked: Mapping[str, Any]) -> Distribution:
    if technique == "three_point":
        return estimate.from_three_points(
            name, low=asked["low"], likely=asked.get("likely"), high=asked["high"],
            shape=asked.get("shape", "pert"),
        )  # fmt: skip
    return estimate.from_parameters(name, asked["kind"], asked["parameters"])


def _likelihoods(
    criteria: Criteria, given: Given, rates: tuple[float, float, float]
) -> tuple[list[int], float | None]:
    """Scores of the mean, the lower and the upper limit, and the mean on the scale."""
    if given.likelihood_score is not None:
        return [given.likelihood_score] * 3, None
    if given.cases_per_year is None:
        raise UsageError("estimate.cases_missing")
    values = [estimate.likelihood_per_1000_cases(rate, cases_per_year=given.cases_per_year) for rate in rates]
    return [score(criteria.content["likelihood"], value) for value in values], values[0]


def _severities(
    criteria: Criteria, given: Given, sizes: tuple[float, float, float]
) -> tuple[list[int], float | None]:
    if given.severity_score is not None:
        return [given.severity_score] * 3, None
    if given.loss_unit != MINUTES:
        raise UsageError("estimate.money", unit=given.loss_unit)
    content = criteria.content["severity"]
    scale = Scale(content["unit"], tuple(content["bounds"]), (), ())
    values = [
        estimate.severity_on_scale(size, scale, usual_duration_min=given.usual_duration_min) for size in sizes
    ]
    return [scale.score(value) for value in values], values[0]


@transaction.atomic
def assess_by_estimate(risk: Risk, given: Given, *, stage: str, rationale: str, actor: User) -> Assessment:
    """Estimates of frequency and of one loss as an assessment, handed in for review."""
    require(actor, "risks.assess", risk.unit)
    criteria = criteria_for(risk.unit)
    found = scored(criteria, given)
    loss = found.loss.annual_loss
    return keep_prepared(
        risk, actor=actor, stage=stage, technique=given.technique, criteria=criteria, rationale=rationale,
        likelihood=found.likelihood, severity=found.severity_score, level=found.level,
        level_low=found.level_low, level_high=found.level_high, likelihood_value=found.likelihood_value,
        severity_value=found.severity_value, annual_loss=loss.estimate, annual_loss_low=loss.low,
        annual_loss_high=loss.high, loss_unit=given.loss_unit, values=_values(given, found),
    )  # fmt: skip


def _values(given: Given, found: Scored) -> dict[str, Any]:
    """What was asked and what came out, enough to compute it again."""
    asked = {name: value for name, value in asdict(given).items() if name != "technique"}
    return {
        "given": asked,
        "frequency_per_year": asdict(found.loss.frequency),
        "severity": asdict(found.loss.severity),
        "interval": {"level": estimate.LEVEL, "of": "year"},
        "method": "fft",
        "no_loss": found.loss.no_loss,
        "check": asdict(found.loss.check) | {"years": estimate.CHECK_YEARS, "seed": given.seed},
    }


def usual_numbers(risk: Risk) -> dict[str, float]:
    """Cases a year and minutes of a usual case, from the current log of the risk's process."""
    log = risk.process.logs.filter(current=True).first() if risk.process else None
    if log is None or log.first_at is None or log.last_at is None:
        return {}
    days = max((log.last_at - log.first_at).total_seconds() / 86_400, 1.0)
    numbers = {"cases_per_year": log.n_cases * 365.25 / days}
    duration = (log.facts.get("process") or {}).get("case_duration_s")
    if duration and duration["median"] > 0:
        numbers["usual_duration_min"] = duration["median"] / 60
    return numbers
