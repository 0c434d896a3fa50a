"""The blueprint and the journey as tables: for who cannot see the drawing, and as files."""

from collections.abc import Sequence

from anlan.domain.design.service_view import ServiceView, StepFacts, stages_of, touchpoints_of
from anlan.formats.report.charts.tables import ChartTable
from anlan.formats.report.levels import Levels
from anlan.formats.report.words import Words
from anlan.loop.key_nodes.moments import Moment

BLUEPRINT = (
    "place",
    "step",
    "way",
    "lane",
    "evidence",
    "role",
    "channel",
    "promise_s",
    "measured",
    "median_s",
    "p95_s",
    "within_low",
    "within_high",
    "level",
    "risks",
    "deviation",
)
JOURNEY = (
    "stage",
    "step",
    "channel",
    "measured",
    "median_s",
    "p95_s",
    "behind",
    "behind_s",
    "promise_s",
    "within_low",
    "within_high",
    "kept",
    "checked",
    "reports",
    "level",
    "risks",
    "moment_rank",
    "moment_low",
    "moment_high",
)


def blueprint_rows(view: ServiceView, words: Words, levels: Levels) -> ChartTable:
    """A row a step in its order, numbers in full. way: main, beside (an alternative) or loose."""
    rows = tuple(_row(view, step, words, levels) for step in view.in_order)
    return ChartTable(tuple(words(f"service.columns.{name}") for name in BLUEPRINT), rows)


def _row(view: ServiceView, step: StepFacts, words: Words, levels: Levels) -> tuple[object, ...]:
    columns = view.path.columns
    way = "main" if step.key in columns else "loose" if step.key in view.path.loose else "beside"
    place = columns.index(step.key) + 1 if way == "main" else None
    return (
        place,
        step.name,
        words(f"service.ways.{way}"),
        words(f"service.lanes.{step.lane or 'untold'}"),
        step.evidence,
        step.role,
        step.channel,
        step.promise_s,
        *_times(step, words),
        *_within(step),
        levels[step.level].word if step.level else "",
        step.risks,
        step.deviation,
    )


def journey_rows(view: ServiceView, moments: Sequence[Moment], words: Words, levels: Levels) -> ChartTable:
    """A row a touchpoint."""
    ranked = {moment.key: moment for moment in moments}
    rows = []
    for number, stage in enumerate(stages_of(touchpoints_of(view.columns)), 1):
        for point in stage.touchpoints:
            step, moment = point.step, ranked.get(point.step.key)
            scores = (moment.rank, moment.low, moment.high) if moment else (None, None, None)
            rows.append(
                (
                    number,
                    step.name,
                    step.channel,
                    *_times(step, words),
                    len(point.behind),
                    point.behind_s,
                    step.promise_s,
                    *_within(step),
                    step.kept,
                    step.checked,
                    step.reports,
                    levels[step.level].word if step.level else "",
                    step.risks,
                    *scores,
                )
            )
    return ChartTable(tuple(words(f"service.columns.{name}") for name in JOURNEY), tuple(rows))


def _times(step: StepFacts, words: Words) -> tuple[object, ...]:
    if step.wait is None:
        return "", None, None
    return words(f"service.measured.{step.wait_kind}"), step.wait.median_s, step.wait.p95_s


def _within(step: StepFacts) -> tuple[object, ...]:
    return (step.within.low, step.within.high) if step.within else (None, None)
