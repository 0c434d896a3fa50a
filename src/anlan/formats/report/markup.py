"""HTML and SVG elements, escaped by construction.

Names in a log are written by strangers. `el` escapes every child and attribute that is not itself
`Markup`, so a page built from `el` cannot carry a tag that came from a log. Characters that XML
forbids, or that turn the direction of the text around them, become a visible U+FFFD.
"""

import re
from collections.abc import Iterable
from typing import Any

_VOID = frozenset({"meta", "br", "hr", "col", "img", "link"})
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u202a-\u202e\u2066-\u2069"  # direction overrides would reorder the sentence around a name
    "\ud800-\udfff\ufffe\uffff]"
)


class Markup(str):
    """Text that already is HTML or SVG."""

    __slots__ = ()


def clean(text: str) -> str:
    """`text` with the characters made visible that a document must not carry."""
    return _UNSAFE.sub("\ufffd", text)


def escape(value: object) -> Markup:
    """`value` as text of an element or of a quoted attribute."""
    if isinstance(value, Markup):
        return value
    text = clean(_plain(value))
    for raw, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(raw, safe)
    return Markup(text)


def el(name: str, /, *children: Any, **attributes: Any) -> Markup:
    """One element: `el("td", "3 < 4", class_="number")`. None and False are left out."""
    opening = f"<{name}{_attributes(attributes)}"
    if name in _VOID:
        return Markup(f"{opening}>")
    return Markup(f"{opening}>{together(*children)}</{name}>")


def together(*children: Any) -> Markup:
    """Children one after the other, each escaped unless it is Markup."""
    parts: list[str] = []
    for child in children:
        if child is None or child is False:
            continue
        if isinstance(child, str) or not isinstance(child, Iterable):
            parts.append(escape(child))
        else:
            parts.append(together(*child))
    return Markup("".join(parts))


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape("" if value is True else value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )


def _plain(value: object) -> str:
    """Coordinates with two decimals are exact enough for any screen and keep the file small."""
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
