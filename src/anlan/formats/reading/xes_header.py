"""What an XES log says about itself before its first trace: extensions, globals, classifiers."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from defusedxml.ElementTree import fromstring

from anlan.domain.errors import RefusedInput

_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(
    rb"""<((?:[^\s<>/:"'=]+:)?[^\s<>/:"'=]+)((?:\s+[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>"""
)
EPILOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*\Z", re.DOTALL)
LONGEST_PROLOG = 1 << 20


@dataclass(frozen=True)
class XesHeader:
    """`trace_globals` and `event_globals`: key -> example value of attributes every trace or event has.

    Such a value says that the attribute is there and of which type; the standard gives it no meaning
    as a default for an element that lacks the attribute, so none is filled in.
    """

    version: str = ""
    extensions: Mapping[str, str] = field(default_factory=dict)
    trace_globals: Mapping[str, str] = field(default_factory=dict)
    event_globals: Mapping[str, str] = field(default_factory=dict)
    classifiers: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Root:
    """The opening tag of the log: its name as written, where it starts and ends, whether it is empty."""

    name: bytes
    start: int
    end: int
    is_empty: bool


def find_root(content: bytes, *, path: str) -> Root:
    """The `log` element after declaration, comments and instructions; anything else is refused."""
    prolog = _PROLOG.match(content)
    start = prolog.end() if prolog else 0
    rest = content[start : start + 9]
    if rest[:2] == b"<!":
        line = content[:start].count(b"\n") + 1
        raise RefusedInput("xes.doctype", path=path, position=start, line=line)
    root = _ROOT.match(content, start)
    if root is None or root[1].rpartition(b":")[2] != b"log":
        found = content[start : start + 40].decode("utf-8", "replace")
        raise RefusedInput("xes.not_a_log", path=path, found=found)
    return Root(name=root[1], start=start, end=root.end(), is_empty=bool(root[3]))


def read_header(root_tag: bytes, content: bytes, *, name: bytes, path: str) -> XesHeader:
    """Parse `content` (all between the opening tag and the first trace) as if the log ended there."""
    try:
        log = fromstring(root_tag + content + b"</" + name + b">", forbid_dtd=True)
    except (ET.ParseError, ValueError) as fault:
        raise RefusedInput("xes.header", path=path, found=str(fault)) from fault
    return XesHeader(
        version=log.get("xes.version", ""),
        extensions=dict(_pairs(log, "extension", "prefix", "uri")),
        trace_globals=_globals(log, "trace"),
        event_globals=_globals(log, "event"),
        classifiers=dict(_pairs(log, "classifier", "name", "keys")),
        attributes={item.get("key", ""): item.get("value", "") for item in log if item.get("key")},
    )


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _pairs(log: ET.Element, element: str, key: str, value: str) -> Iterator[tuple[str, str]]:
    for item in log:
        if _local(item) == element:
            yield item.get(key, ""), item.get(value, "")


def _globals(log: ET.Element, scope: str) -> dict[str, str]:
    return {
        str(item.get("key")): item.get("value", "")
        for block in log
        if _local(block) == "global" and block.get("scope", "event") == scope
        for item in block
        if item.get("key")
    }
