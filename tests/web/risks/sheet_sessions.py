"""A session whose experts answer a sheet, and what they say, for the tests of such sessions."""

from anlan.web.risks.models import Workshop
from anlan.web.risks.services import (
    Expert,
    answer,
    create_workshop,
)

EXPERTS = [Expert("何晓", "客服"), Expert("赵启航", "调度"), Expert("吴桐", "信息")]
PAIRS = {"goal": "选定处置方案", "items": [{"name": n} for n in ("降低风险", "年费用", "见效时间")]}
GRADES = {"factors": [{"name": "人员", "weight": 0.6}, {"name": "设备", "weight": 0.4}],
          "grades": ["低", "中", "高"], "grade_scores": [1, 2, 3]}  # fmt: skip
FIRST = {"E1": (3, 5, 2), "E2": (2, 4, 3), "E3": (1 / 2, 3, 5)}


def new_session(organisation, *, kind="ahp_pairs", content=None, about=None, **more):
    return create_workshop(
        unit=organisation.north, title="分拣", purpose="", experts=EXPERTS, kind=kind, about=about,
        content=content or PAIRS, actor=organisation.people["risk_manager"], **more,
    )  # fmt: skip


def give(workshop: Workshop, rows=FIRST) -> None:
    """`rows`: pseudonym -> value of each pair; None leaves it out."""
    for invitation in workshop.invitations.filter(pseudonym__in=rows):
        for item, value in zip(workshop.items.all(), rows[invitation.pseudonym], strict=True):
            answer(invitation, item, given={"value": value})
