"""Worksheets 工作表 that a team fills in to find risks: FMEA, HAZOP, SWIFT, HACCP, checklist, BIA.

A kind is data: its columns, the order between some of them, which of them make a risk's title, cause,
consequence and node, and how an empty sheet is laid out. Forms, checks, workbooks and programs are made
from it; words stand in `locale/<language>/worksheets.toml`. A further kind is an entry in `KINDS` and words.

Source: IEC 60812:2018 (FMEA); IEC 61882:2016 (HAZOP: guide words on parameters); ISO/IEC 31010:2019,
B.2.5 (SWIFT); Codex CXC 1-1969, 2020 revision (HACCP: critical limits); ISO 22317:2021 (BIA: MTPD, RTO).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ColumnKind = Literal["text", "choice", "integer", "number"]
NODE = "node"


@dataclass(frozen=True)
class Column:
    """A column of a worksheet.

    code       names its heading (`worksheets.columns.<code>`) and its choices; the same code means the same
               in every kind
    low, high  inclusive limits of an integer or number
    longest    characters a text takes
    """

    code: str
    kind: ColumnKind = "text"
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    longest: int = 400


@dataclass(frozen=True)
class WorksheetKind:
    """title, cause, consequence: columns whose words make those of a risk; the node stands in `node`.

    ordered    pairs (lower, upper): where both are given, the first is not above the second
    laid_out   choice column whose choices make the rows of each node of a new sheet; empty: one row a node
    source     what the register names as source of such a risk (`risks.sources`)
    category   category of a risk where nobody chooses one
    method     method of quantification whose numbers stand beside the rows; its inputs are columns
    """

    code: str
    columns: tuple[Column, ...]
    title: tuple[str, ...]
    cause: tuple[str, ...] = ()
    consequence: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    laid_out: str = ""
    source: str = "workshop"
    category: str = "process"
    method: str = ""
    _by_code: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {column.code: column for column in self.columns})

    def column(self, code: str) -> Column:
        """KeyError where the kind has no such column."""
        return self._by_code[code]


def _text(code: str, *, required: bool = False, longest: int = 400) -> Column:
    return Column(code, required=required, longest=longest)


def _choice(code: str, *choices: str, required: bool = False) -> Column:
    return Column(code, "choice", required=required, choices=choices)


def _score(code: str) -> Column:
    """A place on a scale of 1 to 10."""
    return Column(code, "integer", low=1, high=10)


def _hours(code: str) -> Column:
    return Column(code, "number", low=0, high=87_600)


_NODE = _text(NODE, required=True, longest=200)
_CONTROLS, _ACTION, _ACTION_OWNER = _text("controls"), _text("action"), _text("action_owner", longest=80)
_CAUSE, _EFFECT = _text("cause"), _text("effect")
_LEVELS = ("low", "medium", "high")

GUIDE_WORDS = ("early", "late", "more", "less", "skip", "other")
"""What may happen to a parameter of a step: before or after its time, too much, too little, not, else."""

PROMPTS = ("people", "customer", "information", "equipment", "environment", "capacity", "handover",
           "supplier", "emergency")  # fmt: skip
"""Where a what-if question begins."""

KINDS: Mapping[str, WorksheetKind] = {
    kind.code: kind
    for kind in (
        WorksheetKind(
            "fmea",
            (_NODE, _text("mode", required=True, longest=200), _EFFECT, _CAUSE, _CONTROLS,
             *map(_score, ("severity", "occurrence", "detection")), _text("measure"), _ACTION_OWNER,
             *map(_score, ("severity_after", "occurrence_after", "detection_after"))),
            title=("mode",), cause=("cause",), consequence=("effect",), method="fmea",
        ),
        WorksheetKind(
            "hazop",
            (_NODE, _text("parameter", longest=80), _choice("guide_word", *GUIDE_WORDS, required=True),
             _text("deviation", required=True, longest=200), _CAUSE, _EFFECT, _CONTROLS, _ACTION,
             _ACTION_OWNER),
            title=("deviation",), cause=("cause",), consequence=("effect",), laid_out="guide_word",
        ),
        WorksheetKind(
            "swift",
            (_NODE, _choice("prompt", *PROMPTS, required=True), _text("what_if", required=True, longest=200),
             _CAUSE, _EFFECT, _CONTROLS, _choice("concern", *_LEVELS), _ACTION, _ACTION_OWNER),
            title=("what_if",), cause=("cause",), consequence=("effect",), laid_out="prompt",
        ),
        WorksheetKind(
            "haccp",
            (_NODE, _text("hazard", required=True, longest=200), _CAUSE, _EFFECT,
             _choice("significance", *_LEVELS), _choice("control_point", "critical", "operational", "none"),
             _text("controls"), _text("measured", longest=80), Column("limit_low", "number"),
             Column("limit_high", "number"), _text("limit_unit", longest=20), _text("monitoring"),
             _text("correction"), _ACTION_OWNER),
            title=("hazard",), cause=("cause",), consequence=("effect",),
            ordered=(("limit_low", "limit_high"),),
        ),
        WorksheetKind(
            "checklist",
            (_NODE, _text("requirement", required=True, longest=200),
             _choice("met", "yes", "no", "unclear", "not_applicable"), _text("seen"), _CAUSE, _EFFECT,
             _ACTION, _ACTION_OWNER),
            title=("requirement",), cause=("cause", "seen"), consequence=("effect",), source="checklist",
            category="compliance",
        ),
        WorksheetKind(
            "bia",
            (_NODE, _text("service", required=True, longest=200),
             _choice("priority", "critical", "important", "ordinary"), _text("effect"),
             Column("cases_per_day", "number", low=0, high=1e9), _hours("rto_h"), _hours("mtpd_h"),
             _hours("rpo_h"), _text("least_service", longest=200), _text("depends_on"), _text("fallback"),
             _ACTION_OWNER),
            title=("service",), consequence=("effect",), cause=("depends_on",),
            ordered=(("rto_h", "mtpd_h"),), category="service_quality",
        ),
    )
}  # fmt: skip
"""Every kind by its code, in the order in which they are offered."""


def rows_laid_out(kind: WorksheetKind, nodes: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a new sheet: one for each node, or one for each node and choice of the column laid out."""
    if not kind.laid_out:
        return [{NODE: node} for node in nodes]
    choices = kind.column(kind.laid_out).choices
    return [{NODE: node, kind.laid_out: choice} for node in nodes for choice in choices]
