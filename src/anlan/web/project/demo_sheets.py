"""Two sheets of the demo that experts answer: pairs that were adopted, and grades still open."""

from collections.abc import Sequence

from anlan.web.people.models import Unit, User
from anlan.web.project.demo_words import Words
from anlan.web.risks.models import Risk, Workshop
from anlan.web.risks.services import Expert, adopt_sheet, answer, close_round, create_workshop, open_round
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run

_PAIRS = (
    (3, 5, 2, 1 / 3, 1 / 2, 2, 3, 5, 2, 1 / 2, 3, 5),
    (2, 4, 2, 1 / 2, 1 / 2, 1, 2, 4, 3, 1 / 3, 2, 5),
    (4, 4, 1, 1 / 3, 1 / 3, 1, 5, 5, 1, 1 / 2, 2, 4),
    (3, 1 / 2, 1 / 7, 1 / 2, 1, 2, 3, 4, 2, 1, 3, 3),
)
"""A row for each expert: criteria, then the alternatives under each criterion."""


def answer_demo_sheets(risk: Risk, experts: Sequence[Expert], words: Words, *, actor: User) -> None:
    """What to do about the risk, weighed pair by pair; and how the hall stands, graded."""
    _pairs(risk, experts, words, actor=actor)
    _grades(risk.unit, experts, words, actor=actor)


def _pairs(risk: Risk, experts: Sequence[Expert], words: Words, *, actor: User) -> None:
    content = {
        "goal": words("先做哪一项处置"),
        "items": [{"name": words(name)} for name in ("降低风险", "年费用", "见效时间")],
        "alternatives": [words(name) for name in ("增设自助机", "预约分流", "高峰增岗")],
    }
    session, _ = create_workshop(
        unit=risk.unit, title=words("高峰排队的处置比选"), purpose=words("按三条准则逐对比较三项处置"),
        experts=experts, actor=actor, kind="ahp_pairs", content=content, about=risk,
    )  # fmt: skip
    session = open_round(session, actor=actor)
    for invitation, row in zip(session.invitations.all(), _PAIRS, strict=True):
        for item, value in zip(session.items.all(), row, strict=True):
            answer(invitation, item, given={"value": value})
    run = adopt_sheet(close_round(session, actor=actor), actor=actor)
    if run.state == Run.State.QUEUED:
        execute(run.pk, attempts=run.attempts)


def _grades(unit: Unit, experts: Sequence[Expert], words: Words, *, actor: User) -> None:
    """In its first round, half answered."""
    weights = {"人员": 0.4, "设备": 0.35, "环境": 0.25}
    below = {"新员工占比": ("人员", 0.6), "培训到位": ("人员", 0.4)}
    factors = [{"name": words(name), "weight": weight} for name, weight in weights.items()]
    factors += [
        {"name": words(name), "parent": words(parent), "weight": weight}
        for name, (parent, weight) in below.items()
    ]
    grades = [words(grade) for grade in ("低", "中", "高")]
    session, _ = create_workshop(
        unit=unit, title=words("营业厅服务风险评等"), purpose="", experts=experts, actor=actor,
        kind="fuzzy_sheet", content={"factors": factors, "grades": grades, "grade_scores": [1, 2, 3]},
    )  # fmt: skip
    _half(open_round(session, actor=actor), grades)


def _half(session: Workshop, grades: list[str]) -> None:
    items = list(session.items.all())
    for place, invitation in enumerate(session.invitations.all()[:2]):
        for number, item in enumerate(items):
            answer(invitation, item, given={"grade": grades[(number + place) % 3]})
