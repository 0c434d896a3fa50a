"""FMEA and FMECA: failure modes of steps or items, ranked before and after measures.

1. RPN = severity x occurrence x detection, before measures and with the scores expected after them.
2. Action priority by a table given as data (`action_priority`); what the table does not hold is a gap.
3. Ranks with ties, and the best and worst place left when every score may be off by `score_error` steps.
4. Criticality: severity first, then occurrence; where rates are given, the mode criticality number
   C = failure rate x share of the mode x probability of the effect x hours (MIL-STD-1629A, task 102).
5. Pareto of the numbers, and a look at thresholds: rows that one step of one score would lift over it.

Source: IEC 60812:2018; MIL-STD-1629A (1980); J. B. Bowles (2003), RAMS, on the gaps between RPN values.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.matrix.action_priority import (
    GAP,
    OWN_SCALE,
    OWN_TABLE,
    PRIORITIES,
    Area,
    PriorityTable,
    priority_table,
)
from anlan.loop.quantify.methods.matrix.fmea_sheet import SCORES, Sheet, criticality, read_sheet
from anlan.maths.rank_ties import possible_places, shared_places
from anlan.maths.risk_matrices.ordinal_products import ordinal_products

_GRAVE = 0.9
"""Share of the severity scale from which a failure is looked at whatever its RPN."""


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The sheet ranked, with priorities, criticality and what the numbers are worth."""
    faults = Faults()
    table = _priorities(inputs, faults)
    sheet = read_sheet(inputs, faults)
    order = np.argsort(-sheet.rpn, kind="stable")
    low, high = sheet.limits(inputs["score_error"], inputs["scale"])
    worst = int(order[0])
    return Answer(
        quantities=tuple(_numbers(inputs, sheet, low, high, worst, table)),
        tables=(
            _ranking(sheet, order, low, high, table),
            _sheet(sheet, order),
            _by_criticality(inputs, sheet),
        ),
        charts=(Chart("pareto", _drawn(sheet, order, low, high)),),
        assumptions=tuple(_assumptions(inputs, table)),
        warnings=tuple(_warnings(inputs, sheet, table)),
    )


def _priorities(inputs: Mapping[str, Any], faults: Faults) -> PriorityTable | None:
    """The table given, else the own one on its scale of 10, else none."""
    scale, given = inputs["scale"], inputs["priority_table"]
    if given is None:
        return priority_table(OWN_TABLE, PRIORITIES, scale=OWN_SCALE) if scale == OWN_SCALE else None
    names = inputs["priorities"]
    areas = [_area(row, names, scale, f"priority_table[{k}]", faults) for k, row in enumerate(given, start=1)]
    whole = [area for area in areas if area is not None]
    if len(whole) < len(areas):
        return None
    table = priority_table(whole, names, scale=scale)
    for clash in table.clashes:
        faults.add("fmea.priority_clash", where=f"priority_table[{clash + 1}]")
    return table


def _area(
    row: Mapping[str, Any], names: tuple[str, ...], scale: int, where: str, faults: Faults
) -> Area | None:
    fine = True
    ends = []
    for name in SCORES:
        first, last = row[f"{name}_from"], row[f"{name}_to"]
        if not 1 <= first <= last <= scale:
            faults.add("fmea.area", where=f"{where}.{name}_from", found=f"{first}–{last}", scale=scale)
            fine = False
        ends.append((first, last))
    if row["priority"] not in names:
        faults.add("method.not_a_choice", where=f"{where}.priority", found=row["priority"], known=names)
        fine = False
    return Area(ends[0], ends[1], ends[2], row["priority"]) if fine else None


def _numbers(
    inputs: Mapping[str, Any],
    sheet: Sheet,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    worst: int,
    table: PriorityTable | None,
) -> Iterator[Quantity]:
    """The highest number first, with the limits its scores leave."""
    yield Quantity("highest_rpn", int(sheet.rpn[worst]), "", int(low.max()), int(high.max()), "bounds")
    yield Quantity("highest_rpn_after", int(sheet.rpn_after.max()))
    if table is not None:
        top = table.names[-1]
        first = [_priority(table, sheet.before, i) for i in range(len(sheet.rows))]
        yield Quantity("rows_of_top_priority", sum(each == top for each in first))
        yield Quantity("rows_without_priority", sum(each is None for each in first))
    numbers = [criticality(row, inputs["hours"]) for row in sheet.rows]
    known = [each for each in numbers if each is not None]
    if known:
        yield Quantity("criticality", float(np.sum(known)))


