"""How far raters agree: the coefficient that fits the kind of rating, with its interval.

order of objects               Kendall's W, corrected for ties
categories, two raters         Cohen's kappa, unweighted, linear or quadratic
categories, many raters        Fleiss' kappa
numbers, complete              intraclass correlation, six forms by name
any scale, answers missing     Krippendorff's alpha

Agreement is not truth: raters can be wrong together.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.experts.agreement_data import (
    Floats,
    Rows,
    codes_of,
    no_gaps,
    numbers_of,
    read_rows,
)
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.agreement import kendall_w
from anlan.maths.judgement.intraclass import FORMS, intraclass, mean_squares
from anlan.maths.judgement.kappa import Kappa, cohen_kappa, fleiss_kappa, skew
from anlan.maths.judgement.krippendorff import alpha_of, krippendorff_alpha, paired
from anlan.maths.judgement.object_bootstrap import copies
from anlan.maths.rates import z_of

REDRAWN = 2000
PARADOX_OBSERVED, PARADOX_KAPPA = 0.8, 0.6
SMALLEST_ALPHA = 0.667
"""Krippendorff's own lower limit for tentative conclusions."""

Inputs = Mapping[str, Any]


def run(inputs: Inputs, *, seed: int = 0) -> Answer:
    """The coefficient asked for."""
    rows = read_rows(inputs)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise NotEnoughData("agreement.too_small", objects=len(rows), raters=len(rows[0]))
    return _COEFFICIENTS[inputs["coefficient"]](inputs, rows, seed)


def _concordance(inputs: Inputs, rows: Rows, seed: int) -> Answer:
    faults = Faults()
    ratings = numbers_of(rows, faults)
    if not faults:
        no_gaps(ratings, faults)
    faults.raise_any()
    found = kendall_w(ratings)
    if found is None:
        raise NotEnoughData("agreement.one_category", objects=len(rows))
    few = [] if found.p is not None else [Note("agreement.few_objects", {"n": found.n_objects})]
    return Answer(
        quantities=(
            Quantity("kendall_w", found.w),
            Quantity("chi2", found.chi2),
            Quantity("degrees_of_freedom", found.df),
            *([Quantity("p_value", found.p)] if found.p is not None else []),
        ),
        assumptions=(Note("agreement.w_ties"),),
        warnings=(Note("agreement.not_truth"), *few),
    )


def _cohen(inputs: Inputs, rows: Rows, seed: int) -> Answer:
    faults = Faults()
    if len(rows[0]) != 2:
        faults.add("agreement.two_raters", where="ratings", found=len(rows[0]))
        faults.raise_any()
    weighted = inputs["weights"] != "unweighted"
    codes = codes_of(rows, inputs["categories"], faults, ordered=weighted)
    if not faults:
        no_gaps(codes.places, faults)
    faults.raise_any()
    k = len(codes.categories)
    counts = np.zeros((k, k))
    np.add.at(counts, tuple(codes.places.astype(np.int64).T), 1.0)
    found = cohen_kappa(counts, weighting=inputs["weights"])
    assert found.standard_error is not None
    half = z_of(0.95) * found.standard_error
    limits = (max(found.kappa - half, -1.0), min(found.kappa + half, 1.0))
    shares = counts / counts.sum()
    bias = float(np.abs(shares.sum(axis=0) - shares.sum(axis=1)).sum()) / 2
    by_weight = tuple(
        (Note(f"agreement.{name}"), each.kappa, each.observed, each.expected, each.standard_error)
        for name in ("unweighted", "linear", "quadratic")
        for each in (cohen_kappa(counts, weighting=name),)
    )
    weights = AnswerTable(
        "kappa_by_weights", ("weights", "kappa", "observed", "expected", "standard_error"), by_weight
    )
    return _kappa_answer(
        found,
        limits,
        AnswerTable("crossed_ratings", ("category", *codes.categories), _crossed(codes.categories, counts)),
        weights,
        margins=(shares.sum(axis=0) + shares.sum(axis=1)) / 2,
        observed=float(np.trace(shares)),
        bias=bias,
        objects=round(counts.sum()),
        assumed=Note(f"agreement.cohen_{inputs['weights']}"),
    )


