"""Comparison: one risk put through every method that can answer from what is known, their disagreement shown.

1. What is known makes views: counts, experts, both together, the FAIR tree, the scores of a matrix, their
   index. Each is asked of its own method (`comparing.views`).
2. All are brought to events per year, loss of a year and level.
3. Disagreement: ratio of the largest to the smallest, the part all intervals share, levels apart; and what
   explains it (`comparing.disagreement`).

No view is preferred and none are averaged: methods that share data are no independent witnesses.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.comparing.criteria import Criteria
from anlan.loop.quantify.comparing.disagreement import (
    explanations,
    is_rare,
    limits_of,
    overlap_of,
    pairs,
    places_apart,
    ratio_of,
)
from anlan.loop.quantify.comparing.view import View
from anlan.loop.quantify.comparing.views import views_of
from anlan.loop.quantify.methods.blend.rate_blend import UNITS
from anlan.loop.quantify.methods.experts.answers import LARGEST
from anlan.loop.quantify.methods.loss.fair import METHOD as FAIR
from anlan.loop.quantify.methods.loss.loss_answers import SAMPLE_FIELDS
from anlan.loop.quantify.methods.loss.loss_answers import UNITS as LOSS_UNITS
from anlan.loop.quantify.methods.loss.portfolio_inputs import MOST_EVENTS
from anlan.loop.quantify.methods.matrix.risk_matrix import METHOD as MATRIX

_WIDE = 20
_MEASURES = (("loss", "annual_loss"), ("frequency", "frequency"))


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """All views of the risk and how far they differ."""
    views, criteria = views_of(inputs, seed=seed)
    history = inputs["history"]
    events = sum(row["events"] for row in history) if history else None
    return Answer(
        quantities=_quantities(views),
        tables=(_view_table(views, criteria), *_pair_tables(views)),
        charts=_charts(views),
        level=_highest(views, criteria),
        assumptions=_assumptions(inputs, views),
        warnings=(*explanations(views, events=events), *_of_methods(views)),
    )


def _quantities(views: Sequence[View]) -> tuple[Quantity, ...]:
    """Ratio and overlap of the yearly loss, then of the frequency, then the levels apart."""
    found = [Quantity("views", len(views))]
    for name, measure in _MEASURES:
        known = [of for view in views if (of := getattr(view, measure)) is not None]
        ratio = ratio_of([of.value for of in known])
        rare = any(is_rare(of) for of in known)
        overlap = None if rare else overlap_of([limits for of in known for limits in limits_of(of)])
        found += [] if ratio is None else [Quantity(f"{name}_ratio", ratio)]
        found += [] if overlap is None else [Quantity(f"{name}_overlap", overlap, "share")]
    apart = places_apart(views)
    found += [] if apart is None else [Quantity("levels_apart", apart)]
    return (*found[1:], found[0])


def _view_table(views: Sequence[View], criteria: Criteria) -> AnswerTable:
    rows = []
    for view in views:
        matrix = None if view.matrix_level is None else criteria.levels[int(view.matrix_level.value) - 1]
        bands = None if view.band_level is None else criteria.levels[view.band_level - 1]
        rows.append(
            (Note(f"compare.{view.way}"), *_cells(view.frequency), None if view.event_loss is None
             else view.event_loss.value, *_cells(view.annual_loss), matrix, bands)
        )  # fmt: skip
    columns = (
        "view", "frequency_a_year", "frequency_low", "frequency_high", "event_loss", "expected_annual_loss",
        "annual_low", "annual_high", "level_by_matrix", "level_by_bands",
    )  # fmt: skip
    return AnswerTable("views", columns, tuple(rows))


def _cells(of: Quantity | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if of is None else (of.value, of.low, of.high)


def _pair_tables(views: Sequence[View]) -> list[AnswerTable]:
    tables = []
    for name, measure in _MEASURES:
        rows = tuple(
            (Note(f"compare.{pair.first}"), Note(f"compare.{pair.second}"), pair.ratio, pair.overlap)
            for pair in pairs(views, lambda view, of=measure: getattr(view, of))  # type: ignore[misc]
        )
        if rows:
            tables.append(AnswerTable(f"view_pairs_{name}", ("view", "other_view", "ratio", "overlap"), rows))
    return tables


def _charts(views: Sequence[View]) -> tuple[Chart, ...]:
    """The intervals side by side: yearly losses, and frequencies."""
    charts = []
    for name, measure in _MEASURES:
        known = [(view, of) for view in views if (of := getattr(view, measure)) is not None]
        rows = [
            {"name": Note(f"compare.{v.way}"), "value": of.value, "low": of.low, "high": of.high}
            for v, of in known
        ]
        if len(rows) > 1:
            data = {
                "rows": rows, "all": None, "of": Note(f"compare.of_{name}"), "logarithmic": _wide(rows),
            }  # fmt: skip
            charts.append(Chart("intervals", data))
    return tuple(charts)


def _wide(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether values differ so far that the smaller ones would not be seen on a straight axis."""
    values = [float(row["value"]) for row in rows]
    return min(values) > 0 and max(values) >= _WIDE * min(values)


