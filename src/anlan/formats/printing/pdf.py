"""A report as PDF. The document travels as data, so no name in it can be taken for markup.

Only the font that `make assets` puts beside this module is used, and it is embedded, so the file looks
the same on every machine. Equal documents give equal bytes.
"""

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import typst

from anlan.domain.errors import RefusedInput
from anlan.formats.printing.document import (
    Block,
    Document,
    Headline,
    Lines,
    Mark,
    Pairs,
    Picture,
    Prose,
    Value,
    numeric_columns,
    text_of,
)
from anlan.formats.report.markup import clean
from anlan.formats.report.tokens import LIGHT

FONTS = Path(__file__).with_name("fonts")
_LAYOUT = Path(__file__).with_name("layout.typ")
_SIZE_PT = 8.6
_FITTING_PT = (10.0, 9.3, 8.6, 7.8, 7.0, 6.2)
_COUNT = re.compile(rb"/Count\s+(\d+)")
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def to_pdf(document: Document) -> bytes:
    """The report as A4. Where each part shall fit one page, the largest type that allows it is chosen."""
    data = _plain(document)
    for size in _FITTING_PT if document.one_page_each else (_SIZE_PT,):
        content = _compile(data | {"size": size})
        if not document.one_page_each or page_count(content) <= len(document.pages):
            break
    return content


def page_count(pdf: bytes) -> int:
    """Pages of a PDF that this module wrote, as the root of its page tree says."""
    return max(int(found) for found in _COUNT.findall(pdf))


def _compile(data: dict[str, Any]) -> bytes:
    content = typst.compile(
        _LAYOUT.read_bytes(), font_paths=fonts(), ignore_system_fonts=True, format="pdf",
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)}, timestamp=_MADE,
    )  # fmt: skip
    return bytes(content)


@cache
def fonts() -> Any:
    """The font inside every file made here. Errors: RefusedInput where it was not built."""
    if not list(FONTS.glob("*.ttf")):
        raise RefusedInput("print.no_font", folder=str(FONTS))
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": clean(document.title),
        "subtitle": clean(document.subtitle),
        "footer": clean(document.footer),
        "language": document.language,
        "wide": document.wide,
        "pages": [
            {
                "heading": clean(page.heading),
                "note": clean(page.note),
                "blocks": [_block(block) for block in page.blocks],
            }
            for page in document.pages
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Headline):
        texts = {name: clean(getattr(block, name)) for name in ("title", "unit", "limits")}
        return {"kind": "headline", "value": block.value.shown, "level": _value(block.level), **texts}
    if isinstance(block, Pairs):
        rows = [[clean(label), _value(value)] for label, value in block.rows]
        return {"kind": "pairs", "columns": block.columns, "rows": rows}
    if isinstance(block, Prose):
        return {"kind": "prose", "title": clean(block.title), "text": clean(block.text)}
    if isinstance(block, Picture):
        return {
            "kind": "picture",
            "title": clean(block.title),
            "svg": clean(block.svg),
            "text": clean(block.text),
            "across": block.across,
        }
    if isinstance(block, Lines):
        return {"kind": "lines", "labels": [clean(label) for label in block.labels]}
    return {
        "kind": "table", "title": clean(block.title), "headings": [clean(word) for word in block.headings],
        "rows": [[_value(value) for value in row] for row in block.rows], "widths": list(block.widths),
        "empty": clean(block.empty), "note": clean(block.note), "across": block.across,
        "boxes": sorted(block.boxes), "numeric": sorted(numeric_columns(block)),
    }  # fmt: skip


def _value(value: Value) -> dict[str, str]:
    if isinstance(value, Mark):
        ink, soft = LIGHT[f"{value.colour}-ink"], LIGHT[f"{value.colour}-soft"]
        return {"text": clean(value.shown), "ink": ink, "soft": soft}
    return {"text": clean(text_of(value))}
