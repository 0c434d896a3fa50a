"""What joins the risks of a register, by their codes, and the part of it that a calculation can use.

Pairs are copula parameters or rank correlations of two risks; a group sets all its pairs at once, and a pair
of its own goes before its groups. What is not said is zero. Names in shocks, causes and lasting losses are
codes of risks; those of risks without numbers are left out of a calculation, and said to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.loss.portfolio_inputs import (
    CAUSE_FIELDS,
    DEPENDENCE_FIELDS,
    RISK_FIELDS,
    SHOCK_FIELDS,
    read_portfolio,
)
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.copulas import from_spearman, nearest_correlation, smallest_eigenvalue

MOST_RISKS = 200
MOST_GROUPS = 100
PAIR_FIELDS = (Field("a", "text"), Field("b", "text"), Field("value", "number", low=-1, high=1))
GROUP_FIELDS = (
    Field("name", "text"),
    Field("risks", "texts", least=2, most=MOST_RISKS),
    Field("value", "number", low=-1, high=1),
)
LASTING_FIELDS = (
    Field("risk", "text"),
    Field("months", "integer", low=2, high=12),
    Field("carry_over", "number", above=0, high=1),
)
_PLAIN = tuple(
    each for each in DEPENDENCE_FIELDS if each.name in ("copula", "copula_of", "degrees", "correlation_as")
)
FIELDS = (
    *_PLAIN,
    Field("groups", "table", default=(), least=0, most=MOST_GROUPS, columns=GROUP_FIELDS),
    Field(
        "pairs", "table", default=(), least=0, most=MOST_RISKS * (MOST_RISKS - 1) // 2, columns=PAIR_FIELDS
    ),
    Field("shocks", "table", default=(), least=0, most=100, columns=SHOCK_FIELDS),
    Field("causes", "table", default=(), least=0, most=1000, columns=CAUSE_FIELDS),
    Field("lasting", "table", default=(), least=0, most=MOST_RISKS, columns=LASTING_FIELDS),
)
"""What is asked of whoever says what joins the risks."""

_ROUNDING = 0.001


@dataclass(frozen=True)
class Dependence:
    """content: as FIELDS read it. Codes are those of risks."""

    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def members(self) -> tuple[str, ...]:
        """All risks that are named, in the order they first are."""
        return tuple(dict.fromkeys(code for code, _ in self.named()))

    def named(self) -> Iterator[tuple[str, str]]:
        """(code, place where it is named) of every mention."""
        given = self.content
        for k, pair in enumerate(given.get("pairs", ()), start=1):
            yield from ((pair[end], f"pairs[{k}].{end}") for end in ("a", "b"))
        for table in ("groups", "shocks"):
            for k, row in enumerate(given.get(table, ()), start=1):
                yield from ((c, f"{table}[{k}].risks[{j}]") for j, c in enumerate(row["risks"], start=1))
        for k, row in enumerate(given.get("causes", ()), start=1):
            yield from ((row[end], f"causes[{k}].{end}") for end in ("cause", "effect"))
        yield from (
            (r["risk"], f"lasting[{k}].risk") for k, r in enumerate(given.get("lasting", ()), start=1)
        )

    def value(self, a: str, b: str) -> float:
        """The pair's own value, else that of the last group holding both, else zero."""
        return self.values().get(frozenset((a, b)), 0.0)

    def values(self) -> dict[frozenset[str], float]:
        """Of every pair that a group or a pair of its own names."""
        found = {
            frozenset(pair): float(group["value"])
            for group in self.content.get("groups", ())
            for pair in combinations(dict.fromkeys(group["risks"]), 2)
        }
        own = {frozenset((p["a"], p["b"])): float(p["value"]) for p in self.content.get("pairs", ())}
        return found | own

    def matrix(self, codes: Sequence[str]) -> list[list[float]]:
        """Correlations in the order of the codes, ones on the diagonal."""
        values = self.values()
        return [[1.0 if a == b else values.get(frozenset((a, b)), 0.0) for b in codes] for a in codes]

    def inputs(self, codes: Sequence[str]) -> dict[str, Any]:
        """The part about these risks, as `annual_loss` takes it (without `lasting`, which is of a risk)."""
        given, known = self.content, set(codes)
        shocks = [
            {**row, "risks": [code for code in row["risks"] if code in known]}
            for row in given.get("shocks", ())
        ]
        causes = [dict(row) for row in given.get("causes", ()) if {row["cause"], row["effect"]} <= known]
        found: dict[str, Any] = {"shocks": [row for row in shocks if row["risks"]], "causes": causes}
        matrix = self.matrix(codes)
        if given.get("copula", "none") != "none" and any(
            matrix[i][j] for i in range(len(codes)) for j in range(i)
        ):
            found |= {name: given[name] for name in ("copula", "copula_of", "correlation_as")}
            found |= {"degrees": given["degrees"]} if given["copula"] == "t" else {}
            found["correlation"] = matrix
        return found

    @property
    def unused_pairs(self) -> bool:
        """Whether correlations are given while the form `none` leaves them out."""
        return self.content.get("copula", "none") == "none" and any(self.values().values())

    def lasting(self, code: str) -> tuple[int, float]:
        """(months, carry over) of the risk; (1, 0) where nothing is said."""
        rows = (row for row in self.content.get("lasting", ()) if row["risk"] == code)
        return next(((int(row["months"]), float(row["carry_over"])) for row in rows), (1, 0.0))


