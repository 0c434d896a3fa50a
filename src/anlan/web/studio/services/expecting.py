"""What a simulated design leaves of a risk, taken as the assessment of its expected residual.

1. The comparison is done and tells a year; the twin holds the risk; see `simulated_risks`.
2. Times a year over the cases of a year give the score of likelihood; minutes of one event that of severity.
3. The yearly loss is customer minutes, or money where the register holds this risk in a currency.
4. The assessment is handed in for review like any other, with run, comparison and design as its source.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.formats.messages import in_both_languages
from anlan.studies.methods.carrying import MONEY, Figure
from anlan.web.common.audit import record
from anlan.web.common.links import link
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Assessment, Risk
from anlan.web.risks.services.carrying import MINUTES, Taken, carried_figures, keep_figures, origin_of
from anlan.web.risks.services.criteria import criteria_for
from anlan.web.risks.services.estimating import usual_numbers
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.studio.models import DesignComparison
from anlan.web.studio.selectors import SEE
from anlan.web.studio.simulated_risks import SimulatedRisk, simulated

STAGE = "residual_expected"
_KIND = "confidence_95"


@transaction.atomic
def take_expected(
    found: DesignComparison, *, design: str, risk: Risk, actor: User, severity: int | None = None,
    rationale: str = "",
) -> Assessment:  # fmt: skip
    """design: its code. severity: a person's score, where the simulation gives none.

    Errors: UsageError `studio.expected.*` for a design that was not compared or is not to lower the risk, and
    for what the simulation does not say; `designs.no_year`; `carry.*` and `estimate.*` as for any run.
    """
    require(actor, "risks.assess", risk.unit)
    require(actor, SEE, found.unit)
    if found.run.state != Run.State.DONE:
        raise UsageError("assess_run.not_done", run=found.run.code, found=found.run.state)
    result = result_of(found.run)
    told = _told(found, result, design, risk)
    criteria = criteria_for(risk.unit)
    times, lost = _figures(told, money=risk.loss_unit not in ("", MINUTES))
    taken = _taken(told, result, lost, severity)
    carried = carried_figures(criteria, taken, times, lost, one_loss_min=told.one_loss_min)
    origin = {
        **origin_of(found.run, result),
        "simulated": {
            "comparison": found.code, "twin": found.twin.code, "design": told.design,
            "design_name": told.design_name, "risk": told.held.name,
            "as_is": told.as_is, "with_design": told.with_design,
        },
    }  # fmt: skip
    made = keep_figures(
        risk, carried, taken, criteria=criteria, run=found.run, origin=origin, stage=STAGE,
        rationale=rationale.strip() or _rationale(found, told), actor=actor,
    )  # fmt: skip
    link("evidence_of", found.run, risk)
    record("studio.comparison.expected", actor=actor, target=found,
           changes={"risk": (None, risk.code), "design": (None, told.design),
                    "assessment": (None, made.number)})  # fmt: skip
    return made


def _told(found: DesignComparison, result: Mapping[str, Any], design: str, risk: Risk) -> SimulatedRisk:
    kept = next((each for each in found.designs if each["code"] == design), None)
    if kept is None:
        accepted = tuple(each["code"] for each in found.designs)
        raise UsageError("studio.expected.design", found=design[:20], accepted=accepted)
    if not risk.designs.filter(code=design).exists():
        raise UsageError("studio.expected.not_linked", design=design, risk=risk.code)
    told = simulated(result["found"], found.twin.inputs, kept, risk)
    if told.missing == "no_year":
        raise UsageError("designs.no_year", hours=result["found"]["no_year"]["hours"])
    if told.missing:
        names = ", ".join(told.held.several)
        raise UsageError(f"studio.expected.{told.missing}", risk=risk.code, title=risk.title, names=names)
    return told


def _figures(told: SimulatedRisk, *, money: bool) -> tuple[Figure, Figure | None]:
    """money: whether the register holds the risk's loss in a currency."""
    of = told.with_design
    assert of is not None
    times = _figure("simulated_times", "frequency", of["times"], "per_year")
    if money and of["money"] is not None:
        return times, _figure("simulated_money", "loss", of["money"], MONEY)
    if of["minutes"] is not None:
        return times, _figure("simulated_minutes", "loss", of["minutes"], MINUTES)
    return times, None


def _figure(name: str, of: Any, found: Mapping[str, float], unit: str) -> Figure:
    return Figure(
        name, of, in_both_languages(f"web.studio.expected.{name}"), found["estimate"], unit,
        in_both_languages(f"web.studio.expected.units.{unit}"), found["low"], found["high"], _KIND,
    )  # fmt: skip


def _taken(
    told: SimulatedRisk, result: Mapping[str, Any], lost: Figure | None, severity: int | None
) -> Taken:
    if severity is None and not told.one_loss_min:
        raise UsageError("studio.expected.severity", risk=told.risk.code, name=told.held.name)
    usual = usual_numbers(told.risk).get("usual_duration_min") or result["times"]["of"][0]["median"]
    return Taken(
        frequency="simulated_times", loss=lost.name if lost else "",
        currency=told.risk.loss_unit if lost is not None and lost.unit == MONEY else "",
        cases_per_year=told.cases, usual_duration_min=usual, severity_score=severity,
    )  # fmt: skip


def _rationale(found: DesignComparison, told: SimulatedRisk) -> str:
    return text(
        "studio.expected.rationale",
        comparison=found.code,
        design=told.design,
        name=told.design_name,
        risk=told.held.name,
    )
