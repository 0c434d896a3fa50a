"""An alert as evidence on the risks of its indicator: what it would change, taken or declined by a person."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.loop.monitor.evidence import YEAR_S, Effect, counts, effect
from anlan.web.common.audit import record
from anlan.web.monitoring.models import Alert, AlertEffect
from anlan.web.monitoring.services.indicators import SEE
from anlan.web.monitoring.shapes import moment
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may, require
from anlan.web.readings.models import Reading
from anlan.web.risks.models import Assessment, Criteria, Risk
from anlan.web.risks.models.assessing import NOT_COUNTING
from anlan.web.risks.services.assessing import keep_prepared
from anlan.web.risks.services.criteria import criteria_for, level_of, score

ASSESS = "risks.assess"
LONGEST_REASON = 400


@dataclass(frozen=True)
class Proposal:
    """effect: on the yearly frequency, None where `why` says why it cannot be told; levels: of the criteria
    in force, at the mean and at both limits; decided: what a person said of it already."""

    risk: Risk
    effect: Effect | None
    why: str = ""
    base: Assessment | None = None
    likelihood: int = 0
    levels: tuple[str, str, str] = ("", "", "")
    decided: AlertEffect | None = None
    may_decide: bool = False

    @property
    def same_level(self) -> bool:
        return self.levels[0] == self.risk.level_current


def proposals_of(alert: Alert, user: User) -> list[Proposal]:
    """What the alert would change, for every risk of its indicator that the person may see."""
    risks = in_scope(alert.indicator.risks.select_related("unit"), user, "risks.view")
    decided = {each.risk_id: each for each in alert.effects.select_related("assessment", "by")}
    return [_proposal(alert, risk, decided.get(risk.pk), user) for risk in risks]


def _proposal(alert: Alert, risk: Risk, decided: AlertEffect | None, user: User) -> Proposal:
    allowed = may(user, ASSESS, risk.unit)
    if decided is not None:
        return Proposal(risk, None, decided=decided, may_decide=allowed)
    try:
        return _computed(alert, risk, allowed=allowed)
    except UsageError as fault:
        return Proposal(risk, None, why=fault.code.rpartition(".")[2], may_decide=allowed)


def _computed(alert: Alert, risk: Risk, *, allowed: bool) -> Proposal:
    """Errors: UsageError `evidence.*` with why there is nothing to compute."""
    if alert.kind == "missing" or not counts(alert.state, alert.disposition):
        raise UsageError("evidence.no_evidence", state=alert.state)
    base, known = _known(risk)
    found = effect(known, events=1, years=_watched(alert, base))
    criteria = criteria_for(risk.unit)
    if base.likelihood_value is None or base.criteria_id != criteria.pk:
        raise UsageError("evidence.no_scale", risk=risk.code)
    scale = base.likelihood_value / found.before.estimate
    ends = (found.after.estimate, found.after.low, found.after.high)
    scores = [score(criteria.content["likelihood"], scale * rate) for rate in ends]
    mean, low, high = (level_of(criteria, each, base.severity)[0] for each in scores)
    return Proposal(risk, found, "", base, scores[0], (mean, low, high), may_decide=allowed)


def _known(risk: Risk) -> tuple[Assessment, Interval]:
    """The newest current assessment that counts, with its losses a year. Errors: `evidence.no_frequency`."""
    base = (
        risk.assessments.filter(stage="current").exclude(state__in=NOT_COUNTING).order_by("-number").first()
    )
    said = base.values.get("frequency_per_year") if base is not None else None
    if base is None or not isinstance(said, dict) or said.get("low") is None or said.get("high") is None:
        raise UsageError("evidence.no_frequency", risk=risk.code)
    return base, Interval(said["estimate"], said["low"], said["high"], said.get("level", 0.95))


def _watched(alert: Alert, base: Assessment) -> float:
    """Years from where the assessment's knowledge ends, or the watch begins, to the alert.

    Errors: UsageError `evidence.older` where the assessment knows of that time already.
    """
    first = Reading.objects.filter(series=alert.series_id).order_by("at").values_list("at", flat=True).first()
    begins = max(_known_until(base), (first or alert.first_at) / 1e6)
    seconds = alert.first_at / 1e6 - begins
    if seconds <= 0:
        raise UsageError("evidence.older", number=base.number)
    return seconds / YEAR_S


def _known_until(base: Assessment) -> float:
    """Seconds UTC. An assessment of a log knows until its last event, one of an alert until the alert."""
    until = base.values.get("known_until")
    if until is not None:
        return datetime.fromisoformat(until).timestamp()
    log = base.run.log if base.run is not None else None
    at = log.last_at if log is not None and log.last_at is not None else base.prepared_at
    return at.timestamp() if at is not None else 0.0


def take(alert: Alert, risk: Risk, *, actor: User) -> AlertEffect:
    """The effect as an assessment of source alert, handed in for review: its level stays provisional until
    others have signed it. Errors: UsageError `evidence.*`, `evidence.decided`."""
    with transaction.atomic():
        _begin(alert, risk, actor)
        found = _computed(alert, risk, allowed=True)
        if found.effect is None or found.base is None:
            raise UsageError("evidence.no_frequency", risk=risk.code)
        document = _document(alert, found, found.effect)
        made = _assessed(alert, found, found.effect, document, actor)
        kept = AlertEffect.objects.create(
            alert=alert, risk=risk, assessment=made, document=document, by=actor
        )
        record("monitoring.effect.take", actor=actor, target=alert, unit=risk.unit,
               changes={"risk": (None, risk.code), "level": (risk.level_current, made.level)})  # fmt: skip
    return kept


def decline(alert: Alert, risk: Risk, *, reason: str, actor: User) -> AlertEffect:
    """The alert says nothing of the risk; why. Errors: UsageError `evidence.reason`, `evidence.decided`."""
    said = reason.replace("\0", "").strip()[:LONGEST_REASON]
    if not said:
        raise UsageError("evidence.reason")
    with transaction.atomic():
        _begin(alert, risk, actor)
        kept = AlertEffect.objects.create(alert=alert, risk=risk, reason=said, by=actor)
        record("monitoring.effect.decline", actor=actor, target=alert, unit=risk.unit, reason=said,
               changes={"risk": (None, risk.code)})  # fmt: skip
    return kept


def _begin(alert: Alert, risk: Risk, actor: User) -> None:
    """Only one decides, and once."""
    require(actor, SEE, alert.unit)
    require(actor, ASSESS, risk.unit)
    Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if alert.effects.filter(risk=risk).exists():
        raise UsageError("evidence.decided", risk=risk.code, alert=alert.code)


def _document(alert: Alert, found: Proposal, told: Effect) -> dict[str, Any]:
    assert found.base is not None
    return {
        "alert": alert.code, "indicator": alert.indicator.code, "base": found.base.number,
        "frequency_per_year": asdict(told.after), "before": asdict(told.before), "events": told.events,
        "years": told.years, "known_until": moment(alert.first_at).isoformat(),  # type: ignore[union-attr]
    }  # fmt: skip


def _assessed(
    alert: Alert, found: Proposal, told: Effect, document: dict[str, Any], actor: User
) -> Assessment:
    """The base with another frequency: its mean loss moves as the mean frequency does; what the limits of the
    loss become is not known from that, so they are left empty."""
    base = found.base
    assert base is not None
    criteria: Criteria = criteria_for(found.risk.unit)
    loss = None if base.annual_loss is None else base.annual_loss * told.ratio
    return keep_prepared(
        found.risk, actor=actor, stage="current", technique="alert", criteria=criteria,
        likelihood=found.likelihood, severity=base.severity, level=found.levels[0],
        level_low=found.levels[1], level_high=found.levels[2],
        likelihood_value=(base.likelihood_value or 0.0) * told.ratio, severity_value=base.severity_value,
        annual_loss=loss, loss_unit=base.loss_unit if loss is not None else "", values=document,
        rationale=f"{alert.code} {alert.indicator.code}",
    )  # fmt: skip
