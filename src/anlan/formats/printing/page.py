"""A report as a page that prints as it looks: everything inside, nothing loaded, no script."""

from pathlib import Path

from anlan.formats.printing.document import (
    Block,
    Document,
    Headline,
    Lines,
    Mark,
    Pairs,
    Picture,
    Prose,
    Table,
    Value,
    numeric_columns,
    text_of,
)
from anlan.formats.report.markup import Markup, el, escape
from anlan.formats.report.tokens import FONTS, LIGHT, variables

_STYLE = Path(__file__).with_name("page.css")


def to_html(document: Document) -> str:
    """The whole page as text."""
    orientation = "landscape" if document.wide else "portrait"
    style = f":root{{--fonts:{FONTS};{variables(LIGHT)}}}@page{{size:A4 {orientation}}}{_STYLE.read_text()}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", document.title),
        el("style", Markup(style)),
    )
    parts = [_part(document, i) for i in range(len(document.pages))]
    body = el("body", *parts, class_="wide" if document.wide else "")
    language = "zh-CN" if document.language == "zh" else "en"
    return f"<!DOCTYPE html>\n{el('html', head, body, lang=language)}\n"


def _part(document: Document, i: int) -> Markup:
    page = document.pages[i]
    return el(
        "section",
        el("header", el("h1" if i == 0 else "h2", document.title), el("p", document.subtitle)),
        el("h3", page.heading) if page.heading else "",
        el("p", page.note, class_="note") if page.note else "",
        *(_block(block) for block in page.blocks),
        el("footer", document.footer),
    )


def _block(block: Block) -> Markup:
    if isinstance(block, Headline):
        return _headline(block)
    if isinstance(block, Pairs):
        rows = (el("div", el("dt", label), el("dd", _value(value))) for label, value in block.rows)
        return el("dl", *rows, class_=f"of{block.columns}")
    if isinstance(block, Prose):
        return el("div", el("h4", block.title), el("p", _lines(block.text)))
    if isinstance(block, Picture):
        shown = el("div", Markup(block.svg), class_="picture", style=f"width:{100 * block.across:.0f}%")
        return el("div", el("h4", block.title), shown, el("p", block.text, class_="note"))
    if isinstance(block, Lines):
        return el("div", *(el("span", label, el("i")) for label in block.labels), class_="lines")
    return _table(block)


def _headline(of: Headline) -> Markup:
    value = el("p", el("b", of.value.shown, class_="figure"), " ", of.unit, class_="value")
    limits = el("p", of.limits, class_="note") if of.limits else ""
    return el("div", el("p", of.title), value, limits, el("p", _value(of.level)), class_="headline")


def _table(table: Table) -> Markup:
    whole = sum(table.widths)
    columns = el("colgroup", *(el("col", style=f"width:{100 * w / whole:.1f}%") for w in table.widths))
    numbers = numeric_columns(table)
    heads = (
        el("th", words, scope="col", class_="num" if i in numbers else "")
        for i, words in enumerate(table.headings)
    )
    head = el("thead", el("tr", *heads))
    rows = (
        el("tr", *(_cell(table, i, value, numeric=i in numbers) for i, value in enumerate(row)))
        for row in table.rows
    )
    width = f"width:{100 * table.across:.0f}%"
    grid = el("table", columns, head, el("tbody", *rows), style=width)
    shown = grid if table.rows else el("p", table.empty)
    return el(
        "div",
        el("h4", table.title) if table.title else "",
        shown,
        el("p", table.note, class_="note") if table.note else "",
    )


def _cell(table: Table, i: int, value: Value, *, numeric: bool) -> Markup:
    if i in table.boxes:
        return el("td", el("i", class_="box"), " ", text_of(value))
    return el("td", _value(value), class_="num" if numeric else "")


def _value(value: Value) -> Markup:
    if isinstance(value, Mark):
        return el("b", value.shown, class_=f"level {value.colour}")
    return _lines(text_of(value))


def _lines(text: str) -> Markup:
    return Markup("<br>".join(escape(line) for line in text.split("\n")))
