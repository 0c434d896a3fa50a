"""A quantified bow-tie: frequencies at causes, event and consequences, failure on demand at the barriers."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anlan.formats.report.charts.bow_tie_picture import COMPACT, Card, Event, Line, Widths, wide_picture
from anlan.formats.report.charts.choosing import Choosing
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Language, Words

_HEADINGS = ("threats", "preventive", "event", "mitigating", "consequences")
_WEAK, _LOST = 0.1, 0.5


def method_bow_tie(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", choosing: Choosing | None = None
) -> str:
    """data: event, frequency, causes and consequences (name, frequency, barriers with name and failing: the
    probability of failure on demand), numbers None where they are not known. A bar is full from one failure
    in 10,000 demands, empty where it always fails. choosing: kinds of its parts are `event`, `cause`,
    `barrier` and `consequence`."""
    words = Words(language)

    def often(of: Mapping[str, Any], name: str) -> str:
        if of["frequency"] is None:
            return str(of[name]) or "—"
        return f"{of[name]} {words('method_charts.per_year', n=words.number(of['frequency']))}"

    def part(kind: str, name: str) -> str:
        return choosing.part(kind, name) if choosing else ""

    def line(row: Mapping[str, Any], kind: str) -> Line:
        cards = (replace(_card(b, words), part=part("barrier", b["name"])) for b in row["barriers"])
        return Line(often(row, "name"), tuple(cards), part(kind, row["name"]))

    return wide_picture(
        Event(often(data, "event"), part=part("event", data["event"])),
        [[line(row, kind) for row in data[f"{kind}s"]] for kind in ("cause", "consequence")],
        {name: words.plain(f"web.bow_tie.{name}") for name in _HEADINGS},
        title=words("method_charts.bow_tie.title"),
        text=words(
            "method_charts.bow_tie.text",
            event=data["event"],
            n=words.number(data["frequency"]),
            causes=len(data["causes"]),
            consequences=len(data["consequences"]),
        ),
        theme=theme,
        choosing=choosing,
        at=COMPACT if choosing else Widths(),
    )


def _card(barrier: Mapping[str, Any], words: Words) -> Card:
    if barrier["failing"] is None:
        note = words("method_charts.bow_tie.fails", p=words.number(None))
        return Card(barrier["name"] or "—", note, 0.0, "grey", "grey-ink")
    p = float(barrier["failing"])
    filled = 1.0 if p <= 1e-4 else min(1.0, -math.log10(p) / 4)
    colour = "red" if p >= _LOST else "orange" if p >= _WEAK else "teal"
    ink = "accent-ink" if colour == "teal" else f"{colour}-ink"
    note = words("method_charts.bow_tie.fails", p=words.number(p))
    return Card(barrier["name"], note, filled, colour, ink)
