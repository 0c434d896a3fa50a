"""The process as it ran: figures, map with risk overlay, activities, transitions, variants, key nodes."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.arrivals import arrivals_chart, grouped
from anlan.formats.report.charts.process_map import map_selection, map_sentence, process_map
from anlan.formats.report.charts.ranks import key_node_ranks
from anlan.formats.report.flow.waits import waits_of
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Column, Page, Section
from anlan.formats.report.words import NO_VALUE


def process_sections(page: Page) -> list[Section]:
    words = page.words
    return [
        Section("process", words("map.heading"), _process(page)),
        Section("key-nodes", words("ranks.heading"), _key_nodes(page)),
    ]


def _process(page: Page) -> Markup:
    process = page.result["process"]
    if not process["activities"]:
        return page.empty("process", "map.none")
    selection = map_selection(page.result)
    drawing = process_map(page.result, language=page.words.language, theme="page")
    return el(
        "div",
        page.figure(drawing, map_sentence(selection, page.words), kind="map"),
        _figures(page),
        _activities(page),
        _arrivals(page),
        _transitions(page),
        _variants(page),
        page.remarks("process"),
    )


def _figures(page: Page) -> Markup:
    log, process, words = page.result["log"], page.result["process"], page.words
    durations = process["case_duration_s"]
    entries = [
        (words("fields.cases"), words.count(log["n_cases"])),
        (words("fields.events"), words.count(log["n_events"])),
        (words("fields.variants"), words.count(log["n_variants"])),
        (words("fields.resources"), words.count(log["n_resources"])),
        (words("fields.case_duration"), _durations(durations, page)),
        (words("fields.sla"), _sla(page)),
    ]
    return page.pairs(entries, kind="pairs figures")


def _durations(durations: Mapping[str, float] | None, page: Page) -> str:
    if durations is None:
        return NO_VALUE
    words = page.words
    return words(
        "durations",
        mean=words.duration(durations["mean"]),
        median=words.duration(durations["median"]),
        p95=words.duration(durations["p95"]),
    )


def _sla(page: Page) -> str:
    sla, words = page.result["process"]["sla"], page.words
    if sla is None:
        return words("sla.none")
    limit_is_duration = words.working and not sla["definition"].startswith("column:")
    return words(
        "sla.some",
        definition=sla["definition"] + (words("sla.working") if limit_is_duration else ""),
        breached=sla["breached"],
        cases=sla["cases"],
        rate=words.share_with_limits(sla["breach_rate"]),
    )


def _activities(page: Page) -> Markup:
    """Service and waiting where the log has starts, else the gap to the activity before."""
    words, process = page.words, page.result["process"]
    has_start = page.result["log"]["has_start"]
    keys = ("service_mean", "waiting_mean", "waiting_p95") if has_start else ("gap_mean",)
    gaps = waits_of(process)
    times = [_service(a) if has_start else (gaps.mean_s.get(a["name"]),) for a in process["activities"]]
    unit = words.duration_unit(seconds for row in times for seconds in row)
    columns = (
        Column(words("fields.activity"), "wide"),
        *(Column(words(f"fields.{key}"), "number") for key in ("count", "cases", "rework_cases")),
        *(Column(words("fields.in_unit", what=words(f"fields.{key}"), unit=unit.name), "number")
          for key in keys),
    )  # fmt: skip
    rows = [
        (
            page.name(a["name"]),
            words.count(a["count"]),
            words.count(a["cases"]),
            _rework(a, page),
            *(words.in_unit(seconds, unit) for seconds in row),
        )
        for a, row in zip(process["activities"], times, strict=True)
    ]
    key = "map.activities" if has_start else "map.activities_no_start"
    return page.table(columns, rows, caption=words(key), most=15)


def _service(activity: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    """Seconds: mean service, mean and 95 % quantile of waiting."""
    service, waiting = activity["service_s"] or {}, activity["waiting_s"] or {}
    return service.get("mean"), waiting.get("mean"), waiting.get("p95")


def _rework(activity: Mapping[str, Any], page: Page) -> str:
    """Cases that repeat the activity, and their share of the cases that have it."""
    n, cases = activity["rework_cases"], activity["cases"]
    return page.words.count(n) + (f" ({page.words.percent(n / cases)})" if cases and n else "")


def _arrivals(page: Page) -> Markup | None:
    grain, bars = grouped(page.result["process"]["arrivals_per_day"])
    if not bars:
        return None
    words = page.words
    columns = (Column(words("arrivals.from")), Column(words("fields.cases"), "number"))
    drawing = arrivals_chart(page.result, language=words.language, theme="page")
    return page.figure(
        drawing,
        words(f"arrivals.title_{grain}"),
        kind="broad",
        data=page.numbers(columns, [(day, words.count(n)) for day, n in bars]),
    )


def _transitions(page: Page) -> Markup | None:
    edges, words = page.result["process"]["edges"], page.words
    if not edges:
        return el("p", words("map.no_edges"), class_="empty")
    ordered = sorted(edges, key=lambda e: (-e["count"], e["from"], e["to"]))
    keys = ("mean", "median", "p95")
    unit = words.duration_unit(e[f"{key}_s"] for e in ordered[:200] for key in keys)
    columns = (
        Column(words("fields.from")),
        Column(words("fields.to")),
        Column(words("fields.count"), "number"),
        *(Column(words("fields.in_unit", what=words(f"fields.{key}"), unit=unit.name), "number")
          for key in keys),
    )  # fmt: skip
    rows = [
        (
            page.name(e["from"], limit=32),
            page.name(e["to"], limit=32),
            words.count(e["count"]),
            *(words.in_unit(e[f"{key}_s"], unit) for key in keys),
        )
        for e in ordered[:200]
    ]
    caption = words("map.transitions")
    if len(edges) > 200:
        caption = words.sentences([caption, words("only_first", shown=200, n=len(edges))])
    return page.table(columns, rows, caption=caption, most=12)


def _variants(page: Page) -> Markup | None:
    variants, words = page.result["process"]["variants"], page.words
    if not variants:
        return None
    cases = sum(v["count"] for v in variants)
    columns = (
        Column(words("fields.variant"), "wide"),
        Column(words("fields.cases"), "number"),
        Column(words("fields.share"), "number"),
    )
    rows = [
        (_steps(v["steps"], page), words.count(v["count"]), words.percent(v["count"] / cases))
        for v in variants[:40]
    ]
    covered = sum(v["count"] for v in variants[:8]) / cases
    caption = words("map.variants", n=len(variants), shown=min(8, len(variants)), share=covered)
    return page.table(columns, rows, caption=caption, most=8)


def _steps(steps: list[str] | None, page: Page) -> Markup:
    if steps is None:
        return el("span", page.words("map.unknown_steps"), class_="muted")
    parts: list[Any] = []
    for i, step in enumerate(steps[:14]):
        parts += [" → " if i else "", page.name(step, limit=24)]
    if len(steps) > 14:
        parts.append(page.words("map.more_steps", n=len(steps) - 14))
    return el("span", parts, class_="steps")


def _key_nodes(page: Page) -> Markup:
    nodes = sorted(page.result["key_nodes"], key=lambda node: node["rank"])
    if not nodes:
        return page.empty("key_nodes", "ranks.none")
    words = page.words
    columns = (
        Column(words("fields.rank"), "number"),
        Column(words("fields.rank_interval"), "number"),
        Column(words("fields.activity")),
        Column(words("fields.score"), "number"),
        Column(words("fields.reasons"), "wide"),
    )
    rows = [
        (
            node["rank"],
            _rank_limits(node),
            page.name(node["activity"], limit=30),
            words.number(node["score"]),
            words.sentences(words.of(reason) for reason in node["reasons"]) or NO_VALUE,
        )
        for node in nodes
    ]
    drawing = key_node_ranks(page.result, language=words.language, theme="page")
    return el(
        "div",
        page.figure(drawing, words("ranks.caption"), kind="broad", data=_criteria_values(page, nodes)),
        page.table(columns, rows, caption=words("ranks.table"), most=10),
        page.remarks("key_nodes"),
    )


def _rank_limits(node: Mapping[str, Any]) -> str:
    low, high = node["rank_low"], node["rank_high"]
    return NO_VALUE if low is None or high is None else f"[{low}, {high}]"


def _criteria_values(page: Page, nodes: list[Mapping[str, Any]]) -> Markup | None:
    """What went into each score, as the result holds it."""
    words = page.words
    names = list(dict.fromkeys(name for node in nodes for name in node["criteria"]))
    columns = [
        Column(words("fields.activity")),
        *(Column(words.term("criteria", n), "number") for n in names),
    ]
    rows = [
        [page.name(node["activity"], limit=30), *(words.number(node["criteria"].get(name)) for name in names)]
        for node in nodes
    ]
    return page.numbers(columns, rows) if names else None
