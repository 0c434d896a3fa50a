"""Which distribution describes the losses seen, how well, and what it says about larger ones.

1. Lognormal, gamma and Weibull by maximum likelihood; values known only to exceed a limit (censored) and a
   threshold below which nothing is recorded (truncated) are minded.
2. AICc orders them; Kolmogorov-Smirnov and Anderson-Darling test each, p by parametric bootstrap.
3. Chosen: the smallest AICc among those that both tests leave standing; where none is left, the smallest
   AICc, with a warning.
4. Intervals of the parameters, the mean and the tail from the refitted bootstrap samples.
5. On request the largest losses by their excesses over a threshold (`tail_answers`).

Source: Klugman, Panjer & Willmot (2019), Loss Models; Hurvich & Tsai (1989), doi:10.1093/biomet/76.2.297.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.loss.tail_answers import TAIL, check_tail, tail_of
from anlan.maths.censored_fits import FAMILIES, CutFit, CutSamples, cut_sample, fit_family, product_limit
from anlan.maths.distributions import Distribution
from anlan.maths.progress import part
from anlan.maths.streams import Stream
from anlan.maths.tail_measures import severity_tail

SIGNIFICANCE = 0.05
_TAIL = 0.95
_MOST_DRAWS = 1_000_000


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The fits, the one taken and why, and what it says."""
    sample = _sample(inputs)
    found = []
    for place, kind in enumerate(FAMILIES):
        with part(0.5 * place / len(FAMILIES), 0.5 * (place + 1) / len(FAMILIES)):
            found.append(fit_family(kind, sample, bootstrap=inputs["bootstrap"], stream=Stream(seed)))
    fits = sorted(found, key=lambda fit: fit.aicc)
    passed = [fit for fit in fits if _passes(fit)]
    chosen = passed[0] if passed else fits[0]
    with part(0.5, 1.0):
        tail = tail_of(inputs, chosen.distribution, seed)
    return Answer(
        quantities=(*_quantities(chosen, inputs["unit"]), *tail.quantities),
        tables=(_candidates(fits, chosen), _parameters(chosen), *tail.tables),
        charts=(Chart("qq", _drawn(sample, chosen, inputs["unit"])), *tail.charts),
        assumptions=(*_assumptions(inputs, sample, chosen), *tail.assumptions),
        warnings=(*_warnings(inputs, sample, fits, passed), *tail.warnings),
    )


def _sample(inputs: Mapping[str, Any]) -> CutSamples:
    """Errors: RefusedInputs for values under the threshold; NotEnoughData where they are all alike."""
    faults, threshold = Faults(), inputs["truncated_below"]
    for name in ("values", "censored"):
        for place, value in enumerate(inputs[name], start=1):
            if value <= threshold:
                faults.add("fit.below", where=f"{name}[{place}]", found=value, threshold=threshold)
    n = len(inputs["values"]) + len(inputs["censored"])
    if n * inputs["bootstrap"] > _MOST_DRAWS:
        faults.add("fit.too_many", where="bootstrap", found=n * inputs["bootstrap"], most=_MOST_DRAWS)
    check_tail(inputs, faults)
    faults.raise_any()
    values = np.array(inputs["values"])
    if np.ptp(values) <= 1e-6 * values.max():
        raise NotEnoughData("fit.alike", value=float(values[0]))
    return cut_sample(values, np.array(inputs["censored"], dtype=np.float64), threshold)


def _passes(fit: CutFit) -> bool:
    return fit.ks_p >= SIGNIFICANCE and (fit.ad_p is None or fit.ad_p >= SIGNIFICANCE)


def _quantities(chosen: CutFit, unit: str) -> tuple[Quantity, ...]:
    measures: dict[str, Callable[[Distribution], float]] = {
        "mean_loss": mean_of,
        "loss_p95": lambda d: float(d.quantile(_TAIL)),
        "loss_cvar95": lambda d: severity_tail(d, _TAIL)[1],
    }
    return tuple(
        Quantity(name, of(chosen.distribution), unit, *_limits(of, chosen.replicates), "confidence_95")
        for name, of in measures.items()
    )


def mean_of(distribution: Distribution) -> float:
    """The mean. Errors: NotEnoughData where the fit is so wide that it has none to compute with."""
    try:
        return distribution.mean
    except OverflowError as error:
        raise NotEnoughData("fit.too_wide") from error


def _limits(of: Callable[[Distribution], float], replicates: Sequence[Distribution]) -> tuple[float, float]:
    """The middle 95 % over the refitted samples."""
    low, high = np.quantile([of(each) for each in replicates], [0.025, 0.975])
    return float(low), float(high)


