"""Risks of the register that designs are to lower, with what the simulation says of each: as it is and with
the design.

A risk is told where the twin holds it: by its code or its title, or as the only one at a node of the risk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anlan.loop.improve.designs.treating import Held, held
from anlan.web.catalog.services import node_key
from anlan.web.risks.models import Risk


@dataclass(frozen=True)
class SimulatedRisk:
    """A risk under a design. as_is, with_design: entries of a result's `year.risks`, None where `missing`
    (a code of `studio.expected.missing`) says why; cases: a year's with the design."""

    design: str
    design_name: str
    risk: Risk
    held: Held
    as_is: Mapping[str, Any] | None
    with_design: Mapping[str, Any] | None
    cases: float | None
    missing: str

    @property
    def one_loss_min(self) -> float | None:
        """Minutes of one event: with the design, or as it is where none is left. None where it cannot be
        told."""
        for of in (self.with_design, self.as_is):
            if of is None or of["minutes"] is None:
                return None
            if of["times"]["estimate"] > 0.0:
                return float(of["minutes"]["estimate"] / of["times"]["estimate"])
        return None


def held_in(inputs: Mapping[str, Any], risk: Risk) -> Held:
    """The risk of a twin that stands for a risk of the register."""
    names = (risk.code, risk.title, risk.title_en, str(risk))
    return held(inputs, names=names, nodes=risk.nodes, key=node_key)


def names_held(inputs: Mapping[str, Any], risks: Iterable[Risk]) -> list[str]:
    """Names of the twin's risks that stand for these."""
    found = (held_in(inputs, risk).name for risk in risks)
    return sorted({name for name in found if name})


def simulated(
    found: Mapping[str, Any], inputs: Mapping[str, Any], design: Mapping[str, Any], risk: Risk
) -> SimulatedRisk:
    """found: as `anlan.improve/1`; inputs: of the twin; design: as it is kept with the comparison."""
    held = held_in(inputs, risk)
    with_design = next((each for each in found["designs"] if each["name"] == design["name"]), None)
    years = [of.get("year") if of else None for of in (found["as_is"], with_design)]
    rows = [_row(year, held.name) for year in years]
    cases = years[1]["cases"]["estimate"] if years[1] else None
    missing = _missing(found, held, years, rows)
    return SimulatedRisk(
        design["code"], design["name"], risk, held, None if missing else rows[0],
        None if missing else rows[1], cases, missing,
    )  # fmt: skip


def _row(year: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    return next((each for each in year["risks"] if each["name"] == name), None) if year else None


def _missing(
    found: Mapping[str, Any], held: Held, years: list[Any], rows: list[Mapping[str, Any] | None]
) -> str:
    if held.several:
        return "several"
    if not held.name:
        return "none"
    if found.get("no_year"):
        return "no_year"
    if None in years or rows[0] is None:
        return "older"
    return "taken_out" if rows[1] is None else ""
