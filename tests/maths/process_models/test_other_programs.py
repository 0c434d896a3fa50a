"""The total cost that other programs find for the same net and the same sequences.

PM4Py 2.7.23.11 and r4pm 0.6.2 were given them by `python -m bench --only conformance`, which asks again and
refuses to tell a time where the costs differ.
"""

from bench import conformance

BY_PM4PY_AND_R4PM = 265


def test_148_variants_cost_what_two_other_programs_find() -> None:
    assert conformance.prepare(conformance.VARIANTS) == 148
    assert conformance.ours() == BY_PM4PY_AND_R4PM
