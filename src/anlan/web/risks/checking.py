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
from anlan.studies.methods.facts import facts_to_check
from anlan.web.common.texts import of as in_this_language
from anlan.web.common.texts import text
from anlan.web.risks.models import Assessment, Barrier, BowTie
from anlan.web.risks.trend import counting
from anlan.web.runs.results import result_of

_LEVEL_OF_A_LOG = 0.95


def checked(assessments: Sequence[Assessment], bow_tie: BowTie) -> list[str]:
    """Sentences for the newest counting assessment of each stage. No query: what is asked is loaded already.

    What cannot be checked, as its run's result is gone, is said too.
    assessments: with `criteria` and `run`; bow_tie: with its lines and barriers.
    """
    newest = {each.stage: each for each in counting(assessments)}
    lines = list(bow_tie.lines.all()) if bow_tie.pk else []
    barriers = [[*line.barriers.all()] for line in lines]
    found = [newest[stage] for stage in STAGES if stage in newest]
    kept = [(each, _method_facts(each)) for each in found]
    facts = [_assessed(each, of_method or {}, barriers) for each, of_method in kept]
    said_of = [in_this_language(said(note)["text"]) for note in check(facts)]
    unknown = [each for each, of_method in kept if of_method is None]
    return said_of + [text("checks.gone", number=each.number, run=each.run.code) for each in unknown]


def _assessed(
    of: Assessment, of_method: Mapping[str, Any], barriers: Sequence[Sequence[Barrier]]
) -> Assessed:
    ways = _ways(barriers) if of.stage == "current" else ()
    return Assessed(
        number=of.number,
        stage=of.stage,
        rank=[level["code"] for level in of.criteria.content["levels"]].index(of.level),
        criteria=str(of.criteria_id),
        method=of.technique,
        loss=_loss(of),
        frequency_unit="per_year"
        if of.values.get("frequency_per_year")
        else of_method.get("frequency_unit", ""),
        measures=tuple(_measures(barriers)),
        ways=(*ways, *(tuple(way) for way in of_method.get("ways", ()))),
        memberships=tuple(tuple(row) for row in of_method.get("memberships", ())),
        ratios=tuple(of_method.get("ratios", ())),
        events=_events(of),
    )


def _method_facts(of: Assessment) -> Mapping[str, Any] | None:
    """What the method run behind the assessment was given and found: kept with it, of older assessments read
    from the result. Nothing to check without such a run; None where the result is gone."""
    if of.run is None or not of.run.study.startswith(METHOD):
        return {}
    kept: Mapping[str, Any] | None = of.values.get("method_facts")
    if kept is not None:
        return kept
    try:
        return facts_to_check(result_of(of.run))
    except RefusedInput:
        return None


def _loss(of: Assessment) -> Estimate | None:
    if of.annual_loss is None:
        return None
    level = of.values.get("interval", {}).get("level", _LEVEL_OF_A_LOG)
    return Estimate(of.annual_loss, of.loss_unit, of.annual_loss_low, of.annual_loss_high, level)


def _measures(barriers: Sequence[Sequence[Barrier]]) -> Iterator[str]:
    """Barriers that stand, and missing ones for which a measure is planned."""
    for barrier in (each for line in barriers for each in line):
        if barrier.state != "missing" or barrier.measure:
            yield barrier.text


def _ways(barriers: Sequence[Sequence[Barrier]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(barrier.text for barrier in line) for line in barriers)


def _events(of: Assessment) -> int | None:
    """Events of the log behind the loss."""
    count = of.values.get("evidence", {}).get("count")
    return None if count is None else int(count)
