"""The form of one method as a page: what it holds, and how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from anlan.domain.errors import AnlanError
from anlan.domain.method import Method
from anlan.formats.spec_file import spec_text
from anlan.studies.methods.explaining import PARTS
from anlan.studies.methods.spec import HEAD, SPEC
from anlan.web.common.texts import word
from anlan.web.runs import hooks, selectors
from anlan.web.runs.methods.questions import (
    MOST_BOXES,
    boxes_needed,
    faults_by_place,
    names_to_choose,
    questions_of,
)
from anlan.web.runs.models import Run

TEMPLATE = "runs/method.html"
HEAD_FIELDS = tuple(field for field in HEAD if field.name in ("title", "stage", "seed", "bands"))
"""Questions that every assessment answers beside those of its method."""


@dataclass
class Asked:
    """What the form holds: the spec's head and inputs, whom it is about, the run it was begun with, what is
    wrong."""

    head: dict[str, Any]
    inputs: Mapping[str, Any]
    about: hooks.Subject | None = None
    process: Any = None
    faults: tuple[AnlanError, ...] = ()
    fed_by: Run | None = None


def form_page(request: HttpRequest, chosen: Method, asked: Asked) -> dict[str, Any]:
    """What `TEMPLATE` shows of a method."""
    faults = faults_by_place(asked.faults)
    document = {"schema": SPEC, "method": chosen.code, **asked.head, "inputs": dict(asked.inputs)}
    as_boxes = boxes_needed(chosen.fields, asked.inputs) <= MOST_BOXES
    known = _places(chosen) if as_boxes else set()
    questions = questions_of(chosen.code, chosen.fields, asked.inputs, faults) if as_boxes else []
    return {
        "method": chosen,
        "title": word(f"methods.{chosen.code}.title"),
        "parts": [(word(f"method_parts.{part}"), word(f"methods.{chosen.code}.{part}")) for part in PARTS],
        "head": questions_of("spec", HEAD_FIELDS, asked.head, faults, name="head"),
        "questions": questions,
        "to_choose": names_to_choose(chosen.fields, asked.inputs) if as_boxes else {},
        "wide": any(each.is_wide for each in questions),
        "other_faults": [
            said for where, texts in faults.items() if not _known(where, known) for said in texts
        ],
        "n_faults": sum(len(texts) for texts in faults.values()),
        "as_text": request.POST.get("as_text") or spec_text(document),
        "head_faults": any(where.startswith(("seed", "bands")) for where in faults),
        "by_text": request.POST.get("by") == "text" or not as_boxes,
        "as_boxes": as_boxes,
        "processes": [] if asked.about else selectors.processes_to_run(request.user),
        "process": asked.process,
        "about": asked.about,
        "fed_by": asked.fed_by,
        "query": urlencode(_query(asked)),
    }


def _query(asked: Asked) -> dict[str, str]:
    """What the address of the form keeps until it is sent."""
    found = {"about": asked.about.code} if asked.about else {}
    return found | ({"from": asked.fed_by.code} if asked.fed_by else {})


def _places(chosen: Method) -> set[str]:
    return {field.name for field in (*chosen.fields, *HEAD_FIELDS)}


def _known(where: str, names: set[str]) -> bool:
    """Whether the place stands beside a question of the page."""
    return where.replace("[", ".").split(".")[0] in names
