"""The advisor in words: what a user says of the situation, and the methods that fit with the reasons."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.domain.errors import UsageError
from anlan.domain.method import Note
from anlan.formats.messages import messages
from anlan.loop.quantify.advice import DATA, PURPOSES, Situation, advise
from anlan.loop.quantify.methods import METHODS
from anlan.loop.quantify.methods.faults import Faults

MOST_EXPERTS = 1000


@dataclass(frozen=True)
class Recommended:
    """One method in words: code, title, what it answers, why it fits, what it leaves out."""

    code: str
    title: str
    about: str
    why: tuple[str, ...]
    open: tuple[str, ...]


def situation_of(given: Mapping[str, Any]) -> Situation:
    """The situation of texts by name (`purpose`, `data`, `experts`, `dependence`), all faults at once.

    Errors: RefusedInputs with `method.advice` for each wrong entry.
    """
    faults = Faults()

    def wrong(name: str, found: Any, known: tuple[str, ...]) -> None:
        faults.add("method.advice", where=name, name=name, found=str(found)[:60], known=known)

    names = ("purpose", "data", "experts", "dependence")
    for name in set(given) - set(names):
        wrong(name, given[name], names)
    purpose, data = str(given.get("purpose", "")), str(given.get("data") or "none")
    if purpose not in PURPOSES:
        wrong("purpose", purpose, PURPOSES)
    if data not in DATA:
        wrong("data", data, DATA)
    experts = unicodedata.normalize("NFKC", str(given.get("experts") or "0")).strip()
    if not experts.isdecimal() or int(experts) > MOST_EXPERTS:
        wrong("experts", experts, (f"0 – {MOST_EXPERTS}",))
    faults.raise_any()
    return Situation(purpose, data, int(experts), bool(given.get("dependence")))


def situation_of_words(line: str) -> Situation:
    """The situation of one line: `purpose=loss data=few experts=2 dependence`."""
    parts = unicodedata.normalize("NFKC", line).replace(",", " ").split()
    unnamed = [part for part in parts if "=" not in part and part != "dependence"]
    if unnamed:
        raise UsageError("method.advice_line", found=unnamed[0][:60])
    return situation_of({name: value or "yes" for name, _, value in (part.partition("=") for part in parts)})


def recommended(situation: Situation, *, language: str) -> list[Recommended]:
    """The methods that fit, best first, in words."""
    words = messages(language)

    def said(notes: tuple[Note, ...]) -> tuple[str, ...]:
        return tuple(words.text(f"method_notes.{note.code}", **note.parameters) for note in notes)

    return [
        Recommended(
            advice.method,
            words.text(f"methods.{advice.method}.title"),
            words.text(f"methods.{advice.method}.about"),
            said(advice.why),
            said(advice.open),
        )
        for advice in advise(situation, METHODS)
    ]