def _highest(views: Sequence[View], criteria: Criteria) -> str | None:
    """The gravest level that any view says: who decides must know it; None where none says any."""
    places = [int(v.matrix_level.value) for v in views if v.matrix_level is not None]
    places += [v.band_level for v in views if v.band_level is not None]
    return criteria.levels[max(places) - 1] if places else None


def _assumptions(inputs: Mapping[str, Any], views: Sequence[View]) -> tuple[Note, ...]:
    ways = {view.way for view in views}
    found = [Note("compare.no_average"), Note("compare.limits")]
    if len(inputs["frequency_experts"] or ()) > 1 or len(inputs["loss_experts"] or ()) > 1:
        found.append(Note("compare.mean_points"))
    if inputs["loss_experts"] and len(ways & {"counts", "experts", "blend"}) > 1:
        found.append(Note("compare.same_sizes"))
    if "blend" in ways:
        found.append(Note("compare.points_as_limits", {"level": inputs["level"]}))
    if "fair" in ways and inputs["fair"]["secondary_loss"] is not None:
        found.append(Note("compare.secondary"))
    if any(view.way == "scores" and view.frequency is not None for view in views):
        found.append(Note("compare.middle"))
    if any(view.matrix_level is not None or view.band_level is not None for view in views):
        found.append(Note("compare.highest"))
    return tuple(found)


def _of_methods(views: Sequence[View]) -> tuple[Note, ...]:
    """What the methods themselves warn of, each once; a conflict of prior and counts is told already."""
    seen: dict[str, Note] = {}
    for note in (note for view in views for note in view.warnings if note.code != "blend.conflict"):
        seen.setdefault(repr(note), note)
    return tuple(seen.values())


def _experts(name: str, *, high: float, unit: str) -> Field:
    ends: dict[str, Any] = {"low": 0, "high": high, "unit": unit}
    columns = (
        Field("expert", "text"),
        *(Field(point, "number", **ends) for point in ("low", "likely", "high")),
        Field("weight", "number", default=1.0, above=0, high=1e6),
    )
    return Field(name, "table", default=None, most=50, columns=columns)


_SAMPLED = tuple(field.name for field in SAMPLE_FIELDS)
_OF_MATRIX = ("preset", "likelihood_labels", "severity_labels", "levels", "cells", "likelihood_bounds",
              "severity_bounds")  # fmt: skip

METHOD = Method(
    "compare",
    (
        Field(
            "history",
            "table",
            default=None,
            most=400,
            columns=(
                Field("period", "text"),
                Field("events", "integer", low=0, high=LARGEST),
                Field("exposure", "number", low=0.01, high=1e6),
            ),
        ),
        Field("exposure_unit", "choice", default="year", choices=tuple(UNITS)),
        Field("cases_per_year", "number", default=None, low=1, high=LARGEST),
        _experts("frequency_experts", high=MOST_EVENTS, unit="per_year"),
        _experts("loss_experts", high=LARGEST, unit="money"),
        Field("level", "number", default=0.9, low=0.1, high=0.999, unit="probability"),
        Field(
            "fair",
            "record",
            default=None,
            columns=tuple(field for field in FAIR.fields if field.name not in _SAMPLED),
        ),
        *(
            Field(f"{axis}{end}", "text", default=None)
            for axis in ("likelihood", "severity")
            for end in ("", "_low", "_high")
        ),
        *(field for field in MATRIX.fields if field.name in _OF_MATRIX),
        Field("loss_bounds", "numbers", default=None, most=9, low=0, high=1e18),
        Field("index_bounds", "numbers", default=None, most=9, low=0, high=1e6),
        Field("unit", "choice", default="money", choices=LOSS_UNITS),
        Field("years", "integer", default=20_000, low=1_000, high=200_000),
    ),
    run,
    random=True,
)
