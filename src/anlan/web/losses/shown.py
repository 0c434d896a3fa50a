"""Everything the page of one loss year shows, gathered from its results."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from anlan.loop.quantify.loss_year.asking import MAIN_LEVEL
from anlan.web.common.texts import in_language, language, of, text
from anlan.web.losses import drawings, figures
from anlan.web.losses.figures import ORDER, Result, Row
from anlan.web.losses.models import LossYear
from anlan.web.losses.selectors import names_of, nodes_of, runs_of
from anlan.web.losses.services.versions import as_dependence

_PATHS = {"assessment": "risks:risk", "form": "losses:numbers"}
_OF_COPULA = "annual_loss.no_tail_dependence"
"""Says nothing where risks are independent and only whole years are drawn."""
_OPEN_NOTES = ("annual_loss.parameter_draws", "annual_loss.no_open_parameters")
ENOUGH = 0.02
"""The relative error at which the page calls a number settled, as `annual_loss` does."""


def shown(year: LossYear, found: Mapping[str, Result]) -> dict[str, Any]:
    """Figures, pictures, parts, provenance and warnings of a loss year whose current stage is done."""
    current = found["current"]
    rows = figures.rows_of(year, found)
    told = drawings.told_of(year, rows)
    parts = figures.parts_of(year, current)
    nodes = figures.node_parts(parts, nowhere=text("losses.parts.nowhere"))
    names, called = names_of(year, language()), nodes_of(year, language())
    stages = [stage for stage in ORDER if stage in found]
    opened = {point["loss"]: point for point in drawings.open_band(current)}
    return {
        "stages": stages,
        "borrowed": [(stage, _borrowed(year, stage)) for stage in stages if _borrowed(year, stage)],
        "rows": [_row(row, told, stages) for row in rows],
        "unit": told.unit.label,
        "curve": drawings.curve(year, found, rows, told),
        "against": drawings.beyond_words(year, current, told),
        "has_band": bool(opened),
        "open": drawings.open_words(current, told),
        "open_notes": [of(note["text"]) for note in current["assumptions"] if note["code"] in _OPEN_NOTES],
        "points": [
            {**point, "said": told.figure(point["loss"]), "open": opened.get(point["loss"])}
            for point in drawings.curve_points(current)
        ],
        "tornado": drawings.drivers(year, found["drivers"], told) if "drivers" in found else "",
        "swings": _swings(year, found.get("drivers"), told),
        "risk_bars": drawings.by_risk(year, parts, told),
        "node_bars": drawings.by_node(year, nodes, told),
        "parts": [(part, names.get(part.code, part.code), told.figure(part.part), told.figure(part.within),
                   told.figure(part.expected)) for part in parts],
        "nodes": [(called.get(node.node, node.node), node, told.figure(node.part),
                   [names.get(code, code) for code, _ in node.pieces]) for node in nodes],
        "cvar": told.with_unit(rows[3].stages["current"].value),
        "main_level": MAIN_LEVEL,
        "settling": drawings.settling(current, told),
        "enough": _enough(year, current),
        "warnings": _warnings(year, found, parts, names),
        "assumptions": [of(note["text"]) for note in current["assumptions"]],
        "provenance": current["provenance"],
    }  # fmt: skip


def _row(row: Row, told: drawings.Told, stages: list[str]) -> dict[str, Any]:
    cells = [
        {
            "stage": stage, "said": told.figure(row.stages[stage].value),
            "within": told.figure(row.stages[stage].half), "beyond": row.stages[stage].beyond,
        }
        for stage in stages
    ]  # fmt: skip
    return {"name": row.name, "cells": cells, "tolerated": told.figure(row.tolerated)}


def _borrowed(year: LossYear, stage: str) -> int:
    """Risks that count at a stage with their current numbers."""
    return sum(stage not in risk["stages"] for risk in year.risks)


def _swings(year: LossYear, result: Result | None, told: drawings.Told) -> list[dict[str, Any]]:
    if result is None:
        return []
    return [
        {
            "name": drawings.driver_name(year, row["input"], told),
            "low": told.figure(row["result_at_low"]), "high": told.figure(row["result_at_high"]),
        }
        for row in figures.table_of(result, "swings")
    ]  # fmt: skip


def _enough(year: LossYear, result: Result) -> dict[str, Any]:
    """How many years make the CVaR as exact as asked, and whether that many were simulated."""
    rows = figures.table_of(result, "convergence")
    needed = max((row["years_needed"] or 0 for row in rows), default=0)
    worst = max((row["relative_error"] or 0.0 for row in rows), default=0.0)
    return {"needed": needed, "years": year.years, "enough": needed <= year.years, "error": worst,
            "wanted": ENOUGH}  # fmt: skip


def _warnings(
    year: LossYear, found: Mapping[str, Result], parts: list[figures.Part], names: Mapping[str, str]
) -> list[str]:
    """What should keep a reader from trusting the numbers, the gravest first."""
    said = [
        text("losses.warnings.records", risk=f"{part.code} {names.get(part.code, '')}".strip(),
             n=part.records, share=part.share)
        for part in figures.few_records(parts)[:5]
    ]  # fmt: skip
    estimated = [part for part in parts if part.records is None]
    if estimated:
        said.append(
            text("losses.warnings.estimated", n=len(estimated), of=len(parts),
                 share=sum(part.share for part in estimated))
        )  # fmt: skip
    approximated = sum(r["stages"]["current"]["approximated"] for r in year.risks)
    if approximated:
        said.append(text("losses.warnings.approximated", n=approximated))
    if year.left_out:
        said.append(text("losses.warnings.left_out", n=len(year.left_out)))
    joins = as_dependence(year.dependence).inputs([risk["code"] for risk in year.risks])
    if not any(joins.values()):
        said.append(text("losses.warnings.independent"))
    for name, result in found.items():
        if name == "current":
            said += [
                of(note["text"]) for note in result["warnings"]
                if "correlation" in joins or note["code"] != _OF_COPULA
            ]  # fmt: skip
    return said


def sources(year: LossYear) -> list[dict[str, Any]]:
    """Each counted risk with where its current numbers come from."""
    names = names_of(year, language())
    return [
        {
            "code": row["code"], "title": names[row["code"]], **row["stages"]["current"],
            "stages": [stage for stage in ORDER if stage in row["stages"]],
            "address": _address(row["code"], row["stages"]["current"]),
        }
        for row in year.risks
    ]  # fmt: skip


def _address(code: str, numbers: Mapping[str, Any]) -> str:
    if numbers["kind"] == "runs":
        return reverse("runs:run", args=[numbers["origin"].split()[0]])
    return reverse(_PATHS[numbers["kind"]], args=[code])


def scope_words(year_or_query: Any) -> str:
    """The filters of a scope in words; empty where all open risks are meant."""
    query = getattr(year_or_query, "query", year_or_query)
    given = QueryDict(query)
    said = []
    for name in given:
        for code in given[name].split(","):
            said.append(_filter_word(name, code))
    return text("common.comma").join(said)


def _filter_word(name: str, code: str) -> str:
    from anlan.web.common.texts import has_text

    group = {"category": "risks.categories", "source": "risks.sources", "view": "risks.views"}.get(name)
    key = f"{group}.{code}"
    shown = text(key) if group and has_text(key) else code
    return text("losses.scope.filter", name=text(f"losses.scope.{name}"), value=shown)


def stage_runs(year: LossYear) -> list[tuple[str, Any]]:
    return list(runs_of(year).items())


def title_of(year: LossYear) -> str:
    """What the year is of: its own title, else the unit and the scope."""
    scope = scope_words(year)
    return year.title or (f"{in_language(year.unit)} · {scope}" if scope else in_language(year.unit))
