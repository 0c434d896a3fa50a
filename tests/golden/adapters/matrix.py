"""Matrices and indices."""

from collections.abc import Sequence

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.risk_matrices.ordinal_products import ordinal_products
from golden.adapters import Case, Check, golden


@golden("risk_matrix_mil_std_882e", method="risk_matrix")
def mil_std_882e(case: Case) -> Sequence[Check]:
    """Every cell looked up through the method, with the rows turned so that likelihood ascends."""
    table = case["expected"]["table_rows_probability_cols_severity"]
    rows, severities = list(reversed(table)), ["4", "3", "2", "1"]
    chosen = method("risk_matrix")

    def level(likelihood: str, severity: str) -> str | None:
        given = {
            "likelihood_labels": rows,
            "severity_labels": severities,
            "levels": ["Eliminated", "Low", "Medium", "Serious", "High"],
            "cells": [list(reversed(table[row])) for row in rows],
            "likelihood": likelihood,
            "consequences": [{"dimension": "safety", "severity": severity}],
        }
        return chosen.run(read_inputs(chosen.fields, given)).level

    def preset(likelihood: str, severity: str) -> str | None:
        consequences = [{"dimension": "safety", "severity": severity}]
        given = {"preset": "mil_std_882e", "likelihood": likelihood, "consequences": consequences}
        return chosen.run(read_inputs(chosen.fields, given)).level

    return [
        Check(row, levels, [find(row, severity) for severity in ("1", "2", "3", "4")])
        for find in (level, preset)
        for row, levels in table.items()
    ]


@golden("fmea_rpn_number_facts", method="fmea")
def rpn_number_facts(case: Case) -> Sequence[Check]:
    """The products of three scores, enumerated as the warnings of the method do."""
    facts, expected = ordinal_products([case["inputs"]["scale"][1]] * 3), case["expected"]
    got = {
        "distinct_values": facts.distinct,
        "empty_fraction": facts.empty_share,
        "count_rpn_60": facts.count_of(60),
        "mean": facts.mean,
        "median": facts.median,
        "share_above_500": facts.share_above(500),
        "largest_below_1000": int(facts.values[-2]),
    }
    return [Check(name, value, got[name], case["tolerance"]) for name, value in expected.items()]
