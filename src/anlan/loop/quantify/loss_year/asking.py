"""The specs of a loss year: the risks with what joins them, and the study of what drives its value at risk.

All stages are asked with one seed, so that their curves share luck. The drivers are the frequency of each
risk where it is uncertain, and the typical size of its losses (`known.typical_size`), each moved alone.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.loop.quantify.loss_year.dependence import Dependence
from anlan.loop.quantify.loss_year.known import KnownRisk, typical_size
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.estimates import read_estimate
from anlan.loop.quantify.methods.loss.portfolio_inputs import read_portfolio
from anlan.loop.quantify.methods.reading import read_inputs

LEVELS = (0.9, 0.95, 0.99)
MAIN_LEVEL = 0.95
MOST_DRIVERS = 16
DRIVER_YEARS = 10_000
SHARE = 0.8
PARAMETER_DRAWS = 40
"""Draws of frequencies and sizes for the second band of the curve."""
MANY_DRAWS = 2e8
"""Losses drawn one by one up to here; of more, whole years are drawn."""
_CERTAIN = ("constant",)


def loss_inputs(
    risks: Sequence[KnownRisk], dependence: Dependence, *, unit: str, years: int,
    tolerance: Sequence[Mapping[str, float]] = (),
) -> dict[str, Any]:  # fmt: skip
    """Inputs of `annual_loss` for these risks."""
    codes = [risk.code for risk in risks]
    joined = dependence.inputs(codes)
    rows = [_row(risk, *dependence.lasting(risk.code)) for risk in risks]
    events = sum(read_estimate(risk.frequency).mean for risk in risks)
    if events * years > MANY_DRAWS and not _joint(rows, joined):
        joined |= _whole_years(len(risks))
    return {
        "risks": rows,
        **joined,
        "unit": unit,
        "levels": list(LEVELS),
        "main_level": MAIN_LEVEL,
        "tolerance": [dict(point) for point in tolerance],
        "years": years,
        "parameter_draws": PARAMETER_DRAWS,
    }


def _joint(rows: Sequence[Mapping[str, Any]], joined: Mapping[str, Any]) -> bool:
    """Whether anything acts on counts or months, so that events must be drawn."""
    return bool(joined["shocks"] or joined["causes"] or "correlation" in joined) or any(
        "months" in row for row in rows
    )


def _whole_years(risks: int) -> dict[str, Any]:
    """Independent years of each risk, drawn from its exact distribution instead of event by event."""
    unit = [[1.0 if i == j else 0.0 for j in range(risks)] for i in range(risks)]
    return {"copula": "gaussian", "copula_of": "loss", "correlation": unit}


def check_inputs(inputs: Mapping[str, Any]) -> None:
    """Errors: RefusedInputs with what `annual_loss` would refuse, before a run is started for it."""
    fields = method("annual_loss").fields
    read_portfolio(read_inputs(fields, inputs))


def _row(risk: KnownRisk, months: int, carry_over: float) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": risk.code, "frequency": dict(risk.frequency), "severity": dict(risk.severity),
    }  # fmt: skip
    size = _open_size(risk)
    if size is not None:
        row["size_factor"] = dict(size)
    if risk.nodes:
        row["node"] = " / ".join(risk.nodes)
    if months > 1:
        row |= {"months": months, "carry_over": carry_over}
    return row


def driver_inputs(risks: Sequence[KnownRisk], inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Inputs of `tornado` for the value at risk of `annual_loss` with these inputs; None where no input is
    uncertain. Of many, those of the risks with the largest expected losses are studied."""
    rows = [{**row, "scale": 1.0} for row in inputs["risks"]]
    asked = [
        driver
        for place in _largest(risks)
        for driver in _drivers(risks[place], place, frequency=rows[place]["frequency"])
    ]
    if not asked:
        return None
    whole = {} if _joint(rows, inputs) else _whole_years(len(rows))
    model = {
        **inputs, **whole, "risks": rows, "levels": [MAIN_LEVEL], "tolerance": [], "parameter_draws": 0,
        "years": min(DRIVER_YEARS, inputs["years"]),
    }  # fmt: skip
    return {
        "model": {"method": "annual_loss", "inputs": model},
        "quantity": "value_at_risk",
        "inputs": asked[:MOST_DRIVERS],
        "share": SHARE,
        "together": False,
    }


def _largest(risks: Sequence[KnownRisk]) -> list[int]:
    def expected(place: int) -> float:
        risk = risks[place]
        return read_estimate(risk.frequency).mean * read_estimate(risk.severity).mean

    return sorted(range(len(risks)), key=lambda place: -expected(place))


def _drivers(risk: KnownRisk, place: int, *, frequency: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of `tornado`; their names are the code and which of its numbers: `R-0001 frequency`."""
    at = f"risks[{place + 1}]"
    found: list[dict[str, Any]] = []
    if frequency["kind"] not in _CERTAIN:
        found.append({"name": f"{risk.code} frequency", "path": f"{at}.frequency"})
    open_size = _open_size(risk)
    if open_size is not None:
        found.append({"name": f"{risk.code} size", "path": f"{at}.scale", "estimate": dict(open_size)})
    return found


def _open_size(risk: KnownRisk) -> Mapping[str, Any] | None:
    """How far all losses of the risk may lie above or below what is written; None where nothing is open."""
    size = read_estimate(risk.severity)
    spread = math.sqrt(math.log1p(size.variance / size.mean**2)) if size.mean > 0 else 0.0
    return typical_size(spread, records=risk.records)
