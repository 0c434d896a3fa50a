"""What the page of a node shows."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.http import Http404

from anlan.web.catalog import selectors
from anlan.web.catalog.models import Node, Process, ProcessVersion
from anlan.web.catalog.nodes.services import may_keep, open_draft
from anlan.web.catalog.process_map import Choice, MapView, NodeRow, map_view
from anlan.web.catalog.standards.records import StandardVersion
from anlan.web.catalog.standards.selectors import KeptShare, shares_of, standards_at
from anlan.web.people.models import User
from anlan.web.people.permissions import may


@dataclass(frozen=True)
class NodePage:
    """A node of the version in force, or of the newest where none is."""

    user: User
    process: Process
    node: Node
    map: MapView
    today: date

    @property
    def version(self) -> ProcessVersion:
        return self.node.version

    @property
    def row(self) -> NodeRow:
        """Its figures, risks and rank, as the process map shows them."""
        assert self.map.chosen is not None
        return self.map.chosen

    @property
    def in_force(self) -> bool:
        return self.version.status == ProcessVersion.Status.IN_FORCE

    @property
    def may_keep(self) -> bool:
        return self.in_force and may_keep(self.user, self.process)

    @property
    def may_edit(self) -> bool:
        return may(self.user, "catalog.edit", self.process.unit)

    @cached_property
    def standards(self) -> list[tuple[StandardVersion, KeptShare]]:
        """Those of the node, then those of the whole process, with the share kept since they hold."""
        found = standards_at(self.user, self.process, self.node.key, self.today)
        found.sort(key=lambda version: (not version.node_key, version.standard.code))
        shares = shares_of(found, self.today)
        return [(version, shares[version.standard_id]) for version in found]

    @cached_property
    def draft(self) -> ProcessVersion | None:
        return open_draft(self.process)

    @cached_property
    def sop_waiting(self) -> list[tuple[ProcessVersion, Node]]:
        """Open versions in which the work is described otherwise."""
        states = (ProcessVersion.Status.DRAFT, ProcessVersion.Status.SUBMITTED)
        nodes = Node.objects.filter(
            version__process=self.process, version__status__in=states, key=self.node.key
        ).exclude(pk=self.node.pk)
        return [(n.version, n) for n in nodes.select_related("version") if n.sop != self.node.sop]

    @property
    def sop_begun(self) -> str:
        """What the form begins with: the text of the open draft, else the one in force."""
        own = next((n.sop for v, n in self.sop_waiting if self.draft and v.pk == self.draft.pk), None)
        return self.node.sop if own is None else own


def nodes_shown(process: Process) -> QuerySet[Node]:
    """Nodes of the version that pages show."""
    version = selectors.version_shown(process)
    return Node.objects.filter(version=version).select_related("version__process__unit", "owner")


def node_page(user: User, process: Process, key: str, *, today: date) -> NodePage:
    shown = selectors.process_page(process)
    node = next((node for node in shown.nodes if node.key == key), None)
    if node is None or shown.version is None:
        raise Http404
    node.version = shown.version
    return NodePage(user, process, node, map_view(user, process, shown, Choice(node=key)), today)
