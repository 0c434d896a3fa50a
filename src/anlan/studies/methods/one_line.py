"""An uncertain number on one line, as a form takes it: `12`, `pert low=1 likely=2 high=5`, `pert 1 2 5`."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from anlan.loop.quantify.methods.estimates import KINDS

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
_NAMED = re.compile(r"(\w+)\s*[=:]\s*(\S+)")


def number_of(text: str) -> float | int | str:
    """A number as people write it (full-width signs, 1,000, 5 %, 1/3); the text where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("−", "-")
    percent = plain.endswith("%")
    plain = plain.removesuffix("%")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    fraction = _FRACTION.fullmatch(plain)
    if fraction and float(fraction[2]):
        return float(fraction[1]) / float(fraction[2])
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

    Numbers without names are taken where a kind has only one set of names.

    >>> estimate_of("pert 1 2 5")
    {'kind': 'pert', 'low': 1, 'likely': 2, 'high': 5}
    """
    words = unicodedata.normalize("NFKC", line).replace("(", " ").replace(")", " ").split(maxsplit=1)
    if not words or words[0] not in KINDS:
        return number_of(line)
    rest = _THOUSANDS.sub("", words[1] if len(words) > 1 else "").replace(",", " ")
    named = _NAMED.findall(rest)
    if named:
        return {"kind": words[0], **{name: number_of(value) for name, value in named}}
    values = [number_of(value) for value in rest.split()]
    if len(KINDS[words[0]]) > 1:
        return line.strip()
    names = KINDS[words[0]][0]
    more = {f"value {place + 1}": values[place] for place in range(len(names), len(values))}
    return {"kind": words[0], **dict(zip(names, values, strict=False)), **more}


def line_of(value: Any) -> str:
    """The line of an estimate as a spec file holds it."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    rest = " ".join(f"{name}={each}" for name, each in value.items() if name != "kind")
    return f"{value.get('kind', '')} {rest}".strip()
