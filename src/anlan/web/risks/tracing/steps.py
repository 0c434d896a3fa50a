"""The steps of a risk's trace: log, run, finding, candidate, workshop, risk, bow-tie, assessments, reviews.

Each step names who and when, and the keys of the steps it came from. What the reader may not open stands
there without an address and without its hashes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from anlan.web.common.texts import in_language, of, text
from anlan.web.people.models import User
from anlan.web.people.permissions import may
from anlan.web.risks import hooks
from anlan.web.risks.models import Assessment, BowTie, Candidate, Risk, Workshop
from anlan.web.runs.drawings import title_of
from anlan.web.runs.models import Run

KINDS = ("log", "run", "finding", "candidate", "workshop", "risk", "bow_tie", "assessment", "review",
         "measure", "action", "process_version", "indicator", "alert", "incident", "evaluation")  # fmt: skip
"""In the order of a trace; those after the review come from apps above the register."""


@dataclass(frozen=True)
class Step:
    """One record of the trace.

    key    `run:A-0001`, once in a trace
    after  keys of the steps that it came from
    facts  name of a fact -> its value; the name's text is `web.trace.facts.<name>`
    """

    kind: str
    code: str
    title: str
    at: datetime | None
    who: str
    after: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.code}"


def trace_of(risk: Risk, user: User) -> list[Step]:
    """All steps, in the order of the kinds and within a kind from first to last."""
    candidates = list(
        risk.candidates.select_related(
            "run__log", "run__process", "run__created_by", "decided_by", "created_by", "unit"
        )
    )
    people = ("prepared_by", "reviewed_by", "approved_by")
    assessments = list(
        risk.assessments.select_related(
            "run__log", "run__process", "run__created_by", "criteria", *people
        ).order_by("number")
    )
    sheets = list(
        risk.sheets.select_related("created_by", "run__log", "run__process", "run__created_by", "run__unit")
    )
    workshops = [*risk.workshops.select_related("created_by"), *sheets]
    runs = {run.pk: run for run in (x.run for x in (*candidates, *assessments, *sheets)) if run is not None}
    sources = {sheet.run_id: f"workshop:{sheet.code}" for sheet in sheets}
    own = f"risk:{risk.code}"
    steps = [
        *_of_runs(runs.values(), user, sources),
        *(step for c in candidates for step in _of_candidate(c)),
    ]
    steps += [_of_workshop(workshop) for workshop in workshops]
    before = [s.key for s in steps if s.kind == "candidate"]
    before += [s.key for s in steps if s.kind == "workshop" and s.at and s.at < risk.created_at]
    steps.append(_of_risk(risk, before))
    steps += [
        _of_bow_tie(bow_tie, own) for bow_tie in BowTie.objects.filter(risk=risk).select_related("updated_by")
    ]
    steps += [_of_assessment(a, own) for a in assessments]
    steps += [_of_review(risk, review, own) for review in risk.reviews.select_related("by").order_by("id")]
    steps += [step for hook in hooks.traced for step in hook(risk, user)]
    unique = {step.key: step for step in steps}
    return sorted(unique.values(), key=lambda step: KINDS.index(step.kind))


def _of_runs(runs: Iterable[Run], user: User, sources: Mapping[int | None, str]) -> Iterable[Step]:
    """sources: key of the run -> key of the session it was made from."""
    for run in runs:
        open_run, open_log = may(user, "runs.view", run.unit), may(user, "catalog.view", run.unit)
        if run.log is not None:
            facts = {"file": run.log.name, "cases": f"{run.log.n_cases:,}", "events": f"{run.log.n_events:,}"}
            address = reverse("catalog:process", args=[run.process.code]) if run.process else ""
            yield Step(
                "log", f"{run.log.pk}", run.log.name, run.log.created_at, "", (),
                facts | ({"sha256": run.log.sha256} if open_log else {}), address if open_log else "",
            )  # fmt: skip
        hashes = {"input_sha256": run.input_sha256, "result_sha256": run.result_sha256} if open_run else {}
        yield Step(
            "run", run.code, text("trace.run_of", study=title_of(run.study)),
            run.finished_at or run.created_at, _name(run.created_by),
            tuple(each for each in (run.log and f"log:{run.log.pk}", sources.get(run.pk)) if each),
            {"study": title_of(run.study), "seed": str(run.seed)} | {k: v for k, v in hashes.items() if v},
            reverse("runs:run", args=[run.code]) if open_run else "",
        )  # fmt: skip


def _of_candidate(candidate: Candidate) -> Iterable[Step]:
    before: tuple[str, ...] = ()
    finding = candidate.content.get("finding")
    address = f"{reverse('risks:candidates')}?state={candidate.state}&chosen={candidate.code}"
    if finding is not None:
        evidence = finding.get("evidence", {})
        facts = {"finder": finding.get("code", ""), "cases": f"{evidence.get('count', 0):,}",
                 "of": f"{evidence.get('exposure', 0):,}"}  # fmt: skip
        run = (f"run:{candidate.run.code}",) if candidate.run else ()
        at = candidate.run.finished_at if candidate.run else candidate.created_at
        yield Step("finding", finding["id"], of(candidate.statement), at, "", run, facts, address)
        before = (f"finding:{finding['id']}",)
    facts = {"source": text(f"risks.sources.{candidate.source}"),
             "state": text(f"risks.candidate_states.{candidate.state}")}  # fmt: skip
    facts |= {"reason": candidate.reason} if candidate.reason else {}
    who = candidate.decided_by or candidate.created_by
    yield Step(
        "candidate", candidate.code, of(candidate.title), candidate.decided_at or candidate.created_at,
        _name(who), before, facts, address,
    )  # fmt: skip


def _of_workshop(workshop: Workshop) -> Step:
    at = workshop.closed_at or workshop.created_at
    return Step(
        "workshop", workshop.code, workshop.title, at, _name(workshop.created_by), (),
        {"rounds": str(workshop.round)}, reverse("risks:workshop", args=[workshop.code]),
    )  # fmt: skip


def _of_risk(risk: Risk, before: list[str]) -> Step:
    facts = {"source": text(f"risks.sources.{risk.source}"), "phase": text(f"risks.phases.{risk.phase}")}
    return Step(
        "risk", risk.code, in_language(risk, "title"), risk.created_at, _name(risk.created_by), tuple(before),
        facts, reverse("risks:risk", args=[risk.code]),
    )  # fmt: skip


def _of_bow_tie(bow_tie: BowTie, own: str) -> Step:
    return Step(
        "bow_tie", str(bow_tie.version), text("bow_tie.title"), bow_tie.updated_at, _name(bow_tie.updated_by),
        (own,), {}, f"{reverse('risks:risk', args=[bow_tie.risk.code])}#bow-tie",
    )  # fmt: skip


def _of_assessment(a: Assessment, own: str) -> Step:
    """At: when it reached the state it has; who: everybody who signed, in order."""
    signed = [person.name for person in (a.prepared_by, a.reviewed_by, a.approved_by) if person]
    facts = {
        "stage": text(f"risks.stages.{a.stage}"), "how": text(f"risks.techniques.{a.technique}"),
        "likelihood": str(a.likelihood), "severity": str(a.severity),
        "level": _level_word(a), "state": text(f"risks.states.{a.state}"),
        "criteria": str(a.criteria.number),
    }  # fmt: skip
    after = (own, f"run:{a.run.code}") if a.run else (own,)
    workshop = a.values.get("workshop")
    after += (f"workshop:{workshop}",) if workshop else ()
    title = text("trace.assessment", number=a.number)
    at = a.approved_at or a.reviewed_at or a.prepared_at
    address = f"{reverse('risks:risk', args=[a.risk.code])}#assessments"
    return Step("assessment", str(a.number), title, at, " → ".join(signed), after, facts, address)


def _level_word(a: Assessment) -> str:
    names = {level["code"]: of(level["name"]) for level in a.criteria.content["levels"]}
    return names.get(a.level, a.level)


def _of_review(risk: Risk, review: Any, own: str) -> Step:
    return Step(
        "review", str(review.pk), review.reason, review.at, _name(review.by), (own,),
        {"next": review.next_review_on.isoformat()}, reverse("risks:risk", args=[risk.code]),
    )  # fmt: skip


def _name(user: User | None) -> str:
    return user.name if user else ""
