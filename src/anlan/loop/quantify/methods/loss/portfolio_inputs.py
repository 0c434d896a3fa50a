"""The risks and what joins them, as a user writes them, made into a portfolio that can be simulated."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.copulas import (
    SINGULAR,
    dependent_members,
    from_spearman,
    nearest_correlation,
    smallest_eigenvalue,
)
from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios.portfolios import (
    KINDS,
    Cause,
    Copula,
    Portfolio,
    PortfolioRisk,
    Shock,
)
from anlan.maths.loss_portfolios.quantile_tables import QuantileTable, Terms, quantile_table

MOST_EVENTS = 1e5
"""Events a year a risk may have; more is a flow of cases, not a risk."""
MOST_DRAWS = 1e9
LARGEST = 1e18
_RARE = 1e-6
_LEAST_KEPT = 1e-6

RISK_FIELDS = (
    Field("name", "text"),
    Field("node", "text", default=""),
    Field("frequency", "estimate", low=0, unit="per_year"),
    Field("count", "choice", default="poisson", choices=KINDS),
    Field("dispersion", "number", default=None, above=0, high=1e6),
    Field("severity", "estimate", low=0, unit="money"),
    Field("scale", "number", default=1.0, above=0, high=1e6),
    Field("size_factor", "estimate", default=None, above=0, high=1e6),
    Field("truncated_below", "number", default=0.0, low=0),
    Field("truncated_above", "number", default=None, above=0),
    Field("limit", "number", default=None, above=0),
    Field("deductible", "number", default=0.0, low=0),
    Field("insured_share", "number", default=0.0, low=0, high=1),
    Field("cover", "number", default=None, above=0),
    Field("months", "integer", default=1, low=1, high=12),
    Field("carry_over", "number", default=0.0, low=0, high=1),
)

SHOCK_FIELDS = (
    Field("name", "text"),
    Field("probability", "number", low=0, high=1),
    Field("factor", "number", low=0, high=1000),
    Field("risks", "texts"),
)

CAUSE_FIELDS = (
    Field("cause", "text"),
    Field("effect", "text"),
    Field("factor", "number", low=1, high=1000),
    Field("months", "integer", default=1, low=1, high=12),
    Field("carry_over", "number", default=1.0, low=0, high=1),
)

DEPENDENCE_FIELDS = (
    Field("copula", "choice", default="none", choices=("none", "gaussian", "t")),
    Field("copula_of", "choice", default="frequency", choices=("frequency", "loss")),
    Field("degrees", "number", default=4.0, above=1, high=1000),
    Field("correlation", "matrix", default=None, low=-1, high=1, most=200),
    Field("correlation_as", "choice", default="copula", choices=("copula", "spearman")),
    Field("shocks", "table", default=(), least=0, most=100, columns=SHOCK_FIELDS),
    Field("causes", "table", default=(), least=0, most=1000, columns=CAUSE_FIELDS),
)


def read_portfolio(inputs: Mapping[str, Any]) -> Portfolio:
    """The portfolio. Errors: RefusedInputs with every place that does not fit."""
    faults = Faults()
    names = [row["name"] for row in inputs["risks"]]
    for place, name in enumerate(names, start=1):
        if name in names[: place - 1]:
            faults.add("method.twice", where=f"risks[{place}].name", found=name)
    risks = tuple(_risk(row, place, faults) for place, row in enumerate(inputs["risks"], start=1))
    shocks = tuple(_shock(row, place, names, faults) for place, row in enumerate(inputs["shocks"], start=1))
    causes = tuple(_cause(row, place, names, faults) for place, row in enumerate(inputs["causes"], start=1))
    copula = _copula(inputs, names, faults)
    faults.raise_any()
    portfolio = Portfolio(risks, copula, shocks, causes)
    _check_together(portfolio, inputs, faults)
    faults.raise_any()
    return portfolio


def _risk(row: Mapping[str, Any], place: int, faults: Faults) -> PortfolioRisk:
    where = f"risks[{place}]"
    if row["count"] == "negative_binomial" and row["dispersion"] is None:
        faults.add("method.missing_input", where=f"{where}.dispersion")
    if row["count"] != "negative_binomial" and row["dispersion"] is not None:
        faults.add("annual_loss.only_with", where=f"{where}.dispersion", needed="negative_binomial")
    return PortfolioRisk(
        row["count"],
        check_frequency(
            row["frequency"],
            1.0 if row["count"] == "bernoulli" else MOST_EVENTS,
            f"{where}.frequency",
            faults,
        ),
        severity_table(row, where, faults),
        row["dispersion"] or math.inf,
        row["months"],
        row["carry_over"],
    )


def check_frequency(frequency: Distribution, most: float, where: str, faults: Faults) -> Distribution:
    """A frequency or a probability whose values are possible.

    A number or three points may not pass the limit at all; what has no upper end may, one time in twenty.
    """
    bounded = frequency.kind in ("constant", "pert", "triangular")
    with np.errstate(over="ignore"):
        found = float(frequency.quantile(1.0 if bounded else 0.95))
        farthest = float(frequency.quantile(1.0 - _RARE))
    if not (found <= most and farthest <= LARGEST):
        faults.add("annual_loss.frequency", where=where, found=found, most=most)
    return frequency


def severity_table(row: Mapping[str, Any], where: str, faults: Faults) -> QuantileTable:
    """What is borne of an event's loss, as a table."""
    terms = Terms(
        row["truncated_below"],
        math.inf if row["truncated_above"] is None else row["truncated_above"],
        math.inf if row["limit"] is None else row["limit"],
        row["deductible"],
        row["insured_share"],
        math.inf if row["cover"] is None else row["cover"],
    )
    severity: Distribution = row["severity"].scaled(row["scale"])
    none = QuantileTable(np.zeros(1))
    if terms.truncated_below >= terms.truncated_above:
        faults.add("annual_loss.truncation", where=f"{where}.truncated_above", found=terms.truncated_above)
        return none
    with np.errstate(over="ignore"):  # a power beyond the largest number is a probability of 1
        kept = float(severity.cdf(terms.truncated_above)) if math.isfinite(terms.truncated_above) else 1.0
        kept -= float(severity.cdf(terms.truncated_below)) if terms.truncated_below > 0 else 0.0
    if kept < _LEAST_KEPT:
        faults.add("annual_loss.nothing_left", where=f"{where}.severity", found=kept)
        return none
    table = quantile_table(severity, terms)
    return table if is_payable(table, f"{where}.severity", faults) else none