def _priority(table: PriorityTable | None, scores: NDArray[np.int64], row: int) -> str | None:
    s, o, d = (int(score) for score in scores[row])
    return None if table is None else table.priority((s, o, d))


def _ranking(
    sheet: Sheet, order: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64],
    table: PriorityTable | None,
) -> AnswerTable:  # fmt: skip
    """Rows by RPN with ties, possible places, priorities before and after, and the share reached."""
    first, last = shared_places(sheet.rpn)
    best, worst = possible_places(low, high)
    reached = _reached(sheet, order)

    def row(place: int, i: int) -> tuple[Any, ...]:
        after = int(sheet.rpn_after[i]) if sheet.planned[i] else None
        later = _priority(table, sheet.after, i) if sheet.planned[i] else None
        numbers = int(sheet.rpn[i]), int(low[i]), int(high[i])
        places = int(best[i]), int(worst[i]), bool(first[i] != last[i])
        now = _priority(table, sheet.before, i)
        return int(first[i]), sheet.name(i), *numbers, *places, now, after, later, float(reached[place])

    columns = ("rank", "failure_mode", "rpn", "rpn_low", "rpn_high", "rank_best", "rank_worst", "tied",
               "priority", "rpn_after", "priority_after", "cumulated")  # fmt: skip
    return AnswerTable("ranked_modes", columns, tuple(row(place, int(i)) for place, i in enumerate(order)))


