"""Who does each step of the demo's processes and what the customer sees of it; complaints at single steps."""

from anlan.domain.design import edits
from anlan.web.catalog import drafting
from anlan.web.catalog.models import Process
from anlan.web.catalog.nodes.page import nodes_shown
from anlan.web.catalog.nodes.services import change_node
from anlan.web.people.models import User
from anlan.web.project.demo_words import Words
from anlan.web.risks.services.looking import Report, take_feedback

_HALL = {
    "PH-N1": ("front", "引导员", "柜台", "排队号票、叫号屏"),
    "PH-N2": ("front", "综合柜员", "柜台", "受理回执"),
    "PH-N3": ("back", "客户经理", "", "供电方案答复单"),
    "PH-N4": ("front", "收费员", "柜台", "发票"),
    "PH-N5": ("back", "核算员", "", "电费账单"),
    "PH-N6": ("customer", "", "自助终端", "办理进度短信"),
    "PH-N7": ("front", "值班经理", "电话", "停电通知短信"),
    "PH-N8": ("front", "值班经理", "电话", "意见回执"),
    "PH-N9": ("front", "客户经理", "上门", "用电手册"),
    "PH-N10": ("support", "值班经理", "", ""),
    "PH-N11": ("support", "值班经理", "", ""),
}
_PROMISES_S = {"PH-N1": 600, "PH-N5": 432_000, "PH-N7": 2700, "PH-N8": 86_400}
_INCIDENTS = {
    "New": ("front", "服务台", "电话", "工单号邮件"),
    "Active": ("back", "处理组", "", ""),
    "Awaiting User Info": ("customer", "", "邮件", "补充信息的邮件"),
    "Awaiting Vendor": ("support", "供应商", "", ""),
    "Awaiting Problem": ("back", "处理组", "", ""),
    "Resolved": ("front", "处理组", "邮件", "解决通知"),
    "Closed": ("support", "工单系统", "", ""),
}
"""Of `Awaiting Evidence` nobody told it: the blueprint of the demo shows where that is said."""
_VOICES = (
    ("PH-N1", "周一上午取号后等了四十多分钟，没有人说明原因"),
    ("PH-N1", "老人不会用取号机，身边没有引导员"),
    ("PH-N2", "第一次没有讲清要带产权证明，白跑一趟"),
    ("PH-N7", "停电通知晚到，复电时间改了两次"),
    ("PH-N8", "投诉后两天没有人联系"),
)


def promise_demo_times(hall: Process, people: dict[str, User], words: Words) -> None:
    """What the hall promises at some of its steps, put in force by a second person."""
    draft = drafting.draft_from_force(hall, actor=people["sun"])
    for key, promise in _PROMISES_S.items():
        draft = drafting.change(
            draft, lambda design, key=key, promise=promise: edits.change_step(design, key, sla_s=promise),
            seen=draft.edit_version, action="change", actor=people["sun"],
        )  # fmt: skip
    reason = words("写明服务承诺的时限")
    sent = drafting.submit(draft, seen=draft.edit_version, actor=people["sun"], reason=reason)
    drafting.approve(sent, seen=sent.edit_version, actor=people["chen"], reason=words("与服务承诺一致"))


def tell_demo_lanes(hall: Process, incidents: Process, people: dict[str, User], words: Words) -> None:
    """Lanes, roles, channels and evidence of both processes."""
    for process, told in ((hall, _HALL), (incidents, _INCIDENTS)):
        for node in nodes_shown(process).filter(key__in=told):
            node.version.refresh_from_db()
            lane, *texts = told[node.key]
            role, channel, evidence = (words(each) if each else "" for each in texts)
            change_node(node, seen=node.version.edit_version, actor=people["zhou"], lane=lane, role=role,
                        channel=channel, evidence=evidence)  # fmt: skip
    reports = [Report(words(said), node=node) for node, said in _VOICES]
    take_feedback(hall, reports, actor=people["sun"], people=words("孙江"), sources=words("营业厅意见簿"))
