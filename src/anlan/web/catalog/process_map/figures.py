"""What is known of every node of a process: its figures, its rank, its risks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from anlan.formats.report.charts.map_marks import overlay_value
from anlan.formats.report.flow.overlays import Overlay, overlays_of
from anlan.formats.report.levels import Levels
from anlan.formats.report.words import Words
from anlan.web.catalog.hooks import Watch
from anlan.web.catalog.models import Node
from anlan.web.catalog.selectors import ProcessPage
from anlan.web.catalog.services import node_key
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import in_language, language


@dataclass(frozen=True)
class NodeRow:
    """A line of the table. activity: its name in the log, empty where the log does not know it; figures:
    values by overlay, None: unknown; risks: as the hook gives them, those the person may open with a link;
    alerts: open ones.
    """

    name: str
    activity: str
    node: Node | None
    figures: Mapping[str, float | None]
    level: str
    cases: int | None
    rank: int | None
    reasons: list[str]
    risks: list[dict[str, Any]]
    alerts: list[dict[str, Any]]

    @property
    def asked(self) -> str:
        """How an address names the node."""
        return self.activity or (self.node.key if self.node else "")


@dataclass(frozen=True)
class NodeFigures:
    """Figures of the nodes of `page`; risks, key_nodes: as the hooks give them; links: those of the risks
    that the person may open; watch: None where the person may not see alerts."""

    page: ProcessPage
    risks: list[dict[str, Any]]
    key_nodes: list[dict[str, Any]]
    links: list[dict[str, Any]]
    deviations: Mapping[str, float] | None = None
    watch: Watch | None = None

    @property
    def section(self) -> dict[str, Any]:
        return self.page.section or {"activities": [], "edges": []}

    @cached_property
    def words(self) -> Words:
        return Words(language())

    @cached_property
    def levels(self) -> Levels:
        return Levels(default_criteria(), self.words)

    @cached_property
    def overlays(self) -> dict[str, Overlay]:
        names = {node_key(a["name"]): a["name"] for a in self.section["activities"]}
        risks_at: dict[str, list[dict[str, Any]]] = {}
        for risk in self.risks:
            for node in risk["nodes"]:
                risks_at.setdefault(names.get(node_key(node), node), []).append(risk)
        return overlays_of(self.section, key_nodes=self.key_nodes, risks_at=risks_at, levels=self.levels,
                           deviations=self.deviations, alerts=self.alerts_at)  # fmt: skip

    @cached_property
    def alerts_at(self) -> dict[str, int] | None:
        """Open alerts by activity, zero where an indicator watches and none is open."""
        if self.watch is None:
            return None
        names = {node_key(a["name"]): a["name"] for a in self.section["activities"]}
        return {names[key]: len(self._alerts_by_key.get(key, [])) for key in self._watched if key in names}

    @cached_property
    def _watched(self) -> set[str]:
        """Keys of the nodes that an indicator watches."""
        return {self._key_of(node) for node in self.watch.nodes} if self.watch is not None else set()

    @cached_property
    def _alerts_by_key(self) -> dict[str, list[dict[str, Any]]]:
        at: dict[str, list[dict[str, Any]]] = {}
        for alert in self.watch.alerts if self.watch is not None else []:
            for key in {self._key_of(node) for node in alert["nodes"]}:
                at.setdefault(key, []).append(alert)
        return at

    @cached_property
    def rows(self) -> list[NodeRow]:
        """Nodes of the version, then activities that no node stands for."""
        seen = {node_key(a["name"]): a for a in self.section["activities"]}
        known = {node.key for node in self.page.nodes}
        rows = [self._row(node, seen.get(node.key)) for node in self.page.nodes]
        rows += [self._row(None, activity) for key, activity in seen.items() if key not in known]
        return rows

    def level_word(self, row: NodeRow) -> str:
        """The highest level at a node; empty where the register has no risk there."""
        return self.levels[row.level].word if row.level else ""

    def said(self, row: NodeRow, code: str) -> str:
        """A figure in words, with its unit."""
        overlay = self.overlays[code]
        if code == "alerts":
            n = row.figures[code]
            return "—" if n is None else self.words.count(n)
        if overlay.missing or not row.activity:
            return "—"
        return overlay_value(overlay, row.activity, len(row.risks), self.words)

    def name_of(self, code: str) -> str:
        return self.words(f"overlays.{self.overlays[code].word}")

    @property
    def data(self) -> dict[str, Any]:
        """What charts draw a map from."""
        return {"process": self.section, "risks": self.risks, "key_nodes": self.key_nodes,
                "criteria": default_criteria(), "alerts": self.alerts_at}  # fmt: skip

    def _row(self, node: Node | None, activity: Mapping[str, Any] | None) -> NodeRow:
        name = activity["name"] if activity else ""
        key = node.key if node else node_key(name)
        ranked = self._ranked.get(name)
        figures = {code: o.values.get(name) for code, o in self.overlays.items()}
        risks = self._risks_at.get(key, [])
        mark = self.overlays["risk"].levels.get(name) or self.levels.highest(risks)
        figures["risk"] = mark.rank if mark else None
        alerts = self._alerts_by_key.get(key, [])
        figures["alerts"] = len(alerts) if key in self._watched else None
        return NodeRow(
            (in_language(node) if node else "") or name, name, node, figures, mark.code if mark else "",
            activity["cases"] if activity else None, ranked and ranked["rank"],
            [self.words.of(reason) for reason in ranked["reasons"]] if ranked else [],
            risks, alerts,
        )  # fmt: skip

    @cached_property
    def _ranked(self) -> dict[str, dict[str, Any]]:
        return {node["activity"]: node for node in self.key_nodes}

    @cached_property
    def _risks_at(self) -> dict[str, list[dict[str, Any]]]:
        at: dict[str, list[dict[str, Any]]] = {}
        openable = {link["code"]: link for link in self.links}
        for risk in self.risks:
            for key in {self._key_of(node) for node in risk["nodes"]}:
                at.setdefault(key, []).append(risk | openable.get(risk.get("code", ""), {}))
        return at

    def _key_of(self, node: str) -> str:
        """The key of a node that a risk names: by activity, key or name."""
        return self._keys_by_name.get(node, node_key(node))

    @cached_property
    def _keys_by_name(self) -> dict[str, str]:
        """Keys of nodes by what people call them; a key of its own comes before a name."""
        named = {node.name: node.key for node in self.page.nodes}
        return named | {node.key: node.key for node in self.page.nodes}


def in_order_of(rows: list[NodeRow], sort: str) -> list[NodeRow]:
    """Rows without the value come last in both directions; equal ones keep the order of the version."""
    if not sort:
        return rows
    code, down = sort.removeprefix("-"), sort.startswith("-")

    def value(row: NodeRow) -> Any:
        if code in ("name", "rank"):
            return getattr(row, code)
        if code == "role":
            return (row.node.role if row.node else "") or None
        return row.figures[code]

    told = sorted((row for row in rows if value(row) is not None), key=value, reverse=down)
    return told + [row for row in rows if value(row) is None]
