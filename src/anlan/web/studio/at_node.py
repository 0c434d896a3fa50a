"""A redesign begun at a node of the process map: what can be tried there, and the design it becomes."""

from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from anlan.domain.errors import UsageError
from anlan.formats.messages import in_both_languages
from anlan.loop.improve.designs.at_node import Opening, openings
from anlan.web.catalog.hooks import Redesigns
from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import may
from anlan.web.studio.designing import operator_word
from anlan.web.studio.models import Twin, TwinDesign
from anlan.web.studio.selectors import EDIT, SEE
from anlan.web.studio.services import designs

FROM_MAP = "map"


def redesigns_of(process: Process, user: User, activity: str) -> Redesigns | None:
    """None where the person may not change designs of the process."""
    if not (may(user, EDIT, process.unit) and may(user, SEE, process.unit)):
        return None
    twin = Twin.objects.filter(process=process, in_force=True).first()
    if twin is None:
        address = reverse("studio:process", args=[process.code])
        return Redesigns(activity, [], "", (address, text("studio.at_node.no_twin")))
    found = dict.fromkeys(each.operator for each in openings(twin.inputs, activity))
    return Redesigns(
        activity,
        [(code, operator_word(code)) for code in found],
        reverse("studio:begin_design", args=[twin.code]),
        (reverse("studio:twin", args=[twin.code]) + "#designs", text("studio.to_twin", code=twin.code)),
    )


def begin_design(twin: Twin, *, activity: str, operator: str, actor: User) -> tuple[TwinDesign, str]:
    """A draft that knows the node it was begun at, and the address that asks its first questions.

    Errors: UsageError `studio.not_at_node` for an operator that does not apply there.
    """
    found = next((each for each in openings(twin.inputs, activity) if each.operator == operator), None)
    if found is None:
        raise UsageError(
            "studio.not_at_node", node=activity[:80], found=operator_word(operator) or operator[:40]
        )
    made = designs.create_design(
        twin, name=_free_name(twin, f"{operator_word(operator)} {activity}"), origin=_origin(twin, activity),
        actor=actor,
    )  # fmt: skip
    return made, f"{reverse('studio:design', args=[made.code])}?{_asked(found)}#add"


def _asked(of: Opening) -> str:
    answers: list[tuple[str, Any]] = [("operator", of.operator)]
    for name, value in of.answers.items():
        several = str(value).split("、") if name in ("steps", "risks") and _chosen_from_list(of) else [value]
        answers += [(name, each) for each in several]
    return urlencode(answers)


def _chosen_from_list(of: Opening) -> bool:
    """Whether the form asks by a list to choose from, not by an order to type."""
    return of.operator not in ("merge", "parallelise", "reorder")


def _origin(twin: Twin, activity: str) -> dict[str, Any]:
    version = twin.process.versions.filter(status=ProcessVersion.Status.IN_FORCE).first()
    return {
        "source": FROM_MAP,
        "reason": in_both_languages("web.studio.at_node.begun", node=activity),
        "nodes": [activity],
        "version": version.number if version is not None else None,
        "evidence": None, "finding": None, "changes": [],
    }  # fmt: skip


def _free_name(twin: Twin, wanted: str) -> str:
    """The name with a number where it is taken."""
    known = set(TwinDesign.objects.filter(twin=twin).values_list("name", flat=True))
    short = wanted[: designs.LONGEST["name"] - 4]
    names = (short if number == 1 else f"{short} {number}" for number in count(1))
    return next(name for name in names if name not in known)
