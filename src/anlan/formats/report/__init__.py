"""The report: one HTML file with its charts, from an `anlan.assess/1` result.

The charts are functions of their own, for other pages: each takes the part of a result it draws, a
language and a theme, and returns an SVG that carries its title and a sentence in place of the picture.
"""

from anlan.formats.report.charts import (
    arrivals_chart,
    control_chart,
    delay_pareto,
    exceedance_curve,
    key_node_ranks,
    process_map,
    risk_matrix,
    stability_chart,
    treatment_frontier,
)
from anlan.formats.report.document import render_report

__all__ = [
    "arrivals_chart",
    "control_chart",
    "delay_pareto",
    "exceedance_curve",
    "key_node_ranks",
    "process_map",
    "render_report",
    "risk_matrix",
    "stability_chart",
    "treatment_frontier",
]
