"""Layers of protection analysis: does a scenario stay below what is tolerable, and what is still missing?

1. Mitigated frequency = initiating frequency * enabling conditions * modifiers * layers' failure on demand.
2. Layers that share a component with one another or with the initiating event are not independent: they
   are refused, or only the best of them counts.
3. The factor still missing against the tolerable frequency, as an integrity level of a further layer.

Source: CCPS (2001), Layer of Protection Analysis: Simplified Process Risk Assessment; IEC 61511-3:2016,
annex F.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.failure.integrity import integrity_level
from anlan.loop.quantify.methods.failure.paths import rates, with_middle
from anlan.loop.quantify.methods.failure.shared_events import MOST_PER_YEAR, SAMPLES, frequency, probability
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered
from anlan.maths.distributions import Distribution

_HARD_TO_SHOW = 1e-4
_LOW_DEMAND = 1.0
"""Demands a year up to which a failure probability on demand is the measure (low demand mode of IEC 61508-4
and IEC 61511-1; see `integrity`)."""
_PARTS = ("enabling", "modifiers", "layers")


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The mitigated frequency and what is missing against the tolerable one."""
    faults = Faults()
    _check(inputs, faults)
    groups = _groups(inputs)
    if inputs["shared"] == "refuse":
        _refuse_shared(groups, inputs, faults)
    faults.raise_any()
    counted = _counted(groups, inputs)
    steps = [
        (part, row) for part in _PARTS for row in inputs[part] if part != "layers" or row["name"] in counted
    ]
    chain = [inputs["initiating"]["frequency"], *(row["probability"] for _, row in steps)]
    mitigated = math.prod(float(of.mean) for of in chain)
    drawn = _drawn(chain, inputs["samples"], seed)
    tolerable = inputs["tolerable"]
    return Answer(
        quantities=tuple(_quantities(chain[0], mitigated, tolerable, drawn)),
        tables=(_cascade(inputs, steps), _layers(inputs, groups, counted)),
        charts=(Chart("cascade", _picture(inputs, steps, tolerable)),),
        assumptions=(Note("lopa.independent"), Note("lopa.means")),
        warnings=tuple(_warnings(inputs, counted, mitigated, tolerable)),
    )  # fmt: skip


def _check(inputs: Mapping[str, Any], faults: Faults) -> None:
    frequency(inputs["initiating"]["frequency"], "initiating.frequency", faults)
    for part in _PARTS:
        numbered(inputs[part], part, faults)
        for number, row in enumerate(inputs[part], start=1):
            probability(row["probability"], f"{part}[{number}].probability", faults)


def _groups(inputs: Mapping[str, Any]) -> list[tuple[list[str], list[str], bool]]:
    """Layers joined by components, in order: (layers, components they share, the initiating event too)."""
    found: list[tuple[list[str], set[str], set[str], bool]] = [
        ([], set(inputs["initiating"]["components"]), set(), True)
    ]
    for row in inputs["layers"]:
        own = set(row["components"])
        touched = [each for each in found if each[1] & own]
        shared = {name for each in touched for name in each[1] & own | each[2]}
        layers = [name for each in touched for name in each[0]] + [row["name"]]
        parts = own.union(*(each[1] for each in touched))
        found = [each for each in found if each not in touched]
        found.append((layers, parts, shared, any(each[3] for each in touched)))
    return [(layers, sorted(shared), with_start) for layers, _, shared, with_start in found if layers]


def _refuse_shared(
    groups: Sequence[tuple[list[str], list[str], bool]], inputs: Mapping[str, Any], faults: Faults
) -> None:
    places = {row["name"]: number for number, row in enumerate(inputs["layers"], start=1)}
    for layers, shared, with_start in groups:
        if shared:
            names = tuple(["initiating", *layers] if with_start else layers)
            where = f"layers[{places[layers[-1]]}].components"
            faults.add("lopa.shared", where=where, components=tuple(shared), layers=names)


def _counted(
    groups: Sequence[tuple[list[str], list[str], bool]], inputs: Mapping[str, Any]
) -> dict[str, float]:
    """The layers that count: of those joined the best one; none where the initiating event disables them."""
    p = {row["name"]: float(row["probability"].mean) for row in inputs["layers"]}
    best = [min(layers, key=lambda name: p[name]) for layers, _, with_start in groups if not with_start]
    return {name: p[name] for name in best}


def _drawn(chain: Sequence[Distribution], n: int, seed: int) -> NDArray[np.float64] | None:
    if all(each.kind == "constant" for each in chain):
        return None
    values = rates(chain, n, seed)
    values[1:] = np.minimum(values[1:], 1.0)
    product: NDArray[np.float64] = values.prod(axis=0)
    return product


