"""Numbers beside worksheet rows are those of the method, row by row."""

from itertools import product

from anlan.loop.identify.worksheets import KINDS
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.worksheet_numbers import numbers_beside, numbers_of


def test_the_numbers_are_those_the_method_answers_with() -> None:
    scores = list(product((1, 4, 10), (2, 7), (3, 9)))
    rows = [
        {"node": "x", "mode": f"m{i}", "severity": s, "occurrence": o, "detection": d}
        | ({"detection_after": 1} if i % 2 else {})
        for i, (s, o, d) in enumerate(scores)
    ]
    fmea = method("fmea")
    given = [{k: v for k, v in row.items() if k != "node"} | {"item": "x"} for row in rows]
    ranked = next(
        t for t in fmea.run(read_inputs(fmea.fields, {"rows": given})).tables if t.name == "ranked_modes"
    )
    at = {name: ranked.columns.index(name) for name in ("failure_mode", "rank", "rpn", "rpn_after")}
    answered = {row[at["failure_mode"]]: row for row in ranked.rows}
    for row, own in zip(rows, numbers_of("fmea", rows), strict=True):
        theirs = answered[f"x · {row['mode']}"]
        assert (own["rank"], own["rpn"], own.get("rpn_after")) == (
            theirs[at["rank"]], theirs[at["rpn"]], theirs[at["rpn_after"]]
        )  # fmt: skip


def test_a_row_without_all_scores_has_no_number_and_takes_no_place() -> None:
    whole = {"severity": 2, "occurrence": 2, "detection": 2}
    assert numbers_of("fmea", [{"severity": 9}, whole]) == [{}, {"rank": 1, "rpn": 8}]
    assert numbers_of("fmea", [{}]) == [{}]


def test_every_kind_names_a_method_that_has_numbers_and_its_inputs_are_columns() -> None:
    for kind in KINDS.values():
        assert bool(numbers_beside(kind.method)) == bool(kind.method)
    inputs = {column.name for column in method("fmea").fields[0].columns}
    assert {c.code for c in KINDS["fmea"].columns if c.kind == "integer"} <= inputs
