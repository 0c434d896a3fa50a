"""Risk index: risks scored on ordinal scales and ranked by the product of their scores.

1. Every scale is a list of meanings, lowest first; a score is a place in it. The third scale (detectability
   or controllability) is optional: a higher score always means more risk.
2. index = likelihood x severity (x third); a score given as a range bounds the index exactly.
3. Risks of equal index share their places; ranges leave a best and a worst possible place.
4. The scales are looked at: how few different values they can give, and how different the combinations are
   that share one value.

Source: IEC 31010:2019, B.8.6 (risk indices).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.matrix.bands import check_bands, level_of
from anlan.maths.rank_ties import possible_places, shared_places
from anlan.maths.risk_matrices.ordinal_products import OrdinalProducts, ordinal_products

_AXES = ("likelihood", "severity", "third")


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The risks by index, with ties, possible places and levels."""
    faults = Faults()
    axes = tuple(axis for axis in _AXES if inputs[f"{axis}_meanings"] is not None)
    check_bands(inputs["bounds"], inputs["levels"], faults)
    scores = _scores(inputs, axes, faults)
    faults.raise_any()
    index = _Index(*scores.prod(axis=1).T)
    facts = ordinal_products([len(inputs[f"{axis}_meanings"]) for axis in axes])
    return Answer(
        quantities=_numbers(index, facts),
        tables=(_ranking(inputs, axes, scores[:, :, 1], index), _scales(inputs, axes)),
        charts=(Chart("pareto", _drawn(inputs, index)),),
        level=level_of(float(index.likely.max()), inputs["bounds"], inputs["levels"]),
        assumptions=(Note("index.ordinal"), *_third(inputs)),
        warnings=_warnings(facts, index),
    )


@dataclass(frozen=True)
class _Index:
    """Index of every risk at the low, likely and high scores."""

    low: NDArray[np.int64]
    likely: NDArray[np.int64]
    high: NDArray[np.int64]

    @property
    def ranged(self) -> bool:
        return bool((self.low < self.high).any())

    @property
    def order(self) -> NDArray[np.int64]:
        """Largest first; ties as given."""
        return np.argsort(-self.likely, kind="stable")

    @property
    def tied(self) -> NDArray[np.bool_]:
        """Which risks share their index with another."""
        first, last = shared_places(self.likely)
        tied: NDArray[np.bool_] = first != last
        return tied


def _scores(inputs: Mapping[str, Any], axes: Sequence[str], faults: Faults) -> NDArray[np.int64]:
    """(risks, scales, 3): low, likely and high score of every risk on every scale."""
    sizes = {axis: len(inputs[f"{axis}_meanings"]) for axis in axes}
    if "third" not in axes and any(row["third"] is not None for row in inputs["risks"]):
        faults.add("method.missing_input", where="third_meanings")
    return np.array(
        [
            [_score(row, axis, sizes[axis], f"risks[{number}]", faults) for axis in axes]
            for number, row in enumerate(inputs["risks"], start=1)
        ]
    )


def _score(row: Mapping[str, Any], axis: str, most: int, where: str, faults: Faults) -> tuple[int, int, int]:
    """Low, likely and high score; without a range the likely one three times; (1, 1, 1) with a fault."""
    likely = row[axis]
    if likely is None:
        faults.add("method.missing_input", where=f"{where}.{axis}")
        return 1, 1, 1
    ends = [likely if row[name] is None else row[name] for name in (f"{axis}_low", f"{axis}_high")]
    found = ends[0], likely, ends[1]
    if max(found) > most:
        faults.add("method.outside", where=f"{where}.{axis}", found=max(found), limits=f"[1, {most}]")
        return 1, 1, 1
    if list(found) != sorted(found):
        faults.add("matrix.range_order", where=f"{where}.{axis}", found=", ".join(str(s) for s in found))
    return found


