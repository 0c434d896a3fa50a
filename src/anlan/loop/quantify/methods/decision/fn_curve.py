"""F-N curve: how often a year at least so many people are affected, and whether that is tolerable.

1. Scenarios with their frequency and the people affected; the curve sums the frequencies from the largest on.
2. Lines of what is tolerated, chosen or given; the largest ratio of the curve to each, and where it lies.
3. Uncertain frequencies are drawn: the band of the curve, the interval of the ratios, and a verdict that says
   where it is open.

Mathematics: `anlan.maths.decisions.societal`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.failure.shared_events import MOST_PER_YEAR, frequency
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered
from anlan.maths.decisions.societal import CriterionLine, at_least, expected_number, steps, worst_ratio
from anlan.maths.streams import Stream

_PURPOSE = 7_801
_LEAST_PEOPLE, _MOST_PEOPLE = 1e-3, 1e9
_LEAST_SAMPLES = 2

PRESETS: Mapping[str, tuple[CriterionLine, ...]] = {
    "none": (),
    "hse": (CriterionLine("intolerable", 50.0, 2e-4, 1.0, 1.0, 1e6),),
    "netherlands": (CriterionLine("intolerable", 10.0, 1e-5, 2.0, 10.0, 1e6),),
    "hong_kong": (
        CriterionLine("intolerable", 1.0, 1e-3, 1.0, 1.0, 1e3),
        CriterionLine("acceptable", 1.0, 1e-5, 1.0, 1.0, 1e3),
    ),
}
"""Lines of authorities for deaths of third parties. HSE: 50 deaths once in 5,000 years, its line drawn with
slope 1. Netherlands: 1e-3 / n^2 for establishments, from 10 deaths on. Hong Kong: 1e-3 / n and 1e-5 / n.

The Dutch line is that of VROM (1990) as reprinted by EEA, Europe's Environment (1995), box 30A: 10 deaths
at most 1e-5, 1,000 at most 1e-9. The other two are to be confirmed in the text of the authority, and the
answer says so."""


@dataclass(frozen=True, eq=False)
class _Found:
    """One line: the largest ratio with its limits, and the number of people where it lies."""

    line: CriterionLine
    ratio: float
    at: float
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        low, high = (self.ratio if each is None else each for each in (self.low, self.high))
        return "above" if low > 1 else "below" if high <= 1 else "open"


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The ratio to the first line where there is one, else the people expected a year."""
    lines = _lines(inputs)
    rows = inputs["scenarios"]
    people = np.array([row["people"] for row in rows])
    often = np.array([row["per_year"].mean for row in rows])
    drawn = _drawn(inputs, seed)
    numbers, frequent = at_least(people, often)
    band = None if drawn is None else np.quantile(at_least(people, drawn)[1], [0.05, 0.95], axis=1)
    found = [_held(line, people, numbers, frequent, drawn) for line in lines]
    return Answer(
        quantities=tuple(_quantities(found, people, often, drawn)),
        tables=(*_verdicts(found), _curve(numbers, frequent, band), _scenarios(rows, people, often)),
        charts=(Chart("fn_curve", _data(lines, numbers, frequent, band, inputs)),),
        assumptions=tuple(_assumptions(inputs, lines, drawn)),
        warnings=tuple(_warnings(found, numbers)),
    )


def _lines(inputs: Mapping[str, Any]) -> tuple[CriterionLine, ...]:
    """The lines of the preset and those given. Errors: RefusedInputs."""
    faults = Faults()
    for number, row in enumerate(inputs["scenarios"], start=1):
        frequency(row["per_year"], f"scenarios[{number}].per_year", faults)
    numbered(inputs["scenarios"], "scenarios", faults)
    numbered(inputs["lines"], "lines", faults)
    own = []
    for number, row in enumerate(inputs["lines"], start=1):
        most = row["most"] if row["most"] is not None else _MOST_PEOPLE
        if most <= row["least"]:
            faults.add("method.outside", where=f"lines[{number}].most", found=f"{most:g}",
                       limits=f"({row['least']:g}, {_MOST_PEOPLE:g}]")  # fmt: skip
        own.append(CriterionLine(row["name"], row["at"], row["per_year"], row["slope"], row["least"], most))
    faults.raise_any()
    return (*PRESETS[inputs["criterion"]], *own)


def _drawn(inputs: Mapping[str, Any], seed: int) -> NDArray[np.float64] | None:
    """(scenarios, n) drawn frequencies; None where all are certain."""
    given, n = [row["per_year"] for row in inputs["scenarios"]], inputs["samples"]
    if n < _LEAST_SAMPLES or all(of.kind == "constant" for of in given):
        return None
    stream = Stream(seed)
    return np.array(
        [
            np.minimum(of.quantile(stream.uniform(n, purpose=_PURPOSE, place=place)), MOST_PER_YEAR)
            for place, of in enumerate(given)
        ]
    )


def _held(
    line: CriterionLine,
    people: NDArray[np.float64],
    numbers: NDArray[np.float64],
    frequent: NDArray[np.float64],
    drawn: NDArray[np.float64] | None,
) -> _Found:
    ratio, place = worst_ratio(line, numbers, frequent)
    low, high = None, None
    if drawn is not None:
        ratios, _ = worst_ratio(line, *at_least(people, drawn))
        low, high = np.quantile(ratios, [0.05, 0.95]).tolist()
    return _Found(line, float(ratio), min(float(numbers[int(place)]), line.most), low, high)


