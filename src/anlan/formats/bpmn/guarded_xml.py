"""XML of strangers, with limits: no document type, no entities, not too large, deep or many-parted."""

import io
import xml.etree.ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from anlan.domain.errors import RefusedInput

MOST_BYTES = 2 << 20
MOST_DEPTH = 60
MOST_ELEMENTS = 60_000


def guarded_root(content: bytes, *, name: str) -> ET.Element:
    """The root element; RefusedInput where the content is no XML or beyond the limits."""
    if len(content) > MOST_BYTES:
        raise RefusedInput("bpmn.size", file=name, found=len(content), most=MOST_BYTES)
    if not content.strip():
        raise RefusedInput("bpmn.empty", file=name)
    try:
        return _read(content, name)
    except DefusedXmlException as fault:
        raise RefusedInput("bpmn.doctype", file=name) from fault
    except ET.ParseError as fault:
        line, column = fault.position
        raise RefusedInput("bpmn.not_xml", file=name, line=line, column=column + 1,
                           found=str(fault).partition(":")[0]) from fault  # fmt: skip
    except (LookupError, ValueError) as fault:
        raise RefusedInput("bpmn.encoding", file=name, found=str(fault)[:80]) from fault


def _read(content: bytes, name: str) -> ET.Element:
    root: ET.Element | None = None
    depth = n = 0
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth, n = depth + 1, n + 1
        if depth > MOST_DEPTH:
            raise RefusedInput("bpmn.depth", file=name, most=MOST_DEPTH)
        if n > MOST_ELEMENTS:
            raise RefusedInput("bpmn.elements", file=name, most=MOST_ELEMENTS)
    assert root is not None  # an empty document is a ParseError
    return root
