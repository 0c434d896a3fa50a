"""Losses."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri
from scipy.stats import multivariate_normal

from anlan.maths.compound import compound_fft, compound_panjer
from anlan.maths.copulas import from_spearman, gaussian_copula_density, kendall_of, spearman_of
from anlan.maths.distributions import Distribution
from anlan.maths.lattice import Lattice, put_on_lattice
from anlan.maths.tail_measures import normal_tail, t_tail
from golden.adapters import Case, Check, golden


@golden("panjer_poisson_gamma_actuar", method="annual_loss")
def poisson_gamma(case: Case) -> Sequence[Check]:
    """By recursion and by transform; the case's CTE is E[S | S > VaR] on the lattice."""
    given, expected, reach = case["inputs"], case["expected"], case["tolerance"]
    gamma = Distribution("gamma", {"shape": 2.0, "scale": 1.0})
    step = given["step"]
    severity = put_on_lattice(gamma, step=step, size=int(given["to"] / step) + 1)
    checks = []
    for name, compound in (("Panjer", compound_panjer), ("FFT", compound_fft)):
        total = Lattice(0.0, step, compound(severity, rate=given["lam"], size=256))
        pmf = total.probability
        beyond = {p: total.values > var for p, var in expected["VaR"].items()}
        checks += [
            Check(f"{name} pmf", expected["pmf_first_8"], pmf[:8].tolist(), relative=reach["pmf_rel"]),
            Check(f"{name} pmf", list(expected["pmf_at"].values()),
                  [float(pmf[round(float(x) / step)]) for x in expected["pmf_at"]],
                  relative=reach["pmf_rel"]),
            Check(f"{name} mean", expected["mean"], total.mean, 1e-6),
            Check(f"{name} quantiles", expected["quantiles"],
                  {p: total.quantile(float(p)) for p in expected["quantiles"]}, reach["quantiles"]),
            Check(f"{name} CTE", expected["CTE"],
                  {p: float(total.values[tail] @ pmf[tail] / pmf[tail].sum()) for p, tail in beyond.items()},
                  reach["CTE"]),
        ]  # fmt: skip
    return checks


@golden("copula_gaussian_openturns", method="annual_loss")
def gaussian_copula(case: Case) -> Sequence[Check]:
    matrix, u = np.array(case["inputs"]["R"]), np.array(case["inputs"]["point"])
    expected, reach = case["expected"], case["tolerance"]
    r = matrix[0, 1]
    below = multivariate_normal(cov=matrix, abseps=1e-8, releps=1e-8).cdf(ndtri(u))
    return [
        Check("pdf", expected["pdf"], gaussian_copula_density(matrix, u), reach["pdf"]),
        Check("cdf", expected["cdf"], float(below), reach["cdf"]),
        Check("Spearman", expected["spearman_12"], spearman_of(r), reach["rank"]),
        Check("Kendall", expected["kendall_12"], kendall_of(r), reach["rank"]),
        Check("R from Spearman", expected["R_from_spearman_025"], float(from_spearman(np.array(0.25))),
              reach["rank"]),
    ]  # fmt: skip


@golden("var_es_normal_t4_mfe", method="annual_loss")
def normal_and_t(case: Case) -> Sequence[Check]:
    given, expected, reach = case["inputs"], case["expected"], case["tolerance"]
    sd = given["value"] * given["annual_vol"] / math.sqrt(given["days"])
    degrees = given["t_df"]
    scale = sd * math.sqrt((degrees - 2) / degrees)
    normal = [normal_tail(p, sd=sd) for p in given["alpha"]]
    t = [t_tail(p, degrees=degrees, scale=scale) for p in given["alpha"]]
    return [
        Check("VaR_normal", expected["VaR_normal"], [var for var, _ in normal], reach),
        Check("ES_normal", expected["ES_normal"], [es for _, es in normal], reach),
        Check("VaR_t4", expected["VaR_t4"], [var for var, _ in t], reach),
        Check("ES_t4", expected["ES_t4"], [es for _, es in t], reach),
    ]
