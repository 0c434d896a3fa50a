"""Pairwise comparisons for an analytic hierarchy process, asked pair by pair.

1. The goal, each criterion with parts, and each lowest criterion over the alternatives make a group of items;
   every pair of a group is a question.
2. An answer is how many times the first item weighs as much as the second, 1/9 to 9 (Saaty's scale).
3. Pairs may be left out as long as those made connect the group's items; else the group does not count for
   that expert, and it is said whom that concerns.

Consistency and weights are those of `loop.quantify.methods.weights`; nothing is computed another way here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.method import AnswerTable, Field
from anlan.loop.quantify.elicitation.sheet import (
    Answers,
    Content,
    Question,
    Said,
    Sheet,
    Tally,
    check_lengths,
    fields_of_method,
    known_only,
    number_of,
    taken_over,
)
from anlan.loop.quantify.elicitation.tree import MOST_IN_A_GROUP, check_tree, children_of, leaves_of
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.weights.ahp_tables import Consistency, consistencies, group_weights
from anlan.loop.quantify.methods.weights.comparisons import COMPARISONS, reciprocal
from anlan.loop.quantify.methods.weights.criteria_tree import CriteriaTree, read_tree
from anlan.maths.agreement import kendall_w
from anlan.maths.multi_criteria.pairwise import linked_parts, pairwise_weights
from anlan.maths.multi_criteria.scaling import Floats

HIGHEST = 9
_SETTINGS = ("weights_by", "group", "synthesis", "random_index")
_LOWEST = 0.11
"""1/9 as people round it."""


def groups_of(content: Content) -> dict[str, tuple[str, ...]]:
    """Criterion -> the items compared under it, from the goal downwards."""
    below = children_of(content["items"])
    groups = {parent or content["goal"]: names for parent, names in below.items()}
    if content["alternatives"]:
        groups |= {name: tuple(content["alternatives"]) for name in leaves_of(content["items"])}
    return groups


def _check(content: Content, faults: Faults) -> None:
    check_tree(content["items"], "items", faults, fewest=2)
    alternatives, goal = content["alternatives"] or (), content["goal"]
    check_lengths(alternatives, "alternatives[{}]", faults)
    taken = [goal, *(row["name"] for row in content["items"])]
    if goal in taken[1:]:
        faults.add("method.twice", where="goal", found=goal)
    for place, name in enumerate(alternatives, start=1):
        if name in taken or name in alternatives[: place - 1]:
            faults.add("method.twice", where=f"alternatives[{place}]", found=name)


def questions(content: Content) -> tuple[Question, ...]:
    return tuple(
        Question(part, pair) for part, items in groups_of(content).items() for pair in combinations(items, 2)
    )


def _read(content: Content, question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """`{"value": 3}`: the first item weighs three times as much as the second; empty or null: left out."""
    known_only(given, ("value",), question.part)
    if given.get("value") is None:
        return {}
    value = number_of(given, "value", low=_LOWEST, high=HIGHEST, part=question.part)
    return {"value": value}


@dataclass(frozen=True)
class Standing:
    """Where one expert stands within a group of items.

    answered, of       pairs compared, and all pairs
    apart              items in parts that no comparison connects yet; one part once all are connected
    consistency        None until then
    weights            item -> share of the group; empty until then
    """

    part: str
    answered: int
    of: int
    apart: tuple[tuple[str, ...], ...]
    consistency: Consistency | None
    weights: Mapping[str, float]


def standing(content: Content, part: str, said: Said, *, expert: str = "") -> Standing:
    """Of one expert's comparisons of a group."""
    items = groups_of(content)[part]
    made = _pairs(content, part, said)
    matrix = _matrix(items, made)
    parts = tuple(tuple(items[i] for i in linked) for linked in linked_parts(matrix))
    n = len(items) * (len(items) - 1) // 2
    if len(parts) > 1:
        return Standing(part, len(made), n, parts, None, {})
    tree = _tree({"comparisons": [_comparison(part, items, made, expert)]})
    weights = pairwise_weights(matrix, content["weights_by"])
    [found] = consistencies(tree, content["random_index"])
    shares = dict(zip(items, map(float, weights), strict=True))
    return Standing(part, len(made), n, parts, found, shares)


def _pairs(content: Content, part: str, said: Said) -> dict[tuple[str, str], float]:
    """Pair -> value, of the pairs of a group that an expert compared."""
    asked = enumerate(questions(content), start=1)
    return {
        (each.names[0], each.names[1]): said[number]["value"]
        for number, each in asked
        if each.part == part and number in said
    }


def _matrix(items: tuple[str, ...], made: Mapping[tuple[str, str], float]) -> Floats:
    matrix = np.zeros((len(items), len(items)))
    for (row, column), value in made.items():
        matrix[items.index(row), items.index(column)] = value
    return reciprocal(matrix)


def _comparison(
    part: str, items: tuple[str, ...], made: Mapping[tuple[str, str], float], expert: str
) -> dict[str, Any]:
    """As a spec writes it: the weightier item first, so that values are 1 to 9."""
    pairs = [
        {"row": row, "column": column, "value": value}
        if value >= 1
        else {"row": column, "column": row, "value": 1 / value}
        for (row, column), value in made.items()
    ]
    named = {"expert": expert} if expert else {}
    return {"of": part, "items": list(items), "pairs": pairs} | named


