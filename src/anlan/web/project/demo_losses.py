"""The loss years of the demo, of the register by its log and of the hall by estimates, and how these held."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from anlan.web.calibration.services import OutcomeGiven, compute_track_record, note_outcomes
from anlan.web.losses.models import LossYear, RiskNumbers
from anlan.web.losses.selectors import runs_of
from anlan.web.losses.services import calculate, give_numbers, set_dependence, set_tolerance
from anlan.web.people.models import Unit, User
from anlan.web.project.demo_words import Words
from anlan.web.risks.models import Risk
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run

_HOUR = 60.0
_HALL = (
    ((20, 40, 90), (300, 4_000), 210),
    ((4, 9, 20), (500, 9_000), 34),
    ((6, 14, 30), (200, 2_500), None),
    ((8, 15, 40), (400, 6_000), 57),
    ((0.5, 1, 4), (2_000, 30_000), None),
    ((0.05, 0.2, 0.8), (40_000, 900_000), 3),
    ((2, 5, 12), (3_000, 60_000), 19),
    ((0.2, 0.5, 2), (20_000, 400_000), None),
    ((1, 3, 6), (2_000, 40_000), 11),
    ((0.5, 2, 5), (5_000, 120_000), 8),
)
"""Times a year (lowest, likely, highest), CNY of one loss (5 % and 95 %), records; in the pack's order."""


def show_losses(root: Unit, hall: Unit, words: Words, *, manager: User, owner: User) -> None:
    """Numbers, dependence, tolerance, then the runs, done at once."""
    risks = list(Risk.objects.filter(unit=hall).order_by("id"))
    for risk, (often, size, records) in zip(risks, _HALL, strict=False):
        for stage, factor in (("inherent", 2.2), ("current", 1.0), ("residual_expected", 0.62)):
            give_numbers(
                risk, stage=stage, frequency=_points("pert", often, factor),
                severity={"shape": "lognormal", "low": size[0], "high": size[1]}, loss_unit="CNY",
                records=records, source=words("近三年赔付台账与班长估计"), actor=owner, seen=0,
            )  # fmt: skip
    set_dependence(
        hall, _dependence([risk.code for risk in risks], words), actor=manager, seen=0,
        reason=words("高峰日几项风险一起出现，去年迎峰度夏可见"),
    )  # fmt: skip
    set_tolerance(
        hall, [{"loss": 350_000, "probability": 0.5}, {"loss": 700_000, "probability": 0.1},
               {"loss": 900_000, "probability": 0.05}, {"loss": 2_000_000, "probability": 0.005}],
        loss_unit="CNY", reason=words("年度风险会议决定"), actor=manager, seen=0,
    )  # fmt: skip
    set_tolerance(
        root, [{"loss": 10.2e6 * _HOUR, "probability": 0.6}, {"loss": 10.6e6 * _HOUR, "probability": 0.1},
               {"loss": 12e6 * _HOUR, "probability": 0.005}],
        loss_unit="customer_min", reason=words("年度风险会议决定"), actor=manager, seen=0,
    )  # fmt: skip
    for unit, loss_unit in ((hall, "CNY"), (root, "customer_min")):
        _compute(calculate(unit, query="", loss_unit=loss_unit, years=100_000, seed=20, actor=manager,
                           today=timezone.localdate()))  # fmt: skip


_OBSERVED = (
    (12, 8, 15, 21), (2, 1, 3, 4), (3, 5, 2, 4), (3, 6, 2, 5), (0, 1, 0, 0), (0, 0, 0, 1), (2, 0, 1, 3),
    (0, 0, 1, 0), (1, 0, 2, 1), (0, 1, 0, 4),
)  # fmt: skip
"""Events in each of four quarters after the estimates, as the hall's ledger has them."""
_QUARTER = timedelta(days=91)


def show_calibration(hall: Unit, words: Words, *, manager: User, owner: User) -> None:
    """The estimates as if made a year and some weeks ago, and what the four quarters since then brought."""
    today = timezone.localdate()
    start = today - 4 * _QUARTER - timedelta(days=1)
    risks = list(Risk.objects.filter(unit=hall).order_by("id"))
    RiskNumbers.objects.filter(risk__in=risks).update(created_at=timezone.now() - timedelta(days=400))
    rows = [
        OutcomeGiven(risk.code, first, first + _QUARTER - timedelta(days=1), events, words("赔付台账"))
        for risk, quarters in zip(risks, _OBSERVED, strict=False)
        for first, events in zip((start + k * _QUARTER for k in range(4)), quarters, strict=True)
    ]
    note_outcomes(rows, actor=owner, today=today)
    run = compute_track_record(hall, actor=manager).run
    if run.state == Run.State.QUEUED:
        execute(run.pk, attempts=run.attempts)


def _points(shape: str, points: tuple[float, ...], factor: float) -> dict[str, Any]:
    return {"shape": shape, **dict(zip(("low", "likely", "high"), (p * factor for p in points), strict=True))}


def _dependence(codes: list[str], words: Words) -> Mapping[str, Any]:
    waiting, telling, twice, tone = codes[:4]
    return {
        "copula": "t", "copula_of": "frequency", "degrees": 5, "correlation_as": "copula",
        "groups": [{"name": words("业扩报装"), "risks": codes[6:10], "value": 0.35}],
        "pairs": [{"a": waiting, "b": tone, "value": 0.5}, {"a": telling, "b": twice, "value": 0.4}],
        "shocks": [{"name": words("迎峰度夏"), "probability": 0.3, "factor": 1.8, "risks": [waiting, tone]}],
        "causes": [{"cause": telling, "effect": twice, "factor": 1.05, "months": 2, "carry_over": 0.5}],
        "lasting": [],
    }  # fmt: skip


def _compute(year: LossYear) -> None:
    """The runs that the worker would do."""
    for run in runs_of(year).values():
        if run.state == Run.State.QUEUED:
            execute(run.pk, attempts=run.attempts)
