"""Indicators that an assessment proposes, taken up with their history and bound to the risks they watch."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from anlan.domain.errors import RefusedInput, UsageError
from anlan.web.common.texts import text
from anlan.web.monitoring.models import Indicator, Series
from anlan.web.monitoring.services.indicators import EDIT, SEE, create_indicator, series_of
from anlan.web.monitoring.services.rules import pass_over
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may, require
from anlan.web.readings.models import Reading, Watch
from anlan.web.readings.taking import Value, content_of, take
from anlan.web.risks.models import Candidate, Risk
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of

FIRES_AT = "yellow"
"""Level at which the limit of a control chart fires; a person grades it further."""
_GRAIN_S = {"day": 86_400, "week": 7 * 86_400}


def proposals_of(run: Run) -> list[dict[str, Any]]:
    """What the run proposes, each with the indicator that was already made of it, or None.

    One whose history did not come with it, because the process ended in between, is proposed again.
    Errors: RefusedInput `monitor.no_proposals` for a run that proposes none.
    """
    if run.state != Run.State.DONE:
        raise RefusedInput("monitor.no_proposals", run=run.code)
    rows = result_of(run).get("monitor") or []
    if not rows:
        raise RefusedInput("monitor.no_proposals", run=run.code)
    made = _made(run)
    whole = _with_history(made.values())
    return [dict(row) | {"made": _whole(made.get(origin_of(row)), row, whole)} for row in rows]


def _made(run: Run) -> dict[str, Indicator]:
    """Indicators that stand for proposals, by origin."""
    found = Indicator.objects.filter(process=run.process, origin__startswith="log:")
    return {each.origin: each for each in found}


def _with_history(made: Iterable[Indicator]) -> set[int]:
    """Those of the indicators of which a series is watched."""
    places = dict(Series.objects.filter(indicator__in=made).values_list("pk", "indicator"))
    watched = Watch.objects.filter(series__in=places).values_list("series", flat=True)
    return {places[series] for series in watched}


def _whole(made: Indicator | None, row: Mapping[str, Any], whole: set[int]) -> Indicator | None:
    return made if made is None or made.pk in whole or not row["series"] else None


def links_of_run(run: Run, user: User) -> list[tuple[str, str]]:
    """From a finished assessment to the page where its indicators are taken up."""
    if run.study not in ("assess", "monitor") or run.state != Run.State.DONE:
        return []
    if not may(user, SEE, run.unit):
        return []
    return [(reverse("monitoring:from_run", args=[run.code]), text("monitoring.to_adopt"))]


def origin_of(row: Mapping[str, Any]) -> str:
    """The same for the same proposal of a later run."""
    return f"log:{row['code']}"[:40]


def adopt(run: Run, codes: Sequence[str], *, actor: User) -> list[Indicator]:
    """Take up the chosen proposals that were not taken up before; their readings come with them.

    Definition and readings lie in two databases: a process that ends between them leaves an indicator without
    its history, and asking again brings only that.
    Errors: UsageError `monitor.choose` where none is chosen.
    """
    require(actor, EDIT, run.unit)
    rows = [row for row in proposals_of(run) if row["code"] in set(codes) and row["made"] is None]
    if not rows:
        raise UsageError("monitor.choose")
    begun = _made(run)
    return [_adopted(run, row, begun.get(origin_of(row)), actor) for row in rows]


def _adopted(run: Run, row: Mapping[str, Any], begun: Indicator | None, actor: User) -> Indicator:
    made = begun or create_indicator(
        run.unit, name=row["title"]["zh"][:120], name_en=row["title"]["en"][:120],
        definition=row["definition"]["zh"], definition_en=row["definition"]["en"],
        document=document_of(row), process=run.process, nodes=row["nodes"], risks=_risks(run, row, actor),
        origin=origin_of(row), actor=actor,
    )  # fmt: skip
    _history(made, run, row)
    return made


def document_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The definition a proposal asks for: its limit fires yellow and clears where the chart says.

    A reading comes once a period is over; after two periods without one the series is stale.
    """
    grain = _GRAIN_S[row["grain"]]
    document: dict[str, Any] = {
        "kind": "kri", "unit": row["unit"], "direction": row["direction"], "grain_s": grain,
        "stale_after_s": 3 * grain, "perspective": "process",
    }  # fmt: skip
    if row["unit"] == "share":
        document |= {"lowest": 0.0, "highest": 1.0}
    side = "below" if row["direction"] == "lower_worse" else "above"
    if row["fire"] is not None:
        clear = row["clear"] if row["clear"] is not None else row["fire"]
        document["limits"] = [{"level": FIRES_AT, "fire": row["fire"], "clear": clear, "side": side}]
    return document


def _risks(run: Run, row: Mapping[str, Any], actor: User) -> list[Risk]:
    """Risks of the register that came from the finding the indicator watches."""
    found = Candidate.objects.filter(process=run.process, source="log", key=row["risk"]).exclude(risk=None)
    seen = in_scope(Risk.objects.all(), actor, "risks.view")
    return list(seen.filter(pk__in=found.values("risk")))


def _history(made: Indicator, run: Run, row: Mapping[str, Any]) -> None:
    """The readings of the log, each at the end of its period, as one delivery of the run; doubtful where the
    log covers the period in part."""
    zone = ZoneInfo(run.unit.time_zone)
    series = series_of(made, run.unit, {})
    left_out, quality = set(row["left_out"]), (Reading.Quality.GOOD, Reading.Quality.DOUBTFUL)
    values = [
        Value(series.pk, _end(day, row["grain"], zone), value, int(size), quality[day in left_out])
        for day, value, size in row["series"]
    ]
    now = round(datetime.now(UTC).timestamp() * 1e6)
    content = content_of([row["code"], row["series"]])
    take(f"run:{run.code}"[:40], f"{run.code}:{row['code']}", content, values, (), now=now, history=True)
    pass_over(series)


def _end(day: str, grain: str, zone: ZoneInfo) -> int:
    """When the period that begins on a day is over, in microseconds UTC."""
    begins = datetime.fromisoformat(day[:10]).replace(tzinfo=zone)
    ends = begins + timedelta(days=7 if grain == "week" else 1)
    return round(ends.timestamp() * 1e6)