def draft_dependence(given: Mapping[str, Any]) -> Dependence:
    """What was given, each answer checked by itself. Errors: RefusedInputs with every place, and for more
    risks than a calculation takes."""
    found = Dependence(_plain(read_inputs(FIELDS, given)))
    if len(found.members) > MOST_RISKS:
        faults = Faults()
        faults.add("method.length", where="risks", found=len(found.members), least=0, most=MOST_RISKS)
        faults.raise_any()
    return found


def read_dependence(given: Mapping[str, Any], *, known: Sequence[str]) -> Dependence:
    """What was given, checked as `annual_loss` will check it.

    known: codes of risks that may be named. Errors: RefusedInputs with every place; a correlation matrix
    that cannot be is `annual_loss.indefinite` or `annual_loss.singular` at `correlation[i][j]`, rows in the
    order of `members`.
    """
    found = draft_dependence(given)
    faults, seen = Faults(), set(known)
    for code, where in found.named():
        if code not in seen:
            faults.add("method.not_a_choice", where=where, found=code[:40], known=tuple(known[:20]))
    for k, pair in enumerate(found.content["pairs"], start=1):
        if pair["a"] == pair["b"]:
            faults.add("dependence.itself", where=f"pairs[{k}]", found=pair["a"])
    faults.raise_any()
    if found.members:
        read_portfolio(_trial(found))
    return found


def _plain(read: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as JSON values."""
    return {
        name: [{k: list(v) if isinstance(v, tuple) else v for k, v in row.items()} for row in value]
        if isinstance(value, list | tuple)
        else value
        for name, value in read.items()
    }


def _trial(found: Dependence) -> dict[str, Any]:
    """Inputs of `annual_loss` with one event a year of size one for each risk named: only what joins them
    is looked at."""
    rows = []
    for code in found.members:
        months, carry_over = found.lasting(code)
        rows.append({"name": code, "frequency": 1, "severity": 1, "months": months, "carry_over": carry_over})
    fields = (Field("risks", "table", most=MOST_RISKS, columns=RISK_FIELDS), *DEPENDENCE_FIELDS)
    return {**read_inputs(fields, {"risks": rows, **found.inputs(found.members)}), "years": 1_000}


@dataclass(frozen=True)
class Nearest:
    """Pairs of the nearest correlation matrix that can be: (a, b, value asked, value offered), those that
    differ, the largest change first; pairs: all offered ones, as `pairs` takes them."""

    changed: tuple[tuple[str, str, float, float], ...]
    pairs: tuple[dict[str, Any], ...]


def nearest_valid(asked: Dependence) -> Nearest | None:
    """The matrix nearest to the one asked for that random variables can have, to three decimals; None where
    that one can be. Rank correlations are compared as the copula parameters they stand for."""
    codes = asked.members
    wanted = np.array(asked.matrix(codes))
    ranks = asked.content.get("correlation_as") == "spearman"
    if len(codes) < 2 or asked.content.get("copula", "none") == "none" or _can_be(wanted, ranks=ranks):
        return None
    floor = _ROUNDING * len(codes)
    offered = _offered(wanted, floor, ranks=ranks)
    while not _can_be(offered, ranks=ranks):  # what rounding spoils needs a little more room
        floor *= 1.5
        offered = _offered(wanted, floor, ranks=ranks)
    pairs = [
        (codes[i], codes[j], float(wanted[i, j]), float(offered[i, j]))
        for i in range(len(codes))
        for j in range(i)
    ]
    changed = sorted(
        (pair for pair in pairs if abs(pair[3] - pair[2]) >= _ROUNDING / 2), key=lambda p: -abs(p[3] - p[2])
    )
    kept = tuple({"a": a, "b": b, "value": value} for a, b, _, value in pairs if value != 0.0)
    return Nearest(tuple(changed), kept)


def _offered(wanted: NDArray[np.float64], floor: float, *, ranks: bool) -> NDArray[np.float64]:
    """The nearest matrix with eigenvalues from about `floor`, rounded, in the terms it was asked in."""
    found = nearest_correlation(from_spearman(wanted) if ranks else wanted, floor=floor)
    return np.round(6.0 / np.pi * np.arcsin(found / 2.0) if ranks else found, 3)


def _can_be(matrix: NDArray[np.float64], *, ranks: bool) -> bool:
    """Positive definite, also as copula parameters."""
    used = from_spearman(matrix) if ranks else matrix.copy()
    np.fill_diagonal(used, 1.0)
    return smallest_eigenvalue(used) > 1e-6
