"""Delphi rounds: where the answers stand, whether they still move, and whether to stop.

Median, quartiles, stop rule and Kendall's W are those of `loop.quantify.delphi`; added here: the type of the
quartiles, who changed an answer, and whether the changes go one way (exact signed-rank test).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.delphi import FEWEST_EXPERTS, Round, sum_up
from anlan.loop.quantify.methods.experts.answers import LARGEST, Rows, check_names, check_size
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.judgement.rank_change import signed_rank_p

Answers = Mapping[str, Mapping[str, float]]


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The last round's median of the question asked for, and the course of all questions."""
    answers = _answers(inputs)
    rounds = [
        sum_up(
            given,
            before=answers[i - 1] if i else None,
            values=inputs["kind"] == "values",
            quantile_type=inputs["quantile_type"],
        )
        for i, given in enumerate(answers)
    ]
    asked = inputs["headline"] or inputs["questions"][0]
    half = rounds[-1].questions[asked].half
    assert half is not None
    w = rounds[-1].w
    settled = sum(q.settled for q in rounds[-1].questions.values()) / len(rounds[-1].questions)
    return Answer(
        quantities=(
            Quantity("median_answer", half.median, "", half.q1, half.q3, "quartiles"),
            Quantity("interquartile_range", half.iqr),
            Quantity("settled_share", settled, "share"),
            *([Quantity("kendall_w", w.w)] if w else []),
        ),
        tables=(_course(inputs, answers, rounds), _agreement(answers, rounds)),
        charts=(Chart("intervals", _drawn(asked, rounds)),),
        assumptions=(Note("delphi.quartiles", {"type": inputs["quantile_type"]}), _stop(rounds)),
        warnings=_warnings(answers, rounds),
    )


def _answers(inputs: Mapping[str, Any]) -> list[Answers]:
    """Round by round: question -> expert -> answer."""
    faults = Faults()
    questions, experts = inputs["questions"], inputs["experts"]
    check_names(questions, "questions", faults)
    check_names(experts, "experts", faults)
    for place, each in enumerate(inputs["rounds"], start=1):
        where = f"rounds[{place}].answers"
        check_size(each["answers"], where, faults, n_rows=len(questions), n_columns=len(experts))
    if inputs["headline"] and inputs["headline"] not in questions:
        faults.add("method.not_a_choice", where="headline", found=inputs["headline"], known=questions)
    faults.raise_any()
    for i, row in enumerate(inputs["rounds"][-1]["answers"], start=1):
        if all(each is None for each in row):
            where = f"rounds[{len(inputs['rounds'])}].answers[{i}]"
            faults.add("experts.too_few_answers", where=where, least=1)
    faults.raise_any()
    return [_named(each["answers"], questions, experts) for each in inputs["rounds"]]


def _named(rows: Rows, questions: Sequence[str], experts: Sequence[str]) -> Answers:
    return {
        question: {expert: each for expert, each in zip(experts, row, strict=True) if each is not None}
        for question, row in zip(questions, rows, strict=True)
    }


def _course(inputs: Mapping[str, Any], answers: Sequence[Answers], rounds: Sequence[Round]) -> AnswerTable:
    """Each question in each round; `changed`: share of those who answered twice and changed the answer."""
    rows = []
    for question in inputs["questions"]:
        for i, each in enumerate(rounds):
            found = each.questions[question]
            if found.half is None:
                continue
            before = answers[i - 1][question] if i else {}
            changes = [value - before[who] for who, value in answers[i][question].items() if who in before]
            changed = sum(c != 0 for c in changes) / len(changes) if changes else None
            half = found.half
            rows.append(
                (
                    *(question, i + 1, half.n, half.median, half.q1, half.q3, half.iqr, found.shift),
                    *(changed, signed_rank_p(changes), found.settled),
                )
            )
    columns = ("question", "round", "answers", "median", "q1", "q3", "iqr", "shift", "changed", "p_one_way")
    return AnswerTable("delphi_course", (*columns, "settled"), tuple(rows))


def _agreement(answers: Sequence[Answers], rounds: Sequence[Round]) -> AnswerTable:
    rows = []
    for i, each in enumerate(rounds):
        w = each.w
        people = len({who for given in answers[i].values() for who in given})
        measured = (w.w, w.chi2, w.df, w.p) if w else (None, None, None, None)
        before = rounds[i - 1].w if i else None
        grown = w.w - before.w if w and before else None
        rows.append((i + 1, people, *measured, grown, each.stable))
    columns = ("round", "experts", "kendall_w", "chi2", "df", "p_value", "w_change", "stable")
    return AnswerTable("delphi_agreement", columns, tuple(rows))


def _stop(rounds: Sequence[Round]) -> Note:
    stable = next((i + 1 for i, each in enumerate(rounds) if each.stable), None)
    if stable is None:
        return Note("delphi.go_on", {"round": len(rounds)})
    return Note("delphi.stop", {"round": stable})


def _drawn(asked: str, rounds: Sequence[Round]) -> dict[str, Any]:
    halves = [(i, each.questions[asked].half) for i, each in enumerate(rounds, start=1)]
    rows = [
        {"name": str(i), "value": half.median, "low": half.q1, "high": half.q3} for i, half in halves if half
    ]
    return {"rows": rows, "all": None, "of": asked}


def _warnings(answers: Sequence[Answers], rounds: Sequence[Round]) -> tuple[Note, ...]:
    found = [Note("delphi.not_truth")]
    last = len(rounds) - 1
    stable = next((i for i, each in enumerate(rounds) if each.stable), last)
    if stable < last:
        found.append(Note("delphi.beyond", {"round": stable + 1, "last": last + 1}))
    fewest = min(len(given) for given in answers[-1].values())
    if fewest < FEWEST_EXPERTS:
        found.append(Note("delphi.few", {"n": fewest, "least": FEWEST_EXPERTS}))
    lost = {w for given in answers[0].values() for w in given} - {
        w for given in answers[-1].values() for w in given
    }
    if lost:
        found.append(Note("delphi.lost", {"experts": sorted(lost)}))
    if rounds[-1].w is not None and rounds[-1].w.p is None:
        found.append(Note("delphi.few_objects", {"n": rounds[-1].w.n_objects}))
    return tuple(found)


METHOD = Method(
    "delphi_rounds",
    (
        Field("questions", "texts", most=200),
        Field("experts", "texts", least=2, most=200),
        Field(
            "rounds",
            "table",
            most=10,
            columns=(Field("answers", "matrix", most=200, gaps=True, low=-LARGEST, high=LARGEST),),
        ),
        Field("headline", "text", default=""),
        Field("kind", "choice", default="scores", choices=("scores", "values")),
        Field("quantile_type", "integer", default=7, low=1, high=9),
    ),
    run,
)
