"""Fault trees: published benchmarks through the method and, where only the diagram is asked, through it."""

from collections.abc import Sequence
from typing import Any

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


def _answer(case: Case, **more: Any) -> Answer:
    tree, chosen = case["inputs"], method("fault_tree")
    given = {
        "top": tree["top"],
        "gates": [
            {"name": name, "kind": gate["type"], "inputs": gate["args"], "k": gate.get("k", 0)}
            for name, gate in tree["gates"].items()
        ],
        "events": [{"name": name, "probability": p} for name, p in tree["basic_events"].items()],
        "houses": [{"name": name, "happens": on} for name, on in (tree.get("house_events") or {}).items()],
        **more,
    }
    return chosen.run(read_inputs(chosen.fields, given))


def _values(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def _rows(answer: Answer, name: str) -> list[dict[str, Any]]:
    table = next(each for each in answer.tables if each.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _orders(answer: Answer) -> dict[str, int]:
    return {str(row["tree_order"]): row["tree_count"] for row in _rows(answer, "tree_orders")}


def _sets(answer: Answer) -> list[list[str]]:
    return sorted(sorted(row["tree_events"].split(" · ")) for row in _rows(answer, "tree_cut_sets"))


def _importance(answer: Answer) -> dict[str, dict[str, float]]:
    names = {
        "Birnbaum_MIF": "tree_birnbaum", "Critical_CIF": "tree_criticality",
        "Diagnostic_DIF": "tree_diagnostic", "RAW": "tree_raw", "RRW": "tree_rrw",
    }  # fmt: skip
    return {
        row["tree_event"]: {theirs: row[ours] for theirs, ours in names.items()}
        for row in _rows(answer, "tree_importance")
    }


@golden("fta_two_train_importance", method="fault_tree")
def two_train(case: Case) -> Sequence[Check]:
    answer, expected = _answer(case), case["expected"]
    found = _values(answer)
    listed = {
        tuple(sorted(row["tree_events"].split(" · "))): row["tree_probability"]
        for row in _rows(answer, "tree_cut_sets")
    }
    return [
        Check("probability", expected["p_top_exact"], found["top_probability"], 1e-9),
        Check("upper bound", expected["p_mcub"], found["min_cut_upper_bound"], 1e-9),
        Check("rare event", expected["p_rare_event_capped"], found["rare_event_sum"]),
        Check("sets", {tuple(sorted(each)): p for each, p in expected["mcs_probability"]}, listed, 1e-12),
        Check("importance", expected["importance"], _importance(answer), relative=0.0012),
    ]


@golden("fta_three_motor", method="fault_tree")
def three_motor(case: Case) -> Sequence[Check]:
    answer, expected = _answer(case), case["expected"]
    found = _values(answer)
    return [
        Check("probability", expected["p_top_exact"], found["top_probability"], 1e-6),
        Check("rare event", expected["p_rare_event"], found["rare_event_sum"], 1e-6),
        Check("sets", sorted(sorted(each) for each in expected["mcs"]), _sets(answer)),
    ]


@golden("fta_chinese_tree", method="fault_tree")
def chinese_tree(case: Case) -> Sequence[Check]:
    answer, expected = _answer(case), case["expected"]
    found, importance = _values(answer), _importance(answer)
    return [
        Check("probability", expected["p_top_exact"], found["top_probability"], 1e-6),
        Check("rare event", expected["p_rare_event"], found["rare_event_sum"], 1e-6),
        Check("orders", expected["mcs_by_order"], _orders(answer)),
        Check("number", expected["n_mcs"], found["n_cut_sets"]),
        *(
            Check(name, values, importance[name], relative=0.001)
            for name, values in expected["importance"].items()
        ),
    ]


@golden("fta_200_event", method="fault_tree")
def two_hundred_events(case: Case) -> Sequence[Check]:
    whole, expected = _values(_answer(case)), case["expected"]
    cut = _answer(case, most_order=15)
    return [
        Check("probability", expected["p_top_exact"], whole["top_probability"], 1e-5),
        Check("rare event", expected["p_rare_event"], whole["rare_event_sum"], 1e-5),
        Check("number", expected["n_mcs_order_le_15"], _values(cut)["n_cut_sets"]),
    ]


@golden("fta_baobab1_performance", method="fault_tree")
def baobab(case: Case) -> Sequence[Check]:
    answer, expected = _answer(case), case["expected"]
    found = _values(answer)
    return [
        Check("probability", expected["p_top_exact"], found["top_probability"], 1e-9),
        Check("rare event", expected["p_rare_event"], found["rare_event_sum"], 1e-9),
        Check("orders", expected["mcs_by_order"], _orders(answer)),
    ]


@golden("fta_cea9601_performance", method="fault_tree")
def cea(case: Case) -> Sequence[Check]:
    answer, expected = _answer(case, most_order=4), case["expected"]
    sums = {row["tree_order"]: row["tree_sum"] for row in _rows(answer, "tree_orders")}
    return [
        Check("probability", expected["p_top_exact"], _values(answer)["top_probability"], 1e-10),
        Check("orders", expected["mcs_by_order"], _orders(answer)),
        Check("sum to order 3", expected["p_rare_event_like_zbdd_order_le_3"], sums[3], 1e-11),
    ]
