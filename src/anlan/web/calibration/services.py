"""Note outcomes, withdraw them, and hold estimates against them in a background run of `calibration`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.track_record import CountStated, count_stated
from anlan.studies.methods.spec import SPEC
from anlan.web.calibration.estimates import STAGE, STAGES, Estimate, estimates_of
from anlan.web.calibration.models import Outcome, TrackRecord
from anlan.web.calibration.observing import Observed, observed_of
from anlan.web.common.audit import Entry, record, record_all
from anlan.web.common.codes import next_code
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope, may, require
from anlan.web.risks.models import Risk
from anlan.web.runs.services import start_assessment

MOST_ROWS = 2_000
MOST_EVENTS = 10_000_000
MOST_PAIRS = 5_000
LONGEST = 300


@dataclass(frozen=True)
class OutcomeGiven:
    """How often the risk of that code happened from one day to another, both in, and how one knows."""

    risk: str
    period_from: date
    period_to: date
    events: int
    source: str


@transaction.atomic
def note_outcomes(rows: Sequence[OutcomeGiven], *, actor: User, today: date) -> list[Outcome]:
    """All outcomes, or none and every fault with its row (`rows[3].events`).

    Errors: RefusedInputs; `Refused` where the person may not assess one of the risks.
    """
    require(actor, "risks.assess")
    if len(rows) > MOST_ROWS:
        raise UsageError("outcomes.too_many", n=len(rows), limit=MOST_ROWS)
    visible = in_scope(Risk.objects.filter(code__in={row.risk for row in rows}), actor, "risks.view")
    risks = {risk.code: risk for risk in visible.select_related("unit")}
    for risk in risks.values():
        require(actor, "risks.assess", risk.unit)
    faults = Faults()
    seen: set[tuple[str, date, date]] = set()
    taken = set(
        Outcome.objects.filter(risk__in=risks.values(), withdrawn_at=None).values_list(
            "risk__code", "period_from", "period_to"
        )
    )
    for place, row in enumerate(rows, start=1):
        _check(row, f"rows[{place}]", risks, taken | seen, today, faults)
        seen.add((row.risk, row.period_from, row.period_to))
    faults.raise_any()
    try:
        with transaction.atomic():
            made = [
                Outcome.objects.create(
                    risk=risks[row.risk], period_from=row.period_from, period_to=row.period_to,
                    events=row.events, source=row.source.strip()[:LONGEST], noted_by=actor,
                )
                for row in rows
            ]  # fmt: skip
    except IntegrityError as error:
        raise UsageError("web.conflict", label=rows[0].risk) from error
    record_all(
        [Entry("calibration.outcome.note", o, {"events": (None, o.events), "source": (None, o.source)},
               unit=o.risk.unit) for o in made], actor=actor,
    )  # fmt: skip
    return made


def _check(
    row: OutcomeGiven, where: str, risks: Mapping[str, Risk], taken: set[tuple[str, date, date]],
    today: date, faults: Faults,
) -> None:  # fmt: skip
    if row.risk not in risks:
        faults.add("outcomes.risk", where=f"{where}.risk", found=row.risk[:40])
    if row.period_to <= row.period_from:
        faults.add("outcomes.period", where=f"{where}.period_to", first=str(row.period_from),
                   last=str(row.period_to))  # fmt: skip
    if row.period_to > today:
        faults.add("outcomes.future", where=f"{where}.period_to", found=str(row.period_to))
    if not 0 <= row.events <= MOST_EVENTS:
        faults.add("outcomes.events", where=f"{where}.events", found=row.events, most=MOST_EVENTS)
    if not row.source.strip():
        faults.add("outcomes.source", where=f"{where}.source")
    if (row.risk, row.period_from, row.period_to) in taken:
        faults.add("outcomes.twice", where=f"{where}.period_from", risk=row.risk, first=str(row.period_from),
                   last=str(row.period_to))  # fmt: skip


@transaction.atomic
def withdraw_outcome(outcome: Outcome, *, reason: str, actor: User) -> None:
    """It counts no more; it stays to be read."""
    require(actor, "risks.assess", outcome.risk.unit)
    if not reason.strip():
        raise UsageError("web.reason_missing")
    changed = Outcome.objects.filter(pk=outcome.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=actor, withdrawn_reason=reason.strip()[:LONGEST]
    )
    if not changed:
        raise UsageError("outcomes.withdrawn", outcome=str(outcome))
    record(
        "calibration.outcome.withdraw", actor=actor, target=outcome, unit=outcome.risk.unit, reason=reason,
        changes={"events": (outcome.events, None)},
    )  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """The last estimate of a method and expert before a period, and what the period brought."""

    estimate: Estimate
    observed: Observed
    said: CountStated

    @property
    def held(self) -> bool:
        return self.said.low <= self.observed.events <= self.said.high

    def kept(self) -> dict[str, Any]:
        e, o = self.estimate, self.observed
        return {
            "risk": e.risk, "method": e.method, "expert": e.expert, "made_on": e.made_on.isoformat(),
            "origin": list(e.origin), "from": o.period_from.isoformat(), "to": o.period_to.isoformat(),
            "events": o.events, "source": o.source, "observed_in": list(o.origin), "low": self.said.low,
            "high": self.said.high, "level": self.said.level, "chance": self.said.any_event,
            "held": self.held,
        }  # fmt: skip


def pairs_of(
    risks: Sequence[Risk], stage: str = STAGE
) -> tuple[list[Pair], list[tuple[Estimate, UsageError]]]:
    """Each period with the newest estimate of every method and expert that was made before it began, and the
    estimates whose interval no rate has, each with why."""
    estimates = estimates_of(risks, stage)
    found: list[Pair] = []
    left_out: dict[Estimate, UsageError] = {}
    for observed in observed_of(risks):
        newest: dict[tuple[str, str], Estimate] = {}
        for each in estimates:
            if each.risk == observed.risk and each.made_on <= observed.period_from:
                newest[each.method, each.expert] = each
        for each in newest.values():
            try:
                found.append(Pair(each, observed, count_stated(each.rate, years=observed.years)))
            except UsageError as why:
                left_out[each] = why
    return found, list(left_out.items())


@transaction.atomic
def compute_track_record(unit: Unit, *, actor: User, stage: str = STAGE) -> TrackRecord:
    """Errors: UsageError where no estimate of the stage was made before a period with an outcome."""
    require(actor, "runs.start", unit)
    require(actor, "risks.view", unit)
    if stage not in STAGES:
        raise UsageError("calibration.stage", found=stage[:40], known=STAGES)
    risks = list(Risk.objects.filter(unit__path__startswith=unit.path).order_by("code"))
    pairs, left_out = pairs_of(risks, stage)
    if not pairs:
        raise UsageError("calibration.no_pairs")
    if len(pairs) > MOST_PAIRS:
        raise UsageError("calibration.too_many", n=len(pairs), limit=MOST_PAIRS)
    code = next_code("K")
    document = {
        "schema": SPEC, "method": "calibration", "title": code, "stage": "residual_observed",
        "inputs": _inputs(pairs),
    }  # fmt: skip
    made = TrackRecord.objects.create(
        code=code, unit=unit, stage=stage, pairs=[pair.kept() for pair in pairs], created_by=actor,
        left_out=[_left(estimate, why) for estimate, why in left_out],
        run=start_assessment(unit=unit, document=document, actor=actor),
    )  # fmt: skip
    record(
        "calibration.record.start",
        actor=actor,
        target=made,
        changes={"stage": (None, stage), "pairs": (None, len(pairs))},
    )
    return made


def _left(estimate: Estimate, why: UsageError) -> dict[str, Any]:
    return {"risk": estimate.risk, "method": estimate.method, "expert": estimate.expert,
            "why": {"code": why.code, "parameters": dict(why.parameters)}}  # fmt: skip


def _inputs(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Of each pair the chance that was stated and the interval of the count."""
    who = [{"method": pair.estimate.method, "expert": pair.estimate.expert} for pair in pairs]
    forecasts = [
        {
            **names,
            "probability": min(max(pair.said.any_event, 0.0), 1.0),
            "happened": pair.observed.events > 0,
        }
        for names, pair in zip(who, pairs, strict=True)
    ]
    intervals = [
        {**names, "low": pair.said.low, "high": pair.said.high, "actual": pair.observed.events,
         "level": pair.said.level}
        for names, pair in zip(who, pairs, strict=True)
    ]  # fmt: skip
    return {"forecasts": forecasts, "intervals": intervals}


def may_note(user: User) -> bool:
    return may(user, "risks.assess")
