"""Ratings as an agreement coefficient reads them: categories counted, or numbers with gaps."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.experts.answers import LARGEST
from anlan.loop.quantify.methods.faults import Faults

Floats = NDArray[np.float64]
Rows = tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True)
class Codes:
    """Ratings as places among the categories: (objects, raters), nan where missing."""

    categories: tuple[str, ...]
    places: Floats

    def counts(self) -> Floats:
        """How many raters put each object into each category: (objects, categories)."""
        k = len(self.categories)
        return np.stack([(self.places == place).sum(axis=1) for place in range(k)], axis=1).astype(np.float64)


def read_rows(inputs: Mapping[str, Any]) -> Rows:
    """The ratings as written; an empty text is a gap, and 3, 3.0 and "3" are one category."""
    return tuple(tuple(_written(each) for each in row) for row in inputs["ratings"])


def _written(value: str | None) -> str | None:
    if value is None or value == "":
        return None
    number = _as_number(value)
    return value if number is None else f"{number:.15g}"


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def numbers_of(rows: Rows, faults: Faults, *, positive: bool = False) -> Floats:
    """(objects, raters), nan where missing; words and absurd sizes are faults."""
    table = np.full((len(rows), len(rows[0])), np.nan)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            if text is None:
                continue
            number, where = _as_number(text), f"ratings[{i + 1}][{j + 1}]"
            if number is None:
                faults.add("method.not_a_number", where=where, found=text[:60])
            elif abs(number) > LARGEST or (positive and number < 0):
                limits = f"[{0 if positive else -LARGEST:g}, {LARGEST:g}]"
                faults.add("method.outside", where=where, found=text[:60], limits=limits)
            else:
                table[i, j] = number
    return table


def codes_of(rows: Rows, given: Sequence[str] | None, faults: Faults, *, ordered: bool) -> Codes:
    """The ratings by category: in the order given; else numbers ascending; else by the alphabet, which is
    no order of grades, so that `ordered` then asks for one."""
    seen = {text for row in rows for text in row if text is not None}
    if given is not None:
        categories = tuple(dict.fromkeys(_written(each) or "" for each in given))
    elif all(_as_number(text) is not None for text in seen):
        categories = tuple(sorted(seen, key=float))
    else:
        categories = tuple(sorted(seen))
        if ordered:
            faults.add("agreement.order", where="categories", found=categories[:8])
    index = {text: place for place, text in enumerate(categories)}
    places = np.full((len(rows), len(rows[0])), np.nan)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            if text in index:
                places[i, j] = index[text]
            elif text is not None:
                where = f"ratings[{i + 1}][{j + 1}]"
                faults.add("method.not_a_choice", where=where, found=text[:60], known=categories)
    return Codes(categories, places)


def no_gaps(table: Floats, faults: Faults) -> None:
    """This coefficient has no place for a missing rating."""
    for i, j in zip(*np.nonzero(np.isnan(table)), strict=True):
        faults.add("agreement.gap", where=f"ratings[{i + 1}][{j + 1}]")