def is_payable(table: QuantileTable, where: str, faults: Faults) -> bool:
    """Whether all losses are finite amounts one can compute with."""
    fine = bool(np.isfinite(table.values).all() and table.values[-1] <= LARGEST)
    if not fine:
        faults.add("annual_loss.severity", where=where, most=LARGEST)
    return fine


def _shock(row: Mapping[str, Any], place: int, names: Sequence[str], faults: Faults) -> Shock:
    members = [
        _member(name, f"shocks[{place}].risks[{number}]", names, faults)
        for number, name in enumerate(row["risks"], start=1)
    ]
    return Shock(row["probability"], row["factor"], tuple(sorted(set(members))))


def _cause(row: Mapping[str, Any], place: int, names: Sequence[str], faults: Faults) -> Cause:
    where = f"causes[{place}]"
    ends = [_member(row[end], f"{where}.{end}", names, faults) for end in ("cause", "effect")]
    return Cause(ends[0], ends[1], row["factor"], row["months"], row["carry_over"])


def _member(name: str, where: str, names: Sequence[str], faults: Faults) -> int:
    if name in names:
        return names.index(name)
    faults.add("method.not_a_choice", where=where, found=name, known=tuple(names))
    return 0


def _copula(inputs: Mapping[str, Any], names: Sequence[str], faults: Faults) -> Copula | None:
    given = inputs["correlation"]
    if inputs["copula"] == "none":
        if given is not None:
            faults.add("annual_loss.only_with", where="correlation", needed="copula")
        return None
    if given is None:
        faults.add("method.missing_input", where="correlation")
        return None
    matrix = np.array(given)
    if matrix.shape != (len(names), len(names)):
        found, expected = " × ".join(map(str, matrix.shape)), f"{len(names)} × {len(names)}"
        faults.add("annual_loss.correlation_size", where="correlation", found=found, expected=expected)
        return None
    if not _is_correlation(matrix, faults):
        return None
    if inputs["correlation_as"] == "spearman":
        matrix = from_spearman(matrix)
        np.fill_diagonal(matrix, 1.0)
    if not _is_positive(matrix, names, faults):
        return None
    degrees = inputs["degrees"] if inputs["copula"] == "t" else math.inf
    return Copula(matrix, degrees, inputs["copula_of"])


