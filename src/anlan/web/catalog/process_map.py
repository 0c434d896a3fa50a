"""The process page's map: what the reader chose, the figures of every node, the drawing, the panel."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from anlan.formats.reading.rejects import harmless
from anlan.formats.report.charts.map_legend import overlay_ranges
from anlan.formats.report.charts.map_marks import overlay_value
from anlan.formats.report.charts.process_map import Choosing, map_selection, process_map
from anlan.formats.report.flow.overlays import CODES, Overlay, overlays_of
from anlan.formats.report.flow.selection import END, START, Selection
from anlan.formats.report.levels import LevelMark, Levels
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Words
from anlan.web.catalog import hooks
from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.selectors import ProcessPage
from anlan.web.catalog.services import node_key
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import in_language, language, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.models import User

FIRST = ("waiting", "time", "load")
"""The overlay a page opens with: the first of these that has figures."""
SORTS = ("name", "role", "rank", *CODES)
_MOST_NAME = 2000
_MOST_IN_MINIATURE = 9
_LONGEST_STRIP = 1000.0


@dataclass(frozen=True)
class Choice:
    """What the address says. percent: of transitions to show, None: what is worth it; sort: a column, with
    a minus from the largest; empty texts choose nothing."""

    overlay: str = ""
    percent: int | None = None
    node: str = ""
    sort: str = ""

    def address(self, **changes: Any) -> str:
        """The query string with some of it changed; empty ones are left out."""
        given = {
            "overlay": self.overlay,
            "share": self.percent,
            "node": self.node,
            "sort": self.sort,
        } | changes
        return "?" + urlencode({name: value for name, value in given.items() if value not in ("", None)})


def choice_of(query: QueryDict) -> Choice:
    """What is not understood chooses nothing."""
    overlay, sort = query.get("overlay", ""), query.get("sort", "")
    return Choice(
        overlay if overlay in CODES else "",
        whole_number(query.get("share"), most=100),
        query.get("node", "").replace("\x00", "")[:_MOST_NAME],
        sort if sort.removeprefix("-") in SORTS else "",
    )


@dataclass(frozen=True)
class NodeRow:
    """A line of the table. activity: its name in the log, empty where the log does not know it; figures:
    values by overlay, None: unknown; risks: as the hook gives them, those the person may open with a link.
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


