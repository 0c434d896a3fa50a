"""What a printed report consists of, before it is written in any form.

Every text a reader shall see stands here as text, already in the report's language; the three writers
add nothing and leave nothing out, which `visible_texts` lets a test hold them to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Mark:
    """A level of risk: its sign and word on its colour (`grey`, `blue`, `yellow`, `orange`, `red`)."""

    word: str
    colour: str
    sign: str = ""

    @property
    def shown(self) -> str:
        """Sign and word, which say the level in black and white too."""
        return f"{self.sign} {self.word}".strip()


@dataclass(frozen=True)
class Amount:
    """A number with the text it is shown as; a workbook keeps the number."""

    value: float
    shown: str


Value = str | Mark | Amount


@dataclass(frozen=True)
class Headline:
    """What a report concludes, large: a figure with its unit, what limits it, the level it comes to."""

    title: str
    value: Amount
    unit: str
    limits: str
    level: Value


@dataclass(frozen=True)
class Pairs:
    """Labels with their values, two or more beside each other."""

    rows: tuple[tuple[str, Value], ...]
    columns: int = 3


@dataclass(frozen=True)
class Table:
    """Rows as long as the headings. `widths`: shares of the page; `boxes`: columns to tick by
    hand; `across`: how much of the page's width the table takes."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[float, ...]
    empty: str = ""
    note: str = ""
    boxes: frozenset[int] = frozenset()
    across: float = 1.0


@dataclass(frozen=True)
class Prose:
    """A text with its label."""

    title: str
    text: str


@dataclass(frozen=True)
class Lines:
    """Labels with a line to write on."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG with its colours inside); `text` says it in words. across: how much of the page's width
    it takes."""

    title: str
    svg: str
    text: str
    across: float = 1.0


Block = Headline | Pairs | Table | Prose | Lines | Picture


@dataclass(frozen=True)
class Page:
    """A part that starts on a page of its own."""

    heading: str
    blocks: tuple[Block, ...]
    note: str = ""


@dataclass(frozen=True)
class Document:
    """A report. `footer`: where its content comes from; `one_page_each`: print smaller rather than longer."""

    title: str
    subtitle: str
    language: Literal["zh", "en"]
    pages: tuple[Page, ...]
    footer: str
    wide: bool = False
    one_page_each: bool = False


def text_of(value: Value) -> str:
    """A value as a reader sees it."""
    return value if isinstance(value, str) else value.shown


def numeric_columns(table: Table) -> frozenset[int]:
    """Columns whose values are numbers, as far as there are any: they stand at the right."""
    found = set()
    for at in range(len(table.headings)):
        values = [row[at] for row in table.rows if row[at] not in _NOTHING]
        if values and all(isinstance(value, Amount) for value in values):
            found.add(at)
    return frozenset(found)


_NOTHING = ("", "—")


def visible_texts(document: Document) -> Iterator[str]:
    """Every text a reader of the report must find."""
    yield from (document.title, document.subtitle, document.footer)
    for page in document.pages:
        yield from (page.heading, page.note)
        for block in page.blocks:
            yield from _texts_of(block)


def _texts_of(block: Block) -> Iterator[str]:
    if isinstance(block, Headline):
        yield from (block.title, block.value.shown, block.unit, block.limits, text_of(block.level))
    elif isinstance(block, Pairs):
        for label, value in block.rows:
            yield from (label, text_of(value))
    elif isinstance(block, Prose | Picture):
        yield from (block.title, block.text)
    elif isinstance(block, Lines):
        yield from block.labels
    else:
        yield from (block.title, block.note, *(block.headings if block.rows else ()))
        yield from (text_of(value) for row in block.rows for value in row)
        if not block.rows:
            yield block.empty
