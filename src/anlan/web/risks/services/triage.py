"""Candidates: where they come from, and what a person decides about each."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.catalog.models import Process
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.common.links import link
from anlan.web.common.texts import of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Candidate, Risk
from anlan.web.risks.services.assessing import assess_from_finding
from anlan.web.risks.services.criteria import criteria_for, rank_of
from anlan.web.risks.services.custom_fields import check_values, fields_of
from anlan.web.risks.services.register import create_risk

State = Candidate.State


@transaction.atomic
def take_findings(process: Process, result: Mapping[str, Any], *, run: Any, actor: User | None) -> int:
    """The risks of a result as candidates; those known by their id are brought up to date, not doubled.

    Returns how many are new. What was decided stays decided; accepted ones show that fresh numbers exist.
    """
    criteria = criteria_for(process.unit)
    known = {c.key: c for c in process.candidates.filter(source="log")}
    new = 0
    for finding in result["risks"]:
        fields = _fields(finding, result, rank_of(criteria, finding["index"]["level"])) | {"run": run}
        candidate = known.get(finding["id"])
        if candidate is None:
            new += 1
            Candidate.objects.create(
                code=next_code("F"), key=finding["id"], source="log", process=process, unit=process.unit,
                created_by=actor, updated_by=actor, **fields,
            )  # fmt: skip
            continue
        for name, value in fields.items():
            setattr(candidate, name, value)
        candidate.save()
    record("risks.candidates.take", actor=actor, target=process, changes={"new": (0, new)})
    return new


def _fields(finding: Mapping[str, Any], result: Mapping[str, Any], rank: int) -> dict[str, Any]:
    return {
        "title": finding["title"],
        "statement": finding["statement"],
        "category": finding["category"],
        "nodes": list(finding["nodes"]),
        "content": {"finding": finding, "unit": result["portfolio"]["unit"]},
        "level": finding["index"]["level"],
        "rank": rank,
        "annual_loss": finding["annual_loss"]["mean"],
    }


@transaction.atomic
def report_candidate(
    *, unit: Unit, title: str | Mapping[str, str], statement: str | Mapping[str, str], category: str,
    actor: User, source: str = "report", process: Process | None = None, nodes: list[str] | None = None,
    content: Mapping[str, Any] | None = None,
) -> Candidate:  # fmt: skip
    """Somebody says what may go wrong. content: what it came of."""
    require(actor, "risks.report", unit)
    titles = _in_both(title)
    candidate = Candidate.objects.create(
        code=next_code("F"), source=source, unit=unit, process=process, category=category, nodes=nodes or [],
        title=titles, statement=_in_both(statement), content=dict(content or {}), created_by=actor,
        updated_by=actor,
    )  # fmt: skip
    record("risks.candidate.report", actor=actor, target=candidate, changes={"title": (None, titles["zh"])})
    return candidate


def _in_both(words: str | Mapping[str, str]) -> dict[str, str]:
    """What a person wrote, in the one language they wrote it in, for both; words of both as they are."""
    return {"zh": words.strip(), "en": words.strip()} if isinstance(words, str) else dict(words)


@transaction.atomic
def accept(
    candidate: Candidate, *, actor: User, title: str = "", owner: User | None = None,
    custom: Mapping[str, Any] | None = None,
) -> Risk:  # fmt: skip
    """Into the register, with the finding's numbers as the first assessment where there are any.

    custom: values of the unit's own fields; those it requires must be there.
    """
    candidate = _undecided(candidate, actor)
    values = check_values(fields_of(candidate.unit), custom or {}, {}, whole=True)
    titles, statement, finding = candidate.title, candidate.statement, candidate.content.get("finding")
    risk = create_risk(
        unit=candidate.unit, title=(title or titles.get("zh", ""))[:200], title_en=titles.get("en", "")[:200],
        event=statement.get("zh", ""), category=candidate.category, source=candidate.source, actor=actor,
        process=candidate.process, nodes=candidate.nodes, owner=owner, custom=values, **_said_of(candidate),
    )  # fmt: skip
    if finding is not None:
        assess_from_finding(
            risk, finding=finding, unit=candidate.content["unit"], run=candidate.run, actor=actor
        )
    _decide(candidate, State.ACCEPTED, actor=actor, risk=risk)
    return risk


def _said_of(candidate: Candidate) -> dict[str, str]:
    """Cause and consequence, where whoever found it wrote them down apart."""
    return {name: of(candidate.content.get(name, "")) for name in ("cause", "consequence")}


@transaction.atomic
def merge(candidate: Candidate, *, into: Risk, actor: User, reason: str = "") -> Risk:
    """The same as a risk that is in the register already; it becomes further evidence for it."""
    candidate = _undecided(candidate, actor)
    require(actor, "risks.triage", into.unit)
    _decide(candidate, State.MERGED, actor=actor, risk=into, reason=reason)
    return into


@transaction.atomic
def decline(candidate: Candidate, *, reason: str, actor: User) -> Candidate:
    """No risk, or not ours: the reason is kept."""
    candidate = _undecided(candidate, actor)
    if not reason.strip():
        raise UsageError("web.reason_missing")
    return _decide(candidate, State.DECLINED, actor=actor, reason=reason.strip())


def _undecided(candidate: Candidate, actor: User) -> Candidate:
    require(actor, "risks.triage", candidate.unit)
    current = Candidate.objects.select_for_update().get(pk=candidate.pk)
    if current.state != State.NEW:
        raise UsageError("web.candidate_decided", candidate=current.code)
    return current


def _decide(
    candidate: Candidate, state: str, *, actor: User, risk: Risk | None = None, reason: str = ""
) -> Candidate:
    candidate.state, candidate.risk, candidate.reason = state, risk, reason
    candidate.decided_by, candidate.decided_at = actor, timezone.now()
    candidate.save()
    if risk is not None:
        link("signal_of", candidate, risk)
    record(f"risks.candidate.{state}", actor=actor, target=candidate, reason=reason,
           changes={"state": (State.NEW, state)})  # fmt: skip
    return candidate
