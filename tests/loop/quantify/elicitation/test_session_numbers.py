"""What sessions of experts come to, held against the formulas worked out once more with numpy alone.

From the answers as experts give them to the numbers of the result: nothing of the methods is used to check
them. The formulas of Cooke are first held to the published example of three experts.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from anlan.loop.quantify.elicitation import sheet
from anlan.loop.quantify.elicitation.sheet import read_content
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs

CASE = Path(__file__).parents[3] / "golden" / "cases" / "cooke_classical_model_three_experts.json"
LEVELS = (0.05, 0.5, 0.95)


def _tables(code: str, content: Any, answers: Any) -> dict[str, list[dict[str, Any]]]:
    of = sheet(code)
    chosen = method(of.method)
    answer = chosen.run(read_inputs(chosen.fields, of.inputs(content, answers)), seed=0)
    return {t.name: [dict(zip(t.columns, row, strict=True)) for row in t.rows] for t in answer.tables}


def _principal(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and largest eigenvalue (Saaty 1977)."""
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    return vector / vector.sum(), float(values[place].real)


def _reciprocal(n: int, pairs: dict[tuple[int, int], float]) -> np.ndarray:
    matrix = np.ones((n, n))
    for (i, j), value in pairs.items():
        matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


@pytest.mark.parametrize("seed", range(4))
def test_the_weights_of_an_ahp_session_are_eigenvectors_multiplied_down_the_tree(seed: int) -> None:
    of, rng = sheet("ahp_pairs"), np.random.default_rng(seed)
    content = read_content(of, {"goal": "G", "items": [
        *({"name": name} for name in "ABC"), *({"name": f"a{k}", "parent": "A"} for k in range(4)),
    ]})  # fmt: skip
    asked = of.questions(content)
    scale = [*range(1, 10), *(1 / k for k in range(2, 10))]
    answers = {
        f"E{e}": {n: {"value": float(rng.choice(scale))} for n in range(1, len(asked) + 1)} for e in range(3)
    }
    found = _tables("ahp_pairs", content, answers)
    groups = {"G": ["A", "B", "C"], "A": [f"a{k}" for k in range(4)]}
    weights: dict[str, float] = {"G": 1.0}
    for part, names in groups.items():
        each = []
        for expert, said in answers.items():
            pairs = {
                (names.index(q.names[0]), names.index(q.names[1])): said[n]["value"]
                for n, q in enumerate(asked, start=1)
                if q.part == part
            }
            each.append(_reciprocal(len(names), pairs))
            _, largest = _principal(each[-1])
            [row] = [r for r in found["consistency"] if (r["of"], r["expert"]) == (part, expert)]
            assert row["lambda_max"] == pytest.approx(largest, rel=1e-9)
            assert row["consistency_index"] == pytest.approx((largest - len(names)) / (len(names) - 1))
            assert row["consistency_ratio"] == pytest.approx(row["consistency_index"] / row["random_index"])
        joint, _ = _principal(np.exp(np.mean(np.log(each), axis=0)))
        alone = np.array([_principal(matrix)[0] for matrix in each])
        geometric = np.exp(np.log(alone).mean(axis=0))
        for place, name in enumerate(names):
            weights[name] = weights[part] * joint[place]
            [local] = [r for r in found["local_weights"] if (r["of"], r["part"]) == (part, name)]
            assert local["eigenvector"] == pytest.approx(joint[place], rel=1e-9)
            assert local["global_weight"] == pytest.approx(weights[name], rel=1e-9)
            [group] = [r for r in found["group_weights"] if (r["of"], r["part"]) == (part, name)]
            assert group["aij"] == pytest.approx(joint[place], rel=1e-9)
            assert group["aip"] == pytest.approx(geometric[place] / geometric.sum(), rel=1e-9)


OPERATORS = {
    "min_max": lambda w, r: np.minimum(w[:, None], r).max(axis=0),
    "product_max": lambda w, r: (w[:, None] * r).max(axis=0),
    "min_bounded_sum": lambda w, r: np.minimum(1.0, np.minimum(w[:, None], r).sum(axis=0)),
    "product_sum": lambda w, r: w @ r,
}