@dataclass(frozen=True)
class MapView:
    """Everything of one page's map; what is asked for is made when it is asked for."""

    process: Process
    page: ProcessPage
    choice: Choice
    risks: list[dict[str, Any]]
    key_nodes: list[dict[str, Any]]
    links: list[dict[str, Any]] = field(default_factory=list)

    @property
    def section(self) -> dict[str, Any]:
        return self.page.section or {"activities": [], "edges": []}

    @property
    def drawn(self) -> bool:
        return bool(self.section["activities"])

    @cached_property
    def words(self) -> Words:
        return Words(language())

    @cached_property
    def _levels(self) -> Levels:
        return Levels(default_criteria(), self.words)

    def level_word(self, row: NodeRow) -> str:
        """The highest level at a node; empty where the register has no risk there."""
        return self._levels[row.level].word if row.level else ""

    @cached_property
    def overlays(self) -> dict[str, Overlay]:
        names = {node_key(a["name"]): a["name"] for a in self.section["activities"]}
        risks_at: dict[str, list[dict[str, Any]]] = {}
        for risk in self.risks:
            for node in risk["nodes"]:
                risks_at.setdefault(names.get(node_key(node), node), []).append(risk)
        return overlays_of(self.section, key_nodes=self.key_nodes, risks_at=risks_at, levels=self._levels)

    @cached_property
    def overlay(self) -> Overlay:
        """The chosen one if it has figures, else the first that has."""
        wanted = (self.choice.overlay, *FIRST)
        return next(
            o for code in wanted if (o := self.overlays.get(code)) and (not o.missing or code == "load")
        )

    @cached_property
    def selection(self) -> Selection:
        return map_selection(self._data, share=self._share)

    @property
    def percent(self) -> int:
        """Where the slider stands."""
        shown = self.selection.shown / max(self.selection.n_edges, 1)
        return round(100 * shown) if self.choice.percent is None else self.choice.percent

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The control that chooses an overlay, with why one cannot be chosen."""
        return [
            {
                "code": code, "word": text(f"map.overlays.{code}"),
                "address": self.choice.address(overlay=code),
                "chosen": code == self.overlay.code,
                "missing": self.words(f"overlays.missing.{o.missing}") if o.missing else "",
            }
            for code, o in self.overlays.items()
        ]  # fmt: skip

    @property
    def absent(self) -> list[dict[str, Any]]:
        """Overlays that cannot be chosen."""
        return [segment for segment in self.segments if segment["missing"]]

    @property
    def at_least(self) -> bool:
        """Whether fewer were asked for than keep every node's ways in and out."""
        return self._share is not None and self.selection.shown > round(self._share * self.selection.n_edges)

    @property
    def legend(self) -> list[str]:
        """What the steps of the colour stand for, from the lowest; empty where levels are shown."""
        return [] if self.overlay.kind == "level" else overlay_ranges(self.overlay, self.words)

    @property
    def level_codes(self) -> list[str]:
        """Levels of the criteria, the highest first."""
        return [mark.code for mark in Levels(default_criteria(), self.words).marks[::-1]]

    @property
    def highest(self) -> LevelMark:
        """The highest level, as a sample of what a badge shows."""
        return Levels(default_criteria(), self.words).marks[-1]

    @property
    def svg(self) -> SafeString:
        """The drawing of the page; its boxes are links that choose a node."""
        choosing = Choosing(lambda name: self.choice.address(node=name), self._spoken, self.chosen_activity)
        return mark_safe(self.picture("page", choosing))

    def picture(self, theme: Theme = "light", choosing: Choosing | None = None) -> str:
        return process_map(
            self._data, language=self.words.language, theme=theme, direction="right", share=self._share,
            overlay=self.overlay, choosing=choosing, longest=_LONGEST_STRIP,
        )  # fmt: skip

    @property
    def miniature(self) -> SafeString:
        """The main flow from top to bottom with the risks at its nodes; a box leads to the process page."""
        page = reverse("catalog:process", args=[self.process.code])
        choosing = Choosing(lambda name: page + self.choice.address(node=name), self._spoken)
        return mark_safe(process_map(
            self._data, language=self.words.language, theme="page", direction="down", share=0.0,
            most_nodes=_MOST_IN_MINIATURE, overlay=self.overlay, choosing=choosing,
        ))  # fmt: skip

    @cached_property
    def rows(self) -> list[NodeRow]:
        """Nodes of the version, then activities that no node stands for, in the chosen order."""
        seen = {node_key(a["name"]): a for a in self.section["activities"]}
        known = {node.key for node in self.page.nodes}
        rows = [self._row(node, seen.get(node.key)) for node in self.page.nodes]
        rows += [self._row(None, activity) for key, activity in seen.items() if key not in known]
        return _sorted(rows, self.choice.sort)

    @cached_property
    def chosen(self) -> NodeRow | None:
        """The row of the node the address names, by its activity or its key."""
        asked = self.choice.node
        return next((r for r in self.rows if asked and asked in (r.activity, r.node and r.node.key)), None)

    @property
    def chosen_activity(self) -> str:
        return self.chosen.activity if self.chosen else ""

    @property
    def worst(self) -> list[NodeRow]:
        """Rows of the largest figures of the overlay."""
        by_activity = {row.activity: row for row in self.rows if row.activity}
        return [by_activity[name] for name in self.overlay.worst() if name in by_activity]

    def figure(self, row: NodeRow, code: str) -> str:
        """A figure in words, with its unit."""
        overlay = self.overlays[code]
        if overlay.missing or not row.activity:
            return "—"
        return overlay_value(overlay, row.activity, len(row.risks), self.words)

    @property
    def table(self) -> list[tuple[NodeRow, str, list[dict[str, str]]]]:
        """Rows with their place for a click and the figures in words."""
        return [(row, self.choice.address(node=_asked(row)), self._cells(row)) for row in self.rows]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Columns of the table: a click sorts, another one turns the order round."""
        return [self._head(code) for code in ("name", "role", *CODES, "rank")]

    @property
    def panel(self) -> list[dict[str, Any]]:
        """Figures of the chosen node, that of the overlay first."""
        assert self.chosen is not None
        cells = self._cells(self.chosen)
        return sorted(cells, key=lambda cell: cell["code"] != self.overlay.code)

    @property
    def openable(self) -> list[dict[str, Any]]:
        """Risks of the chosen node that the person may open, the highest first."""
        return [risk for risk in self.chosen.risks if "address" in risk] if self.chosen else []

    @property
    def hidden(self) -> int:
        """How many more there are."""
        return len(self.chosen.risks) - len(self.openable) if self.chosen else 0

    @property
    def first(self) -> list[dict[str, str]]:
        """Where to look first: the nodes with the largest figures of the overlay."""
        return [
            {"name": row.name, "figure": self.figure(row, self.overlay.code),
             "address": self.choice.address(node=_asked(row))}
            for row in self.worst
        ]  # fmt: skip

    @property
    def overlay_name(self) -> str:
        return self.figure_name(self.overlay.code)

    @property
    def unshown(self) -> str:
        """The address without a chosen node."""
        return self.choice.address(node="")

    @property
    def download(self) -> str:
        return self.choice.address(node="", overlay=self.overlay.code)

    def _cells(self, row: NodeRow) -> list[dict[str, str]]:
        return [{"code": code, "word": self.figure_name(code), "text": self.figure(row, code),
                 "level": row.level if code == "risk" else ""} for code in CODES]  # fmt: skip

    def _head(self, code: str) -> dict[str, Any]:
        sort, numeric = self.choice.sort, code in CODES
        down = sort == f"-{code}"
        onward = code if down or (not numeric and sort != code) else f"-{code}"
        return {
            "word": self.figure_name(code) if numeric else text(f"map.heads.{code}"),
            "address": self.choice.address(sort=onward) + "#nodes",
            "sorted": ("descending" if down else "ascending") if sort.removeprefix("-") == code else "",
            "numeric": numeric or code == "rank",
        }

    def figure_name(self, code: str) -> str:
        return self.words(f"overlays.{self.overlays[code].word}")

    @property
    def _share(self) -> float | None:
        return None if self.choice.percent is None else self.choice.percent / 100

    @property
    def _data(self) -> dict[str, Any]:
        return {"process": self.section, "risks": self.risks, "key_nodes": self.key_nodes,
                "criteria": default_criteria()}  # fmt: skip

    @cached_property
    def _rows_by_activity(self) -> dict[str, NodeRow]:
        return {row.activity: row for row in self.rows if row.activity}

    def _spoken(self, activity: str) -> str:
        """What a reader of the screen hears of a box."""
        row = self._rows_by_activity[activity]
        parts = [f"{self.figure_name(code)} {self.figure(row, code)}"
                 for code in dict.fromkeys((self.overlay.code, "load"))]  # fmt: skip
        if row.risks and self.overlay.code != "risk":
            parts.append(f"{self.figure_name('risk')} {self.figure(row, 'risk')}")
        if row.rank is not None and row.rank <= 5:
            parts.append(self.words("overlays.key", rank=row.rank))
        return self.words("overlays.node", name=row.name, figure=self.words.listed(parts))

    @cached_property
    def _ranked(self) -> dict[str, dict[str, Any]]:
        return {node["activity"]: node for node in self.key_nodes}

    def _row(self, node: Node | None, activity: Mapping[str, Any] | None) -> NodeRow:
        name = activity["name"] if activity else ""
        key = node.key if node else node_key(name)
        ranked = self._ranked.get(name)
        figures = {code: o.values.get(name) for code, o in self.overlays.items()}
        risks = self._risks_at.get(key, [])
        mark = self.overlays["risk"].levels.get(name) or self._levels.highest(risks)
        figures["risk"] = mark.rank if mark else None
        return NodeRow(
            (in_language(node) if node else "") or name, name, node, figures, mark.code if mark else "",
            activity["cases"] if activity else None, ranked and ranked["rank"],
            [self.words.of(reason) for reason in ranked["reasons"]] if ranked else [],
            risks,
        )  # fmt: skip

    @cached_property
    def _keys_by_name(self) -> dict[str, str]:
        """Keys of nodes by what people call them; a key of its own comes before a name."""
        named = {node.name: node.key for node in self.page.nodes}
        return named | {node.key: node.key for node in self.page.nodes}

    def _key_of(self, node: str) -> str:
        """The key of a node that a risk names: by activity, key or name."""
        return self._keys_by_name.get(node, node_key(node))

    @cached_property
    def _risks_at(self) -> dict[str, list[dict[str, Any]]]:
        at: dict[str, list[dict[str, Any]]] = {}
        openable = {link["code"]: link for link in self.links}
        for risk in self.risks:
            for key in {self._key_of(node) for node in risk["nodes"]}:
                at.setdefault(key, []).append(risk | openable.get(risk.get("code", ""), {}))
        return at


def map_view(user: User, process: Process, page: ProcessPage, choice: Choice) -> MapView:
    """The map with what the apps above know of the process."""
    return MapView(
        process, page, choice, hooks.gathered(hooks.risks_of, process),
        hooks.gathered(hooks.key_nodes_of, process),
        [link for hook in hooks.risk_links_of for link in hook(process, user)],
    )  # fmt: skip


def _asked(row: NodeRow) -> str:
    """How an address names the node."""
    return row.activity or (row.node.key if row.node else "")


def _sorted(rows: list[NodeRow], sort: str) -> list[NodeRow]:
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


def map_shown(view: MapView) -> dict[str, Any]:
    """The map as programs get it."""
    overlays = [
        {"code": o.code, "unit": o.kind, "figure": view.figure_name(o.code),
         "missing": view.words(f"overlays.missing.{o.missing}") if o.missing else ""}
        for o in view.overlays.values()
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
    figures = [row.figures[code] for code in CODES if code != "risk"]
    level = view.level_word(row)
    owner = str(node.owner) if node and node.owner else ""
    yield from (row.name, node.role if node else "", owner, node.sla_s if node else None, row.cases)
    yield from figures
    yield from (level, len(row.risks), row.rank)


def _cell(value: Any) -> Any:
    """Names come from logs: one that a spreadsheet would take for a formula is made a text."""
    if isinstance(value, float):
        return f"{value:.6g}" if value != round(value) else int(value)
    return harmless(value) if isinstance(value, str) else "" if value is None else value
