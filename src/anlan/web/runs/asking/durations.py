"""A length of time as a number and a unit, as people enter it and as studies read it (`5d`)."""

from django import forms

from anlan.formats import wording
from anlan.web.common.texts import language, text

UNITS = {"m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
LONGEST = 5e6
"""Of any unit: a hundred years are 5,217 weeks or 53 million minutes; the study says what is too long."""


def unit_field(*, initial: str = "d") -> forms.ChoiceField:
    choices = [(code, text(f"runs.ask.units.{code}")) for code in UNITS]
    return forms.ChoiceField(choices=choices, initial=initial, required=False, label=text("runs.ask.unit"))


def written(amount: float, unit: str) -> str:
    """`90`, `m` as `90m`; without an exponent, which studies do not read."""
    return f"{amount:.6f}".rstrip("0").rstrip(".") + unit


def split(seconds: float) -> tuple[float, str]:
    """Seconds in the largest unit that divides them, minutes at least."""
    for unit in ("w", "d", "h"):
        if seconds % UNITS[unit] == 0:
            return seconds / UNITS[unit], unit
    return seconds / 60.0, "m"


def said(seconds: float) -> str:
    return wording.duration(seconds, language())
