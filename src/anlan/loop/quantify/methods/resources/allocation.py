"""Scarce means given to functions, regions or projects at the greatest gain, and what each mean is worth.

1. Each use takes its means in proportion; its gain may fall with the amount, in pieces.
2. A linear program finds the amounts; whole amounts by an integer program with its bound.
3. Each mean: worth of one unit more and less, and how far these prices hold. Each use: between which gains
   the plan stays the best.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.allocation.integer import WholeSolution, least_cost
from anlan.maths.allocation.linear import (
    Floats,
    Program,
    Range,
    Solution,
    Worth,
    is_degenerate,
    program,
    ranges_of_gains,
    solve,
    worth_of_limits,
)

_MOST = 1e9
_CLOSE = 1e-6
FIELDS = (
    Field(
        "uses",
        "table",
        most=200,
        columns=(
            Field("name", "text"),
            Field("gain", "number", low=-_MOST, high=_MOST),
            Field("least", "number", default=0.0, low=0, high=_MOST),
            Field("most", "number", default=None, low=0, high=_MOST),
            Field("whole", "flag", default=False),
        ),
    ),
    Field("means", "table", most=100, columns=(
        Field("name", "text"), Field("available", "number", low=0, high=_MOST),
    )),
    Field("takes", "table", most=5_000, columns=(
        Field("use", "text", names=("uses",)), Field("mean", "text", names=("means",)),
        Field("amount", "number", low=0, high=_MOST),
    )),
    Field("pieces", "table", default=(), least=0, most=1_000, columns=(
        Field("use", "text", names=("uses",)), Field("beyond", "number", above=0, high=_MOST),
        Field("gain", "number", low=-_MOST, high=_MOST),
    )),
    Field("time_limit", "number", default=30.0, low=1, high=600, unit="second"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Asked:
    """of: the program over pieces of uses; use (n,): the use of each piece; whole (uses,): whole amounts."""

    of: Program
    use: np.ndarray
    whole: np.ndarray
    uses: tuple[str, ...]
    means: tuple[str, ...]
    gains: tuple[tuple[float, ...], ...]


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Amounts, gain and worths. Errors: RefusedInputs; UsageError where limits clash or gain has no end."""
    asked = read(inputs)
    best = solve(asked.of)
    worths = worth_of_limits(asked.of, best)[: len(asked.means)]
    ranges = ranges_of_gains(asked.of, best)
    whole = _whole(asked, inputs["time_limit"]) if asked.whole.any() else None
    x = best.x if whole is None else whole.x
    amounts = np.asarray(np.bincount(asked.use, weights=x, minlength=len(asked.uses)), dtype=float)
    return Answer(
        quantities=tuple(_quantities(asked, best, whole)),
        tables=(
            _uses(asked, amounts, x, best, ranges, exact=whole is None),
            _means(asked, x, worths, exact=whole is None),
        ),
        charts=(_chart(asked, x),),
        assumptions=(Note("allocation.proportion"), Note("allocation.prices")),
        warnings=tuple(_warnings(asked, best, whole, worths, inputs)),
    )


def read(inputs: Mapping[str, Any]) -> Asked:
    """The program. Errors: RefusedInputs with every fault, each at its place."""
    faults = Faults()
    uses, means = numbered(inputs["uses"], "uses", faults), numbered(inputs["means"], "means", faults)
    takes = np.zeros((len(inputs["means"]), len(inputs["uses"])))
    for n, row in enumerate(inputs["takes"], start=1):
        use = place(row["use"], uses, f"takes[{n}].use", faults)
        mean = place(row["mean"], means, f"takes[{n}].mean", faults)
        if use is not None and mean is not None:
            takes[mean, use] += row["amount"]
    pieces = _pieces(inputs, uses, faults)
    for n, row in enumerate(inputs["uses"], start=1):
        if row["most"] is not None and row["most"] < row["least"]:
            faults.add(
                "allocation.least_most", where=f"uses[{n}].most", found=row["most"], least=row["least"]
            )
    faults.raise_any()
    return _program(inputs, takes, pieces)


