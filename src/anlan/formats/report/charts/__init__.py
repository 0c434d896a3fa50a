"""Charts as SVG: each takes a part of the result, a language and a theme, and carries its own words."""

from anlan.formats.report.charts.arrivals import arrivals_chart
from anlan.formats.report.charts.bars import delay_pareto
from anlan.formats.report.charts.control import control_chart
from anlan.formats.report.charts.exceedance import exceedance_curve
from anlan.formats.report.charts.frontier import treatment_frontier
from anlan.formats.report.charts.matrix import risk_matrix
from anlan.formats.report.charts.process_map import process_map
from anlan.formats.report.charts.ranks import key_node_ranks
from anlan.formats.report.charts.stability import stability_chart

__all__ = [
    "arrivals_chart",
    "control_chart",
    "delay_pareto",
    "exceedance_curve",
    "key_node_ranks",
    "process_map",
    "risk_matrix",
    "stability_chart",
    "treatment_frontier",
]
