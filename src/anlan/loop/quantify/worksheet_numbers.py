"""Numbers beside the rows of a worksheet, by the method of quantification that its kind names.

The formulas are the method's own: rows are read as its inputs, and what it computes is shown row by row.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.matrix.fmea_sheet import SCORES, read_sheet
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.rank_ties import shared_places

Numbers = Mapping[str, int]


def _fmea(rows: Sequence[Mapping[str, Any]]) -> list[Numbers]:
    """rank, rpn and, where scores after measures are given, rpn_after; nothing for a row without scores."""
    whole = [i for i, row in enumerate(rows) if all(row.get(name) is not None for name in SCORES)]
    found: list[Numbers] = [{} for _ in rows]
    if not whole:
        return found
    asked = (*SCORES, *(f"{name}_after" for name in SCORES))
    given = [
        {"item": "-", "mode": "-", **{name: rows[i][name] for name in asked if rows[i].get(name) is not None}}
        for i in whole
    ]
    sheet = read_sheet(read_inputs(method("fmea").fields, {"rows": given}), Faults())
    first, _ = shared_places(sheet.rpn)
    for place, i in enumerate(whole):
        numbers = {"rank": int(first[place]), "rpn": int(sheet.rpn[place])}
        found[i] = numbers | ({"rpn_after": int(sheet.rpn_after[place])} if sheet.planned[place] else {})
    return found


_BY_METHOD: Mapping[str, tuple[tuple[str, ...], Callable[[Sequence[Mapping[str, Any]]], list[Numbers]]]] = {
    "fmea": (("rpn", "rank", "rpn_after"), _fmea),
}


def numbers_beside(code: str) -> tuple[str, ...]:
    """Codes of the numbers that a method puts beside rows; none without a method."""
    return _BY_METHOD[code][0] if code else ()


def numbers_of(code: str, rows: Sequence[Mapping[str, Any]]) -> list[Numbers]:
    """Number by code for each row, in their order; what a row is too empty for is left out."""
    return _BY_METHOD[code][1](rows) if code else [{} for _ in rows]