def _reached(sheet: Sheet, order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the sum of all numbers that the rows up to each one reach."""
    reached: NDArray[np.float64] = np.cumsum(sheet.rpn[order]) / sheet.rpn.sum()
    return reached


def _sheet(sheet: Sheet, order: NDArray[np.int64]) -> AnswerTable:
    """The sheet itself in the order of the ranking."""
    texts = ("item", "mode", "effect", "cause", "measure")
    columns = ("item", "mode", "effect", "cause", *SCORES, "measure", *(f"{name}_after" for name in SCORES))
    return AnswerTable(
        "fmea_sheet",
        columns,
        tuple(
            tuple(sheet.rows[i][name] or None if name in texts else sheet.rows[i][name] for name in columns)
            for i in order
        ),
    )


def _by_criticality(inputs: Mapping[str, Any], sheet: Sheet) -> AnswerTable:
    """Severity first, then the criticality number where known, else occurrence."""
    numbers = [criticality(row, inputs["hours"]) for row in sheet.rows]

    def key(i: int) -> tuple[int, float, int]:
        return int(sheet.before[i, 0]), numbers[i] or 0.0, int(sheet.before[i, 1])

    ordered = sorted(range(len(sheet.rows)), key=key, reverse=True)
    first: dict[tuple[int, float, int], int] = {}
    for place, i in enumerate(ordered, start=1):
        first.setdefault(key(i), place)
    return AnswerTable(
        "criticality_ranking",
        ("rank", "failure_mode", "severity", "occurrence", "criticality"),
        tuple(
            (first[key(i)], sheet.name(i), *(int(s) for s in sheet.before[i, :2]), numbers[i])
            for i in ordered
        ),
    )


def _drawn(
    sheet: Sheet, order: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]
) -> dict[str, Any]:
    return {
        "measure": "rpn",
        "names": [sheet.name(int(i)) for i in order],
        "values": sheet.rpn[order],
        "low": low[order],
        "high": high[order],
        "after": [int(sheet.rpn_after[i]) if sheet.planned[i] else None for i in order],
        "cumulated": _reached(sheet, order),
    }


def _assumptions(inputs: Mapping[str, Any], table: PriorityTable | None) -> Iterator[Note]:
    yield Note("fmea.score_error", {"steps": inputs["score_error"]})
    if inputs["priority_table"] is None:
        yield Note("fmea.own_table" if table is not None else "fmea.no_table", {"scale": inputs["scale"]})
    if table is not None and table.gap_share > 0:
        yield Note("fmea.gaps", {"share": table.gap_share, "n": int((table.places == GAP).sum())})


def _warnings(inputs: Mapping[str, Any], sheet: Sheet, table: PriorityTable | None) -> Iterator[Note]:
    facts = ordinal_products([inputs["scale"]] * 3)
    said = {"distinct": facts.distinct, "combinations": facts.combinations, "empty": facts.empty_share}
    yield Note("fmea.few_values", said)
    if table is not None and table.falls:
        yield Note("fmea.priority_falls", {"n": table.falls})
    yield from _odd_rows(sheet)
    grave = _grave_behind(sheet, inputs["scale"])
    if grave:
        yield Note("fmea.grave_behind", {"rows": grave[:5], "n": len(grave)})
    if inputs["threshold"] is not None:
        near = _just_below(sheet, inputs["scale"], inputs["threshold"])
        if near:
            yield Note(
                "fmea.just_below", {"n": len(near), "threshold": inputs["threshold"], "rows": near[:5]}
            )


def _odd_rows(sheet: Sheet) -> Iterator[Note]:
    """Measures that are scored as making something worse, or an effect less grave."""
    severer = [sheet.name(int(i)) for i in np.nonzero(sheet.after[:, 0] < sheet.before[:, 0])[0]]
    worse = [sheet.name(int(i)) for i in np.nonzero((sheet.after > sheet.before).any(axis=1))[0]]
    if severer:
        yield Note("fmea.severity_lowered", {"rows": severer[:5], "n": len(severer)})
    if worse:
        yield Note("fmea.worse_after", {"rows": worse[:5], "n": len(worse)})


def _grave_behind(sheet: Sheet, scale: int) -> list[str]:
    """Rows of the gravest tenth of the severity scale that stand behind rows of a lower severity."""
    severity = sheet.before[:, 0]
    behind = [
        int(i)
        for s in range(math.ceil(_GRAVE * scale), scale + 1)
        for i in np.nonzero((severity == s) & (sheet.rpn < sheet.rpn[severity < s].max(initial=0)))[0]
    ]
    return [sheet.name(i) for i in sorted(behind)]


def _just_below(sheet: Sheet, scale: int, threshold: float) -> list[str]:
    """Rows below the threshold that one step of one score would lift to it or over it."""
    names = []
    for i, scores in enumerate(sheet.before):
        steps = [sheet.rpn[i] // s * (s + 1) for s in scores if s < scale]
        if sheet.rpn[i] < threshold and steps and max(steps) >= threshold:
            names.append(sheet.name(i))
    return names


def _row_fields() -> tuple[Field, ...]:
    texts = (Field("item", "text"), Field("mode", "text"))
    more = tuple(Field(name, "text", default="") for name in ("effect", "cause", "measure"))
    scores = tuple(Field(name, "integer", low=1) for name in SCORES)
    after = tuple(Field(f"{name}_after", "integer", default=None, low=1) for name in SCORES)
    rates = (
        Field("rate_per_hour", "number", default=None, low=0, high=1e6, unit="per_hour"),
        Field("mode_share", "number", default=None, low=0, high=1, unit="share"),
        Field("effect_share", "number", default=None, low=0, high=1, unit="share"),
    )
    return (*texts, *more, *scores, *after, *rates)


_AREA_FIELDS = (
    *(Field(f"{name}_{end}", "integer", low=1) for name in SCORES for end in ("from", "to")),
    Field("priority", "text"),
)

METHOD = Method(
    "fmea",
    (
        Field("rows", "table", columns=_row_fields()),
        Field("scale", "integer", default=10, low=2, high=20),
        Field("score_error", "integer", default=1, low=0, high=5),
        Field("priorities", "texts", default=PRIORITIES, least=2, most=10),
        Field("priority_table", "table", default=None, most=2000, columns=_AREA_FIELDS),
        Field("threshold", "number", default=None, above=0, high=8000),
        Field("hours", "number", default=None, above=0, high=1e9, unit="hour"),
    ),
    run,
)
