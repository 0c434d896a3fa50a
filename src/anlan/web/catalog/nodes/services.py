"""Changing a node: who answers for it at once, how the work is done through a draft that a second person
puts in force.

Owner, role, channel, criticality, lane and evidence are facts of the organisation, not of the design: the
owner of the process keeps them in the version in force, and drafts that still have the old value follow.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from anlan.domain.design import LANES, edits
from anlan.domain.errors import UsageError
from anlan.web.catalog import drafting
from anlan.web.catalog.models import Node, Process, ProcessVersion
from anlan.web.common.audit import changes_between, record
from anlan.web.people.models import User
from anlan.web.people.permissions import may, require

FACTS = ("owner", "role", "channel", "criticality", "lane", "evidence")
_OPEN = (ProcessVersion.Status.DRAFT, ProcessVersion.Status.SUBMITTED)


def may_keep(user: User, process: Process) -> bool:
    """Whether the person keeps the facts of the process' nodes: its owner, or who puts versions in force;
    where nobody owns it, everybody who edits it."""
    if not may(user, "catalog.edit", process.unit):
        return False
    return process.owner_id in (None, user.pk) or may(user, "catalog.approve", process.unit)


@transaction.atomic
def change_node(node: Node, *, seen: int, actor: User, **facts: Any) -> Node:
    """Change some of FACTS in the version in force; `seen`: its `edit_version` on the page."""
    process = node.version.process
    require(actor, "catalog.edit", process.unit)
    if not may_keep(actor, process):
        require(actor, "catalog.approve", process.unit)
    version = ProcessVersion.objects.select_for_update().get(pk=node.version_id)
    if version.edit_version != seen:
        raise UsageError("web.conflict", label=str(node))
    if version.status != ProcessVersion.Status.IN_FORCE:
        raise UsageError("web.version_state", found=version.status, needed=ProcessVersion.Status.IN_FORCE)
    before = {name: getattr(node, name) for name in facts}
    changes = changes_between(before, facts)
    if not changes:
        return node
    for name, (_, value) in changes.items():
        setattr(node, name, value)
    node.save(update_fields=list(changes))
    _moved_on(version)
    _follow(process, node.key, changes)
    record("catalog.node.change", actor=actor, target=node, unit=process.unit, changes=changes)
    return node


@transaction.atomic
def tell_lanes(version: ProcessVersion, told: Mapping[str, str], *, seen: int, actor: User) -> int:
    """Say of nodes of the version in force, by key, which lane of the blueprint they stand in; the number
    that changed. `seen`: the version's `edit_version` on the page."""
    changed = 0
    nodes = version.nodes.filter(key__in=told).select_related("version__process__unit")
    for node in nodes.order_by("position"):
        if node.lane != told[node.key]:
            if told[node.key] not in LANES:
                raise UsageError("design.lane", step=node.name, found=told[node.key][:40],
                                 accepted=", ".join(LANES))  # fmt: skip
            change_node(node, seen=seen + changed, actor=actor, lane=told[node.key])
            changed += 1
    return changed


@transaction.atomic
def write_sop(
    process: Process, key: str, sop: str, *, draft: int | None, seen: int, actor: User
) -> ProcessVersion:
    """How the work at the node is done, written into the open draft; where none is open, into a new one.

    draft, seen: number and `edit_version` of the draft on the page, None where it showed none.
    """
    require(actor, "catalog.edit", process.unit)
    Process.objects.select_for_update().get(pk=process.pk)
    found = open_draft(process)
    if (found and found.number) != draft:
        raise UsageError("web.conflict", label=str(found or process))
    if found is None:
        found = drafting.draft_from_force(process, actor=actor)
        seen = found.edit_version
    name = drafting.design_of(found).step(key).name
    return drafting.change(
        found, lambda design: edits.change_step(design, key, sop=sop), seen=seen, action="sop", actor=actor,
        label=name,
    )  # fmt: skip


def open_draft(process: Process) -> ProcessVersion | None:
    """The newest draft that can be changed."""
    return process.versions.filter(status=ProcessVersion.Status.DRAFT).order_by("-number").first()


def _follow(process: Process, key: str, changes: dict[str, tuple[Any, Any]]) -> None:
    """The same node in open versions, where it still has the old value."""
    open_nodes = Node.objects.filter(version__process=process, version__status__in=_OPEN, key=key)
    for node in open_nodes.select_related("version"):
        same = {name: new for name, (old, new) in changes.items() if getattr(node, name) == old}
        if same:
            for name, value in same.items():
                setattr(node, name, value)
            node.save(update_fields=list(same))
            _moved_on(node.version)


def _moved_on(version: ProcessVersion) -> None:
    version.edit_version += 1
    version.save(update_fields=["edit_version"])
