"""The rows of an FMEA sheet, read and checked: scores before and after measures, and their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.faults import Faults

Ints = NDArray[np.int64]

SCORES = ("severity", "occurrence", "detection")
QUANTITATIVE = ("rate_per_hour", "mode_share", "effect_share")
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Sheet:
    """rows: as given. before, after: (n, 3) severity, occurrence, detection; `after` is `before` where a row
    plans nothing (`planned` is False there)."""

    rows: Sequence[Mapping[str, Any]]
    before: Ints
    after: Ints
    planned: NDArray[np.bool_]

    @cached_property
    def rpn(self) -> Ints:
        numbers: Ints = self.before.prod(axis=1)
        return numbers

    @cached_property
    def rpn_after(self) -> Ints:
        numbers: Ints = self.after.prod(axis=1)
        return numbers

    def limits(self, error: int, scale: int) -> tuple[Ints, Ints]:
        """Smallest and largest number where every score may be `error` steps off."""
        low: Ints = np.clip(self.before - error, 1, scale).prod(axis=1)
        high: Ints = np.clip(self.before + error, 1, scale).prod(axis=1)
        return low, high

    def name(self, row: int) -> str:
        """`item · failure mode`, as tables and charts call a row."""
        return f"{self.rows[row]['item']} · {self.rows[row]['mode']}"


def read_sheet(inputs: Mapping[str, Any], faults: Faults) -> Sheet:
    """The sheet; a row without any score after measures plans nothing, a score left out stays as it is."""
    rows, scale = inputs["rows"], inputs["scale"]
    before, after, planned = [], [], []
    for number, row in enumerate(rows, start=1):
        now = tuple(row[name] for name in SCORES)
        later = tuple(row[f"{name}_after"] for name in SCORES)
        _check_scores(row, scale, f"rows[{number}]", faults)
        given = any(score is not None for score in later)
        before.append(now)
        after.append(tuple(b if a is None else a for b, a in zip(now, later, strict=True)))
        planned.append(given)
    _check_rates(rows, inputs["hours"], faults)
    faults.raise_any()
    return Sheet(rows, np.array(before), np.array(after), np.array(planned))


def _check_scores(row: Mapping[str, Any], scale: int, where: str, faults: Faults) -> None:
    names = [*SCORES, *(f"{name}_after" for name in SCORES)]
    for name in names:
        if row[name] is not None and row[name] > scale:
            faults.add("method.outside", where=f"{where}.{name}", found=row[name], limits=f"[1, {scale}]")


def _check_rates(rows: Sequence[Mapping[str, Any]], hours: float | None, faults: Faults) -> None:
    """Criticality numbers need all of their parts; the shares of one item's modes are at most 1 together."""
    shares: dict[str, float] = {}
    for number, row in enumerate(rows, start=1):
        given = [name for name in QUANTITATIVE if row[name] is not None]
        if not given:
            continue
        for name in QUANTITATIVE:
            if name not in given:
                faults.add("method.missing_input", where=f"rows[{number}].{name}")
        if hours is None:
            faults.add("method.missing_input", where="hours")
        item = row["item"]
        shares[item] = shares.get(item, 0.0) + (row["mode_share"] or 0.0)
        if shares[item] > 1 + _ROUNDING:
            total = f"{shares[item]:.6g}"
            faults.add("fmea.mode_shares", where=f"rows[{number}].mode_share", found=total, item=item)


def criticality(row: Mapping[str, Any], hours: float | None) -> float | None:
    """Expected failures of a mode that have the effect over the time: rate x shares x hours; None without."""
    if hours is None or any(row[name] is None for name in QUANTITATIVE):
        return None
    number: float = row["rate_per_hour"] * row["mode_share"] * row["effect_share"] * hours
    return number
