"""Where a register risk's frequency and loss come from, looked for in this order:

1. the newest counting assessment of the stage: three points, distributions, or what a log found;
2. runs about the risk: `annual_loss` of it alone, or `rate_blend` for how often with `distribution_fit` for
   what one loss costs (these say what is, so they count for the current stage only);
3. numbers given here by three points.

A risk without any is left out, with the reason. Nothing is guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.loop.quantify.loss_year.known import (
    Estimate,
    from_named,
    from_points,
    lognormal_of,
    rate_after,
)
from anlan.loop.quantify.methods.estimates import KINDS, read_estimate
from anlan.studies.catalogue import METHOD
from anlan.web.losses.models import RiskNumbers
from anlan.web.risks.models import NOT_COUNTING, Assessment, Risk
from anlan.web.runs import results
from anlan.web.runs.models import Run

STAGES = ("current", "inherent", "residual_expected")
MONEY = "CNY"
_METHODS = ("annual_loss", "rate_blend", "distribution_fit")
_UNITS = {"money": MONEY, "customer_min": "customer_min"}


@dataclass(frozen=True)
class Numbers:
    """kind: assessment, runs or form. origin: assessment's number, code of the run, version of the form.
    approximated: the size is a lognormal with the mean and the median that were measured."""

    kind: str
    origin: str
    frequency: Estimate
    severity: Estimate
    loss_unit: str
    records: int | None
    at: datetime | None
    approximated: bool = False

    def kept(self) -> dict[str, Any]:
        """As a loss year keeps it."""
        return {
            "kind": self.kind, "origin": self.origin, "frequency": dict(self.frequency),
            "severity": dict(self.severity), "records": self.records, "approximated": self.approximated,
            "at": self.at and self.at.isoformat(),
        }  # fmt: skip


Known = dict[str, Numbers]
"""Stage -> numbers of one risk in one unit of loss."""
All = dict[str, Known]
"""Unit of loss -> what is known in it: minutes of an assessment do not hide money given here."""


def known_of(risks: Sequence[Risk]) -> dict[int, All]:
    """Risk key -> what is known; three queries, and the files of runs that are used."""
    found: dict[int, All] = {risk.pk: {} for risk in risks}
    forms = RiskNumbers.objects.filter(risk__in=found, in_force=True, stage__in=STAGES)
    for form in forms:
        given = _of_form(form)
        if given is not None:
            found[form.risk_id].setdefault(given.loss_unit, {})[form.stage] = given
    by_code = {risk.code: risk.pk for risk in risks}
    for code, numbers in _of_runs(by_code).items():
        found[by_code[code]].setdefault(numbers.loss_unit, {})["current"] = numbers
    for assessment in _newest(found):
        given = of_assessment(assessment)
        if given is not None:
            found[assessment.risk_id].setdefault(given.loss_unit, {})[assessment.stage] = given
    return found


def has_current(known: All) -> bool:
    """Whether anything is known of the current stage, in whatever unit."""
    return any("current" in of_unit for of_unit in known.values())


def _newest(keys: Iterable[int]) -> list[Assessment]:
    """The newest counting assessment of each risk and stage."""
    rows = Assessment.objects.filter(risk__in=list(keys), stage__in=STAGES).exclude(state__in=NOT_COUNTING)
    newest = {(row.risk_id, row.stage): row for row in rows.order_by("number")}
    return list(newest.values())


def _of_form(form: RiskNumbers) -> Numbers | None:
    return _checked(
        "form", f"v{form.number}", from_points(form.frequency), from_points(form.severity), form.loss_unit,
        form.records, form.created_at,
    )  # fmt: skip


def of_assessment(assessment: Assessment) -> Numbers | None:
    """What an assessment says of frequency and size; None where it holds no such numbers."""
    values, at = assessment.values, assessment.prepared_at
    origin = str(assessment.number)
    given = values.get("given")
    if isinstance(given, Mapping):
        sides = [_side(given.get(side)) for side in ("frequency", "severity")]
        return _checked("assessment", origin, *sides, given.get("loss_unit", ""), None, at)
    if assessment.technique == "event_log":
        return _of_log(assessment)
    return None


def _side(given: Any) -> Estimate | None:
    if not isinstance(given, Mapping):
        return None
    if "kind" in given:
        return from_named(str(given["kind"]), given.get("parameters") or {})
    return from_points(given)


def _of_log(assessment: Assessment) -> Numbers | None:
    """Losses counted in a log: their number gives the rate's uncertainty, their fit the size."""
    severity = assessment.values.get("severity") or {}
    mean, n, loss = severity.get("mean"), severity.get("n") or 0, assessment.annual_loss
    if not mean or not loss or n < 1:
        return None
    fitted = from_named(str(severity.get("kind")), severity.get("parameters") or {})
    size = fitted or lognormal_of(mean, median=severity.get("median"), p95=severity.get("p95"))
    return _checked(
        "assessment", str(assessment.number), rate_after(n, rate=loss / mean), size, assessment.loss_unit,
        n, assessment.prepared_at, approximated=fitted is None,
    )  # fmt: skip