def _crossed(categories: tuple[str, ...], counts: Floats) -> tuple[tuple[Any, ...], ...]:
    return tuple((category, *(int(n) for n in row)) for category, row in zip(categories, counts, strict=True))


def _fleiss(inputs: Inputs, rows: Rows, seed: int) -> Answer:
    faults = Faults()
    codes = codes_of(rows, inputs["categories"], faults, ordered=False)
    faults.raise_any()
    counts = codes.counts()
    raters = counts.sum(axis=1)
    for place, n in enumerate(raters, start=1):
        if n != raters[0] or n < 2:
            faults.add("agreement.same_number", where=f"ratings[{place}]", found=int(n), first=int(raters[0]))
    faults.raise_any()
    found = fleiss_kappa(counts)
    margins = counts.sum(axis=0) / counts.sum()
    each = _fleiss_of_categories(counts)
    rows_out = tuple(
        (name, float(share), kappa)
        for name, share, kappa in zip(codes.categories, margins, each, strict=True)
    )
    return _kappa_answer(
        found,
        _percentiles(_fleiss_redrawn(counts, seed), found.kappa),
        AnswerTable("kappa_by_category", ("category", "share", "kappa"), rows_out),
        margins=margins,
        observed=found.observed,
        bias=None,
        objects=len(counts),
        assumed=Note("agreement.fleiss"),
    )


def _fleiss_of_categories(counts: Floats) -> list[float | None]:
    """Kappa of each category against all others; None of one that is never or always used."""
    m, n = float(counts[0].sum()), len(counts)
    p = counts.sum(axis=0) / counts.sum()
    apart = (counts * (m - counts)).sum(axis=0) / (n * m * (m - 1))
    return [None if not 0 < s < 1 else float(1 - a / (s * (1 - s))) for s, a in zip(p, apart, strict=True)]


def _fleiss_redrawn(counts: Floats, seed: int) -> Floats:
    m, n = float(counts[0].sum()), len(counts)
    often = copies(n, redrawn=REDRAWN, seed=seed)
    observed = often @ ((counts**2).sum(axis=1) - m) / (n * m * (m - 1))
    expected = ((often @ counts / (n * m)) ** 2).sum(axis=1)
    usable = expected < 1 - 1e-9
    return np.asarray((observed[usable] - expected[usable]) / (1 - expected[usable]))


def _percentiles(redrawn: Floats, estimate: float) -> tuple[float, float]:
    low, high = np.quantile(redrawn, (0.025, 0.975))
    return min(float(low), estimate), max(float(high), estimate)


def _kappa_answer(
    found: Kappa,
    limits: tuple[float, float],
    *tables: AnswerTable,
    margins: Floats,
    observed: float,
    bias: float | None,
    objects: int,
    assumed: Note,
) -> Answer:
    how = skew(margins, observed=observed, bias=bias)
    warnings = [Note("agreement.not_truth"), *_perfect(observed, objects)]
    if observed >= PARADOX_OBSERVED and found.kappa < PARADOX_KAPPA:
        told = {"observed": observed, "kappa": found.kappa, "share": how.largest_share, "ac1": how.ac1}
        warnings.append(Note("agreement.paradox", told))
    return Answer(
        quantities=(
            Quantity("kappa", found.kappa, "", *limits, "confidence_95"),
            Quantity("observed_agreement", found.observed, "share"),
            Quantity("expected_agreement", found.expected, "share"),
            Quantity("largest_share", how.largest_share, "share"),
            *([Quantity("bias_index", bias)] if bias is not None else []),
            Quantity("pabak", how.pabak),
            Quantity("gwet_ac1", how.ac1),
        ),
        tables=tables,
        assumptions=(assumed,),
        warnings=tuple(warnings),
    )


def _perfect(observed: float, objects: int) -> list[Note]:
    """Without any disagreement the interval has no width; what n objects can exclude is known."""
    if observed < 1 - 1e-12:
        return []
    return [Note("agreement.perfect", {"n": objects, "most": 1 - 0.05 ** (1 / objects)})]


