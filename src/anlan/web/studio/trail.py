"""From a proposal to a decision: each step of a design that was tried, who took it, when, and on what."""

from dataclasses import dataclass

from django.urls import reverse

from anlan.web.catalog.models import ProcessVersion
from anlan.web.common.templatetags.anlan import moment
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import User
from anlan.web.studio.models import TwinDesign
from anlan.web.studio.selectors import comparisons_with, risks_to_lower

Status = ProcessVersion.Status


@dataclass(frozen=True)
class Step:
    """title: what it is; said: the record, at its address where there is one; note: who, when and why."""

    title: str
    said: str
    address: str = ""
    note: str = ""


def trail_of(user: User, design: TwinDesign) -> list[Step]:
    """Proposal, risks, comparisons, the version that tries it, what was asked and what was decided of it."""
    own = risks_to_lower(user, design.twin.process).filter(designs=design)
    steps = [_made(design)]
    steps += [
        Step(text("studio.trail.risk"), f"{risk.code} {in_language(risk, 'title')}",
             reverse("risks:risk", args=[risk.code]))
        for risk in own
    ]  # fmt: skip
    steps += [
        Step(text("studio.trail.compared"), each.code, reverse("studio:comparison", args=[each.code]),
             text("studio.trail.by_run", run=each.run.code, at=moment(each.created_at)))
        for each in reversed(comparisons_with(user, design))
    ]  # fmt: skip
    return steps + (_decisions(design, design.draft) if design.draft is not None else [])


def _made(design: TwinDesign) -> Step:
    run = design.origin.get("run", "")
    title = text("studio.trail.proposed" if run else "studio.trail.thought")
    address = reverse("runs:run", args=[run]) if run else ""
    return Step(title, run or design.code, address, _by(design.created_by, moment(design.created_at)))


def _decisions(design: TwinDesign, version: ProcessVersion) -> list[Step]:
    """The version is drafted, submitted by one person and put in force by another, each with a reason."""
    address = reverse("catalog:version", args=[design.twin.process.code, version.number])
    number = text("studio.design.draft", number=version.number)
    steps = [Step(text("studio.trail.drafted"), number, address,
                  _by(version.created_by, moment(version.created_at)))]  # fmt: skip
    if version.submitted_at is not None:
        steps.append(Step(text("studio.trail.submitted"), version.reason,
                          note=_by(version.submitted_by, moment(version.submitted_at))))  # fmt: skip
    if version.status in (Status.IN_FORCE, Status.RETIRED) and version.valid_from is not None:
        steps.append(Step(text("studio.trail.decided"), version.decision or number,
                          note=_by(version.approved_by, moment(version.valid_from))))  # fmt: skip
    elif version.status == Status.SUBMITTED:
        steps.append(Step(text("studio.trail.waits"), text("studio.trail.second_person"), address))
    elif version.decision:
        steps.append(Step(text("studio.trail.sent_back"), version.decision, address))
    else:
        steps.append(Step(text("studio.trail.to_submit"), text("studio.trail.submit_there"), address))
    return steps


def _by(user: User | None, at: str) -> str:
    return text("studio.trail.by", who=user.name if user is not None else "—", at=at)
