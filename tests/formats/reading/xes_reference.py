"""A plain, slow reader of XES with the standard library, to compare the fast one with."""

import io
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

TYPES = ("string", "date", "int", "float", "boolean", "id", "list", "container")


@dataclass
class Plain:
    """Per event its columns; per trace its attributes and how many events it has."""

    events: list[dict[str, str]] = field(default_factory=list)
    traces: list[tuple[dict[str, str], int]] = field(default_factory=list)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def _attributes(element: ET.Element) -> dict[str, str]:
    return {
        item.attrib["key"]: item.attrib["value"]
        for item in element
        if _local(item) in TYPES and "key" in item.attrib and "value" in item.attrib
    }


def read_plainly(content: bytes) -> Plain:
    """Walk the tree; ET.ParseError where the document is not well-formed."""
    found = Plain()
    for _, element in ET.iterparse(io.BytesIO(content)):
        if _local(element) != "log":
            continue
        for trace in element:
            if _local(trace) != "trace":
                continue
            case = {f"case:{key}": value for key, value in _attributes(trace).items()}
            events = [child for child in trace if _local(child) == "event"]
            found.traces.append((case, len(events)))
            for event in events:
                own = {f"event:{k}" if k.startswith("case:") else k: v for k, v in _attributes(event).items()}
                found.events.append({**case, **own})
    return found
