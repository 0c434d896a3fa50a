"""Queues by formula."""

import math
from collections.abc import Sequence

from anlan.maths.queueing.erlang import erlang_b, erlang_c, load_for_blocking
from golden.adapters import Case, Check, golden


@golden("mmc_county_hospital", method="erlang_c")
def county_hospital(case: Case) -> Sequence[Check]:
    """One doctor or two in an emergency room."""
    rate, service = float(case["inputs"]["lam"]), float(case["inputs"]["mu"])
    checks = []
    for servers in (1, 2):
        queue, expected = erlang_c(rate, service, servers), case["expected"][f"s={servers}"]
        nobody = 1.0 / sum((rate / service) ** n / math.factorial(n) for n in range(servers))
        got = {
            "Lq": queue.waiting, "L": queue.present, "Wq": queue.wait, "W": queue.stay,
            "P0": (1.0 - queue.p_wait) * nobody,
        }  # fmt: skip
        checks += [Check(f"{what}, {servers}", expected[what], got[what], case["tolerance"]) for what in got]
    late = erlang_c(rate, service, 1).longer_than(0.5)
    return [*checks, Check("P(wait > 0.5)", rate / service * math.exp(-service * (1 - rate / service) * 0.5),
                           late, case["tolerance"])]  # fmt: skip


@golden("erlang_b_tables", method="erlang_b")
def erlang_b_tables(case: Case) -> Sequence[Check]:
    """Load at one per cent blocking, and single shares."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    loads = [load_for_blocking(given["blocking"], n) for n in given["servers"]]
    return [
        Check("offered_erlang", expected["offered_erlang"], loads, relative=tolerance["offered_rel"]),
        Check("B(10, 5)", expected["B_10_servers_5_erlang"], erlang_b(5.0, 10), tolerance["B"]),
        Check("B(2, 1)", expected["B_exact_fraction_c2_a1"], erlang_b(1.0, 2), tolerance["B"]),
    ]
