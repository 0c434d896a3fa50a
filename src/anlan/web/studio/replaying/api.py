"""Endpoints of replays: what happened to each case of a stretch of time, of a run or of a log."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from anlan.loop.improve.replay.document import document_of
from anlan.loop.improve.replay.replay import MOST_HOURS
from anlan.web.common.rest.values import Given, Shown, Text
from anlan.web.studio.replaying.parts import When, parts_of, record_of

router = Router(tags=["studio"])


class ReplayPart(Shown):
    """code, title: of what it is; seed, replication: of a run, one of `replications`, counted from 1, no
    average; null of a log. replay: as `anlan.replay/1`."""

    code: str
    title: str
    seed: int | None
    replication: int | None
    replications: int | None
    replay: dict[str, Any]


class ReplayShown(Shown):
    """parts: the process as it is first where there are two, in the same time with the same luck."""

    parts: list[ReplayPart]


class ReplayAsked(Given):
    """from_h: hours from Monday 0:00 of the run, or from 0:00 of the first day of the log; hours: how many;
    left out: the fullest day or week."""

    from_h: Annotated[float, Field(ge=0, le=1e6)] | None = None
    hours: Annotated[float, Field(gt=0, le=MOST_HOURS)] | None = None


class RunReplayAsked(ReplayAsked):
    """replication: which one, from 1."""

    replication: Annotated[int, Field(ge=1, le=10_000)] = 1


class ComparisonReplayAsked(RunReplayAsked):
    """design: code of the design beside the process as it is; left out: the first."""

    design: Annotated[Text, Field(max_length=20)] = ""


@router.get("/twins/{code}/replay", response=ReplayShown)
def replay_twin(request: HttpRequest, code: str, asked: Query[RunReplayAsked]) -> dict[str, Any]:
    return _replayed(request, "twin", code, When(asked.from_h, asked.hours, asked.replication - 1))


@router.get("/designs/{code}/replay", response=ReplayShown)
def replay_design(request: HttpRequest, code: str, asked: Query[RunReplayAsked]) -> dict[str, Any]:
    return _replayed(request, "design", code, When(asked.from_h, asked.hours, asked.replication - 1))


@router.get("/comparisons/{code}/replay", response=ReplayShown)
def replay_comparison(request: HttpRequest, code: str, asked: Query[ComparisonReplayAsked]) -> dict[str, Any]:
    when = When(asked.from_h, asked.hours, asked.replication - 1, asked.design)
    return _replayed(request, "comparison", code, when)


@router.get("/processes/{code}/replay", response=ReplayShown)
def replay_process(request: HttpRequest, code: str, asked: Query[ReplayAsked]) -> dict[str, Any]:
    return _replayed(request, "process", code, When(asked.from_h, asked.hours))


def _replayed(request: HttpRequest, kind: str, code: str, when: When) -> dict[str, Any]:
    parts = parts_of(record_of(request.user, kind, code), when)
    return {"parts": [
        {
            "code": part.code, "title": part.title, "seed": part.seed,
            "replication": None if part.seed is None else part.replication + 1,
            "replications": None if part.seed is None else part.replications,
            "replay": document_of(part.replay),
        }
        for part in parts
    ]}  # fmt: skip
