"""Grades, scores and quantiles asked of experts: what is taken, and what the methods make of it."""

import pytest

from anlan.domain.errors import UsageError
from anlan.loop.quantify.elicitation import SHEETS, sheet
from anlan.loop.quantify.elicitation.sheet import Sheet, read_content
from anlan.loop.quantify.methods import METHODS, method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.fuzzy_evaluation import composed

GRADES = sheet("fuzzy_sheet")
TREE = {"factors": [{"name": "人", "weight": 0.6}, {"name": "机", "weight": 0.4},
                    {"name": "新员工", "parent": "人", "weight": 0.5},
                    {"name": "培训", "parent": "人", "weight": 0.5}],
        "grades": ["低", "中", "高"], "grade_scores": [1, 2, 3]}  # fmt: skip
HELD = {
    "ahp_pairs": {"goal": "G", "items": [{"name": n} for n in "ABC"]}, "fuzzy_sheet": TREE,
    "score_sheet": {"indicators": [{"name": "p"}, {"name": "q", "weight": 3}], "low": 1, "high": 5},
    "cooke": {"seeds": [{"question": f"s{k}", "truth": k} for k in range(1, 4)],
              "targets": [{"question": "t", "unit": "次"}]},
}  # fmt: skip
SAID = {"ahp_pairs": {"value": 2}, "fuzzy_sheet": {"grade": None}, "score_sheet": {"score": 4},
        "cooke": {"low": 0.5, "median": 2, "high": 9}}  # fmt: skip


def run_of(of: Sheet, content, answers):
    known = method(of.method)
    return known.run(read_inputs(known.fields, of.inputs(content, answers)), seed=0)


@pytest.mark.parametrize("code", SHEETS)
def test_every_sheet_leads_from_its_questions_to_an_answer_of_its_method(code) -> None:
    of = sheet(code)
    assert of.code == code
    assert of.method in METHODS
    content = read_content(of, HELD[code])
    asked = of.questions(content)
    given = {"grade": content["grades"][0]} if code == "fuzzy_sheet" else SAID[code]
    said = {n: of.read(content, q, given) for n, q in enumerate(asked, 1)}
    answers = {f"E{k}": said for k in range(1, 4)}
    assert all(len(tally.counted) == 3 and not tally.left_out for tally in of.tallies(content, answers))
    answer = run_of(of, content, answers)
    shown = {table.name for table in answer.tables}
    assert shown & set(of.shown)
    assert all(of.read(content, q, {}) == {} for q in asked)
    with pytest.raises(UsageError, match="unknown"):
        of.read(content, asked[0], {"else": 1})
    assert isinstance(of.feedback(content, 1, answers), dict)
    assert all(tally.counted == () for tally in of.tallies(content, {}))
    with pytest.raises(RefusedInputs):
        read_content(of, {})


def test_memberships_are_the_shares_of_the_experts_and_all_four_operators_stand_side_by_side() -> None:
    content = read_content(GRADES, TREE)
    asked = GRADES.questions(content)
    assert [(q.part, q.facts["under"]) for q in asked] == [("机", ""), ("新员工", "人"), ("培训", "人")]
    chosen = {"E1": "高高中", "E2": "高中中", "E3": "中低中", "E4": "高高低"}
    answers = {
        expert: {n: GRADES.read(content, asked[n - 1], {"grade": each}) for n, each in enumerate(row, 1)}
        for expert, row in chosen.items()
    }
    answer = run_of(GRADES, content, answers)
    rows = {"机": [0, 0.25, 0.75], "新员工": [0.25, 0.25, 0.5], "培训": [0.25, 0.75, 0]}
    people = composed([0.5, 0.5], [rows["新员工"], rows["培训"]], operator="product_sum")
    whole = composed([0.6, 0.4], [people, rows["机"]], operator="product_sum")
    vectors = next(table for table in answer.tables if table.name == "grade_vectors")
    assert len({str(row[0]) for row in vectors.rows}) == 4
    by_hand = [0.6 * 0.25, 0.6 * 0.5 + 0.4 * 0.25, 0.6 * 0.25 + 0.4 * 0.75]
    assert list(whole) == pytest.approx(by_hand)
    sums = [row[2:] for row in vectors.rows if "product_sum" in str(row[0])]
    assert list(sums[0]) == pytest.approx(by_hand)
    shares, agreement = GRADES.agreement(content, answers)
    assert {row[0]: list(row[2:]) for row in shares.rows} == rows
    assert 0 <= agreement.rows[0][1] <= 1


