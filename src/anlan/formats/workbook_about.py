"""First sheet of risks.xlsx: what the workbook is, its main figures, where it comes from, its sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.charts.matrix import level_counts
from anlan.formats.report.loss_words import mean_and_years, scaled_from, what_counts
from anlan.formats.report.words import NO_VALUE, LossUnit, Words, is_as_written, loss_unit, plain_unit


@dataclass(frozen=True)
class About:
    """Title, a sentence on what this is, and blocks of (heading, rows of term and value).

    `sheets`: name of each sheet, what it holds, its number of rows.
    """

    title: str
    text: str
    blocks: Sequence[tuple[str, Sequence[tuple[str, Any]]]]
    sheets: Sequence[tuple[str, str, int]]


def about(result: Mapping[str, Any], words: Words, *, sheets: Sequence[tuple[str, int]]) -> About:
    """`sheets`: key and number of rows of every sheet that follows."""
    return About(
        title=words("title", process=result["process"]["name"]),
        text=words("about.text"),
        blocks=[
            (words("about.figures"), _figures(result, words)),
            (words("about.origin"), _origin(result, words)),
        ],
        sheets=[(words(f"sheet_names.{key}"), words(f"about.sheets.{key}"), n) for key, n in sheets],
    )


def _figures(result: Mapping[str, Any], words: Words) -> list[tuple[str, Any]]:
    log, portfolio = result["log"], result["portfolio"]
    unit = loss_unit(portfolio["unit"], largest=portfolio["mean"] or 0.0, words=words)
    levels = level_counts(result, words)
    return [
        (words("fields.cases"), log["n_cases"]),
        (words("fields.events"), log["n_events"]),
        (words("fields.risks"), words("about.risks", n=len(result["risks"]), levels=levels) if levels else 0),
        (words("strip.mean"), unit.with_unit(portfolio["mean"], words)),
        *([] if portfolio["mean"] is None else _around_the_mean(result, unit, words)),
        (words("about.chosen"), _chosen(result, words)),
    ]


def _around_the_mean(result: Mapping[str, Any], unit: LossUnit, words: Words) -> list[tuple[str, Any]]:
    """Limits of the mean, the spread of single years, and what the figures rest on."""
    said = mean_and_years(result["portfolio"], unit, words)
    rows = [
        (words("fields.interval95"), f"{said['limits']} {unit.label}"),
        (words("strip.years"), f"{said['p05']}–{said['p95']}"),
        (words("strip.cvar_term"), said["cvar"]),
        (words("about.scaled"), scaled_from(result["portfolio"], words)),
        (words("about.counts"), what_counts(result, words)),
    ]
    return [(term, value) for term, value in rows if value]


def _chosen(result: Mapping[str, Any], words: Words) -> str:
    treatments = result["treatments"]
    if treatments["budget"] is None:
        return words("about.no_budget")
    cost = sum(measure["cost"] for measure in treatments["chosen"])
    unit = plain_unit(treatments["cost_unit"], words)
    return words("about.set", n=len(treatments["chosen"]), cost=f"{words.number(cost)} {unit}")


def _origin(result: Mapping[str, Any], words: Words) -> list[tuple[str, Any]]:
    log, provenance = result["log"], result["provenance"]
    first, last, as_of = (
        words.moment(moment, as_written=is_as_written(log))
        for moment in (log["first"], log["last"], provenance["as_of"])
    )
    return [
        (words("meta.log"), log["name"]),
        (words("meta.period"), NO_VALUE if log["first"] is None else f"{first} – {last}"),
        (words("quality.zone"), words.zone(log)),
        (words("provenance.as_of"), as_of),
        (words("meta.criteria"), result["criteria"]["version"]),
        (words("provenance.version"), f"anlan {provenance['version']}, {result['schema']}"),
        (words("provenance.seed"), provenance["seed"]),
        (words("provenance.input"), provenance["input_sha256"]),
    ]
