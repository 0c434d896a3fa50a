"""Endpoints of a node of the version in force."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from pydantic import Field

from anlan.web.catalog import any_text, selectors  # noqa: F401  the converter registers itself
from anlan.web.catalog.models import Node
from anlan.web.catalog.nodes.page import nodes_shown
from anlan.web.catalog.nodes.services import change_node
from anlan.web.catalog.shapes_versions import Lane, NodeShown, node_shown
from anlan.web.catalog.standards.selectors import standards_at
from anlan.web.common.rest import versions
from anlan.web.common.rest.values import Code, Given, Line, Text
from anlan.web.people.lookup import person_in
from anlan.web.people.permissions import require

router = Router(tags=["catalog"])


class NodeOfProcess(NodeShown):
    """A node of the version in force (of the newest, where none is). standards: codes of those that apply."""

    version: int
    version_status: str
    standards: list[str]


class NodeFactsGiven(Given):
    """Fields left out stay; owner null: nobody."""

    owner: Code | None = None
    role: Annotated[Text, Field(max_length=80)] | None = None
    channel: Annotated[Text, Field(max_length=80)] | None = None
    criticality: Annotated[int, Field(ge=1, le=5)] | None = None
    lane: Lane | None = None
    evidence: Line | None = None


@router.get("/processes/{code}/nodes/{any_text:key}", response=NodeOfProcess)
def get_node(request: HttpRequest, code: str, key: str, response: HttpResponse) -> dict[str, Any]:
    return _shown(request, response, _node(request, code, key))


@router.patch("/processes/{code}/nodes/{any_text:key}", response=NodeOfProcess)
def change_node_facts(
    request: HttpRequest, code: str, key: str, given: NodeFactsGiven, response: HttpResponse
) -> dict[str, Any]:
    node = _node(request, code, key)
    require(request.user, "catalog.edit", node.version.process.unit)
    facts = given.model_dump(exclude_unset=True)
    facts = {name: value for name, value in facts.items()
             if value is not None or name in ("owner", "criticality")}  # fmt: skip
    if facts.get("owner"):
        facts["owner"] = person_in(request.user, facts["owner"], "catalog.view")
    change_node(node, seen=versions.seen(request, node.version), actor=request.user, **facts)
    return _shown(request, response, _node(request, code, key))


def _node(request: HttpRequest, code: str, key: str) -> Node:
    process = get_object_or_404(selectors.process_of(request.user, code))
    return get_object_or_404(nodes_shown(process), key=key)


def _shown(request: HttpRequest, response: HttpResponse, node: Node) -> dict[str, Any]:
    version = node.version
    versions.mark(response, version)
    found = standards_at(request.user, version.process, node.key, timezone.localdate())
    return node_shown(node) | {
        "version": version.number, "version_status": version.status,
        "standards": [said.standard.code for said in found],
    }  # fmt: skip
