"""The map of a process: as its log shows it, or as drawn where there is no log."""

from typing import Any

from django.utils.safestring import mark_safe

from anlan.formats.report.charts.process_map import map_selection, map_sentence, process_map
from anlan.formats.report.flow.waits import waits_of
from anlan.formats.report.words import Words
from anlan.web.catalog.selectors import ProcessPage
from anlan.web.catalog.services import node_key
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import language


def process_drawing(page: ProcessPage, *, risks: list[dict[str, Any]] | None = None,
                    key_nodes: list[dict[str, Any]] | None = None) -> dict[str, Any] | None:  # fmt: skip
    """`svg` and its sentence; None where nothing is known yet."""
    if page.section is None or not page.section["activities"]:
        return None
    data = {
        "process": page.section,
        "risks": risks or [],
        "key_nodes": key_nodes or [],
        "criteria": default_criteria(),
    }
    words = Words(language())
    return {
        "svg": mark_safe(process_map(data, language=language(), theme="page", direction="right")),
        "sentence": map_sentence(map_selection(data), words),
    }


def node_rows(page: ProcessPage) -> list[dict[str, Any]]:
    """Nodes of the version with what the log says of each."""
    section = page.section or {"activities": [], "edges": []}
    seen = {node_key(activity["name"]): activity for activity in section["activities"]}
    waits = (
        {node_key(name): s for name, s in waits_of(section).mean_s.items()} if section["activities"] else {}
    )
    rows = []
    for node in page.nodes:
        activity = seen.get(node.key)
        rows.append(
            {
                "node": node,
                "count": activity and activity["count"],
                "rework": activity and activity["rework_cases"] / max(activity["cases"], 1),
                "wait_s": waits.get(node.key),
            }
        )
    return rows
