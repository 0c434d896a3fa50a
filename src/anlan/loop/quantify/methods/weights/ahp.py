"""Analytic hierarchy process: weights from pairwise comparisons, and the priorities they give alternatives.

1. Every matrix is read, checked for its mirrors and its consistency.
2. Several people's comparisons are joined by judgements (AIJ) or by priorities (AIP).
3. Local weights come from the eigenvector or the geometric mean, gaps after Harker.
4. Priorities are put together over the tree, distributive or ideal.

Source: Saaty (1980), The Analytic Hierarchy Process; further ones beside each formula in
`anlan.maths.multi_criteria`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.weights.ahp_tables import (
    LIMIT,
    RULES,
    Consistency,
    consistencies,
    consistency_table,
    drawn_tree,
    group_table,
    group_weights,
    local_table,
    turning_table,
)
from anlan.loop.quantify.methods.weights.comparisons import COMPARISONS
from anlan.loop.quantify.methods.weights.criteria_tree import CriteriaTree, read_tree
from anlan.loop.quantify.methods.weights.ranking import reversal_notes, reversal_table
from anlan.maths.multi_criteria.hierarchy import Hierarchy, Mode, reversals, turning_weights
from anlan.maths.multi_criteria.pairwise import WeightRule, pairwise_weights
from anlan.maths.multi_criteria.random_index import LARGEST_SAATY
from anlan.maths.multi_criteria.rank_stability import ranks
from anlan.maths.multi_criteria.scaling import Floats

_MANY = 9
_ROUNDING = 1e-12
_MODES: tuple[Mode, Mode] = ("distributive", "ideal")


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Priorities of the alternatives, or without them the weights of the criteria."""
    tree = read_tree(inputs)
    _check_table(tree, inputs)
    local = {
        rule: {of: group_weights(tree, of, rule=rule, way=inputs["group"]) for of in tree.parts}
        for rule in RULES
    }
    chosen = Hierarchy(tree.root, tree.parts, local[inputs["weights_by"]], tree.alternatives)
    found = consistencies(tree, inputs["random_index"])
    tables = (
        local_table(tree, local, chosen),
        consistency_table(found, inputs["random_index"]),
        *group_table(tree, inputs["weights_by"]),
    )
    quantities = (
        Quantity("largest_cr", max(each.ratio for each in found)),
        Quantity("rules_apart", _apart(local)),
    )
    answer = Answer(
        quantities=quantities,
        tables=tables,
        assumptions=_assumptions(tree, inputs),
        warnings=_warnings(found),
    )
    return (
        _of_alternatives(answer, tree, chosen, inputs) if tree.alternatives else _of_criteria(answer, chosen)
    )


def _check_table(tree: CriteriaTree, inputs: Mapping[str, Any]) -> None:
    """The table of random indices must reach as far as the matrices."""
    faults = Faults()
    largest = max(len(parts) for parts in tree.parts.values())
    if inputs["random_index"] == "saaty_1980" and largest > LARGEST_SAATY:
        faults.add("ahp.table_too_short", where="random_index", found=largest, most=LARGEST_SAATY)
    faults.raise_any()


def _of_criteria(answer: Answer, of: Hierarchy) -> Answer:
    """The lowest criteria by their share of the whole; the headline is the largest."""
    share = of.global_weights()
    lowest = sorted((name for name in share if of.lowest(name)), key=lambda name: -share[name])
    table = AnswerTable(
        "criteria_weights",
        ("rank", "criterion", "weight"),
        tuple((place, name, share[name]) for place, name in enumerate(lowest, start=1)),
    )
    return replace(
        answer,
        quantities=(Quantity("largest_weight", share[lowest[0]], "share"), *answer.quantities),
        tables=(table, *answer.tables),
        charts=(Chart("hierarchy", drawn_tree(of, None)),),
    )


def _of_alternatives(answer: Answer, tree: CriteriaTree, of: Hierarchy, inputs: Mapping[str, Any]) -> Answer:
    """Priorities with the range between experts, the turning weights and what reverses ranks."""
    mode: Mode = inputs["synthesis"]
    priorities = of.priorities(mode)
    each = np.array([hierarchy.priorities(mode) for hierarchy in _of_each_expert(tree, of, inputs)])
    turns = turning_weights(of, mode)
    turned = reversals(of, mode)
    changes = [abs(turn.change) for turn in turns if turn.change is not None]
    least = (Quantity("least_change", min(changes), "share"),) if changes else ()
    return replace(
        answer,
        quantities=(_best(priorities, each), *answer.quantities, *least),
        tables=(
            _priorities(of, priorities, each),
            *answer.tables,
            turning_table(turns),
            *reversal_table(of.alternatives, turned),
        ),
        charts=(Chart("hierarchy", drawn_tree(of, priorities)),),
        warnings=(
            *answer.warnings,
            *_rank_warnings(of, priorities),
            *reversal_notes(of.alternatives, turned),
        ),
    )