def _is_correlation(matrix: NDArray[np.float64], faults: Faults) -> bool:
    """Ones on the diagonal and the same on both sides of it."""
    fine = True
    for i in range(len(matrix)):
        if abs(matrix[i, i] - 1.0) > 1e-9:
            where = f"correlation[{i + 1}][{i + 1}]"
            faults.add("annual_loss.diagonal", where=where, found=float(matrix[i, i]))
            fine = False
        for j in range(i):
            if abs(matrix[i, j] - matrix[j, i]) > 1e-9:
                where, across = f"correlation[{i + 1}][{j + 1}]", float(matrix[j, i])
                found = float(matrix[i, j])
                faults.add("annual_loss.asymmetric", where=where, found=found, across=across)
                fine = False
    return fine


def _is_positive(matrix: NDArray[np.float64], names: Sequence[str], faults: Faults) -> bool:
    """No singular matrix, and none that no random variables can have; the nearest that can is named."""
    smallest = smallest_eigenvalue(matrix)
    if smallest > SINGULAR:
        return True
    if smallest >= -SINGULAR:
        members = dependent_members(matrix)
        where = f"correlation[{members[-1] + 1}]"
        faults.add("annual_loss.singular", where=where, names=tuple(names[i] for i in members))
        return False
    # it is written with three decimals and must still be valid then
    nearest = nearest_correlation(matrix, floor=0.001 * len(names))
    i, j = sorted(np.unravel_index(np.abs(nearest - matrix).argmax(), matrix.shape), reverse=True)
    rows = "; ".join(" ".join(f"{value:.3f}" for value in row) for row in nearest.tolist())
    faults.add(
        "annual_loss.indefinite",
        where=f"correlation[{i + 1}][{j + 1}]",
        smallest=smallest,
        found=float(matrix[i, j]),
        near=float(nearest[i, j]),
        rows=rows if len(names) <= 8 else "…",
    )
    return False


def _check_together(portfolio: Portfolio, inputs: Mapping[str, Any], faults: Faults) -> None:
    """What each part allows and all together do not."""
    if portfolio.causal_order is None:
        faults.add("annual_loss.circle", where="causes", names=_circle(portfolio, inputs["risks"]))
        return
    dynamic = bool(portfolio.shocks) or portfolio.by_month
    if portfolio.copula is not None and portfolio.copula.of == "loss" and dynamic:
        faults.add("annual_loss.copula_of_loss", where="copula_of")
    whole = portfolio.copula is not None and portfolio.copula.of == "loss"  # a draw is a whole year's loss
    events = len(portfolio.risks) if whole else sum(portfolio.expected_events())
    if not events * inputs["years"] <= MOST_DRAWS:
        faults.add("annual_loss.too_many", where="years", found=events * inputs["years"], most=MOST_DRAWS)


def _circle(portfolio: Portfolio, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Names along one circle of causes."""
    effects: dict[int, list[int]] = {}
    for cause in portfolio.causes:
        effects.setdefault(cause.cause, []).append(cause.effect)
    for start in sorted(effects):
        path, seen = [(start, iter(effects[start]))], {start}
        while path:
            following = next(path[-1][1], None)
            if following is None:
                path.pop()
            elif following == start:
                return tuple(str(rows[r]["name"]) for r in [*(node for node, _ in path), start])
            elif following not in seen:
                seen.add(following)
                path.append((following, iter(effects.get(following, []))))
    return ()
