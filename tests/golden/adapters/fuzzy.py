"""Fuzzy evaluation."""

from collections.abc import Sequence

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


@golden("fce_clothing_four_operators_1", method="fuzzy_evaluation")
def clothing(case: Case) -> Sequence[Check]:
    """The vector of each operator through the method, as composed and normalised."""
    given, chosen = case["inputs"], method("fuzzy_evaluation")
    rows = zip(given["factors"], given["weights"], given["R"], strict=True)
    factors = [{"factor": name, "weight": w, "memberships": r} for name, w, r in rows]
    asked = read_inputs(chosen.fields, {"grades": given["grades"], "factors": factors})
    table = chosen.run(asked).tables[0]
    found = {(row[0].code, row[1].code): list(row[2:]) for row in table.rows}
    names = {
        "M(min,max)": "min_max",
        "M(prod,max)": "product_max",
        "M(min,bounded_sum)": "min_bounded_sum",
        "M(prod,sum)": "product_sum",
    }
    checks = [
        Check(name, case["expected"][name], found[f"fuzzy.{code}", "fuzzy.raw"], case["tolerance"])
        for name, code in names.items()
    ]
    normalised = case["expected"]["M(min,max)_normalised"]
    got = found["fuzzy.min_max", "fuzzy.normalised"]
    return [*checks, Check("normalised", normalised, got, case["tolerance"])]
