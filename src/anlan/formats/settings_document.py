"""The text of a small file of settings as tables: shallow, of ordinary numbers and writable texts.

A few hundred brackets in a row exhaust the stack of a parser, a name of a thousand parts its
patience, and a number of a thousand digits whatever is calculated with it later; no file of
settings has them, so they are refused before anything reads further.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.encodings import find_encoding
from anlan.formats.settings_bytes import SettingsBytes

DEEPEST = 16
"""Tables and lists inside each other; the files of Anlan need five."""

LARGEST_INTEGER = 2**63 - 1
"""As TOML has it: whole numbers of 64 bits."""

_LONG_NAME = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){64}")
"""A dotted name of more than 64 parts (each part is a table inside the one before)."""


def parse_settings(given: SettingsBytes, *, kind: str = "settings", as_json: bool = False) -> dict[str, Any]:
    """The tables of a file, TOML unless `as_json`.

    RefusedInput `<kind>.encoding`, `<kind>.syntax`, and `too_deep` or `number` of `settings` or `spec`.
    """
    text = text_of(given, kind=kind)
    if _LONG_NAME.search(text):
        raise too_deep(given, kind)
    try:
        document = json.loads(text, object_pairs_hook=_each_once) if as_json else tomllib.loads(text)
    except RecursionError as error:
        raise too_deep(given, kind) from error
    except ValueError as error:
        raise _not_toml(given, text, error, kind) from error
    if not isinstance(document, dict):
        raise RefusedInput(f"{kind}.syntax", file=given.name, line=1, column=1, found="[...]")
    check_document(document, given, kind)
    return document


def too_deep(given: SettingsBytes, kind: str) -> RefusedInput:
    """The fault of a document with more levels than a file of its kind has."""
    return RefusedInput(f"{_family(kind)}.too_deep", file=given.name, limit=DEEPEST)


def _family(kind: str) -> str:
    """Whose words tell a fault: a spec is no file of settings."""
    return "spec" if kind == "spec" else "settings"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice hides one of its values. Errors: ValueError."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name twice")
    return made


def text_of(given: SettingsBytes, *, kind: str) -> str:
    """The content as text. RefusedInput `<kind>.encoding` with the first place that is not UTF-8."""
    try:
        return given.text
    except UnicodeDecodeError as error:
        raise _not_utf8(given, error, kind) from error


def _not_utf8(given: SettingsBytes, error: UnicodeDecodeError, kind: str) -> RefusedInput:
    """Where the first byte stands that is no UTF-8, and what the file seems to be written in."""
    line = given.content.count(b"\n", 0, error.start) + 1
    byte = f"0x{given.content[error.start]:02X}"
    return RefusedInput(
        f"{kind}.encoding", file=given.name, line=line, byte=byte, guess=_guess(given.content)
    )


def _guess(content: bytes) -> str:
    """The encoding as it is called, where the signs leave no doubt, else a question mark."""
    try:
        return find_encoding(content, name="").label.upper()
    except RefusedInput:
        return "?"


_PLACE = re.compile(r"line (\d+),? column (\d+)")


def _not_toml(given: SettingsBytes, text: str, error: ValueError, kind: str) -> RefusedInput:
    """The line and column the parser stopped at, and what stands there."""
    match = _PLACE.search(str(error))
    lines = text.splitlines()
    line = int(match[1]) if match else max(len(lines), 1)
    column = int(match[2]) if match else len(lines[-1]) + 1 if lines else 1
    found = lines[line - 1].strip()[:80] if line <= len(lines) else ""
    return RefusedInput(f"{kind}.syntax", file=given.name, line=line, column=column, found=found)


def shown(value: Any, most: int = 80) -> str:
    """A value as an error text shows it: not longer than `most` signs."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= most else text[: most - 1] + "…"


def check_document(document: Mapping[str, Any], given: SettingsBytes, kind: str) -> None:
    """RefusedInput where a document is deeper, or holds other numbers and texts, than settings do."""
    for where, value, depth in _walk(document):
        if depth > DEEPEST:
            raise too_deep(given, kind)
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            raise RefusedInput(f"{_family(kind)}.number", file=given.name, where=where, limit=LARGEST_INTEGER)
        if any(is_half_a_sign(text) for text in (where, value) if isinstance(text, str)):
            reason = ascii(value if isinstance(value, str) else where)[:80]
            raise RefusedInput(f"{kind}.syntax", file=given.name, line=1, column=1, found=reason)


def _walk(document: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """(name of the entry, value, depth) of everything in a document, without recursion."""
    left: list[tuple[str, Any, int]] = [("", document, 0)]
    while left:
        where, value, depth = left.pop()
        yield where, value, depth
        if depth <= DEEPEST and isinstance(value, Mapping):
            left += [(str(name), each, depth + 1) for name, each in value.items()]
        elif depth <= DEEPEST and isinstance(value, list):
            left += [(where, each, depth + 1) for each in value]


def is_half_a_sign(text: str) -> bool:
    """Half of a surrogate pair (JSON can write it), which no file and no terminal takes."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)
