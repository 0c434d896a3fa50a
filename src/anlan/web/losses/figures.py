"""What the results of a loss year say, in plain numbers: figures by stage, parts, warnings, provenance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.loop.quantify.loss_year.asking import MAIN_LEVEL
from anlan.loop.quantify.loss_year.comparing import Difference, difference
from anlan.loop.quantify.loss_year.parts import NodePart, parts_by_node
from anlan.loop.quantify.loss_year.tolerance import ranges_above, tolerated_loss
from anlan.web.losses.known import STAGES
from anlan.web.losses.models import LossYear
from anlan.web.losses.selectors import runs_of
from anlan.web.runs import results
from anlan.web.runs.models import Run

REACH = 1.959963984540054
FEW_RECORDS = 10
"""With fewer the size of a risk's losses is told to rest on few."""
ROWS = ("mean", "p90", "var95", "cvar95")
ORDER = ("inherent", "current", "residual_expected")
_CHANCES = {"p90": 0.1, "var95": 0.05}

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A number with its standard error; half: of its 95 % interval. beyond: above what is tolerated,
    also at its lower limit."""

    value: float
    error: float
    beyond: bool = False

    @property
    def half(self) -> float:
        return REACH * self.error

    @property
    def low(self) -> float:
        return max(0.0, self.value - self.half)

    @property
    def high(self) -> float:
        return self.value + self.half


@dataclass(frozen=True)
class Row:
    """One line of the figures: by stage, and what is tolerated where the curve says so."""

    name: str
    stages: dict[str, Figure]
    tolerated: float | None

    def ordered(self) -> list[Figure]:
        return [self.stages[stage] for stage in ORDER if stage in self.stages]


@dataclass(frozen=True)
class Part:
    """A risk's part of the CVaR. within: half of its 95 % interval; records: losses its size rests on."""

    code: str
    nodes: tuple[str, ...]
    expected: float
    part: float
    within: float
    share: float
    records: int | None
    kind: str


def results_of(year: LossYear) -> dict[str, Result]:
    """Results of the runs that are done. Errors: RefusedInput where a file is gone or altered."""
    return {
        name: results.result_of(run) for name, run in runs_of(year).items() if run.state == Run.State.DONE
    }


def table_of(result: Result, name: str) -> list[dict[str, Any]]:
    """The rows of a table of the result, by column; none where it has no such table."""
    found = next((table for table in result["tables"] if table["name"] == name), None)
    if found is None:
        return []
    columns = [column["name"] for column in found["columns"]]
    return [dict(zip(columns, row, strict=True)) for row in found["rows"]]


def chart_of(result: Result, kind: str) -> Mapping[str, Any] | None:
    return next((chart["data"] for chart in result["charts"] if chart["kind"] == kind), None)


def rows_of(year: LossYear, found: Mapping[str, Result]) -> list[Row]:
    """Mean, 90 % point, VaR and CVaR of each stage against the tolerance."""
    by_stage = {stage: _figures(found[stage]) for stage in STAGES if stage in found}
    rows = []
    for name in ROWS:
        limit = tolerated_loss(year.tolerance, _CHANCES[name]) if name in _CHANCES else None
        stages = {
            stage: Figure(*of[name], beyond=limit is not None and of[name][0] > limit)
            for stage, of in by_stage.items()
        }
        rows.append(Row(name, stages, limit))
    return rows


def _figures(result: Result) -> dict[str, tuple[float, float]]:
    tail = {row["probability_within"]: row for row in table_of(result, "tail")}
    mean = next(q for q in result["quantities"] if q["name"] == "expected_annual_loss")
    main = tail[MAIN_LEVEL]
    return {
        "mean": (mean["value"], (mean["interval"]["high"] - mean["value"]) / REACH),
        "p90": (tail[0.9]["value_at_risk"], tail[0.9]["sampling_error"]),
        "var95": (main["value_at_risk"], main["sampling_error"]),
        "cvar95": (main["cvar"], main["cvar_error"]),
    }


def parts_of(year: LossYear, result: Result) -> list[Part]:
    """The parts of the CVaR by risk, the largest first."""
    kept = {row["code"]: row for row in year.risks}
    return [
        Part(
            row["of_risk"], tuple(map(str, kept[row["of_risk"]]["nodes"])), row["expected_annual_loss"],
            row["cvar_part"], row["cvar_within"], row["cvar_share"] or 0.0,
            kept[row["of_risk"]]["stages"]["current"]["records"],
            kept[row["of_risk"]]["stages"]["current"]["kind"],
        )
        for row in table_of(result, "risks")
        if isinstance(row["of_risk"], str)  # the last row is the sum
    ]  # fmt: skip


def node_parts(parts: list[Part], *, nowhere: str) -> tuple[NodePart, ...]:
    return parts_by_node(
        {part.code: part.part for part in parts}, {part.code: part.nodes for part in parts}, nowhere=nowhere
    )


def ranges_beyond(year: LossYear, result: Result) -> tuple[tuple[float, float], ...]:
    """Losses between which the current curve lies above the tolerance."""
    curve = chart_of(result, "loss_exceedance")
    return ranges_above(curve["points"], year.tolerance) if curve and year.tolerance else ()


def differences(before: list[Row], after: list[Row]) -> list[tuple[str, Figure, Figure, Difference]]:
    """The current stage of two loss years side by side."""
    pairs = [
        (a.name, a.stages["current"], b.stages["current"])
        for a, b in zip(before, after, strict=True)
        if "current" in a.stages and "current" in b.stages
    ]
    return [(name, a, b, difference(a.value, b.value, errors=(a.error, b.error))) for name, a, b in pairs]


def few_records(parts: list[Part]) -> list[Part]:
    """Risks whose size rests on few losses, those with the largest part of the tail first."""
    return [part for part in parts if part.records is not None and part.records < FEW_RECORDS]