def _candidates(fits: Sequence[CutFit], chosen: CutFit) -> AnswerTable:
    weights = np.exp(-0.5 * (np.array([fit.aicc for fit in fits]) - fits[0].aicc))
    weights /= weights.sum()
    rows = tuple(
        (
            Note(f"fit.{fit.distribution.kind}"),
            fit.log_likelihood,
            fit.aicc,
            float(weight),
            fit.ks,
            fit.ks_p,
            fit.ad,
            fit.ad_p,
            Note(f"fit.{_verdict(fit, chosen)}"),
        )
        for fit, weight in zip(fits, weights.tolist(), strict=True)
    )
    columns = ("family", "log_likelihood", "aicc", "akaike_weight", "ks", "ks_p", "ad", "ad_p", "fit_verdict")
    return AnswerTable("fits", columns, rows)


def _verdict(fit: CutFit, chosen: CutFit) -> str:
    if fit is chosen:
        return "taken" if _passes(fit) else "taken_though_rejected"
    return "possible" if _passes(fit) else "rejected"


def _parameters(chosen: CutFit) -> AnswerTable:
    rows = []
    for name, value in chosen.distribution.parameters.items():
        again = [each.parameters[name] for each in chosen.replicates]
        low, high = np.quantile(again, [0.025, 0.975]).tolist()
        rows.append((Note(f"fit.{name}"), value, low, high))
    return AnswerTable("fit_parameters", ("parameter", "estimate", "from_95", "to_95"), tuple(rows))


def _drawn(sample: CutSamples, chosen: CutFit, unit: str) -> dict[str, Any]:
    """Each value that was observed against the quantile of the fit at its place in the sample."""
    before, after = product_limit(sample)
    seen = ~sample.censored[0]
    places = (before[0] + after[0])[seen] / 2.0
    fitted = chosen.distribution
    below = float(fitted.cdf(sample.truncated_below)) if sample.truncated_below > 0 else 0.0
    expected = fitted.quantile(below + places * (1.0 - below))
    points = [
        {"expected": e, "observed": o}
        for e, o in zip(expected.tolist(), sample.values[0][seen].tolist(), strict=True)
    ]
    if chosen.band is not None:
        for point, low, high in zip(points, *chosen.band.tolist(), strict=True):
            point |= {"low": low, "high": high}
    return {"points": points, "family": fitted.kind, "unit": unit}


def _assumptions(inputs: Mapping[str, Any], sample: CutSamples, chosen: CutFit) -> tuple[Note, ...]:
    shown = ", ".join(f"{name} = {value:.4g}" for name, value in chosen.distribution.parameters.items())
    notes = [
        Note("fit.as_estimate", {"kind": chosen.distribution.kind, "parameters": shown}),
        Note("fit.independent", {"n": sample.values.shape[1], "bootstrap": inputs["bootstrap"]}),
    ]
    if sample.truncated_below > 0:
        above = 1.0 - float(chosen.distribution.cdf(sample.truncated_below))
        notes.append(Note("fit.truncated", {"threshold": sample.truncated_below, "above": above}))
    if sample.censored.any():
        notes.append(Note("fit.censored", {"n": int(sample.censored.sum())}))
    return tuple(notes)


def _warnings(
    inputs: Mapping[str, Any], sample: CutSamples, fits: Sequence[CutFit], passed: Sequence[CutFit]
) -> tuple[Note, ...]:
    warnings = []
    if not passed:
        warnings.append(Note("fit.none_passes"))
    if len(passed) > 1 and passed[1].aicc - passed[0].aicc < 2.0:
        tails = [severity_tail(fit.distribution, 0.99)[1] for fit in passed]
        warnings.append(Note("fit.undecided", {"ratio": max(tails) / max(min(tails), math.ulp(1.0))}))
    if sample.values.shape[1] < 30:
        warnings.append(Note("fit.few", {"n": sample.values.shape[1]}))
    if sample.censored.mean() > 0.5:
        warnings.append(Note("fit.mostly_censored", {"share": float(sample.censored.mean())}))
    return tuple(warnings)


METHOD = Method(
    "distribution_fit",
    (
        Field("values", "numbers", least=8, most=5_000, low=1e-9, high=1e15),
        Field("censored", "numbers", default=(), least=0, most=5_000, low=1e-9, high=1e15),
        Field("truncated_below", "number", default=0.0, low=0),
        Field("bootstrap", "integer", default=199, low=19, high=1_999),
        TAIL,
        Field("unit", "choice", default="money", choices=("money", "customer_min", "customer_hour")),
    ),
    run,
    random=True,
)
