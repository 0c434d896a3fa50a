"""What in a risk's assessments does not fit together, said on its page.

The checks are of the core (`loop.quantify.checks`); here is gathered what they ask: levels under their
criteria, barriers of the bow-tie, and what the runs behind the assessments were given and found.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anlan.domain.assessment_stages import STAGES
from anlan.domain.errors import RefusedInput
from anlan.loop.quantify.checks import Assessed, Estimate, check
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.assessing import said
from anlan.web.common.texts import of as in_this_language
from anlan.web.risks.models import Assessment, Barrier, BowTie
from anlan.web.risks.trend import counting
from anlan.web.runs.results import result_of

_LEVEL_OF_A_LOG = 0.95
_NAMED_FACTORS = ("layers", "enabling", "modifiers")
"""Tables of a layer-of-protection analysis that multiply on one way."""


def checked(assessments: Sequence[Assessment], bow_tie: BowTie) -> list[str]:
    """Sentences for the newest counting assessment of each stage. No query: what is asked is loaded already.

    assessments: with `criteria` and `run`; bow_tie: with its lines and barriers.
    """
    newest = {each.stage: each for each in counting(assessments)}
    lines = list(bow_tie.lines.all()) if bow_tie.pk else []
    barriers = [[*line.barriers.all()] for line in lines]
    facts = [_assessed(newest[stage], barriers) for stage in STAGES if stage in newest]
    return [in_this_language(said(note)["text"]) for note in check(facts)]


def _assessed(of: Assessment, barriers: Sequence[Sequence[Barrier]]) -> Assessed:
    result = _result(of)
    inputs = result.get("inputs", {})
    current = of.stage == "current"
    return Assessed(
        number=of.number,
        stage=of.stage,
        rank=[level["code"] for level in of.criteria.content["levels"]].index(of.level),
        criteria=str(of.criteria_id),
        method=of.technique,
        loss=_loss(of),
        frequency_unit=_frequency_unit(of, result),
        measures=tuple(_measures(barriers)),
        ways=(*(_ways(barriers) if current else ()), *_ways_of_layers(inputs)),
        memberships=tuple(_memberships(inputs)),
        ratios=tuple(_ratios(result)),
        events=_events(of),
    )


def _result(of: Assessment) -> Mapping[str, Any]:
    """What the method run behind the assessment answered; nothing where there is none or its file is gone."""
    if of.run is None or not of.run.study.startswith(METHOD):
        return {}
    try:
        return result_of(of.run)
    except RefusedInput:
        return {}


def _loss(of: Assessment) -> Estimate | None:
    if of.annual_loss is None:
        return None
    level = of.values.get("interval", {}).get("level", _LEVEL_OF_A_LOG)
    return Estimate(of.annual_loss, of.loss_unit, of.annual_loss_low, of.annual_loss_high, level)


def _frequency_unit(of: Assessment, result: Mapping[str, Any]) -> str:
    if of.values.get("frequency_per_year"):
        return "per_year"
    units = (quantity["unit"] for quantity in result.get("quantities", ()))
    return next((unit for unit in units if unit.startswith("per_")), "")


def _measures(barriers: Sequence[Sequence[Barrier]]) -> Iterator[str]:
    """Barriers that stand, and missing ones for which a measure is planned."""
    for barrier in (each for line in barriers for each in line):
        if barrier.state != "missing" or barrier.measure:
            yield barrier.text


def _ways(barriers: Sequence[Sequence[Barrier]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(barrier.text for barrier in line) for line in barriers)


def _ways_of_layers(inputs: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    if "initiating" not in inputs:
        return ()
    return (tuple(row["name"] for table in _NAMED_FACTORS for row in inputs.get(table) or ()),)


def _memberships(inputs: Mapping[str, Any]) -> Iterator[tuple[float, ...]]:
    """Grades as given, where the method was not asked to bring them to one."""
    if inputs.get("normalise") or "grades" not in inputs:
        return
    for row in inputs.get("factors") or ():
        if row.get("memberships"):
            yield tuple(row["memberships"])


def _ratios(result: Mapping[str, Any]) -> Iterator[float]:
    """Consistency ratios of all comparisons, from the table that tells them."""
    for table in result.get("tables", ()):
        names = [column["name"] for column in table["columns"]]
        if "consistency_ratio" in names:
            place = names.index("consistency_ratio")
            yield from (row[place] for row in table["rows"] if row[place] is not None)


def _events(of: Assessment) -> int | None:
    """Events of the log behind the loss."""
    count = of.values.get("evidence", {}).get("count")
    return None if count is None else int(count)
