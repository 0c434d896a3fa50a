"""Versions of a process as the API takes and shows them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.domain.design import Change, Design, Link, Step, doubts_of
from anlan.formats.bpmn import Note
from anlan.formats.messages import messages
from anlan.web.catalog.models import Node, ProcessVersion
from anlan.web.common.rest.paging import Page
from anlan.web.common.rest.values import (
    Code,
    Given,
    Line,
    Number,
    Person,
    Shown,
    Text,
    person,
)
from anlan.web.common.texts import language

Lane = Literal["", "customer", "front", "back", "support"]
Code200 = Annotated[Text, Field(min_length=1, max_length=200)]


class NodeShown(Shown):
    """A step; `key` names it in every version. lane: empty where nobody told it."""

    key: str
    name: str
    name_en: str
    kind: str
    form: str
    role: str
    channel: str
    sla_s: int | None
    criticality: int | None
    owner: Person | None
    sop: str
    lane: str
    evidence: str


class FlowShown(Shown):
    """From one node's key to another's. probability: of this way among those that leave the node."""

    source: str
    target: str
    probability: float | None
    condition: str


class VersionRow(Shown):
    """A version of a process in a list. edit_version: what `ETag` names; decision: why it was put in force
    or sent back."""

    number: int
    status: str
    source: str
    reason: str
    decision: str
    edit_version: int
    created_at: datetime
    created_by: Person | None
    submitted_at: datetime | None
    submitted_by: Person | None
    approved_by: Person | None
    valid_from: datetime | None
    valid_to: datetime | None


class VersionPage(Page):
    items: list[VersionRow]


class DoubtShown(Shown):
    """What a check of the drawing found. total: sum of probabilities, where they are the doubt."""

    code: Literal["empty", "unreachable", "no_end", "no_way_out", "probabilities", "probabilities_partly"]
    nodes: list[str]
    total: float | None


class VersionShown(VersionRow):
    """A version with its nodes in order, its flows, and what the checks found."""

    nodes: list[NodeShown]
    flows: list[FlowShown]
    doubts: list[DoubtShown]


class ChangeShown(Shown):
    """One difference between two versions. key: of the node, for a flow of the node it leaves; target: name
    of the node a flow leads to; old, new: values of the field, for moved the places."""

    code: str
    key: str
    name: str
    target: str
    field: str
    old: str | float | None
    new: str | float | None


class ChangesShown(Shown):
    """What changed from version `against` (null: from nothing) to version `number`."""

    against: int | None
    number: int
    changes: list[ChangeShown]


class BpmnNoteShown(Shown):
    """What of a file was not or only partly understood."""

    code: str
    what: str
    found: list[str]
    n: int
    message: str


class BpmnReadShown(Shown):
    """The draft made of a BPMN file, and all that was not or only partly understood."""

    version: VersionShown
    notes: list[BpmnNoteShown]


class NodeGiven(Given):
    """A step; without a key it takes the name as its key."""

    key: Line = ""
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    name_en: Line = ""
    kind: Literal["task", "event", "gateway", "wait", "handover"] = "task"
    form: Literal["", "start", "end", "xor", "and", "or"] = ""
    role: Annotated[Text, Field(max_length=80)] = ""
    channel: Annotated[Text, Field(max_length=80)] = ""
    sla_s: Annotated[int, Field(ge=1, le=3_162_240_000)] | None = None
    criticality: Annotated[int, Field(ge=1, le=5)] | None = None
    owner: Code | None = None
    sop: Annotated[Text, Field(max_length=20_000)] = ""
    lane: Lane = ""
    evidence: Line = ""


class FlowGiven(Given):
    """From one node's key to another's."""

    source: Code200
    target: Code200
    probability: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    condition: Line = ""


class NewVersion(Given):
    """A draft of these nodes and flows; without nodes it begins as the version in force."""

    nodes: Annotated[list[NodeGiven], Field(max_length=1000)] | None = None
    flows: Annotated[list[FlowGiven], Field(max_length=5000)] = []
    reason: Annotated[Text, Field(max_length=400)] = ""


class VersionContent(Given):
    """All nodes in order and all flows of a draft; what it had before is replaced."""

    nodes: Annotated[list[NodeGiven], Field(max_length=1000)]
    flows: Annotated[list[FlowGiven], Field(max_length=5000)]


class VersionStep(Given):
    """A decision on a version. edit_version: the one you saw; reason: kept with the decision."""

    edit_version: Number
    reason: Annotated[Text, Field(min_length=1, max_length=400)]


def node_shown(node: Node) -> dict[str, Any]:
    names = ("key", "name", "name_en", "kind", "form", "role", "channel", "sla_s", "criticality", "sop",
             "lane", "evidence")  # fmt: skip
    return {name: getattr(node, name) for name in names} | {"owner": person(node.owner)}


def version_row(version: ProcessVersion) -> dict[str, Any]:
    names = ("number", "status", "source", "reason", "decision", "edit_version", "created_at",
             "submitted_at", "valid_from", "valid_to")  # fmt: skip
    people = ("created_by", "submitted_by", "approved_by")
    facts = {name: getattr(version, name) for name in names}
    return facts | {name: person(getattr(version, name)) for name in people}


def version_shown(version: ProcessVersion) -> dict[str, Any]:
    nodes = list(version.nodes.select_related("owner"))
    names = ("source__key", "target__key", "probability", "condition")
    flows = [Link(*row) for row in version.flows.order_by("id").values_list(*names)]
    design = Design(tuple(Step(n.key, n.name, kind=n.kind, form=n.form) for n in nodes), tuple(flows))
    return version_row(version) | {
        "nodes": [node_shown(node) for node in nodes],
        "flows": [asdict(flow) for flow in flows],
        "doubts": [{"code": d.code, "nodes": list(d.steps), "total": d.total} for d in doubts_of(design)],
    }


def changes_shown(changes: Iterable[Change]) -> list[dict[str, Any]]:
    names = ("code", "key", "name", "target", "field", "old", "new")
    return [{name: getattr(change, name) for name in names} for change in changes]


def notes_shown(notes: Iterable[Note]) -> list[dict[str, Any]]:
    return [asdict(note) | {"found": list(note.found), "message": note_text(note)} for note in notes]


def note_text(note: Note) -> str:
    """What of a file was left out, in words."""
    found = (", " if language() == "en" else "、").join(note.found) or "—"
    return messages(language()).text(f"bpmn.notes.{note.code}", what=note.what, n=note.n, found=found)
