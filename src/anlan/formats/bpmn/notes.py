"""What of a file was not or only partly understood, gathered by kind."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from anlan.formats.bpmn import names

_MOST_NAMED = 20
_PLAIN = frozenset({
    "id", "name", "isExecutable", "processRef", "sourceRef", "targetRef", "attachedToRef", "default",
    "targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage", "processType",
    "isClosed", "gatewayDirection", "triggeredByEvent", "cancelActivity", "isInterrupting",
    "partitionElementRef", "definitionalCollaborationRef", "startQuantity", "completionQuantity",
    "isForCompensation", "parallelMultiple", "isImmediate", "implementation", "instantiate",
    "eventGatewayType", "method", "ordering", "calledElement",
})  # fmt: skip
"""Attributes of BPMN that are read, or say nothing a design could hold."""


@dataclass(frozen=True)
class Note:
    """code: what became of it, see `bpmn.notes` of the catalogues; what: the element; found: which, at most
    20; n: how many."""

    code: str
    what: str
    found: tuple[str, ...]
    n: int


class Notes:
    """Notes in the order in which their kinds were first met."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}

    def add(self, code: str, what: str, found: str = "") -> None:
        self._found.setdefault((code, what), []).append(found[:80])

    def unread(self, element: ET.Element) -> None:
        """The element, and all within it, is left out."""
        space, _ = names.split(element.tag)
        known = "unread" if space == names.MODEL else "extension" if space in names.KNOWN else "foreign"
        self.add(known, names.shown(element.tag), element.get("name") or element.get("id") or "")

    def attributes(self, element: ET.Element) -> None:
        """Attributes other than those a design takes."""
        for attribute in element.keys():  # noqa: SIM118 - an element is no mapping
            space, own = names.split(attribute)
            if not space and own not in _PLAIN:
                self.add("attribute", f"{names.split(element.tag)[1]}/@{own}", element.get("id") or "")
            elif space and space != names.TYPES:
                code = "extension" if space in names.KNOWN else "foreign"
                self.add(code, f"@{names.shown(attribute)}", element.get("name") or element.get("id") or "")

    def all(self) -> tuple[Note, ...]:
        return tuple(
            Note(code, what, tuple(dict.fromkeys(f for f in found if f))[:_MOST_NAMED], len(found))
            for (code, what), found in self._found.items()
        )
