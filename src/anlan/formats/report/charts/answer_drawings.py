"""The drawings of an answer, each with its title and the sentence that stands for it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.charts.methods import draw
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Language

_HEAD = re.compile(
    r"<svg [^>]*?\bwidth=\"(?P<width>[0-9.]+)\"[^>]*><title>(?P<title>.*?)</title><desc>(?P<text>.*?)</desc>",
    re.S,
)


@dataclass(frozen=True)
class Drawn:
    """number: from 1, of the chart in the answer; svg: the drawing; width: its own in px; title, sentence:
    as the drawing carries them, escaped."""

    number: int
    svg: str
    title: str
    sentence: str
    width: float

    @property
    def shown_title(self) -> str:
        """The title as plain text."""
        return html.unescape(self.title)

    @property
    def shown_sentence(self) -> str:
        """The sentence as plain text."""
        return html.unescape(self.sentence)


def drawings_of(result: Mapping[str, Any], *, language: Language, theme: Theme) -> list[Drawn]:
    """All drawings of a result of a method. theme: `page` for a page of its own colours, else on its own."""
    found = []
    for number, chart in enumerate(result["charts"], start=1):
        svg = draw(chart["kind"], chart["data"], language=language, theme=theme)
        head = _HEAD.match(svg) if svg else None
        if svg and head:
            found.append(Drawn(number, svg, head["title"], head["text"], float(head["width"])))
    return found