def _pieces(
    inputs: Mapping[str, Any], uses: Mapping[str, int], faults: Faults
) -> dict[int, list[tuple[float, float]]]:
    """(beyond, gain) of each use, in order; gains must fall: else first pieces would not be filled first."""
    pieces: dict[int, list[tuple[float, float]]] = {n: [] for n in range(len(inputs["uses"]))}
    for n, row in enumerate(inputs["pieces"], start=1):
        use = place(row["use"], uses, f"pieces[{n}].use", faults)
        if use is None:
            continue
        before = pieces[use][-1] if pieces[use] else (0.0, inputs["uses"][use]["gain"])
        if row["beyond"] <= before[0] or row["gain"] > before[1]:
            faults.add("allocation.pieces", where=f"pieces[{n}]", use=row["use"])
        pieces[use].append((row["beyond"], row["gain"]))
    return pieces


def _program(
    inputs: Mapping[str, Any], takes: Floats, pieces: Mapping[int, Sequence[tuple[float, float]]]
) -> Asked:
    """A variable a piece; limits: the means, then the least and most of each use."""
    use, gain, high = [], [], []
    for n, row in enumerate(inputs["uses"]):
        ends = [0.0, *(beyond for beyond, _ in pieces[n]), math.inf]
        for at, each in enumerate([row["gain"], *(lower for _, lower in pieces[n])]):
            use.append(n)
            gain.append(each)
            high.append(ends[at + 1] - ends[at])
    of_use = np.array(use)
    sums = (of_use[None, :] == np.arange(len(inputs["uses"]))[:, None]).astype(float)
    rows, limits = [takes[:, of_use]], [np.array([row["available"] for row in inputs["means"]])]
    for n, row in enumerate(inputs["uses"]):
        if row["most"] is not None:
            rows.append(sums[n : n + 1])
            limits.append(np.array([row["most"]]))
        if row["least"] > 0:
            rows.append(-sums[n : n + 1])
            limits.append(np.array([-row["least"]]))
    return Asked(
        program(gain, np.vstack(rows), np.concatenate(limits), high=high),
        of_use,
        np.array([row["whole"] for row in inputs["uses"]]),
        tuple(row["name"] for row in inputs["uses"]),
        tuple(row["name"] for row in inputs["means"]),
        tuple((row["gain"], *(lower for _, lower in pieces[n])) for n, row in enumerate(inputs["uses"])),
    )


def _whole(asked: Asked, time_limit: float) -> WholeSolution:
    """The same with whole sums of the uses asked for: a further variable for each of them."""
    of, chosen = asked.of, np.flatnonzero(asked.whole)
    n, k = len(of.gain), len(chosen)
    sums = (asked.use[None, :] == chosen[:, None]).astype(float)
    rows = np.vstack([np.hstack([of.rows, np.zeros((len(of.limits), k))]), np.hstack([sums, -np.eye(k)])])
    found = least_cost(
        -np.append(of.gain, np.zeros(k)),
        rows,
        np.append(np.full(len(of.limits), -np.inf), np.zeros(k)),
        np.append(of.limits, np.zeros(k)),
        whole=np.append(np.zeros(n), np.ones(k)),
        upper=np.append(of.high, np.full(k, np.inf)),
        time_limit_s=time_limit,
    )
    return WholeSolution(found.x[:n], found.value, found.bound, found.gap, found.proven)


def _quantities(asked: Asked, best: Solution, whole: WholeSolution | None) -> list[Quantity]:
    if whole is None:
        return [Quantity("total_gain", best.value), Quantity("uses_served", float(_served(asked, best.x)))]
    return [
        Quantity("total_gain", -whole.value, "", -whole.value, -whole.bound, "bounds"),
        Quantity("uses_served", float(_served(asked, whole.x))),
        Quantity("gain_without_whole", best.value),
    ]


