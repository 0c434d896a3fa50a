"""What experts say: agreement, evidence, seed questions."""

from collections.abc import Sequence
from typing import Any

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


def _answer(code: str, given: dict[str, Any]) -> Answer:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, given), seed=0)


def _values(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def _pairs_of(counts: Sequence[Sequence[float]]) -> list[list[str]]:
    """A table of counts written out as the pairs of ratings it counts."""
    return [
        [str(i), str(j)]
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
        for _ in range(int(count))
    ]


@golden("kendall_w_anxiety_ties", method="agreement")
def kendall_w(case: Case) -> Sequence[Check]:
    found = _values(_answer("agreement", {"coefficient": "kendall_w", "ratings": case["inputs"]["ratings"]}))
    expected, reach = case["expected"], case["tolerance"]
    return [
        Check("W", expected["W"], found["kendall_w"], tolerance=reach["W"]),
        Check("chi2", expected["chi2"], found["chi2"], tolerance=reach["chi2"]),
        Check("df", expected["df"], found["degrees_of_freedom"]),
        Check("p", expected["p_value"], found["p_value"], tolerance=reach["p_value"]),
    ]


@golden("cohen_kappa_irr_examples", method="agreement")
def cohen_kappa(case: Case) -> Sequence[Check]:
    def kappa(table: str, weights: str) -> float:
        counts = case["inputs"][table]
        return _answer(
            "agreement",
            {
                "coefficient": "cohen_kappa",
                "ratings": _pairs_of(counts),
                "categories": [str(i) for i in range(len(counts))],
                "weights": weights,
            },
        ).headline.value

    plain = kappa("contingency_diagnoses_raters_2_3", "unweighted")
    squared = kappa("contingency_anxiety_raters_1_2", "quadratic")
    expected = case["expected"]
    return [
        Check("unweighted", expected["kappa_unweighted"], plain, tolerance=case["tolerance"]),
        Check("quadratic", expected["kappa_quadratic"], squared, tolerance=case["tolerance"]),
    ]


@golden("fleiss_kappa_14_raters", method="agreement")
def fleiss_kappa(case: Case) -> Sequence[Check]:
    rows = [
        [str(category) for category, count in enumerate(row) for _ in range(count)]
        for row in case["inputs"]["counts"]
    ]
    found = _values(_answer("agreement", {"coefficient": "fleiss_kappa", "ratings": rows}))
    expected, reach = case["expected"], case["tolerance"]
    return [
        Check("kappa", expected["kappa"], found["kappa"], tolerance=reach),
        Check("observed", expected["P_bar"], found["observed_agreement"], tolerance=reach),
        Check("expected", expected["Pe_bar"], found["expected_agreement"], tolerance=reach),
    ]


@golden("icc_shrout_fleiss_1979", method="agreement")
def intraclass(case: Case) -> Sequence[Check]:
    found = {}
    for form in ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k"):
        given = {"coefficient": "icc", "ratings": case["inputs"]["ratings"], "icc_form": form}
        name = f"ICC{form[0]}{'' if form.endswith('1') else 'k'}"
        found[name] = _answer("agreement", given).headline.value
    return [Check("forms", case["expected"], found, tolerance=case["tolerance"])]


@golden("dempster_zadeh_paradox", method="dempster_shafer")
def zadeh(case: Case) -> Sequence[Check]:
    inputs, expected = case["inputs"], case["expected"]
    sources = [
        {"source": name, "masses": [{"hypotheses": [h], "mass": m} for h, m in inputs[name].items()]}
        for name in ("m1", "m2")
    ]
    given = {"frame": inputs["frame"], "sources": sources, "hypothesis": "B"}
    answer = _answer("dempster_shafer", given)
    found = _values(answer)
    return [
        Check("K", expected["conflict_K"], found["conflict"], tolerance=case["tolerance"]),
        Check("B", expected["combined"]["B"], found["betting_share"], tolerance=case["tolerance"]),
        Check("warned", ["evidence.conflict"], [note.code for note in answer.warnings]),
    ]


@golden("cooke_classical_model_three_experts", method="cooke")
def cooke(case: Case) -> Sequence[Check]:
    inputs, expected = case["inputs"], case["expected"]
    experts, truth = inputs["experts"], inputs["true_seed"]

    def answers(question: str) -> list[list[float]]:
        return [said[question] for said in experts.values()]

    given = {
        "levels": inputs["quantile_levels"],
        "experts": list(experts),
        "seeds": [{"question": q, "truth": truth[q], "answers": answers(q)} for q in truth],
        "targets": [{"question": "X", "answers": answers("X")}],
        "threshold": inputs["alpha"],
        "overshoot": inputs["overshoot"],
    }
    table = next(each for each in _answer("cooke", given).tables if each.name == "cooke_experts")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def column(name: str) -> dict[str, float]:
        return {row["expert"]: row[name] for row in rows}

    return [
        Check("calibration", expected["calibration"], column("calibration"), tolerance=case["tolerance"]),
        Check(
            "information", expected["information"], column("information_seeds"), tolerance=case["tolerance"]
        ),
        Check("weights", expected["weights"], column("weight_of_target"), tolerance=case["tolerance"]),
    ]