def _of_runs(codes: Mapping[str, int]) -> dict[str, Numbers]:
    """Numbers of risks by runs about them, the newest of each method."""
    studies = [f"{METHOD}{method}" for method in _METHODS]
    rows = Run.objects.filter(about__in=codes, study__in=studies, state=Run.State.DONE, verifies=None)
    newest: dict[str, dict[str, Run]] = {}
    for run in rows.order_by("pk"):
        newest.setdefault(run.about, {})[run.study.removeprefix(METHOD)] = run
    made = {code: _of_methods(runs) for code, runs in newest.items()}
    return {code: numbers for code, numbers in made.items() if numbers is not None}


def _of_methods(runs: Mapping[str, Run]) -> Numbers | None:
    alone = _of_annual_loss(runs["annual_loss"]) if "annual_loss" in runs else None
    if alone is not None or not {"rate_blend", "distribution_fit"} <= set(runs):
        return alone
    blend, fit = runs["rate_blend"], runs["distribution_fit"]
    try:
        rate, size = _rate_of(blend), _size_of(fit)
    except AnlanError:  # a result file that is gone says nothing; its own page tells so
        return None
    inputs = fit.parameters["spec"]["inputs"]
    n = len(inputs.get("values", ())) + len(inputs.get("censored") or ())
    unit = _UNITS.get(inputs.get("unit", "money"), "")
    return _checked("runs", f"{blend.code} {fit.code}", rate, size, unit, n, fit.finished_at)


def _of_annual_loss(run: Run) -> Numbers | None:
    """The one risk of the run, where it has one alone."""
    inputs = run.parameters["spec"]["inputs"]
    rows = inputs.get("risks") or []
    if len(rows) != 1 or set(rows[0]) - {"name", "node", "frequency", "severity"}:
        return None
    sides = [_written(rows[0][side]) for side in ("frequency", "severity")]
    unit = _UNITS.get(inputs.get("unit", "money"), "")
    return _checked("runs", run.code, *sides, unit, None, run.finished_at)


def _written(value: Any) -> Estimate | None:
    if isinstance(value, Mapping):
        return dict(value)
    return {"kind": "constant", "value": float(value)} if isinstance(value, int | float) else None


def _rate_of(run: Run) -> Estimate | None:
    """The posterior rate of a year, where it is one gamma."""
    found = {each["name"]: each for each in results.result_of(run)["quantities"]}
    if "posterior_shape" not in found or found["rate"]["unit"] != "per_year":
        return None
    shape = found["posterior_shape"]["value"]
    return {"kind": "gamma", "shape": shape, "scale": found["rate"]["value"] / shape}


def _size_of(run: Run) -> Estimate | None:
    """The distribution that was taken."""
    result = results.result_of(run)
    kind = next(chart["data"]["family"] for chart in result["charts"] if chart["kind"] == "qq")
    table = next(table for table in result["tables"] if table["name"] == "fit_parameters")
    names = {"lognormal": ("mu", "sigma")}.get(kind, KINDS.get(kind, ((),))[0])
    values = [row[1] for row in table["rows"]]
    return from_named(kind, dict(zip(names, values, strict=True))) if len(values) == len(names) else None


def _checked(
    kind: str, origin: str, frequency: Estimate | None, severity: Estimate | None, unit: str,
    records: int | None, at: datetime | None, *, approximated: bool = False,
) -> Numbers | None:  # fmt: skip
    """The numbers, where both sides are there and can be read."""
    if frequency is None or severity is None or not unit:
        return None
    try:
        for side in (frequency, severity):
            read_estimate(side)
    except AnlanError:
        return None
    return Numbers(kind, origin, frequency, severity, unit, records, at, approximated)
