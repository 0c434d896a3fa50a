"""The map of a process: what a reader chose, the figures of every node, the drawing, the table, the panel."""

from anlan.web.catalog.process_map.choice import Choice, choice_of
from anlan.web.catalog.process_map.figures import NodeRow
from anlan.web.catalog.process_map.told import map_shown, table_csv
from anlan.web.catalog.process_map.view import MapView, figures_of, map_view

__all__ = ["Choice", "MapView", "NodeRow", "choice_of", "figures_of", "map_shown", "map_view", "table_csv"]
