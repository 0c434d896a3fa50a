"""Estimates of how often a risk happens, wherever they were made: assessments, numbers given for the loss
year, runs about the risk, answers of experts.

An expert of a session stands under the pseudonym of that session, also where the invitation names a person:
who answered what stays with the session.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.loop.quantify.estimate import LEVEL
from anlan.loop.quantify.loss_year.known import from_points
from anlan.loop.quantify.methods.estimates import read_estimate
from anlan.loop.quantify.track_record import RateStated
from anlan.studies.catalogue import METHOD
from anlan.web.losses.models import RiskNumbers
from anlan.web.risks.models import Assessment, ExpertAnswer, Risk
from anlan.web.runs import results
from anlan.web.runs.models import Run

STAGE = "current"
"""What was said of risks as they stood; runs and answers of experts are about them."""
STAGES = (STAGE, "residual_expected", "inherent")
"""Stages whose estimates can be held against what happened: as it stood, as it should be after measures, as
it would be without controls."""
_METHODS = ("rate_blend", "fair")
_NO_ESTIMATE = ("draft", "withdrawn")
_TAIL = (1.0 - LEVEL) / 2.0


@dataclass(frozen=True)
class Estimate:
    """One estimate. method: technique or method's code; expert: a person's name, a pseudonym with its
    session, or empty. origin: kind and code of where it is shown."""

    risk: str
    method: str
    expert: str
    made_on: date
    rate: RateStated
    origin: tuple[str, str]


def estimates_of(risks: Sequence[Risk], stage: str = STAGE) -> list[Estimate]:
    """All estimates of these risks at a stage, oldest first; four queries, and the files of runs used."""
    codes = {risk.pk: risk.code for risk in risks}
    found = [*_of_assessments(codes, stage), *_of_numbers(codes, stage)]
    if stage == STAGE:
        found += [*_of_runs(set(codes.values())), *_of_experts(codes)]
    return sorted(found, key=lambda each: (each.made_on, each.risk, each.method, each.expert))


def _of_assessments(codes: dict[int, str], stage: str) -> Iterator[Estimate]:
    rows = Assessment.objects.filter(risk__in=codes, stage=stage).exclude(state__in=_NO_ESTIMATE)
    for row in rows.select_related("prepared_by"):
        rate = _stated(row.values.get("frequency_per_year"))
        if rate is None or row.prepared_at is None:
            continue
        alone = row.technique != "event_log" and not row.values.get("workshop")
        name = row.prepared_by.name if alone and row.prepared_by else ""
        code = codes[row.risk_id]
        yield Estimate(code, row.technique, name, row.prepared_at.date(), rate, ("risk", code))


def _stated(limits: Any) -> RateStated | None:
    """An interval as results and assessments keep it; None where it is none that can be held to."""
    if not isinstance(limits, dict) or not {"estimate", "low", "high"} <= set(limits):
        return None
    rate = RateStated(*(float(limits[n]) for n in ("estimate", "low", "high")), limits.get("level", 0.95))
    return rate if 0 <= rate.low <= rate.high and rate.high > 0 else None


def _of_numbers(codes: dict[int, str], stage: str) -> Iterator[Estimate]:
    rows = RiskNumbers.objects.filter(risk__in=codes, stage=stage).select_related("created_by")
    for row in rows:
        rate = _of_points(row.frequency)
        if rate is not None:
            name = row.created_by.name if row.created_by else ""
            code = codes[row.risk_id]
            yield Estimate(code, "three_point", name, row.created_at.date(), rate, ("numbers", code))


def _of_points(points: Any) -> RateStated | None:
    """The middle `LEVEL` of what three points say."""
    estimate = from_points(points)
    if estimate is None:
        return None
    try:
        made = read_estimate(estimate)
    except AnlanError:
        return None
    low, high = (float(each) for each in made.quantile([_TAIL, 1.0 - _TAIL]))
    return RateStated(made.mean, low, high, LEVEL) if high > 0 else None


def _of_runs(codes: Iterable[str]) -> Iterator[Estimate]:
    studies = [f"{METHOD}{method}" for method in _METHODS]
    rows = Run.objects.filter(about__in=codes, study__in=studies, state=Run.State.DONE, verifies=None)
    for run in rows.select_related("created_by"):
        try:
            quantities = results.result_of(run)["quantities"]
        except AnlanError:  # a file that is gone or altered holds no estimate; the run's page says so
            continue
        yearly = (q for q in quantities if q["unit"] == "per_year" and q["interval"])
        first = next(yearly, None)
        if first is None or run.finished_at is None:
            continue
        level = 0.95 if first["interval"]["kind"].endswith("95") else 0.9
        rate = _stated({"estimate": first["value"], "level": level, **_ends(first["interval"])})
        if rate is not None:
            method = run.study.removeprefix(METHOD)
            yield Estimate(run.about, method, "", run.finished_at.date(), rate, ("run", run.code))


def _ends(interval: dict[str, Any]) -> dict[str, float]:
    return {name: interval[name] for name in ("low", "high")}


def _of_experts(codes: dict[int, str]) -> Iterator[Estimate]:
    """The last answer of each expert to each question, where the session asks for numbers."""
    rows = ExpertAnswer.objects.filter(item__risk__in=codes, item__workshop__kind="three_point")
    last: dict[tuple[int, int], ExpertAnswer] = {}
    for row in rows.select_related("item__workshop", "invitation").order_by("round"):
        last[row.item_id, row.invitation_id] = row
    for row in last.values():
        points = {name: row.estimate.get(f"frequency_{name}") for name in ("low", "likely", "high")}
        rate = _of_points({"shape": "pert", **points})
        if rate is not None:
            session = row.item.workshop.code
            name = f"{session} · {row.invitation.pseudonym}"
            code = codes[row.item.risk_id]
            yield Estimate(code, "experts", name, row.at.date(), rate, ("session", session))
