"""Sensitivity."""

from collections.abc import Sequence

import numpy as np

from anlan.maths.sensitivity.morris import elementary_effects
from anlan.maths.sensitivity.sobol import sobol_indices, sobol_points
from golden.adapters import Case, Check, golden


@golden("sobol_ishigami", method="sobol")
def ishigami(case: Case) -> Sequence[Check]:
    """4,096 base points, as the case's tolerance is meant."""
    x = np.pi * (2.0 * sobol_points(4_096, 3, seed=1) - 1.0)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = sobol_indices(y, 3)
    expected, reach = case["expected"], case["tolerance"]["estimator_N4096"]
    return [
        Check("variance", expected["variance"], found.variance, relative=reach),
        Check("S1", expected["S1"], found.first.tolist(), reach),
        Check("ST", expected["ST"], found.total.tolist(), reach),
        Check("S13", expected["S13"], float(found.total[0] - found.first[0]), 2 * reach),
    ]


@golden("morris_saltelli_exercise", method="morris")
def saltelli_exercise(case: Case) -> Sequence[Check]:
    points = np.array(case["inputs"]["X"]).reshape(6, 3, 2)
    found = elementary_effects(points, np.array(case["inputs"]["Y"]).reshape(6, 3))
    expected, exact = case["expected"], case["tolerance"]["exact"]
    return [
        Check(name, expected[name], getattr(found, name).tolist(), exact)
        for name in ("mu", "mu_star", "sigma")
    ]
