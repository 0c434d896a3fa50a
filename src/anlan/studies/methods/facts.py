"""The few numbers of a method's result that checks of assessments ask for."""

from collections.abc import Iterator, Mapping
from typing import Any

_NAMED_FACTORS = ("layers", "enabling", "modifiers")
"""Tables of a layer-of-protection analysis that multiply on one way."""


def facts_to_check(result: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values of an `anlan.assessment/1` result.

    frequency_unit  of its first number that counts times; empty without one
    ways            names that are multiplied on one way
    memberships     grades as given, where the method was not asked to bring them to one
    ratios          consistency ratios of all comparisons
    """
    inputs = result.get("inputs", {})
    units = (quantity["unit"] for quantity in result.get("quantities", ()))
    return {
        "frequency_unit": next((unit for unit in units if unit.startswith("per_")), ""),
        "ways": _ways(inputs),
        "memberships": list(_memberships(inputs)),
        "ratios": list(_ratios(result)),
    }


def _ways(inputs: Mapping[str, Any]) -> list[list[str]]:
    if "initiating" not in inputs:
        return []
    return [[row["name"] for table in _NAMED_FACTORS for row in inputs.get(table) or ()]]


def _memberships(inputs: Mapping[str, Any]) -> Iterator[list[float]]:
    if inputs.get("normalise") or "grades" not in inputs:
        return
    for row in inputs.get("factors") or ():
        if row.get("memberships"):
            yield list(row["memberships"])


def _ratios(result: Mapping[str, Any]) -> Iterator[float]:
    """From the table that tells them."""
    for table in result.get("tables", ()):
        names = [column["name"] for column in table["columns"]]
        if "consistency_ratio" in names:
            place = names.index("consistency_ratio")
            yield from (row[place] for row in table["rows"] if row[place] is not None)
