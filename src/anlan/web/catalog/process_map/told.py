"""The map for programs and spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from anlan.formats.reading.rejects import harmless
from anlan.formats.report.flow.overlays import CODES
from anlan.formats.report.flow.selection import END, START
from anlan.web.catalog.process_map.figures import NodeRow
from anlan.web.catalog.process_map.view import MapView
from anlan.web.common.texts import text


def map_shown(view: MapView) -> dict[str, Any]:
    """The map as programs get it."""
    overlays = [
        {"code": o.code, "unit": o.kind, "figure": view.figures.name_of(o.code),
         "missing": view.figures.words(f"overlays.missing.{o.missing}") if o.missing else ""}
        for o in view.figures.overlays.values()
    ]  # fmt: skip
    edges = view.selection.edges.items()
    return {
        "overlays": overlays,
        "nodes": [_node_shown(row) for row in view.rows],
        "transitions": [
            {"source": u, "target": v, "count": n} for (u, v), n in edges if u != START and v != END
        ],
        "n_transitions": view.selection.n_edges,
        "covered": view.selection.covered,
    }


def _node_shown(row: NodeRow) -> dict[str, Any]:
    units = {"time": "time_s", "waiting": "waiting_s"}
    figures = {units.get(code, code): row.figures[code] for code in CODES if code != "risk"}
    return figures | {
        "key": row.node.key if row.node else None, "activity": row.activity, "cases": row.cases,
        "level": row.level, "n_risks": len(row.risks), "key_rank": row.rank,
    }  # fmt: skip


def table_csv(view: MapView) -> str:
    """The table in plain numbers, seconds and shares, with a mark for programs that guess encodings."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([text(f"map.csv.{name}") for name in
           ("node", "role", "owner", "promise_s", "cases", *CODES, "n_risks", "rank")])  # fmt: skip
    for row in view.rows:
        write(_cell(value) for value in _values(view, row))
    return "\ufeff" + out.getvalue()


def _values(view: MapView, row: NodeRow) -> Iterable[Any]:
    node = row.node
    level = view.figures.level_word(row)
    figures = [level if code == "risk" else row.figures[code] for code in CODES]
    owner = str(node.owner) if node and node.owner else ""
    yield from (row.name, node.role if node else "", owner, node.sla_s if node else None, row.cases)
    yield from figures
    yield from (len(row.risks), row.rank)


def _cell(value: Any) -> Any:
    """Names come from logs: one that a spreadsheet would take for a formula is made a text."""
    if isinstance(value, float):
        return f"{value:.6g}" if value != round(value) else int(value)
    return harmless(value) if isinstance(value, str) else "" if value is None else value
