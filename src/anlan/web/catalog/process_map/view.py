"""The map of a process page as it was chosen: the drawing, its table, the panel of a node."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from anlan.domain.design import Design
from anlan.formats.report.charts.map_legend import overlay_ranges
from anlan.formats.report.charts.process_map import Choosing, map_selection, process_map
from anlan.formats.report.flow.overlays import CODES, Overlay
from anlan.formats.report.flow.selection import Selection
from anlan.formats.report.levels import LevelMark
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Words
from anlan.formats.wording import duration
from anlan.web.catalog import hooks
from anlan.web.catalog.drafting import design_of
from anlan.web.catalog.drawings import Marks, in_listed_order, marked_drawing
from anlan.web.catalog.models import Process
from anlan.web.catalog.process_map.choice import Choice
from anlan.web.catalog.process_map.figures import NodeFigures, NodeRow, in_order_of
from anlan.web.catalog.selectors import ProcessPage
from anlan.web.common.texts import text
from anlan.web.people.models import User

FIRST = ("waiting", "time", "load")
"""The overlay a page opens with: the first of these that has figures."""
_MOST_IN_MINIATURE = 9
_LONGEST_STRIP = 1000.0


@dataclass(frozen=True)
class MapView:
    """Everything of one page's map; what is asked for is made when it is asked for."""

    process: Process
    figures: NodeFigures
    choice: Choice

    @property
    def drawn(self) -> bool:
        return bool(self.figures.section["activities"])

    @cached_property
    def design(self) -> Design:
        """What the version shown says of the process; drawn where no log tells how it runs."""
        return design_of(self.figures.page.version)

    @property
    def is_listed(self) -> bool:
        """Whether the version is a list of nodes, which are drawn in its order."""
        return not self.design.links

    @property
    def designed(self) -> SafeString:
        """The version as a drawing with the number of risks, who does it and its limit at each node."""
        return marked_drawing(
            in_listed_order(self.design), Marks(below=self._below()), view="",
            address=lambda key: self.choice.address(node=key) + "#node-panel",
            chosen=self.chosen.node.key if self.chosen and self.chosen.node else "",
        )  # fmt: skip

    def _below(self) -> dict[str, str]:
        found = {}
        for row in self.rows:
            if row.node:
                n, limit = len(row.risks), row.node.sla_s
                parts = [row.node.role, duration(limit, self._words.language) if limit else "",
                         text("map.n_risks", n=n) if n else ""]  # fmt: skip
                found[row.node.key] = " · ".join(part for part in parts if part)
        return found

    @cached_property
    def overlay(self) -> Overlay:
        """The chosen one if it has figures, else the first that has."""
        wanted = (self.choice.overlay, *FIRST)
        known = [o for code in wanted if (o := self.figures.overlays.get(code))]
        return next(o for o in known if not o.missing or o.code == "load")

    @cached_property
    def selection(self) -> Selection:
        return map_selection(self.figures.data, share=self._share)

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
                "missing": self._words(f"overlays.missing.{o.missing}") if o.missing else "",
            }
            for code, o in self.figures.overlays.items()
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
        return [] if self.overlay.kind == "level" else overlay_ranges(self.overlay, self._words)

    @property
    def level_codes(self) -> list[str]:
        """Levels of the criteria, the highest first."""
        return [mark.code for mark in self.figures.levels.marks[::-1]]

    @property
    def highest(self) -> LevelMark:
        """The highest level, as a sample of what a badge shows."""
        return self.figures.levels.marks[-1]

    @property
    def svg(self) -> SafeString:
        """The drawing of the page; its boxes are links that choose a node."""
        choosing = Choosing(lambda name: self.choice.address(node=name), self._spoken, self.chosen_activity)
        return mark_safe(self.picture("page", choosing))

    def picture(self, theme: Theme = "light", choosing: Choosing | None = None) -> str:
        return process_map(
            self.figures.data, language=self._words.language, theme=theme, direction="right",
            share=self._share, overlay=self.overlay, choosing=choosing, longest=_LONGEST_STRIP,
        )  # fmt: skip

    @property
    def miniature(self) -> SafeString:
        """The main flow from top to bottom with the risks at its nodes; a box leads to the process page."""
        page = reverse("catalog:process", args=[self.process.code])
        choosing = Choosing(lambda name: page + self.choice.address(node=name), self._spoken)
        return mark_safe(process_map(
            self.figures.data, language=self._words.language, theme="page", direction="down", share=0.0,
            most_nodes=_MOST_IN_MINIATURE, overlay=self.overlay, choosing=choosing,
        ))  # fmt: skip

    @cached_property
    def rows(self) -> list[NodeRow]:
        """All rows in the chosen order."""
        return in_order_of(self.figures.rows, self.choice.sort)

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

    @property
    def table(self) -> list[tuple[NodeRow, str, list[dict[str, str]]]]:
        """Rows with their place for a click and the figures in words."""
        return [(row, self.choice.address(node=row.asked), self._cells(row)) for row in self.rows]

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
    def alerts(self) -> list[dict[str, Any]]:
        """Open alerts: of the chosen node, else of the process."""
        if self.chosen is not None:
            return self.chosen.alerts
        return self.figures.watch.alerts if self.figures.watch is not None else []

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
            {"name": row.name, "figure": self.figures.said(row, self.overlay.code),
             "address": self.choice.address(node=row.asked)}
            for row in self.worst
        ]  # fmt: skip

    @property
    def overlay_name(self) -> str:
        return self.figures.name_of(self.overlay.code)

    @property
    def unshown(self) -> str:
        """The address without a chosen node."""
        return self.choice.address(node="")

    @property
    def download(self) -> str:
        return self.choice.address(node="", overlay=self.overlay.code)

    def _cells(self, row: NodeRow) -> list[dict[str, str]]:
        return [{"code": code, "word": self.figures.name_of(code), "text": self.figures.said(row, code),
                 "level": row.level if code == "risk" else ""} for code in CODES]  # fmt: skip

    def _head(self, code: str) -> dict[str, Any]:
        sort, numeric = self.choice.sort, code in CODES
        down = sort == f"-{code}"
        onward = code if down or (not numeric and sort != code) else f"-{code}"
        return {
            "word": self.figures.name_of(code) if numeric else text(f"map.heads.{code}"),
            "address": self.choice.address(sort=onward) + "#nodes",
            "sorted": ("descending" if down else "ascending") if sort.removeprefix("-") == code else "",
            "numeric": numeric or code == "rank",
        }

    @property
    def _words(self) -> Words:
        return self.figures.words

    @property
    def _share(self) -> float | None:
        return None if self.choice.percent is None else self.choice.percent / 100

    @cached_property
    def _rows_by_activity(self) -> dict[str, NodeRow]:
        return {row.activity: row for row in self.rows if row.activity}

    def _spoken(self, activity: str) -> str:
        """What a reader of the screen hears of a box."""
        row = self._rows_by_activity[activity]
        parts = [f"{self.figures.name_of(code)} {self.figures.said(row, code)}"
                 for code in dict.fromkeys((self.overlay.code, "load"))]  # fmt: skip
        if row.risks and self.overlay.code != "risk":
            parts.append(f"{self.figures.name_of('risk')} {self.figures.said(row, 'risk')}")
        if row.rank is not None and row.rank <= 5:
            parts.append(self._words("overlays.key", rank=row.rank))
        return self._words("overlays.node", name=row.name, figure=self._words.listed(parts))


def map_view(user: User, process: Process, page: ProcessPage, choice: Choice) -> MapView:
    """The map with what the apps above know of the process."""
    return MapView(process, figures_of(user, process, page), choice)


def figures_of(user: User, process: Process, page: ProcessPage) -> NodeFigures:
    """Figures of the nodes, with the risks, ranks and deviations that the apps above know."""
    return NodeFigures(
        page,
        hooks.gathered(hooks.risks_of, process),
        hooks.gathered(hooks.key_nodes_of, process),
        [link for hook in hooks.risk_links_of for link in hook(process, user)],
        next((found for hook in hooks.deviations_of if (found := hook(process)) is not None), None),
        hooks.watch_at(process, user),
    )
