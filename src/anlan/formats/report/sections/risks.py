"""Where the loss comes from, and a sheet of evidence for every risk."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.bars import by_loss, delay_pareto
from anlan.formats.report.charts.stability import stability_chart
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Column, Page, Section
from anlan.formats.report.words import NO_VALUE, Words, loss_unit

_SHEETS = 60


def risk_sections(page: Page) -> list[Section]:
    words = page.words
    return [
        Section("pareto", words("pareto.heading"), _pareto(page)),
        Section("evidence", words("sheets.heading"), _sheets(page)),
        Section("stability", words("stability.heading"), _stability(page)),
    ]


def _pareto(page: Page) -> Markup:
    counted = by_loss(page.risks)
    if not counted:
        return page.empty("portfolio", "pareto.none")
    words = page.words
    columns = (
        Column(words("fields.id"), "code"),
        Column(words("fields.risk"), "wide"),
        Column(words("fields.expected"), "number"),
        Column(words("fields.interval95"), "number"),
        Column(words("fields.p95"), "number"),
        Column(words("fields.gross"), "number"),
    )
    rows = [
        (
            page.risk_link(r["id"]),
            words.of(r["title"]),
            page.loss.figure(r["annual_loss"]["mean"], words),
            words.limits(r["annual_loss"]["interval"], divisor=page.loss.divisor),
            page.loss.figure(r["annual_loss"]["p95"], words),
            page.loss.figure(r["annual_loss"]["gross_mean"], words),
        )
        for r in counted
    ]
    drawing = delay_pareto(page.result, language=words.language, theme="page")
    return page.figure(drawing, words("pareto.caption"), kind="broad", data=page.numbers(columns, rows))


def _sheets(page: Page) -> Markup:
    if not page.risks:
        return page.empty("risks", "top.none")
    rest = None
    if len(page.risks) > _SHEETS:
        rest = el("p", page.words("sheets.more", n=len(page.risks) - _SHEETS), class_="empty")
    intro = el("p", page.words("sheets.intro"), class_="intro")
    return el("div", intro, [_sheet(risk, page) for risk in page.risks[:_SHEETS]], rest)


def _sheet(risk: Mapping[str, Any], page: Page) -> Markup:
    words = page.words
    head = (
        page.chip(risk),
        el("h3", words.of(risk["title"])),
        el("span", el("code", risk["id"]), " · ", words.term("categories", risk["category"]), class_="muted"),
    )
    notes = [words.of(note) for note in risk["notes"]]
    overlaps = page.risk_links(risk["overlaps"], most=10)
    return page.sheet(
        risk["id"],
        head,
        el("p", words.of(risk["statement"])),
        page.pairs([*_evidence(risk, page), *_numbers(risk, page)], kind="pairs sheet"),
        page.pairs(
            [
                (words("fields.severity"), _severity(risk["severity"], page)),
                *([(words("fields.overlaps"), overlaps)] if risk["overlaps"] else []),
                (words("fields.case_ids"), page.names(risk["evidence"]["case_ids"], limit=24, most=10)),
            ],
            kind="pairs long",
        ),
        el("ul", [el("li", note) for note in notes], class_="notes") if notes else None,
    )


def _evidence(risk: Mapping[str, Any], page: Page) -> list[tuple[str, Any]]:
    words, evidence = page.words, risk["evidence"]
    exposure_unit = words.term("exposure_units", evidence["exposure_unit"])
    delay = loss_unit("customer_min", largest=evidence["delay_min"], words=words)
    return [
        (words("fields.nodes"), page.names(risk["nodes"], limit=32)),
        *(
            [(words("fields.detail"), page.name(words.detail(risk["code"], risk["detail"])))]
            if risk["detail"]
            else []
        ),
        (
            words("fields.occurrences"),
            words(
                "sheets.occurrences",
                count=evidence["count"],
                exposure=evidence["exposure"],
                unit=exposure_unit,
                days=words.number(evidence["period_days"]),
            ),
        ),
        (words("fields.rate"), words.share_with_limits(evidence["rate"])),
        (words("fields.effect"), _effect(evidence["effect"], page)),
        (words("fields.p_q"), _test(evidence, page)),
        (words("fields.delay"), delay.with_unit(evidence["delay_min"], words)),
    ]


def _effect(effect: Mapping[str, Any], page: Page) -> str:
    """Size with limits, and the least size worth reporting; shares and differences in per cent."""
    words, kind = page.words, effect["kind"]
    as_share = kind.endswith(("share", "difference"))
    size = words.share_with_limits(effect["size"]) if as_share else words.with_limits(effect["size"])
    least = words.percent(effect["minimum"]) if as_share else words.number(effect["minimum"])
    return words("sheets.effect", kind=words.term("effects", kind), size=size, least=least)


def _test(evidence: Mapping[str, Any], page: Page) -> str:
    if evidence["p"] is None:
        return page.words("sheets.no_test")
    return page.words(
        "sheets.test", p=page.words.probability(evidence["p"]), q=page.words.probability(evidence["q"])
    )


def _numbers(risk: Mapping[str, Any], page: Page) -> list[tuple[str, Any]]:
    words, loss, index = page.words, risk["annual_loss"], risk["index"]
    scales = page.result["criteria"]
    likelihood = words.of(scales["likelihood"]["labels"][index["likelihood"] - 1])
    severity = words.of(scales["severity"]["labels"][index["severity"] - 1])
    return [
        (words("fields.per_1000"), words.with_limits(risk["frequency_per_1000_cases"])),
        (words("fields.per_year"), words.with_limits(risk["frequency_per_year"])),
        (words("fields.annual_loss"), _loss(loss, page)),
        (
            words("fields.index"),
            words(
                "sheets.index",
                likelihood=index["likelihood"],
                per_1000=words.number(index["likelihood_value"]),
                likelihood_word=likelihood,
                severity=index["severity"],
                severity_word=severity,
                value=words.number(index["value"]),
                level=page.levels[index["level"]].word,
            ),
        ),
        (words("fields.controllability"), _controllability(risk["controllability"], page)),
    ]


def _severity(severity: Mapping[str, Any], page: Page) -> str:
    words = page.words
    if severity["mean"] is None:
        return words.sentences([words("sheets.no_severity"), words.of(severity["choice"])])
    unit = loss_unit(page.result["portfolio"]["unit"], largest=severity["mean"], words=words)
    parameters = "; ".join(
        f"{words.term('workbook_fields', name)} {words.number(value)}"
        for name, value in severity["parameters"].items()
    )
    text = words(
        "sheets.severity",
        mean=unit.with_unit(severity["mean"], words),
        median=unit.figure(severity["median"], words),
        p95=unit.figure(severity["p95"], words),
        n=severity["n"],
        kind=words.term("distributions", severity["kind"]),
        parameters=f" ({parameters})" if parameters else "",
    )
    return words.sentences([text, words.of(severity["choice"])])


def _loss(loss: Mapping[str, Any], page: Page) -> str:
    words = page.words
    if loss["mean"] is None:
        return words("sheets.no_loss")
    if not loss["mean"] and not loss["gross_mean"]:
        return words("sheets.zero_loss")
    text = words(
        "sheets.loss",
        mean=page.loss.with_unit(loss["mean"], words),
        limits=words.limits(loss["interval"], divisor=page.loss.divisor),
        p95=page.loss.figure(loss["p95"], words),
        gross=page.loss.figure(loss["gross_mean"], words),
    )
    return text if loss["counted"] else words.sentences([text, words("sheets.not_counted")])


def _controllability(values: Mapping[str, Any], page: Page) -> str:
    words = page.words
    parts = [
        f"{words.term('controllability', name)} {words.percent(value)}"
        for name, value in values.items()
        if value is not None and not isinstance(value, str)
    ]
    if not parts and values.get("basis") == "none":
        return words("sheets.no_basis")
    return words.listed(parts) or NO_VALUE


def stacked_share(interval: Mapping[str, float] | None, words: Words) -> Markup | str:
    """A share above its limits, so that the column stays narrow."""
    if interval is None:
        return NO_VALUE
    limits = f"[{words.percent(interval['low'])}, {words.percent(interval['high'])}]"
    return el("span", words.percent(interval["estimate"]), el("small", limits))


def _stability(page: Page) -> Markup:
    rows_of, words = page.result["evaluate"], page.words
    if not rows_of:
        return page.empty("evaluate", "stability.none")
    columns = (
        Column(words("fields.id"), "code"),
        Column(words("fields.verdict")),
        Column(words("fields.first_half"), "number"),
        Column(words("fields.second_half"), "number"),
        Column(words("fields.p"), "number"),
        Column(words("fields.meaning"), "wide"),
    )
    rows = [
        (
            page.risk_link(row["risk"]),
            words.term("verdicts", row["verdict"]),
            stacked_share(row["first"], words),
            stacked_share(row["second"], words),
            words.probability(row["p"]),
            words.of(row["text"]),
        )
        for row in rows_of
    ]
    figure = None
    if any(row["first"] and row["second"] for row in rows_of):
        drawing = stability_chart(page.result, language=words.language, theme="page")
        figure = page.figure(drawing, words("stability.caption"), kind="broad")
    return el("div", figure, page.table(columns, rows, caption=words("stability.table"), most=20))
