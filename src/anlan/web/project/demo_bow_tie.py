"""The bow-tie of the demo: a business hall whose queue grows at noon, and an expert estimate of it."""

from anlan.web.people.models import User
from anlan.web.project.demo_words import Words
from anlan.web.risks.models import Risk
from anlan.web.risks.services import BarrierFacts, Given, LineFacts, assess_by_estimate, draw_bow_tie


def draw_demo(risk: Risk, words: Words, *, manager: User, owner: User) -> None:
    """Threats, consequences and barriers of the hall's first risk; what it costs as three people estimate."""
    threats = [
        LineFacts("午间轮休，开放窗口不足", "Too few desks over noon", (
            BarrierFacts("按叫号预测排班", "Shifts after forecast", "technical", "working", owner),
            BarrierFacts("值班经理顶岗", "Duty manager steps in", "human", "weak", owner),
        )),
        LineFacts("缴费机故障，客户涌向柜台", "Pay machines fail, customers turn to the desks", (
            BarrierFacts("缴费机每日点检", "Daily check of the machines", "procedural", "weak", owner),
        )),
        LineFacts("月末集中办理，未提前告知错峰", "Rush at the end of the month, nobody was told", (
            BarrierFacts("短信提示错峰办理", "Text messages on quiet hours", "technical", "missing"),
        )),
    ]  # fmt: skip
    consequences = [
        LineFacts("等候超过承诺时限", "Waiting beyond the promise", (
            BarrierFacts("超时预警后增开窗口", "Open a desk on the alert", "procedural", "working", owner),
        )),
        LineFacts("客户离队并投诉", "Customers leave and complain", (
            BarrierFacts("现场致歉与优先办理", "Apology and priority on the spot", "human", "weak"),
        )),
    ]  # fmt: skip
    draw_bow_tie(risk, threats=threats, consequences=consequences, version=0, actor=manager)
    frequency = {"shape": "pert", "low": 12.0, "likely": 24.0, "high": 60.0}
    severity = {"shape": "pert", "low": 60.0, "likely": 180.0, "high": 900.0}
    given = Given("three_point", frequency, severity, likelihood_score=2, severity_score=2, seed=2026)
    assess_by_estimate(
        risk,
        given,
        stage="residual_expected",
        actor=owner,
        rationale=words("三位营业厅班长按错峰提示上线后估计"),
    )
