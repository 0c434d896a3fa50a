"""The methods of quantification by family. A method added to this table appears everywhere: in the command,
its help, its reference page, the application's forms. Each is a module here with a `METHOD`.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from anlan.domain.errors import UsageError
from anlan.domain.method import Method

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "matrix": ("risk_matrix", "risk_index", "fmea"),
    "weights": ("ahp", "fuzzy_ahp", "objective_weights", "topsis", "vikor", "grey_relational"),
    "fuzzy": ("fuzzy_evaluation",),
    "experts": ("score_sheet", "delphi_rounds", "agreement", "three_point", "cooke", "dempster_shafer"),
    "blend": ("rate_blend", "share_blend"),
    "failure": (
        "fault_tree",
        "event_tree",
        "bow_tie",
        "lopa",
        "bayes_net",
        "markov_availability",
        "pfd_average",
        "human_reliability",
    ),
    "loss": ("annual_loss", "fair", "distribution_fit"),
    "decision": ("decision_tree", "fn_curve", "alarp"),
    "process": ("process_simulation",),
    "resources": ("demand_forecast", "staffing", "shift_roster", "allocation", "transport", "dispatch"),
    "sensitivity": ("tornado", "sobol", "morris"),
    "calibration": ("calibration", "compare"),
    "index": ("relative_index",),
}
"""Family -> the codes of its methods, in the order they are shown."""

METHODS: tuple[str, ...] = tuple(code for codes in FAMILIES.values() for code in codes)


def family_of(code: str) -> str:
    """The family a method is listed under. Errors: UsageError `method.unknown`."""
    for family, codes in FAMILIES.items():
        if code in codes:
            return family
    raise UsageError("method.unknown", found=code[:80], known=METHODS)


@cache
def method(code: str) -> Method:
    """The method of a code; its module is imported when it is first asked for.

    Errors: UsageError `method.unknown` with the known codes.
    """
    family = family_of(code)
    found: Method = import_module(f"{__name__}.{family}.{code}").METHOD
    return found
