"""An uncertain number on one line, as a form takes it: `12`, `pert low=1 likely=2 high=5`, `pert 1 2 5`."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from anlan.formats.messages import LANGUAGES, messages
from anlan.loop.quantify.methods.estimates import KINDS, LISTED

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
_NAMED = re.compile(r"(?<!\S)([^\W\d][\w ]*?)\s*(?:[=:]\s*(\S+)|([-+−]?[\d.][^\s=:]*)(?!\S))")
_BOUNDED = ("triangular", "pert")
_LISTED = re.compile(r"[,、]\s*")
_SHOWN = (0, 1, 3, 8)
"""Quantiles shown where the numbers are still to be given."""
_APART = re.compile(r"[,、;]")


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

    Kinds and names are codes, or their words in either language. Numbers without names are taken where a
    kind has only one set of names.

    >>> estimate_of("pert 1 2 5")
    {'kind': 'pert', 'low': 1, 'likely': 2, 'high': 5}
    >>> estimate_of("对数正态 中位数=10 误差因子=3")
    {'kind': 'lognormal', 'median': 10, 'error_factor': 3}
    """
    plain = " ".join(
        unicodedata.normalize("NFKC", line).casefold().replace("(", " ").replace(")", " ").split()
    )
    begun = _beginning().match(plain)
    if begun is None:
        return number_of(line)
    kind, rest = _codes("kinds")[begun[1]], _APART.sub(" ", _THOUSANDS.sub("", begun[2]))
    if kind == LISTED:
        return {"kind": kind, "values": [number_of(value) for value in rest.split()]}
    given = _named(kind, rest) if _NAMED.search(rest) else _in_order(kind, rest.split())
    return line.strip() if given is None else {"kind": kind, **given}


def _named(kind: str, rest: str) -> dict[str, float | int | str] | None:
    """`low=1 high=5` or `low 1 high 5`; None with a name given twice or anything that is no name or value."""
    found = [(each[1], each[2] or each[3]) for each in _NAMED.finditer(rest)]
    known = _codes("names") | (_ends() if kind in _BOUNDED else {})
    names = [known.get(name, name.replace(" ", "_")) for name, _ in found]
    if len(set(names)) < len(names) or _NAMED.sub("", rest).strip():
        return None
    return {name: number_of(value) for name, (_, value) in zip(names, found, strict=True)}


def _in_order(kind: str, values: Sequence[str]) -> dict[str, float | int | str] | None:
    if len(KINDS[kind]) > 1:
        return None
    names = KINDS[kind][0]
    more = [f"value {place + 1}" for place in range(len(names), len(values))]
    return {name: number_of(value) for name, value in zip((*names, *more), values, strict=False)}


@cache
def _codes(group: str) -> dict[str, str]:
    """Every word of a kind or a name, in either language, as it is compared -> its code."""
    names = {name for kind, sets in KINDS.items() if kind != LISTED for each in sets for name in each}
    known = KINDS if group == "kinds" else names
    found = {code: code for code in known}
    for language in LANGUAGES:
        for code in known:
            also = _LISTED.split(messages(language).text(f"estimates.also.{code}"))
            said = messages(language).text(f"estimates.{group}.{code}")
            found |= {word.casefold().replace("_", " "): code for word in (said, *also)}
    return found


@cache
def _ends() -> dict[str, str]:
    """Words for the least and the greatest value -> the code of the name."""
    ends = (
        (code, messages(each).text(f"estimates.ends.{code}"))
        for each in LANGUAGES
        for code in ("low", "high")
    )
    return {word: code for code, said in ends for word in _LISTED.split(said)}


@cache
def _beginning() -> re.Pattern[str]:
    """A kind, and what follows it."""
    words = "|".join(re.escape(word) for word in sorted(_codes("kinds"), key=len, reverse=True))
    return re.compile(rf"({words})(?![a-z_])\s*:?\s*(.*)")


def line_of(value: Any, *, language: str) -> str:
    """The line of an estimate as a spec file holds it, in the words of a language; `estimate_of` reads it."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    kind, words = str(value.get("kind", "")), messages(language)

    def said(group: str, code: str) -> str:
        key = f"estimates.{group}.{code}"
        return words.text(key) if key in words else code

    if kind == LISTED and isinstance(value.get("values"), list | tuple):
        return _listed(said("kinds", kind), value["values"], language)
    named = [(said("names", name), str(each)) for name, each in value.items() if name != "kind"]
    return _line(said("kinds", kind), named, language)


def _listed(kind: str, values: Sequence[Any], language: str) -> str:
    """`quantiles 0 1 500`; a comma before 500 would be taken for that of thousands."""
    return (
        f"{kind}（{'、'.join(map(str, values))}）"
        if language == "zh"
        else " ".join((kind, *map(str, values)))
    )


def _line(kind: str, named: Sequence[tuple[str, str]], language: str) -> str:
    """`pert low=1 high=2`; in Chinese with brackets and commas."""
    given = [f"{name}={value}" for name, value in named]
    return f"{kind}（{'，'.join(given)}）" if language == "zh" and given else " ".join((kind, *given)).strip()


def patterns(language: str) -> list[tuple[str, str]]:
    """(what it is, the line without its numbers) of each way to write a distribution."""
    words = messages(language)
    return [
        (
            words.text(f"estimates.ways.{kind}.{'_'.join(names)}"),
            _listed(words.text(f"estimates.kinds.{kind}"), _SHOWN, language)
            if kind == LISTED
            else _line(
                words.text(f"estimates.kinds.{kind}"),
                [(words.text(f"estimates.names.{name}"), "") for name in names],
                language,
            ),
        )
        for kind, sets in KINDS.items()
        for names in sets
        if kind != "constant"
    ]