def _numbers(index: _Index, facts: OrdinalProducts) -> tuple[Quantity, ...]:
    name, value = "highest_index", int(index.likely.max())
    highest = (
        Quantity(name, value, "", int(index.low.max()), int(index.high.max()), "bounds")
        if index.ranged
        else Quantity(name, value)
    )
    return (
        highest,
        Quantity("tied_risks", int(index.tied.sum())),
        Quantity("distinct_values", facts.distinct),
        Quantity("combinations", facts.combinations),
    )


def _ranking(
    inputs: Mapping[str, Any], axes: Sequence[str], scores: NDArray[np.int64], index: _Index
) -> AnswerTable:
    """All risks, largest index first; ties in the order given."""
    first, last = shared_places(index.likely)
    best, worst = possible_places(index.low, index.high)

    def row(i: int) -> tuple[Any, ...]:
        level = level_of(float(index.likely[i]), inputs["bounds"], inputs["levels"])
        limits = int(index.low[i]), int(index.high[i]), int(best[i]), int(worst[i])
        scored = (int(score) for score in scores[i])
        named = int(first[i]), inputs["risks"][i]["risk"]
        return (*named, *scored, int(index.likely[i]), *limits, bool(first[i] != last[i]), level)

    limits = ("index_low", "index_high", "rank_best", "rank_worst")
    return AnswerTable(
        "ranked_risks",
        ("rank", "risk", *(f"{axis}_score" for axis in axes), "risk_index", *limits, "tied", "level"),
        tuple(row(i) for i in index.order),
    )


def _scales(inputs: Mapping[str, Any], axes: Sequence[str]) -> AnswerTable:
    """What each score was declared to mean."""
    return AnswerTable(
        "scales",
        ("scale", "score", "meaning"),
        tuple(
            (Note(f"index.scale_{axis if axis != 'third' else inputs['third']}"), score, meaning)
            for axis in axes
            for score, meaning in enumerate(inputs[f"{axis}_meanings"], start=1)
        ),
    )


def _drawn(inputs: Mapping[str, Any], index: _Index) -> dict[str, Any]:
    order = index.order
    return {
        "measure": "index",
        "names": [inputs["risks"][i]["risk"] for i in order],
        "values": index.likely[order],
        "low": index.low[order],
        "high": index.high[order],
        "bounds": inputs["bounds"],
        "levels": inputs["levels"],
    }


def _third(inputs: Mapping[str, Any]) -> tuple[Note, ...]:
    return (Note(f"index.third_{inputs['third']}"),) if inputs["third_meanings"] is not None else ()


def _warnings(facts: OrdinalProducts, index: _Index) -> tuple[Note, ...]:
    value, count = facts.most_alike
    said = {
        "distinct": facts.distinct,
        "combinations": facts.combinations,
        "empty": facts.empty_share,
        "value": value,
        "count": count,
    }
    tied = int(index.tied.sum())
    found = (Note("index.few_values", said),) if facts.distinct < facts.combinations else ()
    return (*found, *((Note("index.ties", {"n": tied}),) if tied else ()))


def _score_fields(axis: str, *, required: bool) -> tuple[Field, ...]:
    likely = Field(axis, "integer", low=1) if required else Field(axis, "integer", default=None, low=1)
    ends = (Field(f"{axis}_{end}", "integer", default=None, low=1) for end in ("low", "high"))
    return (likely, *ends)


METHOD = Method(
    "risk_index",
    (
        Field("likelihood_meanings", "texts", least=2, most=100),
        Field("severity_meanings", "texts", least=2, most=100),
        Field("third_meanings", "texts", default=None, least=2, most=100),
        Field("third", "choice", default="detectability", choices=("detectability", "controllability")),
        Field(
            "risks",
            "table",
            columns=(
                Field("risk", "text"),
                *_score_fields("likelihood", required=True),
                *_score_fields("severity", required=True),
                *_score_fields("third", required=False),
            ),
        ),
        Field("bounds", "numbers", default=None, most=9),
        Field("levels", "texts", default=None, least=2, most=10),
    ),
    run,
)
