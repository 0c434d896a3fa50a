"""The loss of a year over all risks, with what joins them, and which risk brings how much of its tail.

1. Years are simulated: counts by each risk's frequency, an independent severity for each event, and the
   joint effects asked for (copula, shocks, causes, persistence); see `maths.loss_portfolios`.
2. Mean, value at risk and CVaR (the mean of the worst 1 - p of the years) with standard errors; the
   exceedance curve with its limits, held against the tolerated points.
3. CVaR by risk and by node (Euler); the parts add up.
4. Where asked, the band that open frequencies and sizes leave the curve (`open_parameters`).
5. Where nothing joins the risks, the same numbers without simulation: transforms (FFT), and Panjer's
   recursion where it applies.

Source: Klugman, Panjer & Willmot (2019), Loss Models; McNeil, Frey & Embrechts (2015), Quantitative Risk
Management; Manistre & Hancock (2005) for the error of CVaR.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note
from anlan.loop.quantify.methods.loss.loss_answers import (
    SAMPLE_FIELDS,
    broken_points,
    check_sample_fields,
    convergence,
    curve_chart,
    curve_losses,
    quantities,
    tail_table,
    tolerance_table,
)
from anlan.loop.quantify.methods.loss.open_parameters import (
    MOST_DRAWS,
    band_notes,
    band_of,
    band_points,
    band_table,
)
from anlan.loop.quantify.methods.loss.portfolio_inputs import (
    DEPENDENCE_FIELDS,
    RISK_FIELDS,
    read_portfolio,
)
from anlan.maths.lattice import Lattice
from anlan.maths.loss_portfolios.allocation import Allocation, allocate_tail
from anlan.maths.loss_portfolios.exact import panjer_lattice, yearly_lattice
from anlan.maths.loss_portfolios.portfolios import Portfolio, SimulatedYears, YearSimulator
from anlan.maths.loss_statistics import LossSample, loss_sample
from anlan.maths.progress import part

_REACH = 1.959963984540054


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The distribution of the yearly loss and its parts."""
    check_sample_fields(inputs)
    portfolio = read_portfolio(inputs)
    level, unit, tolerance = _main_level(inputs), inputs["unit"], inputs["tolerance"]
    simulator = YearSimulator(portfolio, seed=seed)
    with part(0.0, 0.8 if not inputs["parameter_draws"] else 0.3):
        years = simulator.run(inputs["years"])
    sample = loss_sample(years.totals)
    with part(0.3, 0.8):
        band = band_of(inputs, portfolio, losses=curve_losses(sample), level=level, seed=seed)
    with part(0.8, 0.9):
        parts = allocate_tail(
            simulator.detail,
            years.totals,
            value_at_risk=sample.quantile(level).value,
            probability=level,
            risks=len(portfolio.risks),
        )
    with part(0.9, 1.0):
        lattices = _exact(portfolio) if portfolio.independent else {}
    settled, settling_chart, warnings = convergence(
        years.totals, sample, level=level, relative=inputs["relative_error"]
    )
    tables = [tail_table(sample, inputs["levels"]), _risk_table(inputs["risks"], years, parts, sample, level)]
    if any(row["node"] for row in inputs["risks"]):
        tables.append(_node_table(inputs["risks"], years, parts))
    held = tolerance_table(sample, tolerance) if tolerance else None
    tables += [held] if held else []
    tables += [band_table(band, sample, level)] if band else []
    tables += [_agreement(sample, lattices, level), settled] if lattices else [settled]
    return Answer(
        quantities=(*quantities(sample, [level], unit), *([broken_points(held)] if held else [])),
        tables=tuple(tables),
        charts=(
            curve_chart(
                sample, tolerance, level=level, unit=unit, exact=_curve_of(lattices), band=band_points(band)
            ),
            _allocation_chart(inputs["risks"], years, parts, level, unit),
            settling_chart,
        ),
        assumptions=(*_assumptions(inputs, portfolio), *band_notes(inputs, band)),
        warnings=(*_warnings(inputs, portfolio), *warnings),
    )


def _main_level(inputs: Mapping[str, Any]) -> float:
    """The level whose tail is divided among the risks. Errors: RefusedInput where it is none of `levels`."""
    asked, levels = inputs["main_level"], inputs["levels"]
    if asked is not None and asked not in levels:
        raise RefusedInput("annual_loss.main_level", where="main_level", found=asked, known=tuple(levels))
    return float(levels[0] if asked is None else asked)


def _exact(portfolio: Portfolio) -> dict[str, Lattice]:
    """By transform, and by recursion where it applies; nothing where there is no loss at all."""
    if not any(risk.frequency_table.mean * risk.severity.mean > 0 for risk in portfolio.risks):
        return {}
    found = {"fft": yearly_lattice(portfolio.risks)}
    recursion = panjer_lattice(portfolio.risks)
    return {**found, "panjer": recursion} if recursion is not None else found