def _quantities(
    found: list[_Found],
    people: NDArray[np.float64],
    often: NDArray[np.float64],
    drawn: NDArray[np.float64] | None,
) -> Iterator[Quantity]:
    def limits(low: float | None, high: float | None) -> dict[str, Any]:
        return {} if low is None else {"low": low, "high": high, "interval": "middle_90"}

    if found:
        yield Quantity("line_ratio", found[0].ratio, "", **limits(found[0].low, found[0].high))
    expected = float(expected_number(people, often))
    ends = (
        [None, None] if drawn is None else np.quantile(expected_number(people, drawn), [0.05, 0.95]).tolist()
    )
    yield Quantity("people_a_year", expected, "per_year", **limits(*ends))
    yield Quantity("any_scenario", float(often.sum()), "per_year")
    if found:
        yield Quantity("lines_exceeded", float(sum(each.ratio > 1 for each in found)))


def _verdicts(found: list[_Found]) -> list[AnswerTable]:
    if not found:
        return []
    rows = tuple(
        (_name(each.line), each.ratio, each.low, each.high, each.at, Note(f"fn.{each.verdict}"))
        for each in found
    )
    columns = ("fn_line", "line_ratio", "ratio_low", "ratio_high", "worst_at", "verdict")
    return [AnswerTable("fn_lines", columns, rows)]


def _name(line: CriterionLine) -> Any:
    """The word of a line of a preset, or the name given."""
    presets = {each for lines in PRESETS.values() for each in lines}
    return Note(f"fn.line_{line.name}") if line in presets else line.name


def _curve(
    numbers: NDArray[np.float64], frequent: NDArray[np.float64], band: NDArray[np.float64] | None
) -> AnswerTable:
    rows = tuple(
        (
            float(n),
            float(frequent[place]),
            None if band is None else float(band[0, place]),
            None if band is None else float(band[1, place]),
        )
        for place, n in enumerate(numbers)
    )
    return AnswerTable("fn_points", ("people", "per_year_or_more", "low_90", "high_90"), rows)


def _scenarios(
    rows: tuple[Mapping[str, Any], ...], people: NDArray[np.float64], often: NDArray[np.float64]
) -> AnswerTable:
    """What each scenario adds to the people expected a year, the most first."""
    added = people * often
    total = float(added.sum())
    lines = tuple(
        (rows[i]["name"], float(people[i]), float(often[i]), float(added[i]),
         float(added[i]) / total if total > 0 else None)
        for i in np.argsort(-added, kind="stable").tolist()
    )  # fmt: skip
    columns = ("scenario", "people", "frequency_a_year", "people_a_year", "share_of_total")
    return AnswerTable("fn_scenarios", columns, lines)


def _data(
    lines: tuple[CriterionLine, ...],
    numbers: NDArray[np.float64],
    frequent: NDArray[np.float64],
    band: NDArray[np.float64] | None,
    inputs: Mapping[str, Any],
) -> dict[str, Any]:
    def corners(values: NDArray[np.float64]) -> list[list[float]]:
        return [list(corner) for corner in steps(numbers.tolist(), values.tolist())]

    return {
        "curve": corners(frequent),
        "low": None if band is None else corners(band[0]),
        "high": None if band is None else corners(band[1]),
        "lines": [
            {"name": _name(line), "at": line.at, "frequency": line.frequency, "slope": line.slope,
             "least": line.least, "most": line.most}
            for line in lines
        ],
        "affected": inputs["affected"],
    }  # fmt: skip


def _assumptions(
    inputs: Mapping[str, Any], lines: tuple[CriterionLine, ...], drawn: NDArray[np.float64] | None
) -> Iterator[Note]:
    yield Note("fn.separate")
    if inputs["criterion"] != "none":
        yield Note(f"fn.preset_{inputs['criterion']}")
    if drawn is not None:
        yield Note("fn.samples", {"n": drawn.shape[1]})


def _warnings(found: list[_Found], numbers: NDArray[np.float64]) -> Iterator[Note]:
    if not found:
        yield Note("fn.no_line")
    for each in found:
        line, name = each.line, _name(each.line)
        below, beyond = numbers[numbers < line.least], numbers[numbers > line.most]
        if len(below):
            yield Note("fn.outside_line", {"line": name, "people": tuple(below[:6].tolist())})
        if len(beyond):
            people = tuple(beyond[:6].tolist())
            yield Note("fn.beyond_line", {"line": name, "people": people, "most": line.most})


METHOD = Method(
    "fn_curve",
    (
        Field(
            "scenarios",
            "table",
            most=2_000,
            columns=(
                Field("name", "text"),
                Field("per_year", "estimate", low=0, high=MOST_PER_YEAR, unit="per_year"),
                Field("people", "number", low=_LEAST_PEOPLE, high=_MOST_PEOPLE),
            ),
        ),
        Field("criterion", "choice", default="none", choices=tuple(PRESETS)),
        Field(
            "lines",
            "table",
            default=(),
            least=0,
            most=10,
            columns=(
                Field("name", "text"),
                Field("at", "number", low=_LEAST_PEOPLE, high=_MOST_PEOPLE),
                Field("per_year", "number", low=1e-15, high=MOST_PER_YEAR, unit="per_year"),
                Field("slope", "number", default=1.0, low=0, high=5),
                Field("least", "number", default=1.0, low=_LEAST_PEOPLE, high=_MOST_PEOPLE),
                Field("most", "number", default=None, low=_LEAST_PEOPLE, high=_MOST_PEOPLE),
            ),
        ),
        Field("affected", "text", default=""),
        Field("samples", "integer", default=2_000, low=0, high=50_000),
    ),
    run,
    random=True,
)