def _tree(inputs: Mapping[str, Any]) -> CriteriaTree:
    return read_tree(read_inputs(method("ahp").fields, inputs))


def tallies(content: Content, answers: Answers) -> tuple[Tally, ...]:
    found = []
    for part, items in groups_of(content).items():
        made = {expert: _pairs(content, part, said) for expert, said in answers.items()}
        some = [expert for expert, pairs in made.items() if pairs]
        whole = [expert for expert in some if len(linked_parts(_matrix(items, made[expert]))) == 1]
        found.append(Tally(part, tuple(whole), tuple(expert for expert in some if expert not in whole)))
    return tuple(found)


def inputs(content: Content, answers: Answers) -> dict[str, Any]:
    """Errors: UsageError where experts and groups make more comparisons than the method takes."""
    groups = groups_of(content)
    comparisons = [
        _comparison(tally.part, groups[tally.part], _pairs(content, tally.part, answers[expert]), expert)
        for tally in tallies(content, answers)
        for expert in tally.counted
    ]
    if len(comparisons) > COMPARISONS.most:
        raise UsageError("elicitation.many_comparisons", found=len(comparisons), most=COMPARISONS.most)
    alternatives = content["alternatives"]
    return (
        {"comparisons": comparisons}
        | ({"alternatives": list(alternatives)} if alternatives else {})
        | taken_over(content, _SETTINGS)
    )


def _feedback(content: Content, number: int, answers: Answers) -> dict[str, Any]:
    """Of the pair: geometric mean, lowest and highest value of all; and the weights of the group (AIJ)."""
    question = questions(content)[number - 1]
    values = [said[number]["value"] for said in answers.values() if number in said]
    if not values:
        return {}
    shares = _group_shares(content, question.part, answers)
    mean = float(np.exp(np.mean(np.log(values))))
    return {"n": len(values), "mean": mean, "low": min(values), "high": max(values), "weights": shares}


def _group_shares(content: Content, part: str, answers: Answers) -> dict[str, float]:
    """Item -> weight by the joined judgements; empty where nobody's answers count."""
    items = groups_of(content)[part]
    counted = next(tally.counted for tally in tallies(content, answers) if tally.part == part)
    if not counted:
        return {}
    given = [_comparison(part, items, _pairs(content, part, answers[each]), each) for each in counted]
    weights = group_weights(_tree({"comparisons": given}), part, rule=content["weights_by"], way="aij")
    return dict(zip(items, map(float, weights), strict=True))


def _agreement(content: Content, answers: Answers) -> tuple[AnswerTable, ...]:
    """Every expert's consistency ratio by criterion; Kendall's W of the order of the weights, and the widest
    range of a weight between experts."""
    counted, rows = tallies(content, answers), []
    for tally in counted:
        if len(tally.counted) < 2:
            continue
        found = [standing(content, tally.part, answers[expert]).weights for expert in tally.counted]
        weights = np.array([list(each.values()) for each in found]).T
        w = kendall_w(weights.round(9))
        apart = weights.max(axis=1) - weights.min(axis=1)
        widest = int(np.argmax(apart))
        rows.append(
            (tally.part, len(tally.counted), w.w if w else None, list(found[0])[widest], float(apart[widest]))
        )
    columns = ("of", "answers", "w", "widest_item", "widest_range")
    agreement = (AnswerTable("weights_agreement", columns, tuple(rows)),) if rows else ()
    return (*_consistency(content, answers, counted), *agreement)


def _consistency(content: Content, answers: Answers, counted: tuple[Tally, ...]) -> tuple[AnswerTable, ...]:
    """Of groups of three or more items; a gap where the expert's comparisons do not count."""
    experts = [expert for expert in answers if any(expert in tally.counted for tally in counted)]
    items = groups_of(content)
    rows = tuple(
        (tally.part, *(_ratio(content, tally, answers, expert) for expert in experts))
        for tally in counted
        if len(items[tally.part]) > 2
    )
    return (AnswerTable("experts_consistency", ("of", *experts), rows),) if rows and experts else ()


def _ratio(content: Content, tally: Tally, answers: Answers, expert: str) -> float | None:
    if expert not in tally.counted:
        return None
    found = standing(content, tally.part, answers[expert]).consistency
    return None if found is None else found.ratio


SHEET = Sheet(
    "ahp_pairs",
    "ahp",
    (
        Field("goal", "text"),
        Field("items", "table", least=2, most=90,
              columns=(Field("name", "text"), Field("parent", "text", default=""))),
        Field("alternatives", "texts", default=None, least=2, most=MOST_IN_A_GROUP),
        *fields_of_method("ahp", _SETTINGS),
    ),
    _check,
    questions,
    _read,
    tallies,
    inputs,
    _feedback,
    _agreement,
    shown=("priorities", "criteria_weights", "group_weights"),
    folded=("consistency",),
)  # fmt: skip
