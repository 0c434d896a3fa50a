"""What the excesses over a threshold say of the largest losses, beside the fit of the whole sample.

1. Thresholds from the middle of the sample up are each fitted; the one asked for, or the lowest that
   Kolmogorov-Smirnov leaves standing, is taken.
2. Shape, VaR and CVaR of the taken one with 95 % intervals; mean excess and shape by threshold for judging
   it: above a good threshold the shape stays level and the mean excess is a straight line.

Mathematics: `anlan.maths.tail_fits`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import AnswerTable, Chart, Field, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.distributions import Distribution
from anlan.maths.progress import part
from anlan.maths.streams import Stream
from anlan.maths.tail_fits import LEAST_EXCESSES, TailFit, candidate_thresholds, fit_tail

TAIL = Field(
    "tail",
    "record",
    default=None,
    columns=(
        Field("threshold", "number", default=None, low=0),
        Field("levels", "numbers", default=(0.99, 0.995), above=0, below=1, most=5),
    ),
)

_SHARES = tuple(np.linspace(0.5, 0.95, 10).tolist())
_STANDS = 0.1
_REACH = 1.96


@dataclass(frozen=True)
class TailAnswer:
    """What the tail adds to the answer."""

    quantities: tuple[Quantity, ...] = ()
    tables: tuple[AnswerTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    assumptions: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()


def check_tail(inputs: Mapping[str, Any], faults: Faults) -> None:
    """Faults of the questions about the tail."""
    tail = inputs["tail"]
    if tail is None:
        return
    if inputs["censored"]:
        faults.add("fit.tail_censored", where="tail")
    if list(tail["levels"]) != sorted(set(tail["levels"])):
        faults.add("method.not_ascending", where="tail.levels", found=tail["levels"])
    if tail["threshold"] is not None:
        above = sum(value > tail["threshold"] for value in inputs["values"])
        if above < LEAST_EXCESSES:
            faults.add("fit.few_excesses", where="tail.threshold", found=above, least=LEAST_EXCESSES)
        elif 1 - tail["levels"][0] >= above / len(inputs["values"]):
            share = 1 - above / len(inputs["values"])
            faults.add("fit.level_inside", where="tail.levels", found=tail["levels"][0], share=share)


def tail_of(inputs: Mapping[str, Any], body: Distribution, seed: int) -> TailAnswer:
    """The tail's part of the answer; nothing where it is not asked for.

    Errors: NotEnoughData `fit.few_values` where too few losses lie above any threshold.
    """
    if inputs["tail"] is None:
        return TailAnswer()
    values, unit, levels = np.array(inputs["values"]), inputs["unit"], inputs["tail"]["levels"]
    fits, taken = _fits(values, inputs, seed)
    shape = _limits(taken.shapes)
    first = levels[0]
    cvar = taken.tail_mean(first)
    quantities = [
        Quantity("tail_shape", taken.shape, "", *shape, "confidence_95"),
        Quantity("tail_var", taken.quantile(first), unit, *_limits(taken.quantiles(first)), "confidence_95"),
    ]
    low, high = _limits(taken.tail_means(first))
    if cvar is not None and np.isfinite(high):
        quantities.append(Quantity("tail_cvar", cvar, unit, low, high, "confidence_95"))
    return TailAnswer(
        tuple(quantities),
        (_levels(taken, levels, body), _thresholds(fits, taken)),
        (Chart("intervals", _drawing(fits)),),
        (Note("fit.tail", {"threshold": taken.threshold, "n": taken.excesses, "level": first}),),
        tuple(_warnings(taken, inputs)),
    )


def _fits(values: NDArray[np.float64], inputs: Mapping[str, Any], seed: int) -> tuple[list[TailFit], TailFit]:
    """All candidates in ascending order, and the one taken."""
    asked, first = inputs["tail"]["threshold"], inputs["tail"]["levels"][0]
    found = [u for u in candidate_thresholds(values, _SHARES) if 1 - first < float((values > u).mean())]
    thresholds = sorted({*found, *([] if asked is None else [asked])})
    if not thresholds:
        raise NotEnoughData("fit.few_values", found=len(values), least=2 * LEAST_EXCESSES, level=first)
    fits = []
    for place, threshold in enumerate(thresholds):
        with part(place / len(thresholds), (place + 1) / len(thresholds)):
            stream = Stream(seed)
            fits.append(
                fit_tail(values, threshold, bootstrap=inputs["bootstrap"], stream=stream, place=place)
            )
    if asked is not None:
        return fits, next(each for each in fits if each.threshold == asked)
    return fits, next((each for each in fits if each.ks_p >= _STANDS), fits[-1])


def _limits(replicates: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(replicates, [0.025, 0.975], method="inverted_cdf").tolist()
    return low, high


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _levels(taken: TailFit, levels: tuple[float, ...], body: Distribution) -> AnswerTable:
    """VaR and CVaR by level, beside what the fit of the whole sample says."""
    rows = tuple(
        (
            level,
            taken.quantile(level),
            *_limits(taken.quantiles(level)),
            taken.tail_mean(level),
            *(_finite(each) for each in _limits(taken.tail_means(level))),
            float(body.quantile(level)),
        )
        for level in levels
    )
    columns = (
        "probability_within", "value_at_risk", "var_from_95", "var_to_95", "cvar", "cvar_from_95",
        "cvar_to_95", "var_of_body",
    )  # fmt: skip
    return AnswerTable("tail_levels", columns, rows)


def _thresholds(fits: list[TailFit], taken: TailFit) -> AnswerTable:
    rows = tuple(
        (
            each.threshold,
            each.excesses,
            each.mean_excess,
            _REACH * each.mean_excess_error,
            each.shape,
            *_limits(each.shapes),
            each.scale - each.shape * each.threshold,
            each.ks_p,
            each is taken,
        )
        for each in fits
    )
    columns = (
        "tail_threshold", "excesses", "mean_excess", "within", "tail_shape", "from_95", "to_95",
        "steady_scale", "ks_p", "taken",
    )  # fmt: skip
    return AnswerTable("tail_thresholds", columns, rows)


def _drawing(fits: list[TailFit]) -> dict[str, Any]:
    """The shape by threshold: level above a good one."""
    rows = [
        {"name": f"{each.threshold:.4g} ({each.excesses})", "value": each.shape, "low": low, "high": high}
        for each in fits
        for low, high in [_limits(each.shapes)]
    ]
    return {"rows": rows, "all": None, "of": Note("fit.shape_by_threshold"), "logarithmic": False}


def _warnings(taken: TailFit, inputs: Mapping[str, Any]) -> list[Note]:
    found = []
    if taken.ks_p < _STANDS:
        about = {"p": taken.ks_p, "n": taken.excesses, "threshold": taken.threshold}
        found.append(Note("fit.tail_rejected", about))
    if taken.shape >= 1:
        found.append(Note("fit.tail_no_mean", {"shape": taken.shape}))
    last = inputs["tail"]["levels"][-1]
    if taken.total * (1 - last) < 1:
        found.append(Note("fit.tail_beyond_data", {"level": last, "n": taken.total}))
    if inputs["truncated_below"] > 0:
        found.append(Note("fit.tail_of_recorded", {"threshold": inputs["truncated_below"]}))
    return found
