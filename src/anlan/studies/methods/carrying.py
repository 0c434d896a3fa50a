"""Which numbers of a method's result are a risk's frequency and its yearly loss, in units of the register.

The register counts times a year, and losses in customer minutes or in a currency. Only quantities that say
how often the risk itself happens are taken: not what is tolerated, nor the causes before barriers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from anlan.domain.errors import UsageError
from anlan.formats.currencies import currency_named

FREQUENCIES = (
    "top_frequency", "event_frequency", "consequence_frequency", "mitigated_frequency", "unwanted_frequency",
    "failure_frequency", "loss_event_frequency", "any_scenario", "rate",
)  # fmt: skip
"""Quantities that say how often the risk happens."""
LOSSES = ("expected_annual_loss", "yearly_loss")
"""Quantities that say what a year loses on average."""

TIMES_A_YEAR: Mapping[str, float] = {
    "per_year": 1.0, "per_month": 12.0, "per_day": 365.25, "per_hour": 8766.0
}  # fmt: skip
"""Unit of a frequency -> times a year; a year has 365.25 days."""
PER_CASES = "per_1000_cases"
MINUTES: Mapping[str, float] = {"customer_min": 1.0, "customer_hour": 60.0}
"""Unit of a loss of time -> customer minutes."""
MONEY = "money"
LEVELS: Mapping[str, float] = {
    "confidence_95": 0.95, "credible_95": 0.95, "credible_90": 0.9, "middle_90": 0.9, "predictive_90": 0.9,
    "quartiles": 0.5,
}  # fmt: skip
"""What share an interval of that kind holds; other kinds have none."""


@dataclass(frozen=True)
class Figure:
    """A number of a result that can be taken, as the result has it. title: in both languages."""

    name: str
    of: Literal["frequency", "loss"]
    title: Mapping[str, str]
    value: float
    unit: str
    unit_title: Mapping[str, str]
    low: float | None
    high: float | None
    interval: str


@dataclass(frozen=True)
class Limits:
    """A number with its interval in another unit; no limits where the method gave none."""

    value: float
    low: float | None
    high: float | None
    interval: str


def figures_to_carry(result: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Frequencies and losses of an `anlan.assessment/1` result, in its order; none of another result."""
    found: list[Figure] = []
    for each in result.get("quantities", ()):
        if each["name"] in FREQUENCIES:
            found.append(_figure(each, "frequency"))
        elif each["name"] in LOSSES and not _not_given(each):
            found.append(_figure(each, "loss"))
    return tuple(found)


def _not_given(quantity: Mapping[str, Any]) -> bool:
    """A bow-tie none of whose consequences was given a loss says nothing of what a year loses."""
    return bool(quantity["name"] == "yearly_loss" and quantity["value"] == 0)


def risks_together(result: Mapping[str, Any]) -> int:
    """Of how many risks together the loss of a year is."""
    return len(result["inputs"].get("risks", ())) if result.get("method") == "annual_loss" else 1


def _figure(quantity: Mapping[str, Any], of: Literal["frequency", "loss"]) -> Figure:
    limits = quantity["interval"] or {"low": None, "high": None, "kind": ""}
    return Figure(
        quantity["name"], of, quantity["title"], quantity["value"], quantity["unit"], quantity["unit_title"],
        limits["low"], limits["high"], limits["kind"],
    )  # fmt: skip


def per_year(of: Figure, *, cases_per_year: float | None) -> Limits | None:
    """Times a year; None where it counts per 1,000 cases and the cases of a year are not known.

    Errors: UsageError `carry.unit` for a unit that says nothing of a year.
    """
    if of.unit == PER_CASES:
        return _times(of, cases_per_year / 1000.0) if cases_per_year else None
    if of.unit not in TIMES_A_YEAR:
        accepted = (*TIMES_A_YEAR, PER_CASES)
        raise UsageError("carry.unit", name=of.name, found=of.unit or "—", accepted=accepted)
    return _times(of, TIMES_A_YEAR[of.unit])


def yearly_loss(of: Figure, *, currency: str) -> tuple[Limits, str]:
    """The loss in customer minutes or in the currency named, with that unit as the register keeps it.

    Errors: UsageError `carry.unit` for another unit, `carry.currency` for money without a known currency,
    `carry.no_money` where a currency is named for a loss of time.
    """
    if of.unit == MONEY:
        code = currency_named(currency)
        if code is None:
            raise UsageError("carry.currency", found=currency.strip() or "—")
        return _times(of, 1.0), code
    if of.unit not in MINUTES:
        raise UsageError("carry.unit", name=of.name, found=of.unit or "—", accepted=(*MINUTES, MONEY))
    if currency.strip():
        raise UsageError("carry.no_money", name=of.name, unit=of.unit, found=currency.strip()[:20])
    return _times(of, MINUTES[of.unit]), "customer_min"


def _times(of: Figure, factor: float) -> Limits:
    low, high = (None if each is None else each * factor for each in (of.low, of.high))
    return Limits(of.value * factor, low, high, of.interval)
