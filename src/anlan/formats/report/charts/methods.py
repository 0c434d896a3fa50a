"""The drawings of the answers of methods, by the kind of chart a method asks for.

Each function takes the plain data of a `Chart`, a language and a theme, and carries its own words
(`locale/<language>/methods_charts.toml`). A kind added to this table is drawn wherever answers are shown.
"""

from collections.abc import Callable, Mapping
from typing import Any

from anlan.formats.report.charts.allocation_bars import allocation_bars
from anlan.formats.report.charts.bayes_net import bayes_net
from anlan.formats.report.charts.cascade import cascade
from anlan.formats.report.charts.course import course, under_way
from anlan.formats.report.charts.decision_tree import decision_tree
from anlan.formats.report.charts.densities import density, prior_posterior
from anlan.formats.report.charts.error_probabilities import error_probabilities
from anlan.formats.report.charts.event_tree import event_tree
from anlan.formats.report.charts.fault_tree import fault_tree
from anlan.formats.report.charts.fn_curve import fn_curve
from anlan.formats.report.charts.heat import heat
from anlan.formats.report.charts.hierarchy import hierarchy_tree
from anlan.formats.report.charts.intervals import intervals
from anlan.formats.report.charts.loss_exceedance import loss_exceedance
from anlan.formats.report.charts.memberships import membership_functions, memberships
from anlan.formats.report.charts.method_bow_tie import method_bow_tie
from anlan.formats.report.charts.method_matrix import method_matrix
from anlan.formats.report.charts.method_points import convergence_chart, morris_chart, qq_chart
from anlan.formats.report.charts.pareto import pareto
from anlan.formats.report.charts.profile import profile
from anlan.formats.report.charts.rank_stability import rank_stability_bars
from anlan.formats.report.charts.reliability import reliability
from anlan.formats.report.charts.roster_grid import roster_grid
from anlan.formats.report.charts.sensitivity_bars import index_bars, tornado_chart
from anlan.formats.report.charts.staffing_days import staffing_days
from anlan.formats.report.charts.weight_bars import weight_bars
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Language

DRAWINGS: Mapping[str, Callable[..., str]] = {
    "matrix": method_matrix,
    "membership_functions": membership_functions,
    "memberships": memberships,
    "pareto": pareto,
    "hierarchy": hierarchy_tree,
    "rank_stability": rank_stability_bars,
    "weights": weight_bars,
    "loss_exceedance": loss_exceedance,
    "allocation_bars": allocation_bars,
    "convergence": convergence_chart,
    "qq": qq_chart,
    "tornado": tornado_chart,
    "index_bars": index_bars,
    "morris": morris_chart,
    "fault_tree": fault_tree,
    "event_tree": event_tree,
    "bow_tie": method_bow_tie,
    "bayes_net": bayes_net,
    "course": course,
    "under_way": under_way,
    "decision_tree": decision_tree,
    "fn_curve": fn_curve,
    "bars": error_probabilities,
    "cascade": cascade,
    "intervals": intervals,
    "density": density,
    "prior_posterior": prior_posterior,
    "reliability": reliability,
    "profile": profile,
    "heat": heat,
    "roster_grid": roster_grid,
    "staffing_days": staffing_days,
}
"""Kind of a chart -> the function that draws its data."""


def draw(kind: str, data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str | None:
    """The chart as SVG; None where nothing draws that kind yet."""
    drawing = DRAWINGS.get(kind)
    return None if drawing is None else drawing(data, language=language, theme=theme)