def _risk_table(
    rows: Sequence[Mapping[str, Any]],
    years: SimulatedYears,
    parts: Allocation,
    sample: LossSample,
    level: float,
) -> AnswerTable:
    """Each risk's events, mean loss and part of the CVaR, the largest part first; the sum last."""
    total = sample.cvar(level).value
    order = np.argsort(-parts.parts, kind="stable").tolist()
    lines: list[tuple[Any, ...]] = [
        (
            rows[r]["name"],
            rows[r]["node"] or None,
            float(years.mean_events[r]),
            float(years.mean_loss[r]),
            float(_REACH * years.loss_error[r]),
            float(parts.parts[r]),
            float(_REACH * parts.errors[r]),
            float(parts.parts[r] / total) if total > 0 else None,
        )
        for r in order
    ]
    lines.append(
        (
            Note("loss.total"), None, float(years.mean_events.sum()), float(years.mean_loss.sum()), None,
            float(parts.parts.sum()), None, 1.0 if total > 0 else None,
        )
    )  # fmt: skip
    columns = ("of_risk", "of_node", "events_a_year", "expected_annual_loss", "within", "cvar_part",
               "cvar_within", "cvar_share")  # fmt: skip
    return AnswerTable("risks", columns, tuple(lines))


def _node_table(rows: Sequence[Mapping[str, Any]], years: SimulatedYears, parts: Allocation) -> AnswerTable:
    nodes: dict[str, list[float]] = {}
    for r, row in enumerate(rows):
        sums = nodes.setdefault(row["node"] or "—", [0.0, 0.0])
        sums[0] += float(years.mean_loss[r])
        sums[1] += float(parts.parts[r])
    total = float(parts.parts.sum())
    lines = tuple(
        (node, mean, part, part / total if total > 0 else None)
        for node, (mean, part) in sorted(nodes.items(), key=lambda item: -item[1][1])
    )
    return AnswerTable("nodes", ("of_node", "expected_annual_loss", "cvar_part", "cvar_share"), lines)


def _agreement(sample: LossSample, lattices: Mapping[str, Lattice], level: float) -> AnswerTable:
    """Simulation beside the exact numbers; the difference in standard errors of the simulation."""
    mean, at_risk, beyond = sample.mean, sample.quantile(level), sample.cvar(level)
    fft, panjer = lattices["fft"], lattices.get("panjer")
    rows = []
    for name, simulated, of in (
        ("expected_annual_loss", mean, lambda lattice: lattice.mean),
        ("value_at_risk", at_risk, lambda lattice: lattice.quantile(level)),
        ("cvar", beyond, lambda lattice: lattice.tail_mean(level)),
    ):
        exact = float(of(fft))
        difference = (
            (simulated.value - exact) / simulated.standard_error if simulated.standard_error > 0 else None
        )
        recursion = None if panjer is None else float(of(panjer))
        rows.append((Note(f"loss.{name}"), simulated.value, exact, recursion, difference))
    columns = ("statistic", "by_simulation", "by_fft", "by_panjer", "standard_errors_apart")
    return AnswerTable("agreement", columns, tuple(rows))


def _curve_of(lattices: Mapping[str, Lattice]) -> list[tuple[float, float]]:
    """The exact exceedance curve at a hundred probabilities."""
    if not lattices:
        return []
    lattice = lattices["fft"]
    shares = 10.0 ** np.linspace(-3.5, 0.0, 100)
    losses = np.unique([lattice.quantile(1.0 - share) for share in shares.tolist()])
    return [(float(loss), lattice.exceedance(float(loss))) for loss in losses]


def _allocation_chart(
    rows: Sequence[Mapping[str, Any]], years: SimulatedYears, parts: Allocation, level: float, unit: str
) -> Chart:
    order = np.argsort(-parts.parts, kind="stable").tolist()
    bars = [
        {
            "name": rows[r]["name"],
            "mean": years.mean_loss[r],
            "part": parts.parts[r],
            "error": _REACH * parts.errors[r],
        }
        for r in order
    ]
    return Chart("allocation_bars", {"bars": bars, "level": level, "unit": unit})


def _assumptions(inputs: Mapping[str, Any], portfolio: Portfolio) -> tuple[Note, ...]:
    notes = [Note("annual_loss.independent_severities"), Note("annual_loss.cvar"), Note("loss.sampling_only")]
    if any(risk.certain_rate is None for risk in portfolio.risks):
        notes.append(Note("annual_loss.uncertain_rates"))
    if portfolio.independent:
        notes.append(Note("annual_loss.independent"))
    if portfolio.copula is not None:
        notes.append(Note(f"annual_loss.copula_{inputs['copula']}", {"degrees": inputs["degrees"]}))
        notes.append(Note(f"annual_loss.of_{inputs['copula_of']}"))
    if portfolio.shocks:
        notes.append(Note("annual_loss.shocks"))
    if portfolio.by_month:
        notes.append(Note("annual_loss.by_month"))
    return tuple(notes)


def _warnings(inputs: Mapping[str, Any], portfolio: Portfolio) -> list[Note]:
    warnings = []
    if portfolio.copula is not None and inputs["copula"] == "gaussian":
        warnings.append(Note("annual_loss.no_tail_dependence"))
    if inputs["copula"] == "t" and inputs["correlation_as"] == "spearman":
        warnings.append(Note("annual_loss.spearman_of_t"))
    insured = tuple(
        row["name"]
        for row in inputs["risks"]
        if row["insured_share"] == 0 and (row["deductible"] > 0 or row["cover"] is not None)
    )
    if insured:
        warnings.append(Note("annual_loss.nothing_insured", {"names": insured}))
    return warnings


METHOD = Method(
    "annual_loss",
    (
        Field("risks", "table", most=200, columns=RISK_FIELDS),
        *DEPENDENCE_FIELDS,
        *SAMPLE_FIELDS,
        Field("main_level", "number", default=None, above=0, below=1),
        Field("parameter_draws", "integer", default=0, low=0, high=MOST_DRAWS),
    ),
    run,
    version=2,
    random=True,
)
