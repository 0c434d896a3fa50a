"""First page: conclusion, four figures, matrix, exceedance curve, the highest risks, the advice."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.exceedance import exceedance_curve, probability_at
from anlan.formats.report.charts.matrix import level_counts, risk_matrix
from anlan.formats.report.levels import LevelMark
from anlan.formats.report.loss_words import mean_and_years, scaled_from, what_counts, work_included
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Column, Page, Section
from anlan.formats.report.words import NO_VALUE, plain_unit

_TOP_RISKS = 5
_ADVICE = 4
_NAMED = 2


def opening_sections(page: Page) -> list[Section]:
    words = page.words
    return [
        Section(
            "conclusion",
            words("conclusion.title"),
            el("div", _conclusion(page), _figures(page), _counting(page)),
        ),
        Section("matrix", words("matrix.heading"), _matrix(page)),
        Section("loss", words("curve.heading"), _curve(page)),
        Section("top", words("top.heading"), _top_risks(page)),
        Section("advice", words("advice.heading"), _advice(page)),
    ]


def _conclusion(page: Page) -> Markup:
    """What the reader must know if nothing else is read."""
    sentences = [
        _what_was_read(page),
        _how_many(page),
        _what_it_costs(page),
        _where(page),
        _what_helps(page),
    ]
    report = _must_be_reported(page)
    return el(
        "div",
        _warnings(page),
        el("p", page.words.sentences(sentences), class_="lead"),
        el("p", page.linked(report), class_="lead report") if report else None,
    )


def _warnings(page: Page) -> Markup | None:
    """What to know before any figure: the log may not be the one that was meant."""
    texts = [page.words.of(note["text"]) for note in page.result["notes"] if note.get("warning")]
    return el("ul", [el("li", text) for text in texts], class_="warnings") if texts else None


def _what_was_read(page: Page) -> str:
    log = page.result["log"]
    if log["n_cases"] == 0:
        return page.words("conclusion.no_cases")
    return page.words(
        "conclusion.read",
        cases=log["n_cases"],
        events=log["n_events"],
        first=page.words.date(log["first"]),
        last=page.words.date(log["last"]),
    )


def _how_many(page: Page) -> str:
    if not page.risks:
        return page.words("conclusion.no_risks")
    return page.words("conclusion.risks", n=len(page.risks), levels=level_counts(page.result, page.words))


def _what_it_costs(page: Page) -> str:
    portfolio = page.result["portfolio"]
    if portfolio["mean"] is None:
        return page.words("conclusion.no_loss") if page.risks else ""
    loss = page.words("conclusion.loss", **mean_and_years(portfolio, page.loss, page.words))
    return page.words.sentences([loss, scaled_from(portfolio, page.words)])


def _where(page: Page) -> str:
    nodes = page.result["key_nodes"]
    if not nodes:
        return ""
    first = min(nodes, key=lambda node: node["rank"])
    low, high = first["rank_low"], first["rank_high"]
    if low is None or high is None:
        return page.words("conclusion.key_node_alone", node=[first["activity"]])
    if low == high:
        return page.words("conclusion.key_node_sure", node=[first["activity"]], rank=low)
    return page.words("conclusion.key_node", node=[first["activity"]], low=low, high=high)


def _what_helps(page: Page) -> str:
    treatments, mean = page.result["treatments"], page.result["portfolio"]["mean"]
    if treatments["budget"] is None:
        return page.words("conclusion.no_budget") if treatments["frontier"] else ""
    cost_unit = plain_unit(treatments["cost_unit"], page.words)
    budget = f"{page.words.number(treatments['budget'])} {cost_unit}"
    if not treatments["chosen"]:
        return page.words("conclusion.nothing_chosen", budget=budget)
    reduction = sum(measure["expected_reduction"] for measure in treatments["chosen"])
    return page.words(
        "conclusion.chosen",
        n=len(treatments["chosen"]),
        budget=budget,
        cost=f"{page.words.number(sum(m['cost'] for m in treatments['chosen']))} {cost_unit}",
        after=page.loss.with_unit(None if mean is None else max(mean - reduction, 0.0), page.words),
        reduction=page.loss.with_unit(reduction, page.words),
        limits=page.words.limits(treatments["chosen_set"]["reduction"], divisor=page.loss.divisor),
        level=treatments["chosen_set"]["reduction"]["level"],
    )


def _must_be_reported(page: Page) -> str:
    """Risks whose level the criteria oblige to report, the shortest time first."""
    parts: list[str] = []
    for mark in sorted(page.levels.marks, key=lambda mark: -mark.rank):
        risks = [risk for risk in page.risks if risk["index"]["level"] == mark.code]
        if mark.report_within_hours is None or not risks:
            continue
        parts.append(
            page.words(
                "conclusion.report",
                level=mark.word,
                hours=mark.report_within_hours,
                n=len(risks),
                named=_named(risks, page) if not parts else "",
            )
        )
    return page.words.sentences(parts)


def _named(risks: Sequence[Mapping[str, Any]], page: Page) -> str:
    """The costliest risks of a level, by ids that `Page.linked` turns into titles."""
    ids = page.words.listed(risk["id"] for risk in risks[:_NAMED])
    more = page.words("and_more", n=len(risks) - _NAMED) if len(risks) > _NAMED else ""
    return page.words("conclusion.named", risks=f"{ids}{more}")


def _figures(page: Page) -> Markup:
    portfolio, words = page.result["portfolio"], page.words
    cells = [
        _figure(
            words("strip.reportable"),
            words.count(len(_reportable(page))),
            words("strip.items"),
            words("strip.of_all", n=len(page.risks)),
        ),
        _figure(
            words("strip.mean"),
            page.loss.figure(portfolio["mean"], words),
            page.loss.label,
            _expectation_limits(page),
        ),
        _year_to_year(page),
        _after(page),
    ]
    return el("div", cells, class_="strip")


def _counting(page: Page) -> Markup | None:
    """How losses are counted, under the figures it is about."""
    said = [what_counts(page.result, page.words), work_included(page.result, page.words)]
    return el("p", page.words.sentences(said), class_="counting") if said[0] else None


def _figure(term: str, value: str, unit: str, note: str) -> Markup:
    shown = el(
        "span",
        el("b", value),
        " ",
        el("span", unit if value != NO_VALUE else "", class_="unit"),
        class_="figure",
    )
    return el("div", el("span", term, class_="term"), shown, el("span", note, class_="note"))


def _expectation_limits(page: Page) -> str:
    """What the log leaves open about the expected year; never the error of the simulation."""
    portfolio, words = page.result["portfolio"], page.words
    if portfolio["mean"] is None:
        return words("strip.no_value")
    return words("strip.limits", limits=words.limits(portfolio["expectation"], divisor=page.loss.divisor))


def _year_to_year(page: Page) -> Markup:
    portfolio, words = page.result["portfolio"], page.words
    known = portfolio["mean"] is not None
    low, high = (page.loss.figure(portfolio[key], words) for key in ("p05", "p95"))
    return _figure(
        words("strip.years"),
        f"{low}–{high}" if known else NO_VALUE,
        page.loss.label,
        words("strip.cvar", value=page.loss.figure(portfolio["cvar95"], words))
        if known
        else words("strip.no_value"),
    )


def _after(page: Page) -> Markup:
    """Expected loss after the chosen measures; without a budget, the 95 % quantile."""
    words, portfolio = page.words, page.result["portfolio"]
    if not page.has_measures() or portfolio["mean"] is None:
        return _figure(
            words("strip.p95"),
            page.loss.figure(portfolio["p95"], words),
            page.loss.label,
            words("strip.one_in_twenty" if portfolio["mean"] is not None else "strip.no_value"),
        )
    chosen = {m["code"]: m for m in page.result["treatments"]["chosen"]}
    reduction = sum(m["expected_reduction"] for m in chosen.values())
    after = max(portfolio["mean"] - reduction, 0.0)
    return _figure(
        words("strip.after"),
        page.loss.figure(after, words),
        page.loss.label,
        words("strip.down", reduction=page.loss.figure(reduction, words)),
    )


def _reportable(page: Page) -> list[Mapping[str, Any]]:
    return [r for r in page.risks if page.levels[r["index"]["level"]].report_within_hours is not None]


def _matrix(page: Page) -> Markup:
    criteria, risks = page.result["criteria"], page.risks
    rows: list[Sequence[Any]] = []
    for i in range(len(criteria["cells"]), 0, -1):
        for j in range(len(criteria["cells"][0]), 0, -1):
            n = sum((r["index"]["likelihood"], r["index"]["severity"]) == (i, j) for r in risks)
            if n:
                level: LevelMark = page.levels.marks[criteria["cells"][i - 1][j - 1]]
                rows.append((_score(page, "likelihood", i), _score(page, "severity", j), level.word, n))
    columns = (
        Column(page.words("matrix.likelihood")),
        Column(page.words("matrix.severity")),
        Column(page.words("fields.level")),
        Column(page.words("fields.risks"), "number"),
    )
    caption = page.words("matrix.caption") if risks else page.words("matrix.none")
    drawing = risk_matrix(page.result, language=page.words.language, theme="page")
    return page.figure(drawing, caption, data=page.numbers(columns, rows))


def _score(page: Page, scale: str, score: int) -> str:
    return f"{score} {page.words.of(page.result['criteria'][scale]['labels'][score - 1])}"


def _curve(page: Page) -> Markup:
    portfolio, words = page.result["portfolio"], page.words
    if portfolio["mean"] is None or len(portfolio["curve"]) < 2:
        return page.empty("portfolio", "curve.none")
    drawing = exceedance_curve(page.result, language=words.language, theme="page")
    return page.figure(drawing, words("curve.caption", years=portfolio["years"]), data=_curve_numbers(page))


def _curve_numbers(page: Page) -> Markup | None:
    words, portfolio = page.words, page.result["portfolio"]
    points = [(loss, p) for loss, p in portfolio["curve"] if loss > 0 and p > 0]
    rows = []
    for key in ("mean", "p05", "p50", "p90", "p95", "p99", "cvar95"):
        if portfolio[key] is not None and points:
            above = probability_at(portfolio[key], points) if portfolio[key] > 0 else 1.0
            rows.append(
                (
                    words(f"fields.{key}"),
                    page.loss.figure(portfolio[key], words),
                    words.percent(above),
                )
            )
    columns = (
        Column(words("fields.statistic")),
        Column(words("curve.axis", unit=page.loss.label), "number"),
        Column(words("curve.probability"), "number"),
    )
    return page.numbers(columns, rows)


def _top_risks(page: Page) -> Markup:
    if not page.risks:
        return page.empty("risks", "top.none")
    words = page.words
    columns = (
        Column(words("fields.id"), "code"),
        Column(words("fields.risk"), "wide"),
        Column(words("fields.nodes")),
        Column(words("fields.level")),
        Column(words("fields.expected"), "number"),
        Column(words("fields.interval95"), "number"),
    )
    rows = [
        (
            page.risk_link(risk["id"]),
            el("b", words.of(risk["title"])),
            page.names(risk["nodes"], limit=22, most=2),
            page.chip(risk),
            el("b", page.loss.figure(risk["annual_loss"]["mean"], words)),
            words.limits(risk["annual_loss"]["interval"], divisor=page.loss.divisor),
        )
        for risk in page.risks[:_TOP_RISKS]
    ]
    caption = words("top.caption", unit=page.loss.label, version=page.result["criteria"]["version"])
    if len(page.risks) > _TOP_RISKS:
        caption = words.sentences([caption, words("top.more", n=len(page.risks) - _TOP_RISKS)])
    return page.table(columns, rows, caption=caption, kind="first")


def _advice(page: Page) -> Markup:
    """The chosen measures; without a budget the ideas; and the empty lines for names and dates."""
    items = _chosen(page) or _ideas(page)
    signatures = el(
        "div",
        [el("div", el("span", page.words(f"sign.{role}"))) for role in ("written", "checked", "approved")],
        class_="signatures",
    )
    if not items:
        return el("div", page.empty("improve", "advice.none"), signatures)
    more = len(page.result["treatments"]["chosen"] or page.result["improve"]) - len(items)
    note = el("p", page.words("advice.more", n=more), class_="caption") if more > 0 else None
    return el("div", el("ul", [el("li", item) for item in items], class_="advice"), note, signatures)


def _chosen(page: Page) -> list[Markup]:
    treatments, words = page.result["treatments"], page.words
    titles = {c["code"]: words.of(c["title"]) for c in treatments["candidates"]}
    unit = plain_unit(treatments["cost_unit"], words)
    chosen = sorted(treatments["chosen"], key=lambda m: (-m["expected_reduction"], m["code"]))
    return [
        el(
            "span",
            el("code", m["code"]),
            " ",
            words(
                "advice.measure",
                title=titles.get(m["code"], m["code"]),
                cost=f"{words.number(m['cost'])} {unit}",
                reduction=page.loss.with_unit(m["expected_reduction"], words),
            ),
        )
        for m in chosen[:_ADVICE]
    ]


def _ideas(page: Page) -> list[Markup]:
    words = page.words
    return [
        el(
            "span",
            words("advice.idea", title=words.of(idea["title"]), share=idea["delay_share"]),
            el("small", page.named_risk(idea["risk"])),
        )
        for idea in page.result["improve"][:_ADVICE]
    ]
