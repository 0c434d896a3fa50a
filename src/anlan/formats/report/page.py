"""The report as a document: numbered sections, figures and tables, and what all sections share."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from anlan.formats.report.levels import Levels, chip
from anlan.formats.report.markup import Markup, clean, el, together
from anlan.formats.report.words import NO_VALUE, Language, LossUnit, Words, loss_unit

_NAME_LENGTH = 48
_LONGEST_WORD = 18
_KEPT_WHOLE = 8
"""A table of at most so many rows stays on one printed page."""
MOST_ROWS = 20
"""Rows of a table that a page of the application shows before the rest is asked for."""
_WIDE = ("map", "broad")
"""Kinds of figures that are wider than a phone and move sideways there."""
_WIDTH_OF = re.compile(r'<svg [^>]*?\bwidth="([0-9.]+)"')
_RISK_ID = re.compile("(R-[0-9a-f]{10})")


@dataclass(frozen=True)
class Column:
    """A column's heading and how its cells stand: text, number (right, tabular digits) or code."""

    heading: str
    kind: Literal["text", "number", "code", "wide"] = "text"


@dataclass(frozen=True)
class Section:
    """A part of the report that stands in its table of contents."""

    anchor: str
    title: str
    body: Markup


class Page:
    """One report being written: the result, its words, levels and units, and running numbers."""

    more_rows = "more_rows"
    """What is said of the rows of a table that are folded away."""

    def __init__(self, result: Mapping[str, Any], language: Language) -> None:
        self.result = result
        self.words = Words.of_result(result, language)
        self.levels = Levels(result["criteria"], self.words)
        portfolio = result["portfolio"]
        self.loss: LossUnit = loss_unit(portfolio["unit"], largest=portfolio["mean"] or 0.0, words=self.words)
        self.risks = sorted(result["risks"], key=self._weight)
        self.risk_by_id = {risk["id"]: risk for risk in self.risks}
        self._figures = self._tables = 0

    def _weight(self, risk: Mapping[str, Any]) -> tuple[int, float, str]:
        """Higher level first, then the larger expected loss."""
        return -self.levels.rank(risk), -(risk["annual_loss"]["mean"] or 0.0), risk["id"]

    def figure(self, drawing: str, caption: str, *, data: Markup | None = None, kind: str = "") -> Markup:
        """A numbered drawing with its caption and, folded away, the numbers behind it."""
        self._figures += 1
        number = self.words("figure", n=self._figures)
        natural = _WIDTH_OF.search(drawing)
        return el(
            "figure",
            el("p", self.words("swipe"), class_="swipe") if kind in _WIDE else None,
            el("div", Markup(drawing), class_="drawing"),
            el("figcaption", el("b", number), " ", caption),
            data,
            class_=kind or None,
            style=f"--natural:{natural[1]}px" if natural else None,
        )

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Any]],
        *,
        caption: str = "",
        most: int | None = None,
        kind: str = "",
    ) -> Markup:
        """A numbered table; rows beyond `most` are folded away, their number stays visible in print."""
        self._tables += bool(caption)
        shown = rows if most is None else rows[:most]
        text = (
            el("p", el("b", self.words("table", n=self._tables)), " ", caption, class_="caption")
            if caption
            else None
        )
        rest = None
        if most is not None and len(rows) > most:
            note = self.words(self.more_rows, n=len(rows) - most)
            rest = el("details", el("summary", note), _table(columns, rows[most:], kind), class_="rest")
        whole = "tabled whole" if len(shown) <= _KEPT_WHOLE else "tabled"
        return el("div", _table(columns, shown, kind), rest, text, class_=whole)

    def sheet(self, anchor: str, head: Sequence[Markup], *parts: Any) -> Markup:
        """What is known of one thing, under its own heading."""
        return el("article", el("header", head), *parts, class_="risk", id=anchor)

    def numbers(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Markup | None:
        """The numbers behind a drawing, folded away."""
        if not rows:
            return None
        return el("details", el("summary", self.words("as_table")), _table(columns, rows, ""), class_="data")

    def name(self, text: str, *, limit: int = _NAME_LENGTH) -> Markup:
        """A name from the log: kept apart from the direction of the text around it, cut where very long."""
        return name_of(text, limit=limit)

    def names(self, texts: Iterable[str], *, limit: int = _NAME_LENGTH, most: int = 6) -> Markup:
        listed = list(texts)
        if not listed:
            return Markup(NO_VALUE)
        separator = "、" if self.words.language == "zh" else ", "
        parts: list[Any] = []
        for i, text in enumerate(listed[:most]):
            parts += [separator if i else "", self.name(text, limit=limit)]
        if len(listed) > most:
            parts.append(self.words("and_more", n=len(listed) - most))
        return el("span", parts)

    def risk_link(self, risk_id: str) -> Markup:
        """A risk's id, linked to its sheet when the report has one."""
        if risk_id not in self.risk_by_id:
            return el("code", risk_id)
        title = clean(self.words.of(self.risk_by_id[risk_id]["title"]))
        return el("a", risk_id, href=f"#{risk_id}", class_="code", title=title)

    def named_risk(self, risk_id: str) -> Markup:
        """A risk's title, linked to its sheet."""
        return el("a", self.name(self.words.of(self.risk_by_id[risk_id]["title"])), href=f"#{risk_id}")

    def risk_links(self, ids: Iterable[str], *, most: int = 6) -> Markup:
        listed = list(ids)
        if not listed:
            return Markup(NO_VALUE)
        parts: list[Any] = []
        for i, risk_id in enumerate(listed[:most]):
            parts += [" " if i else "", self.risk_link(risk_id)]
        if len(listed) > most:
            parts.append(self.words("and_more", n=len(listed) - most))
        return el("span", parts)

    def linked(self, text: str) -> Markup:
        """A sentence of our own in which each risk id becomes the risk's title, leading to its sheet."""
        parts = _RISK_ID.split(text)
        return together(self.named_risk(part) if i % 2 else part for i, part in enumerate(parts))

    def chip(self, risk: Mapping[str, Any]) -> Markup:
        return chip(self.levels[risk["index"]["level"]])

    def empty(self, where: str, key: str) -> Markup:
        """Why a section has nothing to show: the run's own notes on it, else the general reason."""
        notes = [self.words.of(note["text"]) for note in self.result["notes"] if _about(note["where"], where)]
        return el("p", self.words(key), " " if notes else None, " ".join(notes), class_="empty")

    def remarks(self, where: str) -> Markup | None:
        """The run's notes on a part of the result that does have something to show."""
        notes = [self.words.of(note["text"]) for note in self.result["notes"] if _about(note["where"], where)]
        return el("ul", [el("li", note) for note in notes[:8]], class_="notes") if notes else None

    def pairs(self, entries: Iterable[tuple[str, Any]], *, kind: str = "pairs") -> Markup:
        """Terms with their values."""
        return el("dl", [el("div", el("dt", term), el("dd", value)) for term, value in entries], class_=kind)

    def has_measures(self) -> bool:
        return bool(self.result["treatments"]["chosen"])


class FoldingPage(Page):
    """The report on a page of the application: long tables and the sheets of risks are folded."""

    more_rows = "show_rows"

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Any]],
        *,
        caption: str = "",
        most: int | None = None,
        kind: str = "",
    ) -> Markup:
        return super().table(
            columns, rows, caption=caption, most=min(most or MOST_ROWS, MOST_ROWS), kind=kind
        )

    def sheet(self, anchor: str, head: Sequence[Markup], *parts: Any) -> Markup:
        return el("details", el("summary", head), *parts, class_="risk", id=anchor)


def name_of(text: str, *, limit: int = _NAME_LENGTH) -> Markup:
    whole = clean(text)
    shown = whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"
    unbroken = max((len(part) for part in shown.split()), default=0) > _LONGEST_WORD
    return el(
        "bdi", shown, title=whole[:2000] if shown != whole else None, class_="long" if unbroken else None
    )


def _about(place: str, where: str) -> bool:
    return place == where or place.startswith((f"{where}.", f"{where}["))


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Any]], kind: str) -> Markup:
    head = el("tr", [el("th", column.heading, scope="col", class_=_css(column)) for column in columns])
    body = [
        el("tr", [el("td", cell, class_=_css(column)) for column, cell in zip(columns, row, strict=True)])
        for row in rows
    ]
    return el("div", el("table", el("thead", head), el("tbody", body), class_=kind or None), class_="scroll")


def _css(column: Column) -> str | None:
    return None if column.kind == "text" else column.kind
