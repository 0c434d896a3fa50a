"""Start a loss year: one run of `annual_loss` for each stage with numbers of its own, and one of `tornado`.

1. The risks of the scope with what is known of them; the others are kept as left out.
2. A stage without own numbers of a risk takes its current ones: a treatment that does not touch it leaves it.
3. All runs get one seed, so that their difference is not luck.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.loop.quantify.loss_year.asking import check_inputs, driver_inputs, loss_inputs
from anlan.loop.quantify.loss_year.known import KnownRisk
from anlan.studies.methods.spec import SPEC
from anlan.web.catalog.models import Node
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.losses.known import MONEY, STAGES, Known, Numbers
from anlan.web.losses.models import LossYear, ToleranceCurve
from anlan.web.losses.scope import Gathered, gather
from anlan.web.losses.services.numbers import UNITS
from anlan.web.losses.services.versions import as_dependence, dependence_of, tolerance_of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.risks.selectors import loss_unit_of
from anlan.web.risks.services import Limits
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_assessment

FEWEST_YEARS, MOST_YEARS = 10_000, 1_000_000
USUAL_YEARS = 200_000


@transaction.atomic
def calculate(
    unit: Unit, *, query: str, loss_unit: str, actor: User, today: date, years: int = USUAL_YEARS,
    seed: int = 0, title: str = "",
) -> LossYear:  # fmt: skip
    """Errors: UsageError where no risk of the scope has numbers, or years and unit do not fit."""
    require(actor, "runs.start", unit)
    require(actor, "risks.view", unit)
    if loss_unit not in UNITS:
        raise UsageError("losses.unit", found=loss_unit[:40], accepted=", ".join(UNITS))
    if not FEWEST_YEARS <= years <= MOST_YEARS:
        raise UsageError("losses.years", found=years, low=FEWEST_YEARS, high=MOST_YEARS)
    found = gather(actor, unit, query, loss_unit=loss_unit, today=today)
    if not found.risks:
        raise UsageError("losses.no_risks", n=len(found.left_out))
    english = english_of([risk for risk, _ in found.risks])
    version, (curve, points) = dependence_of(unit), tolerance_points(unit, loss_unit)
    made = LossYear(
        code=next_code("L"), unit=unit, title=title.strip()[:160], query=query[:800], loss_unit=loss_unit,
        years=years, seed=seed, dependence=version, tolerance_curve=curve, tolerance=points,
        risks=[_kept(risk, known, english) for risk, known in found.risks], created_by=actor,
        left_out=[{**_named(each.risk), "why": each.why} for each in found.left_out],
    )  # fmt: skip
    for name, run in _runs(made, found, actor).items():
        setattr(made, name, run)
    made.save()
    record(
        "losses.year.start", actor=actor, target=made,
        changes={"query": (None, query), "risks": (None, len(found.risks)), "years": (None, years)},
    )  # fmt: skip
    return made


def tolerance_points(unit: Unit, loss_unit: str) -> tuple[ToleranceCurve | None, list[dict[str, float]]]:
    """Points of the curve that holds, else the one of the appetite; none where it is in another unit."""
    curve = tolerance_of(unit)
    if curve is not None:
        return (curve, list(curve.points)) if curve.loss_unit == loss_unit else (None, [])
    total = Limits([unit]).total(unit)
    if total is None or loss_unit_of(unit) != loss_unit:
        return None, []
    return None, [{"loss": total.loss, "probability": total.chance}]


def _runs(made: LossYear, found: Gathered, actor: User) -> dict[str, Run]:
    dependence = as_dependence(made.dependence)
    unit = "money" if made.loss_unit == MONEY else made.loss_unit
    runs: dict[str, Run] = {}
    for stage in STAGES:
        if stage != "current" and not found.own(stage):
            continue
        risks = [known_risk(risk, Gathered.at(known, stage)) for risk, known in found.risks]
        inputs = loss_inputs(risks, dependence, unit=unit, years=made.years, tolerance=made.tolerance)
        check_inputs(inputs)
        runs[stage] = _start(made, "annual_loss", inputs, stage, actor)
        drivers = driver_inputs(risks, inputs) if stage == "current" else None
        if drivers is not None:
            runs["drivers"] = _start(made, "tornado", drivers, stage, actor)
    return runs


def _start(made: LossYear, method: str, inputs: Any, stage: str, actor: User) -> Run:
    document = {
        "schema": SPEC, "method": method, "title": f"{made.code} {made.title}".strip(), "stage": stage,
        "seed": made.seed, "inputs": inputs,
    }  # fmt: skip
    return start_assessment(unit=made.unit, document=document, actor=actor)


def known_risk(risk: Risk, numbers: Numbers) -> KnownRisk:
    return KnownRisk(
        risk.code, numbers.frequency, numbers.severity, tuple(map(str, risk.nodes)), numbers.records
    )


def _kept(risk: Risk, known: Known, english: Mapping[tuple[int | None, str], str]) -> dict[str, Any]:
    return {
        **_named(risk), "nodes": list(risk.nodes), "category": risk.category,
        "nodes_en": [english.get((risk.process_id, str(node)), str(node)) for node in risk.nodes],
        "stages": {stage: numbers.kept() for stage, numbers in known.items()},
    }  # fmt: skip


def english_of(risks: Sequence[Risk]) -> dict[tuple[int | None, str], str]:
    """(process, name of a node) -> its English name, where there is one; one query."""
    rows = Node.objects.filter(version__process__in={risk.process_id for risk in risks}).exclude(name_en="")
    named = rows.order_by("version__number").values_list("version__process_id", "name", "name_en")
    return {(process, name): name_en for process, name, name_en in named}


def _named(risk: Risk) -> dict[str, Any]:
    return {"code": risk.code, "title": risk.title, "title_en": risk.title_en}
