"""History and judgement blended."""

from collections.abc import Sequence
from typing import Any

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.blending.elicited import Beta
from anlan.maths.blending.shares import pooled
from golden.adapters import Case, Check, golden


def _answer(code: str, given: dict[str, Any]) -> Answer:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, given), seed=0)


def _values(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


@golden("gamma_poisson_jeffreys_chi2", method="rate_blend")
def jeffreys_rate(case: Case) -> Sequence[Check]:
    inputs, expected, reach = case["inputs"], case["expected"], case["tolerance"]
    history = [{"period": "all", "events": inputs["events"], "exposure": inputs["exposure"]}]
    answer = _answer("rate_blend", {"history": history})
    found, head = _values(answer), answer.headline
    alone = answer.tables[0].rows[0]
    return [
        Check("shape", expected["shape"], found["posterior_shape"], tolerance=reach),
        Check("rate", expected["rate"], found["posterior_exposure"], tolerance=reach),
        Check("mean", expected["mean"], head.value, tolerance=reach),
        Check("p05", expected["p05"], head.low, tolerance=reach),
        Check("p95", expected["p95"], head.high, tolerance=reach),
        Check("frequentist_p05", expected["frequentist_p05"], alone[2], tolerance=reach),
        Check("frequentist_p95", expected["frequentist_p95"], alone[3], tolerance=reach),
    ]


@golden("beta_binomial_placenta_previa", method="share_blend")
def placenta_previa(case: Case) -> Sequence[Check]:
    """The 90 % limits of the answer lie inside the published 95 % ones; those come from the posterior."""
    inputs, expected, reach = case["inputs"], case["expected"], case["tolerance"]
    given = {
        "history": [{"period": "all", "hits": inputs["successes"], "trials": inputs["trials"]}],
        "prior": "beta",
        "prior_a": inputs["prior_alpha"],
        "prior_b": inputs["prior_beta"],
    }
    answer = _answer("share_blend", given)
    found, head = _values(answer), answer.headline
    posterior = pooled([Beta(found["posterior_a"], found["posterior_b"])], [1.0])
    variance = posterior.mean * (1 - posterior.mean) / (found["posterior_a"] + found["posterior_b"] + 1)
    return [
        Check("alpha", expected["posterior_alpha"], found["posterior_a"]),
        Check("beta", expected["posterior_beta"], found["posterior_b"]),
        Check("mean", expected["mean"], head.value, tolerance=reach),
        Check("sd", expected["sd"], variance**0.5, tolerance=reach),
        Check("median", expected["median"], posterior.quantile(0.5), tolerance=reach),
        Check("ci95", expected["ci95"], [posterior.quantile(p) for p in (0.025, 0.975)], tolerance=reach),
        Check("inside", True, expected["ci95"][0] < head.low < head.high < expected["ci95"][1]),
    ]