def test_a_spread_answer_counts_by_its_shares_and_must_be_whole() -> None:
    content = read_content(GRADES, TREE)
    question = GRADES.questions(content)[0]
    spread = GRADES.read(content, question, {"shares": [0, 30, 70]})
    one = GRADES.read(content, question, {"grade": "低"})
    told = GRADES.feedback(content, 1, {"E1": {1: spread}, "E2": {1: one}})
    assert told["shares"] == pytest.approx({"低": 0.5, "中": 0.15, "高": 0.35})
    with pytest.raises(UsageError, match="shares_sum"):
        GRADES.read(content, question, {"shares": [0, 30, 60]})
    for wrong in ([50, 50], [-1, 1, 100], "x", [0, "a", 100], [float("nan"), 0, 100]):
        with pytest.raises(UsageError, match=r"elicitation\.shares\("):
            GRADES.read(content, question, {"shares": wrong})
    with pytest.raises(UsageError, match=r"elicitation\.grade"):
        GRADES.read(content, question, {"grade": "极高"})


@pytest.mark.parametrize("change", [
    {"factors": [{"name": "a", "weight": 0.5}, {"name": "b", "weight": 0.6}]},
    {"grades": ["低", "低"]}, {"grade_scores": [1, 2]},
    {"factors": [{"name": "a", "weight": 1}, {"name": "a", "weight": 1}]},
])  # fmt: skip
def test_a_tree_of_indicators_is_checked_before_anybody_is_asked(change) -> None:
    with pytest.raises(RefusedInputs):
        read_content(GRADES, TREE | change)


def test_scores_keep_their_gaps_and_weights() -> None:
    of = sheet("score_sheet")
    content = read_content(of, HELD["score_sheet"])
    answers = {"E1": {1: {"score": 2.0}, 2: {"score": 4.0}}, "E2": {2: {"score": 5.0}},
               "E3": {1: {"score": 3.0}, 2: {"score": 5.0}}}  # fmt: skip
    given = of.inputs(content, answers)
    assert given["scores"] == [[2.0, None, 3.0], [4.0, 5.0, 5.0]]
    assert given["question_weights"] == [1.0, 3.0]
    headline = run_of(of, content, answers).headline
    assert headline.value == pytest.approx(((2 + 3 * 4) / 4 + (3 + 3 * 5) / 4) / 2)
    for wrong in (0, 6, "4", True):
        with pytest.raises(UsageError, match="number"):
            of.read(content, of.questions(content)[0], {"score": wrong})


def test_only_experts_who_answered_every_question_are_weighed_and_nobody_is_told_a_truth() -> None:
    of = sheet("cooke")
    content = read_content(of, HELD["cooke"])
    asked = of.questions(content)
    assert not any("truth" in q.facts for q in asked)
    whole = {n: {"low": 0.5, "median": 2.0, "high": 9.0} for n in range(1, 5)}
    answers = {"E1": whole, "E2": {1: whole[1]}, "E3": whole}
    [tally] = of.tallies(content, answers)
    assert (tally.counted, tally.left_out) == (("E1", "E3"), ("E2",))
    assert of.inputs(content, answers)["experts"] == ["E1", "E3"]
    assert of.feedback(content, 1, answers) == {}
    for wrong in ({"low": 2, "median": 2, "high": 3}, {"low": 1, "median": 2}, {"low": "1", "median": 2,
                                                                             "high": 3}):  # fmt: skip
        with pytest.raises(UsageError, match="quantiles"):
            of.read(content, asked[0], wrong)
    logs = read_content(of, HELD["cooke"] | {"targets": [{"question": "t", "scale": "log"}]})
    with pytest.raises(UsageError, match="positive"):
        of.read(logs, of.questions(logs)[3], {"low": 0, "median": 2, "high": 3})