def _quantities(
    initiating: Distribution, mitigated: float, tolerable: float, drawn: NDArray[np.float64] | None
) -> Iterator[Quantity]:
    yield with_middle("mitigated_frequency", mitigated, "per_year", drawn)
    yield Quantity("tolerable_frequency", tolerable, "per_year")
    yield Quantity("initiating_frequency", float(initiating.mean), "per_year")
    if math.isfinite(mitigated / tolerable):
        yield Quantity("required_risk_reduction", max(1.0, mitigated / tolerable))
    needed = tolerable / mitigated if mitigated > tolerable else 1.0
    yield Quantity("required_integrity_level", integrity_level(min(needed, 1.0)))
    if drawn is not None:
        yield Quantity("chance_above_tolerable", float((drawn > tolerable).mean()), "probability")


def _cascade(inputs: Mapping[str, Any], steps: Sequence[tuple[str, Mapping[str, Any]]]) -> AnswerTable:
    """The frequency after each factor."""
    value = float(inputs["initiating"]["frequency"].mean)
    rows: list[tuple[Any, ...]] = [(inputs["initiating"]["name"], Note("lopa.part_initiating"), None, value)]
    for part, row in steps:
        p = float(row["probability"].mean)
        value *= p
        rows.append((row["name"], Note(f"lopa.part_{part}"), p, value))
    columns = ("lopa_step", "lopa_part", "factor_probability", "frequency_after")
    return AnswerTable("lopa_cascade", columns, tuple(rows))


def _layers(
    inputs: Mapping[str, Any],
    groups: Sequence[tuple[list[str], list[str], bool]],
    counted: Mapping[str, float],
) -> AnswerTable:
    shared = {name: components for layers, components, _ in groups for name in layers}
    rows = tuple(
        (
            row["name"],
            float(row["probability"].mean),
            integrity_level(float(row["probability"].mean)),
            row["name"] in counted,
            ", ".join(shared[row["name"]]),
        )
        for row in inputs["layers"]
    )
    columns = ("layer", "failure_on_demand", "layer_level", "counts", "shared_components")
    return AnswerTable("lopa_layers", columns, rows)


def _picture(
    inputs: Mapping[str, Any], steps: Sequence[tuple[str, Mapping[str, Any]]], tolerable: float
) -> dict[str, Any]:
    rows = _cascade(inputs, steps).rows
    return {"rows": [{"name": row[0], "value": row[3]} for row in rows], "limit": tolerable}


def _warnings(
    inputs: Mapping[str, Any],
    counted: Mapping[str, float],
    mitigated: float,
    tolerable: float,
) -> Iterator[Note]:
    left = tuple(row["name"] for row in inputs["layers"] if row["name"] not in counted)
    if left:
        yield Note("lopa.counted_once", {"layers": left})
    strong = tuple(row["name"] for row in inputs["layers"] if float(row["probability"].mean) < _HARD_TO_SHOW)
    if strong:
        yield Note("lopa.too_good", {"layers": strong})
    if not any(row["components"] for row in inputs["layers"]):
        yield Note("lopa.no_components")
    demands = _demands(inputs)
    if counted and demands > _LOW_DEMAND:
        yield Note("lopa.high_demand", {"demands": demands})
    if mitigated * _HARD_TO_SHOW > tolerable:
        yield Note("lopa.out_of_reach", {"factor": mitigated / tolerable})


def _demands(inputs: Mapping[str, Any]) -> float:
    """How often a year the layers are called."""
    enabled = math.prod(float(row["probability"].mean) for row in inputs["enabling"])
    return float(inputs["initiating"]["frequency"].mean) * enabled


def _factors(name: str) -> Field:
    columns = (Field("name", "text"), Field("probability", "estimate", low=0, high=1))
    return Field(name, "table", default=(), least=0, most=30, columns=columns)


METHOD = Method(
    "lopa",
    (
        Field(
            "initiating",
            "record",
            columns=(
                Field("name", "text"),
                Field("frequency", "estimate", low=0, high=MOST_PER_YEAR, unit="per_year"),
                Field("components", "texts", default=(), least=0, most=50),
            ),
        ),
        _factors("enabling"),
        _factors("modifiers"),
        Field(
            "layers",
            "table",
            default=(),
            least=0,
            most=30,
            columns=(
                Field("name", "text"),
                Field("probability", "estimate", low=0, high=1),
                Field("components", "texts", default=(), least=0, most=50),
            ),
        ),
        Field("tolerable", "number", above=0, high=1e9, unit="per_year"),
        Field("shared", "choice", default="refuse", choices=("refuse", "count_once")),
        SAMPLES,
    ),
    run,
    random=True,
)
