"""People on shifts, linear programs and transport."""

from collections.abc import Sequence

import numpy as np

from anlan.maths.allocation.integer import cheapest_cover
from anlan.maths.allocation.linear import program, solve, worth_of_limits
from anlan.maths.allocation.transport import ship
from golden.adapters import Case, Check, golden


@golden("staffing_union_airways", method="shift_roster")
def union_airways(case: Case) -> Sequence[Check]:
    """Agents on five shifts at the least cost."""
    given, expected = case["inputs"], case["expected"]
    found, short = cheapest_cover(
        given["coverage_periods_by_shifts"], given["required"], given["cost_per_agent"]
    )
    return [
        Check("agents on each shift", expected["x"], found.x.tolist(), case["tolerance"]),
        Check("cost", expected["z"], found.value, case["tolerance"]),
        Check("nobody short", 0.0, float(short.sum()), case["tolerance"]),
    ]


@golden("lp_wyndor_glass", method="allocation")
def wyndor_glass(case: Case) -> Sequence[Check]:
    """Two products, three plants, and what an hour of each plant is worth."""
    of = program(case["inputs"]["maximize"], case["inputs"]["A"], case["inputs"]["b"])
    found, expected = solve(of), case["expected"]
    worths = worth_of_limits(of, found)
    return [
        Check("batches", expected["x"], found.x.tolist(), case["tolerance"]),
        Check("profit", expected["z"], found.value, case["tolerance"]),
        Check("shadow prices", expected["shadow_prices"], found.price.tolist(), case["tolerance"]),
        Check(
            "worth of an hour more", expected["shadow_prices"], [w.more for w in worths], case["tolerance"]
        ),
    ]


@golden("transport_powerco", method="transport")
def powerco(case: Case) -> Sequence[Check]:
    """Power from three plants to four cities."""
    given = case["inputs"]
    found = ship(given["cost"], given["supply"], given["demand"])
    cost = float((np.asarray(given["cost"]) * found.sent).sum())
    return [
        Check("cost", case["expected"]["z"], found.cost, case["tolerance"]),
        Check("cost of what is sent", case["expected"]["z"], cost, case["tolerance"]),
        Check(
            "arrives", [float(d) for d in given["demand"]], found.sent.sum(axis=0).tolist(), case["tolerance"]
        ),
    ]
