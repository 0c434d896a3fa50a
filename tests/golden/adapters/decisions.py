"""Decision trees and ALARP."""

from collections.abc import Sequence

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


@golden("decision_tree_raiffa_oil", method="decision_tree")
def wildcatter(case: Case) -> Sequence[Check]:
    """To drill or not, before and after a seismic sounding."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    outcomes = zip(given["probabilities"], given["gains"], strict=True)
    inputs = {
        "nodes": [{"name": "act", "kind": "decision"}, {"name": "well", "kind": "chance"}],
        "branches": [
            {"from": "act", "name": "drill", "to": "well", "cost": given["drilling_cost"]},
            {"from": "act", "name": "leave"},
            *(
                {"from": "well", "name": str(n), "probability": p, "gain": gain}
                for n, (p, gain) in enumerate(outcomes)
            ),
        ],
        "signals": [
            {
                "name": "seismic",
                "event": "well",
                "likelihood": given["seismic_likelihood"],
                "cost": given["seismic_cost"],
            }
        ],
    }
    chosen = method("decision_tree")
    answer = chosen.run(read_inputs(chosen.fields, inputs))
    signal = next(table for table in answer.tables if table.name == "decision_information").rows[1]
    found = {each.name: each.value for each in answer.quantities}
    got = {
        "worth": found["expected_worth"],
        "perfect_information": found["perfect_information"],
        "seismic_information": signal[2],
        "seismic_net": signal[4],
    }
    return [Check(what, expected[what], got[what], tolerance) for what in expected]


@golden("alarp_chemical_plant_hse", method="alarp")
def chemical_plant(case: Case) -> Sequence[Check]:
    """What it is worth to spend at most on a plant that can never explode."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    harm = sum(n * value for n, value in zip(given["numbers"], given["values"], strict=True))
    factor = given["disproportion_factor"]
    inputs = {
        "risk": given["frequency_per_year"],
        "acceptable": 1e-6,
        "intolerable": 1e-3,
        "factor_low": factor,
        "factor_high": factor,
        "discount_rate": 0.0,
        "measures": [
            {
                "name": "no explosion",
                "cost": 1.0,
                "averted": given["frequency_per_year"] * harm,
                "years": given["years"],
            }
        ],
    }
    chosen = method("alarp")
    table = chosen.run(read_inputs(chosen.fields, inputs)).tables[0]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    got = {"benefit": row["benefit_today"], "spend_at_most": row["spend_at_most"]}
    return [Check(what, expected[what], got[what], tolerance) for what in expected]
