"""What the register adds to runs and maps: findings become candidates, risks mark the nodes they are at."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from anlan.loop.quantify.methods import METHODS, family_of
from anlan.studies.catalogue import METHOD
from anlan.web.catalog import hooks as catalog_hooks
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import version_shown
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope, may
from anlan.web.risks.models import Candidate, Identification, Risk, Workshop
from anlan.web.risks.selectors import risk_of
from anlan.web.risks.services import criteria_for, take_findings
from anlan.web.runs import hooks
from anlan.web.runs.models import Run

_STUDIES_WITH_RISKS = ("assess", "quantify")


def register_hooks() -> None:
    hooks.when_done.append(candidates_from_run)
    hooks.criteria_of.append(criteria_of_unit)
    hooks.links_of.append(links_of_run)
    hooks.sources_of.append(session_of_run)
    hooks.codes_of.append(codes_of_findings)
    hooks.subjects.append(risk_as_subject)
    catalog_hooks.risks_of.append(marks_of_process)
    catalog_hooks.risk_links_of.append(links_of_process)
    catalog_hooks.reports_of.append(reports_of_process)


def risk_as_subject(user: User, code: str) -> hooks.Subject | None:
    """The risk of that code as what an assessment is about, where the person may see it."""
    found = risk_of(user, code).select_related("process", "unit").first()
    if found is None:
        return None
    address = reverse("risks:risk", args=[found.code])
    return hooks.Subject(found.code, in_language(found, "title"), found.unit, found.process, address)


def candidates_from_run(run: Run, result: Mapping[str, Any]) -> None:
    """Risks of the result as candidates; a run that only verifies another adds nothing."""
    if run.study in _STUDIES_WITH_RISKS and run.verifies_id is None and run.process is not None:
        take_findings(run.process, result, run=run, actor=run.created_by)


def criteria_of_unit(unit: Unit) -> Mapping[str, Any] | None:
    """The unit's own criteria; None where these are the bundled ones, as in a run without any."""
    content: Mapping[str, Any] = criteria_for(unit).content
    return None if content == default_criteria() else content


def links_of_run(run: Run, user: User) -> list[tuple[str, str]]:
    """Where to go on from a run: the findings that wait for triage, or the risk it assesses."""
    if run.about and _says_how_grave(run) and may(user, "risks.assess", run.unit):
        address = f"{reverse('risks:estimate', args=[run.about, 'run'])}?run={run.code}"
        return [(address, text("methods.attach", code=run.about))]
    if run.study not in _STUDIES_WITH_RISKS or not may(user, "risks.view", run.unit):
        return []
    return [(reverse("risks:candidates"), text("risks.triage.title"))]


def session_of_run(run: Run, user: User) -> list[tuple[str, str]]:
    """The expert session whose answers the run was made from."""
    found = in_scope(Workshop.objects.filter(run=run), user, "risks.view")
    return [
        (reverse("risks:workshop", args=[code]), f"{code} {title}")
        for code, title in found.values_list("code", "title")
    ]


def codes_of_findings(run: Run, user: User) -> dict[str, str]:
    """Of a result's risks: the code of the finding, and of the risk it was accepted as."""
    if run.process_id is None or not may(user, "risks.view", run.unit):
        return {}
    known = Candidate.objects.filter(process_id=run.process_id, source="log").exclude(key="")
    return {
        key: f"{code} → {risk}" if risk else code
        for key, code, risk in known.values_list("key", "code", "risk__code")
    }


def _says_how_grave(run: Run) -> bool:
    """Whether the method answers about the risk itself, and not about weights, experts or inputs."""
    code = run.study.removeprefix(METHOD)
    return code in METHODS and family_of(code) not in ("weights", "sensitivity", "calibration")


def marks_of_process(process: Process) -> list[dict[str, Any]]:
    """Open risks of the register with a level, as the map draws them."""
    return [
        {"nodes": nodes, "index": {"level": level}, "code": code}
        for nodes, level, code in _at_nodes(process).values_list("nodes", "level_current", "code")
    ]


def links_of_process(process: Process, user: User) -> list[dict[str, Any]]:
    """Names and addresses of those risks that the person may open."""
    found = in_scope(_at_nodes(process), user, "risks.view").only("code", "title", "title_en", "process")
    return [
        {
            "code": risk.code,
            "title": in_language(risk, "title"),
            "address": reverse("risks:risk", args=[risk.code]),
        }
        for risk in found
    ]


def reports_of_process(process: Process) -> dict[str, int] | None:
    """Complaints and opinions recorded at each node, by its key; None where nobody recorded any."""
    looked = Identification.objects.filter(process=process, method="feedback")
    entries = [entry for found in looked.values_list("entries", flat=True) for entry in found]
    if not entries:
        return None
    version = version_shown(process)
    keys = dict(version.nodes.values_list("name", "key")) if version else {}
    counts = dict.fromkeys(keys.values(), 0)
    for name in (name for entry in entries for name in entry["nodes"] if name in keys):
        counts[keys[name]] += 1
    return counts


def _at_nodes(process: Process) -> QuerySet[Risk]:
    found: QuerySet[Risk] = process.risks.exclude(phase="closed").exclude(level_current="")
    return found
