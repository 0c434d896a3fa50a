"""Risks with numbers, and a loss year over them."""

from datetime import date
from typing import Any

from anlan.web.losses.models import LossYear
from anlan.web.losses.selectors import runs_of
from anlan.web.losses.services import calculate, give_numbers
from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk
from anlan.web.runs.execution import execute

TODAY = date(2026, 7, 14)
OFTEN = {"shape": "pert", "low": 1, "likely": 2, "high": 6}
SIZE = {"shape": "lognormal", "low": 1_000, "likely": None, "high": 60_000}


def risk_with_numbers(organisation: Any, title: str = "错派", **changes: Any) -> Risk:
    """A risk of the hall whose current numbers were given by three points."""
    manager = organisation.people["risk_manager"]
    nodes = changes.pop("nodes", ["派单"])
    risk = create_risk(
        unit=organisation.hall, title=title, category="process", source="report", nodes=nodes, actor=manager
    )
    facts = {"stage": "current", "frequency": OFTEN, "severity": SIZE, "loss_unit": "CNY", "records": 3,
             "source": "台账", "seen": 0} | changes  # fmt: skip
    give_numbers(risk, actor=manager, **facts)
    return risk


def loss_year(organisation: Any, *, risks: int = 1, done: bool = False, **asked: Any) -> LossYear:
    """A loss year over so many risks; `done`: its runs have been computed."""
    manager = organisation.people["risk_manager"]
    have = Risk.objects.filter(unit=organisation.hall).count()
    for k in range(have, risks):
        risk_with_numbers(organisation, f"风险{k}")
    facts = {"query": "", "loss_unit": "CNY", "today": TODAY, "years": 10_000, "seed": 7} | asked
    made = calculate(organisation.hall, actor=manager, **facts)
    if done:
        compute(made)
    made.refresh_from_db()
    return made


def compute(year: LossYear) -> None:
    """The runs that a worker would do."""
    for run in runs_of(year).values():
        assert execute(run.pk, attempts=run.attempts) == "done", run.error
