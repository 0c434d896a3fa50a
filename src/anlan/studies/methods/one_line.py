"""An uncertain number on one line, as a form takes it: `12`, `pert low=1 likely=2 high=5`, `pert 1 2 5`."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from anlan.loop.quantify.methods.estimates import KINDS

_NAMED = re.compile(r"(\w+)\s*[=:]\s*(\S+)")


def number_of(text: str) -> float | int | str:
    """A number as people write it (full-width signs, 1,000, 5 %); the text where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("−", "-")
    percent = plain.endswith("%")
    plain = plain.removesuffix("%")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return text.strip()
    if percent:
        return value / 100
    whole = plain.lstrip("+-").isdecimal() and len(plain) <= 20
    return int(plain) if whole else value


def estimate_of(line: str) -> Any:
    """What a spec file would hold: a number, or a mapping with the kind; the text where it is neither.

    >>> estimate_of("pert 1 2 5")
    {'kind': 'pert', 'low': 1, 'likely': 2, 'high': 5}
    """
    words = unicodedata.normalize("NFKC", line).replace("(", " ").replace(")", " ").split(maxsplit=1)
    if not words or words[0] not in KINDS:
        return number_of(line)
    rest = words[1] if len(words) > 1 else ""
    named = _NAMED.findall(rest.replace(",", " "))
    if named:
        return {"kind": words[0], **{name: number_of(value) for name, value in named}}
    values = [number_of(value) for value in rest.replace(",", " ").split()]
    names = next((each for each in KINDS[words[0]] if len(each) == len(values)), KINDS[words[0]][0])
    return {"kind": words[0], **dict(zip(names, values, strict=False))}


def line_of(value: Any) -> str:
    """The line of an estimate as a spec file holds it."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    rest = " ".join(f"{name}={each}" for name, each in value.items() if name != "kind")
    return f"{value.get('kind', '')} {rest}".strip()
