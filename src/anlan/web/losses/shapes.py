"""Loss years, numbers of risks, what joins them and what is tolerated, as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.web.common.rest.paging import Page, Paging
from anlan.web.common.rest.values import Code, Given, Named, Person, Shown, Text, named, person
from anlan.web.losses import figures
from anlan.web.losses.models import LossYear, RiskNumbers
from anlan.web.losses.selectors import runs_of

Stage = Literal["current", "inherent", "residual_expected"]
Unit = Literal["customer_min", "CNY"]
Positive = Annotated[float, Field(ge=0, le=1e18)]
Reason = Annotated[Text, Field(max_length=300)]


class LossYearFilters(Paging):
    """unit: a code; empty for all one may see."""

    unit: Annotated[Text, Field(max_length=80)] = ""


class NewLossYear(Given):
    """query: filters of the register (`process=P-0001&category=safety`); loss_unit: empty takes the one in
    which most risks are known."""

    unit: Code
    query: Annotated[Text, Field(max_length=800)] = ""
    loss_unit: Literal["", "customer_min", "CNY"] = ""
    years: Annotated[int, Field(ge=10_000, le=1_000_000)] = 200_000
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    title: Annotated[Text, Field(max_length=160)] = ""


class LossYearRow(Shown):
    """A loss year in a list. runs: code and state of its runs, by what they are of."""

    code: str
    unit: Named
    title: str
    query: str
    loss_unit: str
    years: int
    seed: int
    counted: int
    left_out: int
    runs: dict[str, dict[str, str]]
    created_at: datetime
    created_by: Person | None


class LossYearPage(Page):
    items: list[LossYearRow]


class LossYearShown(LossYearRow):
    """A loss year with what went in and, when it is done, what came out.

    figures: name -> stage -> value and 95 % interval; parts: of the CVaR by risk; tolerance: points
    """

    risks: list[dict[str, Any]]
    not_counted: list[dict[str, Any]]
    tolerance: list[dict[str, float]]
    dependence: dict[str, Any] | None
    figures: dict[str, dict[str, dict[str, Any]]]
    parts: list[dict[str, Any]]


class Comparison(Shown):
    """The current stage of two loss years: name -> before, after, difference with its 95 % interval."""

    before: str
    after: str
    figures: dict[str, dict[str, Any]]


class Points(Given):
    """Lowest, likely and highest value. lognormal: the ends hold the middle 90 %, likely is not used."""

    shape: Literal["pert", "lognormal"] = "pert"
    low: Positive
    likely: Positive | None = None
    high: Positive


class GivenNumbers(Given):
    """frequency: losses a year; severity: one loss. records: losses the size rests on. seen: the version in
    force that the caller saw, 0 for none."""

    frequency: Points
    severity: Points
    loss_unit: Unit
    records: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    source: Annotated[Text, Field(min_length=1, max_length=300)]
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class WithdrawNumbers(Given):
    """Why the numbers hold no more."""

    reason: Reason


class NumbersShown(Shown):
    """A version of the numbers given for a risk at a stage."""

    stage: str
    number: int
    in_force: bool
    frequency: dict[str, Any]
    severity: dict[str, Any]
    loss_unit: str
    records: int | None
    source: str
    created_at: datetime
    created_by: Person | None


class GivenDependence(Given):
    """content: copula, copula_of, degrees, correlation_as, groups, pairs, shocks, causes, lasting; risks by
    their codes. seen: the unit's version that the caller saw."""

    content: dict[str, Any]
    reason: Reason
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class DependenceDraft(Given):
    """content as in GivenDependence; nothing is kept."""

    content: dict[str, Any]


class NearestShown(Shown):
    """can_be: the correlations asked for can hold. changed: pairs with the value offered instead; pairs: all,
    as `content` takes them."""

    can_be: bool
    changed: list[dict[str, Any]]
    pairs: list[dict[str, Any]]


class UnitVersionShown(Shown):
    """What holds in a unit: of which unit, which version; own: the unit's own version, 0 for none."""

    unit: Named | None
    number: int
    own: int
    reason: str
    created_at: datetime | None
    created_by: Person | None


class DependenceShown(UnitVersionShown):
    content: dict[str, Any]


class ToleranceShown(UnitVersionShown):
    points: list[dict[str, float]]
    loss_unit: str


class TolerancePoint(Given):
    loss: Positive
    probability: Annotated[float, Field(ge=0, le=1)]


class GivenTolerance(Given):
    """points: none takes the curve of the unit above."""

    points: Annotated[list[TolerancePoint], Field(max_length=20)]
    loss_unit: Unit
    reason: Reason
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


def year_row(year: LossYear) -> dict[str, Any]:
    names = ("code", "title", "query", "loss_unit", "years", "seed", "created_at")
    return {name: getattr(year, name) for name in names} | {
        "unit": named(year.unit), "created_by": person(year.created_by), "counted": len(year.risks),
        "left_out": len(year.left_out),
        "runs": {name: {"code": run.code, "state": run.state} for name, run in runs_of(year).items()},
    }  # fmt: skip


def year_shown(year: LossYear) -> dict[str, Any]:
    found = figures.results_of(year)
    done = "current" in found
    rows = figures.rows_of(year, found) if done else []
    parts = figures.parts_of(year, found["current"]) if done else []
    dependence = year.dependence
    return year_row(year) | {
        "risks": year.risks, "not_counted": year.left_out, "tolerance": year.tolerance,
        "dependence": dependence
        and {"unit": dependence.unit.code, "number": dependence.number, "content": dependence.content},
        "figures": {row.name: {s: figure_shown(f) for s, f in row.stages.items()} for row in rows},
        "parts": [
            {"risk": part.code, "nodes": list(part.nodes), "expected_annual_loss": part.expected,
             "cvar_part": part.part, "within_95": part.within, "share": part.share}
            for part in parts
        ],
    }  # fmt: skip


def figure_shown(figure: figures.Figure) -> dict[str, Any]:
    return {"value": figure.value, "low_95": figure.low, "high_95": figure.high, "beyond": figure.beyond}


def numbers_shown(row: RiskNumbers) -> dict[str, Any]:
    names = ("stage", "number", "in_force", "frequency", "severity", "loss_unit", "records", "source",
             "created_at")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"created_by": person(row.created_by)}
