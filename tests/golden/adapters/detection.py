"""Outliers and change points of finished series."""

from collections.abc import Sequence

from anlan.maths.detection.esd import generalized_esd
from anlan.maths.detection.segments import segments
from golden.adapters import Case, Check, golden


@golden("anomaly_generalized_esd_rosner", method="generalized_esd")
def rosner(case: Case) -> Sequence[Check]:
    """Three outliers, though the second deviation is below its critical value."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    found = generalized_esd(given["data"], most=given["max_outliers"], alpha=given["alpha"])
    return [
        Check("deviations", expected["R"], found.deviations, tolerance),
        Check("critical values", expected["lambda_"], found.critical, tolerance),
        Check("number of outliers", expected["n_outliers"], len(found.outliers)),
        Check("outliers", expected["outliers"], [given["data"][place] for place in found.outliers]),
    ]


@golden("changepoint_nile", method="change_points")
def nile(case: Case) -> Sequence[Check]:
    """One shift of the mean, found without being told that there is one."""
    found = segments(case["inputs"]["volume"], kind="mean")
    expected, first = case["expected"], case["inputs"]["first_year"]
    return [
        Check("number of segments", 2, len(found)),
        Check("first after the change", expected["break_after_index_0based"], found[1].first),
        Check("last year before", expected["last_year_before"], first + found[0].end - 1),
        Check("means", [expected["mean_before"], expected["mean_after"]], [s.mean for s in found],
              case["tolerance"]),
    ]  # fmt: skip
