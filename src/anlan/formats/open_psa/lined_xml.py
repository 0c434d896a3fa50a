"""XML of strangers as elements that know their line, with limits: no document type, no entities."""

import io
import xml.sax
from dataclasses import dataclass, field
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from anlan.domain.errors import RefusedInput

MOST_DEPTH = 100
MOST_ELEMENTS = 500_000


@dataclass
class Element:
    """An element without its text, which the format does not use but for labels."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()


def lined_root(content: bytes, *, name: str) -> Element:
    """The root element. Errors: RefusedInput `open_psa.*` with the line."""
    handler = _Handler(name)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    source = xml.sax.InputSource()
    source.setByteStream(io.BytesIO(content))
    try:
        parser.parse(source)
    except DefusedXmlException as fault:
        raise RefusedInput("open_psa.doctype", file=name) from fault
    except xml.sax.SAXParseException as fault:
        raise RefusedInput(
            "open_psa.not_xml", file=name, line=fault.getLineNumber() or 1, found=fault.getMessage()[:80]
        ) from fault
    except (LookupError, ValueError) as fault:
        raise RefusedInput("open_psa.not_xml", file=name, line=1, found=str(fault)[:80]) from fault
    assert handler.root is not None  # an empty document is a SAXParseException
    return handler.root


class _Handler(xml.sax.ContentHandler):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.root: Element | None = None
        self._name = name
        self._open: list[Element] = []
        self._n = 0
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the interface's name
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self._n += 1
        line = int(self._locator.getLineNumber() or 1)
        if len(self._open) >= MOST_DEPTH or self._n > MOST_ELEMENTS:
            most = MOST_DEPTH if len(self._open) >= MOST_DEPTH else MOST_ELEMENTS
            raise RefusedInput("open_psa.too_much", file=self._name, line=line, most=most)
        made = Element(name.rpartition(":")[2], line, dict(attrs.items()))
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop()
