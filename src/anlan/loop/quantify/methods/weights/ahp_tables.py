"""What an analytic hierarchy shows: local and global weights, consistency and its repair, turning weights."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from anlan.domain.method import AnswerTable, Note
from anlan.loop.quantify.methods.weights.criteria_tree import CriteriaTree
from anlan.maths.multi_criteria.expert_groups import joint_judgements, joint_priorities
from anlan.maths.multi_criteria.hierarchy import Hierarchy, Turn
from anlan.maths.multi_criteria.pairwise import WeightRule, consistency_index, pairwise_weights
from anlan.maths.multi_criteria.random_index import random_index
from anlan.maths.multi_criteria.repairs import best_change, worst_triad
from anlan.maths.multi_criteria.scaling import Floats

RULES: tuple[WeightRule, WeightRule] = ("eigenvector", "geometric_mean")
LIMIT = 0.1
"""Saaty's rule of thumb for the consistency ratio."""


@dataclass(frozen=True)
class Consistency:
    """How far one matrix contradicts itself; its worst triad and best repair in words."""

    of: str
    expert: str
    n: int
    eigenvalue: float
    ratio: float
    triad: Note | None
    repair: Note | None
    complete: bool
    joint: bool = False

    @property
    def said_by(self) -> str | Note | None:
        """Who compared: a name, everybody, or nobody named."""
        return Note("ahp.joint") if self.joint else self.expert or None


def group_weights(tree: CriteriaTree, of: str, *, rule: WeightRule, way: str) -> Floats:
    """Local weights of a criterion's parts from all who compared them: `aij` or `aip`."""
    matrices, people = tree.matrices(of), tree.expert_weights(of)
    if way == "aij":
        return pairwise_weights(joint_judgements(matrices, people), rule)
    return joint_priorities(np.array([pairwise_weights(matrix, rule) for matrix in matrices]), people)


def consistencies(tree: CriteriaTree, table: Any) -> list[Consistency]:
    """Of every matrix that was given, and of the joint one where several people gave theirs."""
    found = []
    for of, judged in tree.judged.items():
        found += [_consistency(tree, of, expert, matrix, table) for expert, matrix in judged.items()]
        if len(judged) > 1:
            joint = joint_judgements(tree.matrices(of), tree.expert_weights(of))
            found.append(replace(_consistency(tree, of, "", joint, table), joint=True, repair=None))
    return found


def _consistency(tree: CriteriaTree, of: str, expert: str, matrix: Floats, table: Any) -> Consistency:
    n, names = len(matrix), tree.parts[of]
    index, scale = consistency_index(matrix), random_index(len(matrix), table)
    triad, change = (worst_triad(matrix), best_change(matrix)) if n > 2 else (None, None)
    said = repair = None
    if triad:
        i, j, k = triad.i, triad.j, triad.k
        said = Note(
            "ahp.triad",
            {"i": names[i], "j": names[j], "k": names[k], "ij": matrix[i, j], "jk": matrix[j, k],
             "product": matrix[i, j] * matrix[j, k], "ik": matrix[i, k]},
        )  # fmt: skip
    if change:
        mended = (change.eigenvalue - n) / (n - 1) / scale
        now = matrix[change.row, change.column]
        repair = Note(
            "ahp.repair",
            {"row": names[change.row], "column": names[change.column], "now": now, "value": change.value,
             "ratio": mended},
        )  # fmt: skip
    return Consistency(
        of, expert, n, n + index * (n - 1), index / scale if scale else 0.0, said, repair, bool(matrix.all())
    )


def consistency_table(found: list[Consistency], table: Any) -> AnswerTable:
    """Every matrix with its ratio, worst triad and repair."""
    return AnswerTable(
        "consistency",
        (
            "of", "expert", "order", "lambda_max", "consistency_index", "random_index", "consistency_ratio",
            "worst_triad", "repair",
        ),
        tuple(
            (c.of, c.said_by, c.n, c.eigenvalue, (c.eigenvalue - c.n) / (c.n - 1), random_index(c.n, table),
             c.ratio, c.triad, c.repair)
            for c in found
        ),
    )  # fmt: skip


def local_table(
    tree: CriteriaTree, local: Mapping[WeightRule, Mapping[str, Floats]], of: Hierarchy
) -> AnswerTable:
    """Local weights by both rules, and the share of the whole. local: rule -> criterion -> weights."""
    share = of.global_weights()
    return AnswerTable(
        "local_weights",
        ("of", "part", *RULES, "global_weight"),
        tuple(
            (criterion, name, *(float(local[rule][criterion][place]) for rule in RULES),
             share[criterion] * float(of.local[criterion][place]))
            for criterion, parts in tree.parts.items()
            for place, name in enumerate(parts)
        ),
    )  # fmt: skip


def group_table(tree: CriteriaTree, rule: WeightRule) -> tuple[AnswerTable, ...]:
    """Both ways of joining, where several people compared the same parts."""
    shared = [of for of in tree.parts if len(tree.judged[of]) > 1]
    both = {of: [group_weights(tree, of, rule=rule, way=way) for way in ("aij", "aip")] for of in shared}
    rows = tuple(
        (of, name, float(both[of][0][place]), float(both[of][1][place]))
        for of in shared
        for place, name in enumerate(tree.parts[of])
    )
    return (AnswerTable("group_weights", ("of", "part", "aij", "aip"), rows),) if rows else ()


def turning_table(turns: list[Turn]) -> AnswerTable:
    """The weight of each criterion at which another alternative becomes the first."""
    return AnswerTable(
        "turning_weights",
        ("criterion", "weight", "turning_weight", "weight_change", "new_first"),
        tuple((turn.criterion, turn.current, turn.weight, turn.change, turn.winner) for turn in turns),
    )


def drawn_tree(of: Hierarchy, priorities: Floats | None) -> dict[str, Any]:
    """The tree as a chart draws it: nodes with their share, parents first, and the alternatives."""
    share = of.global_weights()
    above = {part: name for name in share if not of.lowest(name) for part in of.parts[name]}
    nodes = [{"name": name, "weight": weight, "under": above.get(name)} for name, weight in share.items()]
    scores = [] if priorities is None else [float(each) for each in priorities]
    return {
        "nodes": nodes,
        "alternatives": [
            {"name": name, "priority": score} for name, score in zip(of.alternatives, scores, strict=True)
        ],
    }
