"""What a proposal rests on, with where to look: finding, risk, nodes, version of the process, run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from anlan.formats import wording
from anlan.web.catalog.models import Node, Process, ProcessVersion
from anlan.web.common.texts import in_language, language, of, text
from anlan.web.people.models import User
from anlan.web.people.permissions import may
from anlan.web.risks.models import Candidate, Risk
from anlan.web.runs.models import Run
from anlan.web.studio.selectors import risks_to_lower


@dataclass(frozen=True)
class Place:
    """Something to look at; no address where there is none, or the person may not see it."""

    said: str
    address: str = ""


@dataclass(frozen=True)
class Origin:
    """source: log or twin; reason and statement: why; figures: of the finding; risks: it is to lower."""

    source: str
    reason: str
    statement: str
    figures: str
    found_as: Place | None
    risks: list[Place]
    nodes: list[Place]
    version: Place | None
    run: Place | None


def origins_of(user: User, process: Process, proposals: Sequence[Mapping[str, Any]]) -> list[Origin]:
    """Of each proposal in order; a fixed number of queries for all."""
    found = _Found(user, process, proposals)
    return [found.origin(each) for each in proposals]


def risks_of_proposal(user: User, process: Process, proposal: Mapping[str, Any]) -> list[Risk]:
    """Risks of the register that the proposal is to lower: that of its finding, those it treats by name."""
    return _Found(user, process, [proposal]).risks(proposal)


class _Found:
    """Everything the proposals name, read once."""

    def __init__(self, user: User, process: Process, proposals: Sequence[Mapping[str, Any]]) -> None:
        self.user, self.process = user, process
        self.register = list(risks_to_lower(user, process))
        keys = [each["finding"]["key"] for each in proposals if each.get("finding")]
        known = Candidate.objects.filter(process=process, source="log", key__in=keys)
        self.candidates = {each.key: each for each in known.select_related("risk")}
        nodes = Node.objects.filter(version__process=process, version__status=ProcessVersion.Status.IN_FORCE)
        self.nodes = {name: node.key for node in nodes for name in (node.name, node.key)}
        codes = [each["run"] for each in proposals if each.get("run")]
        self.runs = set(Run.objects.filter(code__in=codes).values_list("code", flat=True))

    def origin(self, given: Mapping[str, Any]) -> Origin:
        finding = given.get("finding")
        return Origin(
            given.get("source", "twin"),
            of(given["reason"]),
            of(finding["statement"]) if finding else "",
            _figures(given.get("evidence")),
            self._found_as(finding) if finding else None,
            [_risk_place(each) for each in self.risks(given)],
            [self._node(name) for name in given.get("nodes") or ()],
            self._version(given.get("version")),
            self._run(given.get("run")),
        )

    def risks(self, given: Mapping[str, Any]) -> list[Risk]:
        codes = {word for change in given.get("changes") or () for word in _risk_names(change)}
        finding = given.get("finding")
        kept = self.candidates.get(finding["key"]) if finding else None
        of_finding = kept.risk_id if kept is not None else None
        return [
            risk for risk in self.register
            if risk.pk == of_finding or codes & {risk.code, risk.title, risk.title_en, str(risk)}
        ]  # fmt: skip

    def _found_as(self, finding: Mapping[str, Any]) -> Place | None:
        kept = self.candidates.get(finding["key"])
        if kept is None or kept.risk_id is not None or not may(self.user, "risks.view", kept.unit):
            return None
        return Place(kept.code, f"{reverse('risks:candidates')}?process={self.process.code}&source=log")

    def _node(self, name: str) -> Place:
        key = self.nodes.get(name)
        return Place(name, reverse("catalog:node", args=[self.process.code, key]) if key else "")

    def _version(self, number: int | None) -> Place | None:
        if number is None:
            return None
        address = reverse("catalog:version", args=[self.process.code, number])
        return Place(text("studio.design.draft", number=number), address)

    def _run(self, code: str | None) -> Place | None:
        return Place(code, reverse("runs:run", args=[code])) if code in self.runs and code else None


def _risk_names(change: Mapping[str, Any]) -> list[str]:
    return str(change["risks"]).split("、") if change.get("risks") else []


def _risk_place(risk: Risk) -> Place:
    said = f"{risk.code} {in_language(risk, 'title')}"
    return Place(said, reverse("risks:risk", args=[risk.code]))


def _figures(evidence: Mapping[str, Any] | None) -> str:
    """How often, in how many cases, how much time."""
    if not evidence:
        return ""
    lang, share = language(), evidence["delay_share"]
    given = {"count": evidence["count"], "cases": evidence["cases"],
             "delay": wording.duration(evidence["delay_min"] * 60, lang)}  # fmt: skip
    if share is None:
        return text("studio.origin.seen", **given)
    return text("studio.origin.seen_share", **given, share=wording.percent(share, lang))
