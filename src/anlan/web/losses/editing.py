"""The grid of what joins the risks: which risks it shows, what a form sent, where a refusal belongs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.loop.quantify.loss_year.dependence import FIELDS, MOST_GROUPS, MOST_RISKS, Dependence
from anlan.studies.methods.one_line import number_of
from anlan.web.common.texts import error_text, in_language
from anlan.web.losses.known import has_current, known_of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.models import Risk
from anlan.web.runs.methods.answers import given_of

MOST_ROWS = 24
ASKED = tuple(field for field in FIELDS if field.name != "pairs")
"""What is asked beside the grid, in boxes and rows."""
HEAD = ("copula", "copula_of", "degrees", "correlation_as")
_CELL = "cell"
_PLACE = re.compile(r"correlation\[(\d+)\](?:\[(\d+)\])?")


@dataclass(frozen=True)
class Cell:
    """A pair below the diagonal. value: its own; given: by a group; wrong: what is wrong with it."""

    name: str
    a: str
    b: str
    value: str
    given: str
    wrong: str


@dataclass(frozen=True)
class Line:
    """A row of the grid."""

    code: str
    title: str
    cells: list[Cell]


def risks_shown(user: User, unit: Unit, draft: Dependence) -> list[Risk]:
    """Risks of the grid: those named already, then those with numbers, the largest losses first."""
    found = in_scope(Risk.objects.exclude(phase="closed"), user, "risks.view")
    risks = list(found.filter(unit__path__startswith=unit.path).order_by("code"))
    named = draft.members
    known = known_of(risks)
    order = {code: place for place, code in enumerate(named)}
    counted = [risk for risk in risks if risk.code in order or has_current(known[risk.pk])]
    counted.sort(key=lambda r: (order.get(r.code, len(order)), -(r.annual_loss or 0.0), r.code))
    return counted[:MOST_ROWS]


def given_by(sent: Mapping[str, str]) -> dict[str, Any]:
    """What a form sent, as `draft_dependence` takes it. What is no number stays as it was written."""
    given = given_of(ASKED, sent)
    pairs = []
    for name, value in sent.items():
        parts = name.split("|")
        if len(parts) == 3 and parts[0] == _CELL and value.strip():
            pairs.append({"a": parts[1], "b": parts[2], "value": number_of(value)})
    return given | ({"pairs": pairs} if pairs else {})


def given_of_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """A version's content as a form begins with it. Where no pair has a correlation yet the form of the first
    ones is Gaussian, so that what is typed counts."""
    given = {field.name: content[field.name] for field in FIELDS if content.get(field.name)}
    return given if Dependence(content).values() else {**given, "copula": "gaussian"}


def grid(
    risks: Sequence[Risk], given: Mapping[str, Any], wrong: Mapping[frozenset[str], str]
) -> tuple[list[Line], list[tuple[str, str]]]:
    """The rows, and (name, value) of the pairs whose risks the grid does not show, so that none is lost."""
    own = {frozenset((p["a"], p["b"])): str(p["value"]) for p in given.get("pairs") or ()}
    groups = _of_groups(given)
    codes = [risk.code for risk in risks]
    lines = [
        Line(risk.code, in_language(risk, "title"), [
            Cell(f"{_CELL}|{risk.code}|{other}", risk.code, other, own.get(pair, ""),
                 groups.get(pair, ""), wrong.get(pair, ""))
            for other in codes[:row]
            for pair in (frozenset((risk.code, other)),)
        ])
        for row, risk in enumerate(risks)
    ]  # fmt: skip
    hidden = [
        (f"{_CELL}|{p['a']}|{p['b']}", str(p["value"]))
        for p in given.get("pairs") or ()
        if not {p["a"], p["b"]} <= set(codes) or p["a"] == p["b"]
    ]
    return lines, hidden


def _of_groups(given: Mapping[str, Any]) -> dict[frozenset[str], str]:
    """What groups say of pairs, as text; a group that cannot be read says nothing yet."""
    rows = [
        row for row in given.get("groups") or ()
        if isinstance(row.get("risks"), list) and isinstance(row.get("value"), int | float)
        and len(row["risks"]) <= MOST_RISKS
    ][:MOST_GROUPS]  # fmt: skip
    return {pair: f"{value:g}" for pair, value in Dependence({"groups": rows}).values().items() if value}


def wrong_cells(
    fault: AnlanError, draft: Dependence | None, given: Mapping[str, Any]
) -> tuple[dict[frozenset[str], str], list[AnlanError]]:
    """Faults of the matrix by the pair they belong to, in words that name both risks, and all the others."""
    wrong: dict[frozenset[str], str] = {}
    rest: list[AnlanError] = []
    for each in fault.several or (fault,):
        pair = _pair_of(str(each.parameters.get("where", "")), draft, given)
        if pair is None:
            rest.append(each)
        else:
            named = AnlanError(each.code, **{**each.parameters, "where": _said(pair)})
            wrong.setdefault(pair, error_text(named))
    return wrong, rest


def _said(pair: frozenset[str]) -> str:
    """Codes and titles of the risks of a pair."""
    titles = {risk.code: in_language(risk, "title") for risk in Risk.objects.filter(code__in=pair)}
    return " × ".join(f"{code} {titles.get(code, '')}".strip() for code in sorted(pair))


def _pair_of(where: str, draft: Dependence | None, given: Mapping[str, Any]) -> frozenset[str] | None:
    """The pair that a place of the matrix or of the pairs names."""
    of_pairs = re.match(r"pairs\[(\d+)\]", where)
    if of_pairs and len(given.get("pairs") or ()) >= int(of_pairs[1]):
        pair = given["pairs"][int(of_pairs[1]) - 1]
        return frozenset((pair["a"], pair["b"]))
    place = _PLACE.match(where)
    if place is None or draft is None:
        return None
    row = int(place[1]) - 1
    column = int(place[2]) - 1 if place[2] else next((i for i in range(len(draft.members)) if i != row), 0)
    members = draft.members
    return frozenset((members[row], members[column])) if max(row, column) < len(members) else None
