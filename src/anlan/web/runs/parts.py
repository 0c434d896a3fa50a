"""The sections of a result in the parts of its page: what is shown at once, and what is folded.

Ids of risks in a result are hashes that begin like the codes of the register. On the page each stands
under the code its finding has in the application; the result file keeps its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

PARTS: Mapping[str, tuple[str, ...]] = {
    "outcome": ("conclusion", "matrix", "loss", "top", "advice", "answer", "charts"),
    "process": ("process", "key-nodes", "pareto"),
    "risks": ("evidence", "stability", "checklist"),
    "actions": ("treatments", "ideas", "indicators", "plans"),
    "tables": (),
    "basis": ("quality", "methods", "trust", "given"),
}
"""Part of the page -> anchors of its sections, in order. Sections of later studies come under `more`."""

_TABLE = "table-"
"""How the anchor of a table begins that a method adds to its answer; those tables are shown at once."""

_SHOWN_AT_ONCE = 2
_TAG_OR_ID = re.compile(r"<[^>]*>|R-[0-9a-f]{10}")


@dataclass(frozen=True)
class Part:
    """A few sections under one heading of the contents. open: shown without a click."""

    code: str
    sections: list[dict[str, Any]]
    open: bool


def parts_of(sections: Sequence[dict[str, Any]]) -> list[Part]:
    """The parts that have sections. What came out is open; without it, the first sections are."""
    found = {code: [s for s in sections if _place(s["anchor"]) == code] for code in (*PARTS, "more")}
    opened = [*found["outcome"], *found["tables"]] or list(sections)[:_SHOWN_AT_ONCE]
    at_once = {s["anchor"] for s in opened}
    return [
        Part(code, [{**s, "open": s["anchor"] in at_once} for s in of_part], code == "outcome")
        for code, of_part in found.items()
        if of_part
    ]


def _place(anchor: str) -> str:
    """The part a section stands in."""
    if anchor.startswith(_TABLE):
        return "tables"
    return next((code for code, anchors in PARTS.items() if anchor in anchors), "more")


def under_codes(body: str, codes: Mapping[str, SafeString | str]) -> SafeString:
    """`body` with each id of a risk in its text replaced by the code it has here; links keep working."""

    def shown(found: re.Match[str]) -> str:
        piece = found[0]
        return piece if piece.startswith("<") else str(conditional_escape(codes.get(piece, piece)))

    return mark_safe(_TAG_OR_ID.sub(shown, body))
