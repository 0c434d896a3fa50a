"""Human reliability."""

from collections.abc import Sequence

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


@golden("hra_heart_worked_example", method="human_reliability")
def heart_worked_example(case: Case) -> Sequence[Check]:
    """Generic task F with five conditions."""
    conditions = [
        {"name": epc["name"], "effect": epc["max_effect"], "proportion": epc["proportion"]}
        for epc in case["inputs"]["epcs"]
    ]
    step = {"name": "task", "technique": "heart", "task": "F", "conditions": conditions}
    chosen = method("human_reliability")
    answer = chosen.run(read_inputs(chosen.fields, {"steps": [step]}))
    effects = {row[1]: row[2] for row in answer.tables[1].rows}
    expected, tolerance = case["expected"], case["tolerance"]
    return [
        Check(
            "assessed_effects",
            expected["assessed_effects"],
            [effects[epc["name"]] for epc in case["inputs"]["epcs"]],
            tolerance["assessed_effects"],
        ),
        Check("nominal", case["inputs"]["nominal_hep"], answer.tables[0].rows[0][1]),
        Check("hep", expected["hep"], answer.headline.value, tolerance["hep"]),
        Check("hep_exact", expected["hep_exact"], answer.headline.value, 1e-15),
    ]