def _intraclass(inputs: Inputs, rows: Rows, seed: int) -> Answer:
    faults = Faults()
    ratings = numbers_of(rows, faults)
    if not faults:
        no_gaps(ratings, faults)
    faults.raise_any()
    found, squares = intraclass(ratings), mean_squares(ratings)
    chosen = found[inputs["icc_form"]]
    forms = tuple((f"ICC({form})", f.icc, f.low, f.high, f.f, f.df1, f.df2, f.p) for form, f in found.items())
    parts = (
        (Note("agreement.between_objects"), squares.n - 1, squares.objects),
        (Note("agreement.between_raters"), squares.k - 1, squares.raters),
        (Note("agreement.residual"), (squares.n - 1) * (squares.k - 1), squares.residual),
    )
    spread = max(f.icc for f in found.values()) - min(f.icc for f in found.values())
    return Answer(
        quantities=(Quantity("icc", chosen.icc, "", chosen.low, chosen.high, "confidence_95"),),
        tables=(
            AnswerTable(
                "icc_forms", ("form", "icc", "low_95", "high_95", "f", "df1", "df2", "p_value"), forms
            ),
            AnswerTable("mean_squares", ("source_of_spread", "df", "mean_square"), parts),
        ),
        assumptions=(Note(f"agreement.icc_{inputs['icc_form'].replace(',', '_')}"),),
        warnings=(Note("agreement.not_truth"), Note("agreement.icc_forms", {"spread": spread})),
    )


def _alpha(inputs: Inputs, rows: Rows, seed: int) -> Answer:
    faults = Faults()
    scale = inputs["scale"]
    if scale in ("nominal", "ordinal"):
        ratings = codes_of(rows, inputs["categories"], faults, ordered=scale == "ordinal").places
    else:
        ratings = numbers_of(rows, faults, positive=scale == "ratio")
    faults.raise_any()
    alpha, pairs = krippendorff_alpha(ratings, scale=scale), paired(ratings)
    often = copies(len(pairs.counts), redrawn=REDRAWN, seed=seed)
    redrawn = alpha_of(pairs, scale=scale, copies=often)
    redrawn = redrawn[~np.isnan(redrawn)]
    low, high = _percentiles(redrawn, alpha)
    warnings = [Note("agreement.not_truth"), *_perfect(alpha, len(pairs.counts))]
    if alpha < SMALLEST_ALPHA:
        warnings.append(Note("agreement.low_alpha", {"alpha": alpha}))
    left_out = len(ratings) - len(pairs.counts)
    if left_out:
        warnings.append(Note("agreement.unpaired", {"n": left_out}))
    below = float((redrawn < SMALLEST_ALPHA).mean())
    return Answer(
        quantities=(
            Quantity("alpha", alpha, "", low, high, "confidence_95"),
            Quantity("paired_answers", float(pairs.answers.sum())),
            Quantity("below_tentative", below, "probability"),
        ),
        assumptions=(Note(f"agreement.alpha_{scale}"),),
        warnings=tuple(warnings),
    )


_COEFFICIENTS: Mapping[str, Callable[[Inputs, Rows, int], Answer]] = {
    "kendall_w": _concordance,
    "cohen_kappa": _cohen,
    "fleiss_kappa": _fleiss,
    "icc": _intraclass,
    "krippendorff_alpha": _alpha,
}

METHOD = Method(
    "agreement",
    (
        Field("coefficient", "choice", choices=tuple(_COEFFICIENTS)),
        Field("ratings", "grid", least=1, most=5000, gaps=True),
        Field("categories", "texts", default=None, least=2, most=100),
        Field("weights", "choice", default="unweighted", choices=("unweighted", "linear", "quadratic")),
        Field("icc_form", "choice", default="2,1", choices=FORMS),
        Field("scale", "choice", default="nominal", choices=("nominal", "ordinal", "interval", "ratio")),
    ),
    run,
    random=True,
)
