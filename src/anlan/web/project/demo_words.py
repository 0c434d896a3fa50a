"""The words of the demo in English: what people of the demo organisation wrote, said and were called."""

from collections.abc import Callable

Words = Callable[[str], str]
"""A Chinese text of the demo in the language it is made in."""


def words_in(language: str) -> Words:
    """Chinese stays; English is looked up, and a text without one is a KeyError that tests meet."""
    return ENGLISH.__getitem__ if language == "en" else str


ENGLISH = {
    "时长由班长估计，人数取自排班表": "Times estimated by the shift leader, people from the roster",
    "营业厅高峰改造": "Redesign of the hall’s peak hours",
    "综合柜员": "Counter staff",
    "收费员": "Cashiers",
    "值班经理": "Duty manager",
    "材料不齐": "Papers missing",
    "上午增一名综合柜员": "One more at the counter in the morning",
    "扫码缴费": "Payment by code",
    "预审材料并增人": "Papers checked ahead, and one more",
    "周清澜": "Zhou Qinglan",
    "李明远": "Li Mingyuan",
    "陈静": "Chen Jing",
    "沈安": "Shen An",
    "吴桐": "Wu Tong",
    "孙江": "Sun Jiang",
    "何晓": "He Xiao",
    "赵启航": "Zhao Qihang",
    "林岚": "Lin Lan",
    "客服": "Contact centre",
    "值班": "Duty",
    "信息": "IT",
    "营业厅": "Business hall",
    "年度风险会议决定": "Decided by the yearly risk meeting",
    "同一环节的另一表现": "Another sign of trouble at the same step",
    "已知的数据习惯，不影响客户": "A known habit of the data that touches no customer",
    "@li 先看关闭前的固定等待是否应当计入。": (
        "@li Please look first whether the fixed wait before closing should count."
    ),
    "营业厅班组与风险经理共同打分": "Scored by the hall team with the risk manager",
    "本月检查未见变化": "This month’s check found no change",
    "自助缴费机夜间离线无人知晓": "Pay machine offline at night, nobody knows",
    "夜间离线到次日开门才发现。": "It was offline all night and found at opening.",
    "营业厅高峰风险研讨": "Risks of the hall at peak hours",
    "数据不足的三项风险，请四位专家分别打分": (
        "Three risks without enough data; four experts score each on their own"
    ),
    "先做哪一项处置": "Which measure comes first",
    "降低风险": "Less risk",
    "年费用": "Yearly cost",
    "见效时间": "Time to effect",
    "增设自助机": "More self-service",
    "预约分流": "Appointments",
    "高峰增岗": "Staff at peaks",
    "高峰排队的处置比选": "Measures against queues at peak hours",
    "按三条准则逐对比较三项处置": "Three measures compared pair by pair under three criteria",
    "营业厅服务风险评等": "How the hall stands in service risk",
    "人员": "People",
    "设备": "Equipment",
    "环境": "Surroundings",
    "新员工占比": "Share of new staff",
    "培训到位": "Training",
    "低": "Low",
    "中": "Medium",
    "高": "High",
    "去年同期有记录": "There is a record of last year",
    "三位营业厅班长按错峰提示上线后估计": (
        "Estimated by three shift leaders of the hall, with the messages on quiet hours in use"
    ),
    "把现场做法写成作业要求": "Writes down what is done on the spot",
    "与服务承诺一致": "In line with the promise",
    "引导员": "Usher",
    "柜台": "Desk",
    "现场引导提示.txt": "greeting-card.txt",
    "1. 客户进厅一分钟内主动询问并取号。\n2. 老弱客户引导至优先窗口。\n"
    "3. 等候超过十分钟，值班经理到场说明。": (
        "1. Greet each customer within a minute and hand out a number.\n"
        "2. Take old and frail customers to the priority desk.\n"
        "3. After ten minutes of waiting the duty manager comes and explains."
    ),
    "现场引导提示\n\n先问需要，再取号。\n材料不全，当场写明补办方式。\n": (
        "At the door\n\nAsk what is needed, then hand out a number.\n"
        "If papers are missing, write down how to add them.\n"
    ),
    "服务公开承诺": "Public service promise",
    "错峰提示上线后收紧": "Tightened once the messages on quiet hours were in use",
    "减少客户重复上门": "Spares customers a second visit",
    "与前一日重复记录": "Entered twice, see the day before",
    "服务台对内承诺": "Promise of the service desk to its own people",
    "午间轮休，开放窗口不足": "Too few desks open over noon",
    "增开一个窗口，值班经理顶岗": "One more desk; the duty manager stepped in",
    "月末集中办理": "Rush at the end of the month",
    "短信提示错峰，次月起提前三天发送": "Messages on quiet hours, three days ahead from next month",
    "系统故障": "System failure",
    "近三年记录与班长估计": "Three years of records and an estimate of the hall",
    "叫号系统停用如何发生": "How the queue system comes to stand still",
    "叫号机故障": "Queue machine broken",
    "停电": "Power cut",
    "网络中断": "Network down",
    "备用机不可用": "Spare machine not usable",
    "无法叫号": "No numbers called",
    "主机停用": "Main machine down",
    "改为人工处理，当日报修": "Handled by hand, repair reported the same day",
    "近三年赔付台账与班长估计": "Payments of three years and the foreman’s estimate",
    "高峰日几项风险一起出现，去年迎峰度夏可见": "On peak days several come together, as last summer showed",
    "业扩报装": "New connections",
    "迎峰度夏": "Summer peak",
    "赔付台账": "Payments ledger",
    "排队号票、叫号屏": "Queue ticket, call screen",
    "受理回执": "Receipt of acceptance",
    "客户经理": "Account manager",
    "供电方案答复单": "Written supply offer",
    "发票": "Invoice",
    "核算员": "Billing clerk",
    "电费账单": "Electricity bill",
    "自助终端": "Kiosk",
    "办理进度短信": "Progress by text message",
    "电话": "Phone",
    "停电通知短信": "Outage notice by text message",
    "意见回执": "Receipt of the opinion",
    "上门": "Home visit",
    "用电手册": "Guide to safe use",
    "服务台": "Service desk",
    "工单号邮件": "Mail with the ticket number",
    "处理组": "Resolver group",
    "邮件": "Mail",
    "补充信息的邮件": "Mail asking for details",
    "供应商": "Vendor",
    "解决通知": "Notice of resolution",
    "工单系统": "Ticket system",
    "周一上午取号后等了四十多分钟，没有人说明原因": "Waited over forty minutes on Monday, nobody said why",
    "老人不会用取号机，身边没有引导员": "An elderly customer could not use the ticket machine",
    "第一次没有讲清要带产权证明，白跑一趟": "Was not told to bring the deed, so came for nothing",
    "停电通知晚到，复电时间改了两次": "The outage notice came late, and the time of return was changed twice",
    "投诉后两天没有人联系": "Nobody called for two days after the complaint",
    "写明服务承诺的时限": "State the limits of the service promises",
    "营业厅意见簿": "Opinion book of the hall",
    "取号等候时间（10 分钟均值）": "Wait after taking a number (mean of 10 minutes)",
    "叫号系统的取号到叫号时间，按 10 分钟取均值。": (
        "From taking a number to being called, by the queue system, mean of 10 minutes."
    ),
    "自助缴费机在线占比": "Share of payment machines online",
    "在线的自助缴费机台数÷全部台数，每 10 分钟。": "Payment machines online of all, every 10 minutes.",
    "取号等候时间与近四小时均值之比": "Wait for a number against its mean of four hours",
    "取号等候时间÷近四小时的均值，由公式计算。": (
        "Wait for a number over its mean of the last four hours, computed by a formula."
    ),
    "已从大厅加派一名引导员": "A guide was sent from the lobby",
}