def _served(asked: Asked, x: Floats) -> int:
    return int((np.bincount(asked.use, weights=x, minlength=len(asked.uses)) > _CLOSE).sum())


def _open(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _uses(
    asked: Asked, amounts: Floats, x: Floats, best: Solution, ranges: Sequence[Range], *, exact: bool
) -> AnswerTable:
    """Amount and gain of each use; of those with one piece how the plan hangs on the gain."""
    columns = ("use_name", "amount", "gain_each", "gain_total") + (
        "reduced_gain",
        "gain_from",
        "gain_to",
    ) * exact
    rows = []
    for n, name in enumerate(asked.uses):
        parts = np.flatnonzero(asked.use == n)
        row: tuple[Any, ...] = (
            name,
            float(amounts[n]),
            asked.gains[n][0],
            float(asked.of.gain[parts] @ x[parts]),
        )
        if exact and len(parts) == 1:
            at = parts[0]
            row += (float(best.reduced[at]) + 0.0, _open(ranges[at].low), _open(ranges[at].high))
        elif exact:
            row += (None, None, None)
        rows.append(row)
    return AnswerTable("allocation_uses", columns, tuple(rows))


def _means(asked: Asked, x: Floats, worths: Sequence[Worth], *, exact: bool) -> AnswerTable:
    used = asked.of.rows[: len(asked.means)] @ x
    columns = ("mean_name", "available", "used", "left") + (
        "one_more",
        "one_less",
        "holds_from",
        "holds_to",
    ) * exact
    rows = []
    for n, name in enumerate(asked.means):
        limit, worth = float(asked.of.limits[n]), worths[n]
        row: tuple[Any, ...] = (name, limit, float(used[n]), max(0.0, limit - float(used[n])))
        if exact:
            row += (_open(worth.more), _open(worth.less), _open(worth.holds.low), _open(worth.holds.high))
        rows.append(row)
    return AnswerTable("allocation_means", columns, tuple(rows))


def _chart(asked: Asked, x: Floats) -> Chart:
    used = asked.of.rows[: len(asked.means)] @ x
    rows = [
        {"name": name, "value": float(used[n] / limit) if limit > 0 else 0.0, "low": None, "high": None}
        for n, name in enumerate(asked.means)
        for limit in [float(asked.of.limits[n])]
    ]
    return Chart("intervals", {"rows": rows, "all": None, "of": Note("allocation.of_used")})


def _warnings(
    asked: Asked,
    best: Solution,
    whole: WholeSolution | None,
    worths: Sequence[Worth],
    inputs: Mapping[str, Any],
) -> list[Note]:
    if whole is not None:
        found = [Note("allocation.no_prices")]
        return found if whole.proven else [*found, Note("allocation.time_ended", {"gap": whole.gap})]
    found = []
    if is_degenerate(worths):
        names = tuple(name for name, each in zip(asked.means, worths, strict=True) if is_degenerate([each]))
        found.append(Note("allocation.degenerate", {"means": names}))
    if _has_other(asked, best):
        found.append(Note("allocation.other_plans"))
    return found


def _has_other(asked: Asked, best: Solution) -> bool:
    """Whether another plan gains as much: some use can be larger or smaller without loss."""
    of = asked.of
    rows = np.vstack([of.rows, -of.gain])
    limits = np.append(of.limits, -best.value + 1e-9 * (1.0 + abs(best.value)))
    reach = 1e-4 * (1.0 + np.abs(best.x))
    rng = np.linspace(1.0, 2.0, len(of.gain))  # no plan but the same stays best for two opposite directions
    for sign in (1.0, -1.0):
        try:
            other = solve(program(sign * rng, rows, limits, high=of.high)).x
        except UsageError:
            return True
        if (np.abs(other - best.x) > reach).any():
            return True
    return False


METHOD = Method("allocation", FIELDS, run)
