"""Names of BPMN 2.0: namespaces, and which element is which kind of step."""

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
TYPES = "http://www.w3.org/2001/XMLSchema-instance"
OWN = "urn:anlan:bpmn:1"
"""Namespace of what BPMN has no place for: keys, English names, promises, probabilities."""

KNOWN = {
    MODEL: "bpmn", DIAGRAM: "bpmndi", BOUNDS: "dc", LINES: "di", TYPES: "xsi", OWN: "anlan",
    "http://camunda.org/schema/1.0/bpmn": "camunda", "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://camunda.org/schema/modeler/1.0": "modeler", "http://www.signavio.com": "signavio",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "bioc", "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable", "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "color",
}  # fmt: skip
"""Well-known namespaces by what they are usually called."""

TASKS = frozenset({
    "task", "userTask", "serviceTask", "manualTask", "sendTask", "receiveTask", "scriptTask",
    "businessRuleTask", "callActivity",
})  # fmt: skip
GATEWAYS = {
    "exclusiveGateway": "xor", "parallelGateway": "and", "inclusiveGateway": "or",
    "eventBasedGateway": "xor", "complexGateway": "or",
}  # fmt: skip
EVENTS = {
    "startEvent": "start", "endEvent": "end", "intermediateCatchEvent": "", "intermediateThrowEvent": "",
    "boundaryEvent": "",
}  # fmt: skip
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
STEPS = TASKS | GATEWAYS.keys() | EVENTS.keys() | SUBPROCESSES
SIMPLIFIED = {"eventBasedGateway", "complexGateway", "callActivity", "boundaryEvent"}
"""Read as something plainer than they are."""


def split(tag: str) -> tuple[str, str]:
    """(namespace, local name)."""
    space, _, local = tag.rpartition("}")
    return space.removeprefix("{"), local


def shown(tag: str) -> str:
    """The name as people write it: `bpmn:userTask`, `camunda:assignee`."""
    space, local = split(tag)
    prefix = KNOWN.get(space)
    return f"{prefix}:{local}" if prefix else f"{{{space[:80]}}}{local[:80]}"
