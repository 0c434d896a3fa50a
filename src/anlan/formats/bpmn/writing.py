"""A design as a BPMN 2.0 file that modelling tools open: elements first, then the diagram.

What BPMN has no place for (keys, English names, channels, promises, criticality, lanes of the blueprint,
evidence, probabilities) stands in extension elements of our own namespace, which other tools keep or leave
out. People do not: an owner is a person of this organisation, not of the process.
"""

import hashlib
from collections.abc import Iterable, Mapping

from anlan.domain.design import Design, Link, Step
from anlan.formats.bpmn import names
from anlan.formats.bpmn.layout import DesignLayout, design_layout, half
from anlan.formats.report.markup import Markup, clean, escape, together

_GATEWAYS = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
_EVENTS = {"start": "startEvent", "end": "endEvent", "": "intermediateThrowEvent"}
_SPACES = {"bpmn": names.MODEL, "bpmndi": names.DIAGRAM, "dc": names.BOUNDS, "di": names.LINES,
           "anlan": names.OWN}  # fmt: skip


def bpmn_bytes(design: Design, *, name: str) -> bytes:
    """The file, the same for the same design and name."""
    ids = {step.key: f"step_{i}" for i, step in enumerate(design.steps, 1)}
    digest = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    process = f"process_{digest}"
    opening = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    body = together(_process(design, ids, identity=process, name=name), _diagram(design, ids, process))
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions{opening} id="definitions_{digest}" '
        f'targetNamespace="{names.OWN}" exporter="Anlan">{body}</bpmn:definitions>\n'
    )
    return document.encode()


def _tag(name: str, /, *children: Markup | None, text: str | None = None, **attributes: object) -> Markup:
    """An element; attribute names are written as given, line breaks in values as references."""
    given = "".join(
        f' {key}="{_attribute(str(value))}"'
        for key, value in attributes.items() if value not in (None, "")
    )  # fmt: skip
    inner = together(*(child for child in children if child), text)
    return Markup(f"<{name}{given}>{inner}</{name}>" if inner else f"<{name}{given}/>")


def _attribute(value: str) -> str:
    return escape(value).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def _process(design: Design, ids: Mapping[str, str], *, identity: str, name: str) -> Markup:
    links = list(enumerate(design.links, 1))
    leaving: dict[str, list[str]] = {}
    arriving: dict[str, list[str]] = {}
    for i, link in links:
        leaving.setdefault(link.source, []).append(f"flow_{i}")
        arriving.setdefault(link.target, []).append(f"flow_{i}")
    steps = [_step(s, ids[s.key], arriving.get(s.key, ()), leaving.get(s.key, ())) for s in design.steps]
    flows = [_flow(link, f"flow_{i}", ids) for i, link in links]
    return _tag("bpmn:process", _lanes(design, ids), *steps, *flows, id=identity, name=name,
                isExecutable="false")  # fmt: skip


def _lanes(design: Design, ids: Mapping[str, str]) -> Markup | None:
    roles: dict[str, list[str]] = {}
    for step in design.steps:
        if step.role:
            roles.setdefault(step.role, []).append(ids[step.key])
    if not roles:
        return None
    lanes = [
        _tag("bpmn:lane", *(_tag("bpmn:flowNodeRef", text=i) for i in own), id=f"lane_{n}", name=role)
        for n, (role, own) in enumerate(roles.items(), 1)
    ]
    return _tag("bpmn:laneSet", *lanes, id="lanes")


def _step(step: Step, identity: str, arriving: Iterable[str], leaving: Iterable[str]) -> Markup:
    own = _tag(
        "anlan:step", key=step.key, nameEn=step.name_en, channel=step.channel,
        kind=step.kind if step.kind == "handover" else None, promiseSeconds=step.sla_s,
        criticality=step.criticality, lane=step.lane or None, evidence=step.evidence or None,
    )  # fmt: skip
    return _tag(
        f"bpmn:{_element(step)}",
        _tag("bpmn:documentation", text=clean(step.sop)) if step.sop else None,
        _tag("bpmn:extensionElements", own),
        *(_tag("bpmn:incoming", text=flow) for flow in arriving),
        *(_tag("bpmn:outgoing", text=flow) for flow in leaving),
        _tag("bpmn:timerEventDefinition", id=f"{identity}_timer") if step.kind == "wait" else None,
        id=identity, name=step.name,
    )  # fmt: skip


def _element(step: Step) -> str:
    if step.kind == "gateway":
        return _GATEWAYS[step.form]
    if step.kind == "event":
        return _EVENTS[step.form]
    return "intermediateCatchEvent" if step.kind == "wait" else "task"


def _flow(link: Link, identity: str, ids: Mapping[str, str]) -> Markup:
    share = None if link.probability is None else repr(float(link.probability))
    own = _tag("bpmn:extensionElements", _tag("anlan:flow", probability=share)) if share else None
    return _tag("bpmn:sequenceFlow", own, id=identity, name=link.condition, sourceRef=ids[link.source],
                targetRef=ids[link.target])  # fmt: skip


def _diagram(design: Design, ids: Mapping[str, str], process: str) -> Markup:
    layout = design_layout(design)
    shapes = [_shape(step, ids[step.key], layout) for step in design.steps]
    edges = [_edge(link, f"flow_{i}", layout) for i, link in enumerate(design.links, 1)]
    plane = _tag("bpmndi:BPMNPlane", *shapes, *edges, id="plane", bpmnElement=process)
    return _tag("bpmndi:BPMNDiagram", plane, id="diagram")


def _shape(step: Step, identity: str, layout: DesignLayout) -> Markup:
    (x, y), (across, up) = layout.centres[step.key], half(step.kind)
    bounds = _tag("dc:Bounds", x=f"{x - across:.0f}", y=f"{y - up:.0f}", width=f"{2 * across:.0f}",
                  height=f"{2 * up:.0f}")  # fmt: skip
    return _tag("bpmndi:BPMNShape", bounds, id=f"{identity}_shape", bpmnElement=identity)


def _edge(link: Link, identity: str, layout: DesignLayout) -> Markup:
    x, y = layout.centres[link.source]
    loop = ((x + 75, y), (x + 90, y), (x + 90, y - 40), (x, y - 40), (x, y - 26))
    route = layout.routes.get((link.source, link.target), loop)
    points = [_tag("di:waypoint", x=f"{a:.0f}", y=f"{b:.0f}") for a, b in route]
    return _tag("bpmndi:BPMNEdge", *points, id=f"{identity}_edge", bpmnElement=identity)
