"""From the cases a finder points at to a `Finding`: sample cases, rate, and where they concentrate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.domain.interval import Interval
from anlan.loop.identify.context import IdentifyContext
from anlan.maths.rates import wilson

_SAMPLES = 10
_CONCENTRATED = 0.8
_NARROW = 0.3


@dataclass(frozen=True, eq=False)
class Candidates:
    """What one finder hands back: findings that reach its minimum, not yet held against the tests of
    the others, and the p-value of every hypothesis it looked at."""

    findings: tuple[Finding, ...] = ()
    tested: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Hit:
    """The cases a finding points at and the minutes each lost; unsorted, may repeat a case."""

    cases: NDArray[np.int64]
    delay_min: NDArray[np.floating] | None = None

    def by_case(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Cases ascending and unique; minutes of repeated cases are added."""
        cases, inverse = np.unique(self.cases, return_inverse=True)
        if self.delay_min is None:
            return cases, np.zeros(len(cases))
        minutes = np.zeros(len(cases))
        np.add.at(minutes, inverse, np.maximum(self.delay_min, 0.0))
        return cases, minutes

    def claims(self, context: IdentifyContext) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """As `by_case`, no case claiming more than it can have lost (`IdentifyContext.case_cap_us`)."""
        cases, minutes = self.by_case()
        return cases, np.minimum(minutes, context.case_cap_us[cases] / 60e6)


@dataclass(frozen=True)
class Statement:
    """What a finder says, apart from the cases: names, comparison, parameters; `scope` as in `Finding`."""

    code: str
    category: str
    nodes: tuple[str, ...]
    effect: Effect
    p: float | None
    detail: str = ""
    scope: str = "mechanism"
    parameters: Mapping[str, object] = field(default_factory=dict)
    notes: Sequence[str] = ()


def make_finding(
    context: IdentifyContext,
    statement: Statement,
    hit: Hit,
    *,
    exposure: int,
    exposure_cases: int | None = None,
    exposure_unit: str = "cases",
    count: int | None = None,
    rate: Interval | None = None,
    exposed: NDArray | None = None,
) -> Finding:
    """A finding with q still open. `count` defaults to the affected cases, `rate` to its Wilson share;
    `exposed`: the cases that could have been hit, unsorted, may repeat a case; None = all."""
    cases, delay_min = hit.claims(context)
    occurrences = len(cases) if count is None else count
    open_cases = int(np.count_nonzero(~context.finished[cases]))
    where, where_notes = _concentration(context, cases, statement.parameters.get("column"))
    return Finding(
        code=statement.code,
        category=statement.category,
        nodes=statement.nodes,
        count=occurrences,
        exposure=exposure,
        exposure_unit=exposure_unit,
        exposure_cases=exposure if exposure_cases is None else exposure_cases,
        period_days=context.period_days,
        rate=wilson(occurrences, exposure) if rate is None else rate,
        effect=statement.effect,
        p=statement.p,
        q=None,
        affected=cases,
        delay_min=delay_min,
        case_ids=sample_case_ids(context, cases),
        parameters={
            "nodes": list(statement.nodes),
            "count": occurrences,
            "open_count": open_cases,
            "rate_share": (occurrences / exposure) if exposure else 0.0,
            "mean_delay_s": float(delay_min.mean() * 60) if len(delay_min) else 0.0,
            **statement.parameters,
            **where,
        },
        detail=statement.detail,
        exposed=None if exposed is None else np.unique(exposed).astype(np.int32),
        scope=statement.scope,
        open_cases=open_cases,
        notes=(*statement.notes, *where_notes),
    )


def sample_case_ids(context: IdentifyContext, cases: NDArray[np.int64]) -> tuple[str, ...]:
    """Ids of up to ten cases, those with the smallest hashes: the same for any order of the log."""
    hashes = context.log.case_hash[cases]
    chosen = cases[np.argsort(hashes, kind="stable")[:_SAMPLES]]
    return tuple(context.log.case_names[int(case)].as_py() for case in chosen)


def _concentration(
    context: IdentifyContext, cases: NDArray[np.int64], own_column: object
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Say so where the cases are mostly of one group or of one stretch of time; a finding about a
    column (`own_column`) does not say so of its own group."""
    if len(cases) < 10 or len(cases) > 0.5 * context.present.sum():
        return {}, ()
    parameters: dict[str, object] = {}
    notes: list[str] = []
    group = None if own_column else _dominant_group(context, cases)
    if group is not None:
        parameters.update(group)
        notes.append("concentrated_in_group")
    if _in_one_stretch(context, cases):
        notes.append("concentrated_in_time")
    return parameters, tuple(notes)


def _dominant_group(context: IdentifyContext, cases: NDArray[np.int64]) -> dict[str, object] | None:
    """The value at least 80 % of the cases share although under 40 % of all cases have it."""
    n_cases = int(context.present.sum())
    best: tuple[float, dict[str, object]] | None = None
    for name, column in context.groups.items():
        hits = np.bincount(column.codes[cases] + 1, minlength=len(column.values) + 1)
        hits[0] = 0
        value = int(np.argmax(hits))
        share = hits[value] / len(cases)
        if value == 0 or share < _CONCENTRATED:
            continue
        overall = np.count_nonzero(column.codes[context.present] == value - 1) / n_cases
        if overall < 0.5 * _CONCENTRATED and (best is None or share / overall > best[0]):
            best = (
                share / overall,
                {"group": name, "group_value": column.values[value - 1], "group_share": float(share)},
            )
    return None if best is None else best[1]


def _in_one_stretch(context: IdentifyContext, cases: NDArray[np.int64]) -> bool:
    """80 % of the cases arrived within a stretch that holds under 30 % of all cases."""
    rank = context.arrival_rank[cases]
    rank.sort()
    width = int(np.ceil(_CONCENTRATED * len(rank))) - 1
    shortest = int((rank[width:] - rank[: len(rank) - width]).min())
    return shortest < _NARROW * int(context.present.sum())
