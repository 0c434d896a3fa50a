"""A change of a design as a form: which operator, and its questions in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from anlan.domain.errors import UsageError
from anlan.domain.method import Field
from anlan.loop.improve.designs.fields import CHANGE, OPERATORS
from anlan.loop.improve.designs.scheduled import fits, hours_a_week
from anlan.studies.methods.one_line import estimate_of, number_of
from anlan.web.common.texts import has_text, text, word
from anlan.web.studio.models import Twin
from anlan.web.studio.names_said import name_said, names_said
from anlan.web.studio.selectors import named

_FIELDS = {field.name: field for field in CHANGE}
_TABLES = {"steps": "steps", "risks": "risks", "pool": "pools", "to_pool": "pools", "case_class": "classes"}
_SEVERAL = ("steps", "risks")
_COSTS = ("once", "yearly")
_SEPARATOR = "、"
_LONGEST, _LONGEST_NUMBERS = 2000, 20_000


@dataclass(frozen=True)
class Question:
    """One answer of a change. kind: several, one, order, flag, rule, text; options: (value, word) to choose
    from; given: what was typed."""

    name: str
    kind: str
    label: str
    help: str
    needed: bool
    options: list[tuple[str, str]]
    given: str
    chosen: list[str]


def operators() -> list[tuple[str, str]]:
    """Code and word of every operator."""
    return [(code, operator_word(code)) for code in OPERATORS]


def operator_word(code: str) -> str:
    return word(f"designs.operators.{code}") or code


def questions_of(twin: Twin, code: str, sent: QueryDict | None = None) -> list[Question]:
    """What an operator must and may be told, then what it costs."""
    operator = OPERATORS[code]
    names = (*operator.needs, *operator.takes, *_COSTS)
    return [_question(twin, code, _FIELDS[name], name in operator.needs, sent) for name in names]


def _question(twin: Twin, code: str, field: Field, needed: bool, sent: QueryDict | None) -> Question:
    name = field.name
    own, usual = f"studio.answers.{code}.{name}", f"studio.answers.{name}"
    help_text = f"studio.answers_help.{name}"
    options = [(each, name_said(each)) for each in named(twin, _TABLES[name])] if name in _TABLES else []
    if name == "rule":
        options = [(each, word(f"designs.rules.{each}") or each) for each in field.choices]
    chosen = [value.replace("\0", "") for value in sent.getlist(name)] if sent else []
    return Question(
        name, _kind(code, name), text(own) if has_text(own) else text(usual),
        text(help_text) if has_text(help_text) else "", needed, options, chosen[0] if chosen else "", chosen,
    )  # fmt: skip


def _kind(code: str, name: str) -> str:
    if name == "steps" and code in ("reorder", "merge", "parallelise"):
        return "order"
    if name in _SEVERAL:
        return "several"
    if name in _TABLES or name == "rule":
        return "one"
    return "flag" if name == "unattended" else "text"


def change_sent(sent: QueryDict) -> dict[str, Any]:
    """The change that the form sent; what is left empty is left out.

    Errors: UsageError `studio.operator` for an operator there is not.
    """
    code = sent.get("operator", "")
    if code not in OPERATORS:
        raise UsageError("studio.operator", found=code[:40], accepted=", ".join(OPERATORS))
    operator = OPERATORS[code]
    change: dict[str, Any] = {"operator": code}
    for name in (*operator.needs, *operator.takes, *_COSTS):
        value = _answer(_FIELDS[name], sent.getlist(name))
        if value not in (None, ""):
            change[name] = value
    return change


def _answer(field: Field, given: list[str]) -> Any:
    longest = _LONGEST_NUMBERS if field.kind == "numbers" else _LONGEST
    plain = [each.replace("\0", "").strip()[:longest] for each in given]
    plain = [each for each in plain if each]
    if not plain:
        return None
    if field.kind == "flag":
        return True
    if field.kind == "numbers":
        return [number_of(each) for each in re.split(r"[\s,，、;；]+", plain[0]) if each]
    if field.kind in ("number", "integer"):
        return number_of(plain[0])
    if field.kind == "estimate":
        return estimate_of(plain[0])
    return _SEPARATOR.join(plain) if field.name in _SEVERAL else plain[0]


def filled(change: Mapping[str, Any]) -> dict[str, Any]:
    """What the sentence of a change is filled with; an answer left open is 1 or nothing."""
    usual = {"factor": 1.0, "chance": 1.0, "size": 1}
    given = {name: change.get(name) for name in _FIELDS}
    given |= {name: names_said(str(given[name])) for name in _TABLES if given[name] not in (None, "")}
    there = change.get("there") or ()
    told = {name: usual.get(name, "") if value is None else value for name, value in given.items()}
    return told | {"hours": hours_a_week(there) if fits(len(there)) else 0.0}