@pytest.mark.parametrize("seed", range(4))
def test_the_vectors_of_a_fuzzy_session_are_composed_level_by_level(seed: int) -> None:
    of, rng = sheet("fuzzy_sheet"), np.random.default_rng(seed)
    upper, lower = rng.dirichlet(np.ones(2)), rng.dirichlet(np.ones(3))
    content = read_content(of, {
        "factors": [{"name": "A", "weight": upper[0]}, {"name": "B", "weight": upper[1]},
                    *({"name": f"a{k}", "parent": "A", "weight": lower[k]} for k in range(3))],
        "grades": ["1", "2", "3", "4"], "grade_scores": [1, 2, 3, 4],
    })  # fmt: skip
    asked = of.questions(content)
    chosen = rng.integers(0, 4, (5, len(asked)))
    answers = {
        f"E{e}": {n: of.read(content, q, {"grade": "1234"[chosen[e, n - 1]]}) for n, q in enumerate(asked, 1)}
        for e in range(5)
    }
    shares = {q.part: np.bincount(chosen[:, n], minlength=4) / 5 for n, q in enumerate(asked)}
    rows = _tables("fuzzy_sheet", content, answers)["grade_vectors"]
    for name, compose in OPERATORS.items():
        people = compose(lower, np.array([shares[f"a{k}"] for k in range(3)]))
        whole = compose(upper, np.array([people, shares["B"]]))
        for form, expected in (("raw", whole), ("normalised", whole / whole.sum())):
            [row] = [
                r for r in rows if (r["operator"].code, r["form"].code) == (f"fuzzy.{name}", f"fuzzy.{form}")
            ]
            assert [row[grade] for grade in "1234"] == pytest.approx(expected.tolist(), abs=1e-12)


def _cooke(
    said: np.ndarray, truth: np.ndarray, levels: tuple[float, ...], overshoot: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Calibration and information of each expert (Cooke 1991, uniform). said: (experts, seeds, 3)."""
    bins = np.diff([0.0, *levels, 1.0])
    n = len(truth)
    scores, known = [], []
    low = np.minimum(said.min(axis=(0, 2)), truth)
    high = np.maximum(said.max(axis=(0, 2)), truth)
    low, high = low - overshoot * (high - low), high + overshoot * (high - low)
    for expert in said:
        place = np.array([np.searchsorted(expert[q], truth[q]) for q in range(n)])
        s = np.bincount(place, minlength=len(bins)) / n
        relative = sum(a * np.log(a / p) for a, p in zip(s, bins, strict=True) if a > 0)
        scores.append(chi2.sf(2 * n * relative, len(bins) - 1))
        each = []
        for q in range(n):
            widths = np.diff([low[q], *expert[q], high[q]])
            each.append(np.log(high[q] - low[q]) + (bins * np.log(bins / widths)).sum())
        known.append(np.mean(each))
    return np.array(scores), np.array(known)


def test_the_formulas_of_cooke_give_the_published_example() -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    truth, experts = case["inputs"]["true_seed"], case["inputs"]["experts"]
    said = np.array([[experts[e][q] for q in truth] for e in experts])
    levels = tuple(case["inputs"]["quantile_levels"])
    scores, known = _cooke(said, np.array(list(truth.values())), levels, case["inputs"]["overshoot"])
    assert scores == pytest.approx(list(case["expected"]["calibration"].values()), abs=1e-6)
    assert known == pytest.approx(list(case["expected"]["information"].values()), abs=1e-6)
    weights = scores * known * (scores >= case["inputs"]["alpha"])
    assert weights / weights.sum() == pytest.approx(list(case["expected"]["weights"].values()), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_session_of_seed_questions_weighs_its_experts_as_cooke_does(seed: int) -> None:
    of, rng = sheet("cooke"), np.random.default_rng(seed)
    n, experts = 12, 4
    truth = rng.lognormal(2, 1, n)
    content = read_content(of, {
        "seeds": [{"question": f"s{q}", "truth": float(truth[q])} for q in range(n)],
        "targets": [{"question": "t"}],
    })  # fmt: skip
    said = np.sort(truth[None, :, None] * rng.lognormal(0, rng.uniform(0.3, 1.2, experts)[:, None, None],
                                                        (experts, n, 3)), axis=2)  # fmt: skip
    target = np.sort(rng.lognormal(1, 0.5, (experts, 3)), axis=1)
    names = ("low", "median", "high")
    answers = {
        f"E{e}": {
            q: dict(zip(names, map(float, row), strict=True))
            for q, row in enumerate([*said[e], target[e]], start=1)
        }
        for e in range(experts)
    }
    found = _tables("cooke", content, answers)
    scores, known = _cooke(said, truth, LEVELS)
    assert [r["calibration"] for r in found["cooke_experts"]] == pytest.approx(scores.tolist(), rel=1e-9)
    assert [r["information_seeds"] for r in found["cooke_experts"]] == pytest.approx(known.tolist(), rel=1e-9)
    threshold = found["cooke_deciders"][0]["threshold"]
    weights = scores * known * (scores >= threshold * (1 - 1e-12))
    said_weights = [r["weight_of_target"] for r in found["cooke_experts"]]
    assert said_weights == pytest.approx((weights / weights.sum()).tolist(), rel=1e-9, abs=1e-12)