def _of_each_expert(tree: CriteriaTree, of: Hierarchy, inputs: Mapping[str, Any]) -> list[Hierarchy]:
    """The tree with each person's own weights, the group's where a person did not compare; none for one."""
    people = sorted({expert for judged in tree.judged.values() for expert in judged})
    if len(people) < 2:
        return []
    rule = inputs["weights_by"]
    return [
        replace(of, local={
            name: pairwise_weights(judged[expert], rule) if expert in judged else of.local[name]
            for name, judged in tree.judged.items()
        })
        for expert in people
    ]  # fmt: skip


def _best(priorities: Floats, each: Floats) -> Quantity:
    """The first alternative's priority, between the lowest and the highest that one person alone gives."""
    first = int(np.argmax(priorities))
    value = float(priorities[first])
    if not len(each):
        return Quantity("best_priority", value, "share")
    low, high = min(value, float(each[:, first].min())), max(value, float(each[:, first].max()))
    return Quantity("best_priority", value, "share", low=low, high=high, interval="between_experts")


def _priorities(of: Hierarchy, priorities: Floats, each: Floats) -> AnswerTable:
    both = [of.priorities(mode) for mode in _MODES]
    ranked, by_mode = ranks(priorities), [ranks(scores) for scores in both]
    limits = [each.min(axis=0), each.max(axis=0)] if len(each) else []
    names = ("rank", "alternative", "distributive", "rank_distributive", "ideal", "rank_ideal")
    return AnswerTable(
        "priorities",
        (*names, *(("lowest_expert", "highest_expert") if limits else ())),
        tuple(
            (int(ranked[i]), of.alternatives[i], float(both[0][i]), int(by_mode[0][i]), float(both[1][i]),
             int(by_mode[1][i]), *(float(limit[i]) for limit in limits))
            for i in np.argsort(ranked, kind="stable")
        ),
    )  # fmt: skip


def _apart(local: Mapping[WeightRule, Mapping[str, Floats]]) -> float:
    """Largest distance of a local weight between the two rules."""
    one, other = (local[rule] for rule in RULES)
    apart = max(float(np.abs(one[of] - other[of]).max()) for of in one)
    return apart if apart > _ROUNDING else 0.0


def _assumptions(tree: CriteriaTree, inputs: Mapping[str, Any]) -> tuple[Note, ...]:
    several = any(len(judged) > 1 for judged in tree.judged.values())
    return (
        Note(f"ahp.weights_by.{inputs['weights_by']}"),
        Note(f"ahp.random_index.{inputs['random_index']}"),
        *((Note(f"ahp.group.{inputs['group']}"),) if several else ()),
        *((Note(f"ahp.synthesis.{inputs['synthesis']}"),) if tree.alternatives else ()),
    )


def _warnings(found: list[Consistency]) -> tuple[Note, ...]:
    """Matrices that contradict themselves, that are large, or that have gaps."""
    notes = []
    for each in found:
        if each.joint:
            continue
        named = {"of": each.of, "expert": each.expert or "—"}
        if each.ratio >= LIMIT:
            notes.append(Note("ahp.inconsistent", {**named, "ratio": each.ratio, "limit": LIMIT}))
        if each.n > _MANY:
            notes.append(Note("ahp.many_items", {**named, "n": each.n, "most": _MANY}))
        if not each.complete:
            notes.append(Note("ahp.gaps", named))
    return tuple(notes)


def _rank_warnings(of: Hierarchy, priorities: Floats) -> tuple[Note, ...]:
    """Ties, and modes that name another winner."""
    first = tuple(name for name, rank in zip(of.alternatives, ranks(priorities), strict=True) if rank == 1)
    tied = (Note("multi_criteria.tied", {"alternatives": first}),) if len(first) > 1 else ()
    winners: dict[str, str] = {name: of.alternatives[int(np.argmax(of.priorities(name)))] for name in _MODES}
    apart = len(set(winners.values())) > 1 and not tied
    return (*tied, *((Note("ahp.modes_differ", winners),) if apart else ()))


METHOD = Method(
    "ahp",
    (
        COMPARISONS,
        Field("alternatives", "texts", default=None, least=2, most=15),
        Field(
            "experts",
            "table",
            default=None,
            most=50,
            columns=(Field("name", "text"), Field("weight", "number", default=1.0, above=0, high=1e6)),
        ),
        Field("weights_by", "choice", default="eigenvector", choices=RULES),
        Field("group", "choice", default="aij", choices=("aij", "aip")),
        Field("synthesis", "choice", default="distributive", choices=_MODES),
        Field("random_index", "choice", default="alonso_lamata_2006",
              choices=("alonso_lamata_2006", "saaty_1980")),
    ),
    run,
)  # fmt: skip
