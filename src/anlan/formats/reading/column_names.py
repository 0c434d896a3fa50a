"""Headings under which logs in Chinese and English keep their columns, by role, with their strength.

A strength says how surely a column of exactly that heading has the role, before its content is seen.
Headings are compared in the form `normal_heading` gives them.
"""

import re
import unicodedata
from functools import lru_cache

ROLES = ("case", "activity", "start", "end", "resource", "cost", "sla", "lifecycle", "instance")
"""What a column of an event log can be for; `end` is the completion, or the only time there is."""

_BRACKETED = re.compile(r"[(\[{<【《〈].*?[)\]}>】》〉]")
_JOINERS = re.compile(r"[\s_\-./\\#'\"*]+")
_WORDS = re.compile(r"[a-z]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=1 << 16)
def normal_heading(heading: str) -> str:
    """A heading without width, case, joiners and bracketed units: `Case_ID`, `ｃａｓｅ id` -> `caseid`."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _JOINERS.sub("", _BRACKETED.sub("", text))


@lru_cache(maxsize=1 << 16)
def heading_words(heading: str) -> tuple[str, ...]:
    """The Latin words of a heading in order: `ident_state`, `identState` -> `("ident", "state")`."""
    text = unicodedata.normalize("NFKC", heading)
    return tuple(_WORDS.findall(_CAMEL.sub(" ", _BRACKETED.sub("", text)).casefold()))


def _strengths(**lines: str) -> dict[str, float]:
    """`p95="a b"` gives both headings the strength 0.95."""
    table: dict[str, float] = {}
    for strength, headings in lines.items():
        for heading in headings.split():
            table[normal_heading(heading)] = int(strength[1:]) / 100
    return table


EXACT: dict[str, dict[str, float]] = {
    "case": _strengths(
        p99="""
            case:concept:name caseid case_id 案例编号 案件编号 案例id 案件id 案例号 案件号 案例标识
        """,
        p95="""
            流水号 工单号 工单编号 工单id 案件 案例 业务流水号 受理号 受理编号 流程实例编号 流程实例id
            case casenumber caseno ticketid ticket_no ticketnumber incident incidentid incidentnumber
            traceid
        """,
        p90="""
            订单号 订单编号 运单号 单号 单据号 单据编号 申请号 申请编号 报修单号 投诉编号 投诉单号
            案卷号 事件单号 任务单号 保单号 理赔号 报案号 报案编号 服务单号 呼叫编号 会话编号 会话id
            业务编号 业务号 留言编号 orderid orderno ordernumber ticket requestid requestnumber
            applicationid claimid claimnumber processinstanceid sessionid callid conversationid jobid
            complaintid casename
        """,
        p75="编号 号码 number 流程编号 实例编号 processid instanceid trace",
        p62="id 序列号 order request application claim no",
    ),
    "activity": _strengths(
        p99="concept:name activity 活动 活动名称 activityname",
        p95="""
            环节 环节名称 步骤 步骤名称 节点 节点名称 流程节点 流程环节 办理环节 处理环节 操作环节
            业务环节 当前环节 当前节点 工序 工序名称 作业环节 task taskname activityid activitylabel
            incident_state step stepname
        """,
        p90="""
            状态 工单状态 当前状态 处理状态 案件状态 订单状态 办理状态 事件状态 任务 任务名称 操作
            操作名称 动作 event eventname action actionname 操作类型 流程步骤 阶段 stage operation
            activitytype
        """,
        p80="status state phase 事件 事件名称 eventtype 事件类型 workstep queue",
    ),
    "start": _strengths(
        p99="""
            start_timestamp start:timestamp start_time starttime 开始时间 起始时间 start startdate
            starttimestamp
        """,
        p92="""
            开始 起始 开始日期 受理开始时间 处理开始时间 服务开始时间 begin begintime began startedat
            start_at startdatetime 起始日期 实际开始时间 time:start timestart
        """,
        p80="接单时间 到达时间 进入时间 签收时间 接收时间 arrival arrivaltime entered enteredat",
    ),
    "end": _strengths(
        p99="""
            time:timestamp end_timestamp complete_timestamp end_time endtime completetimestamp 完成时间
            结束时间 complete_time completiontime endtimestamp
        """,
        p95="""
            timestamp sys_updated_at sys_updated_on updated_at 更新时间 办结时间 时间戳 完工时间 end
            completed completedat finishtime finished enddate time:complete completedate updatetime
            lastupdated modified_at 发生时间 操作时间 处理时间 办理时间 事件时间 完成 结束 实际完成时间
            服务结束时间 处理完成时间 timeend
        """,
        p88="""
            时间 日期时间 时刻 记录时间 完成日期 结束日期 eventtime eventdate datetime time event_time
            event_date
        """,
        p70="日期 date when createdat created_at 创建时间 登记时间 提交时间 处理日期 离开时间",
    ),
    "resource": _strengths(
        p99="org:resource resource 处理人 经办人 办理人",
        p95="""
            处理人员 经办人员 办理人员 操作员 操作人 操作人员 执行人 责任人 坐席 坐席工号 客服 客服工号
            工号 员工 员工工号 员工编号 员工姓名 受理人 受理人员 承办人 assignedto assignee agent
            operator handler performer 维修员 骑手 技师 originator
        """,
        p90="""
            人员 资源 user username employee employeeid worker staff 用户工号 staffid agentid userid
            server org:name
        """,
        p80="""
            班组 班组名称 处理班组 小组 处理部门 经办部门 承办单位 办理单位 assignment_group group team
            org:group department 部门 sys_updated_by updatedby modifiedby owner 岗位 角色 org:role role
        """,
    ),
    "cost": _strengths(
        p97="cost:total cost:amount 费用 成本 cost totalcost 费用合计",
        p88="金额 总金额 总费用 支出 花费 expense amountspent activitycost 处理费用 处理成本",
        p70="amount 价格 总价 price fee",
    ),
    "sla": _strengths(
        p97="""
            sla slatarget sla_target 时限 办理时限 处理时限 承诺时限 服务时限 截止时间 截止日期 sla时限
            slahours sladue
        """,
        p90="""
            截止 到期时间 限办时间 承诺完成时间 要求完成时间 规定时限 due duedate duetime deadline
            duein sla_due targetresolution 应办结时间 限时
        """,
        p75="target 期限 到期日",
    ),
    "lifecycle": _strengths(
        p99="lifecycle:transition lifecycletransition lifecycle 生命周期 生命周期状态",
        p85="transition transitiontype 事件阶段 活动状态转换",
        p62="eventtype 事件类型",
    ),
    "instance": _strengths(
        p97="concept:instance activityinstanceid activityinstance 活动实例 活动实例编号 活动实例id",
        p85="taskinstanceid taskinstance workitemid workitem 任务实例 任务实例编号 工作项编号",
    ),
}

LAST_WORD: dict[str, dict[str, float]] = {
    "case": {"caseid": 0.9, "case": 0.7, "ticket": 0.7, "incident": 0.7},
    "activity": {"activity": 0.85, "task": 0.8, "step": 0.75, "state": 0.75, "status": 0.75, "stage": 0.7},
    "start": {"start": 0.85, "started": 0.85, "begin": 0.8},
    "end": {
        "timestamp": 0.85, "end": 0.85, "ended": 0.85, "complete": 0.85, "completed": 0.85, "finish": 0.85,
        "finished": 0.85, "time": 0.65, "datetime": 0.7, "date": 0.62, "updated": 0.8,
    },
    "resource": {"resource": 0.85, "agent": 0.75, "operator": 0.75, "user": 0.65, "assignee": 0.85},
    "cost": {"cost": 0.8, "costs": 0.8},
    "sla": {"sla": 0.75, "deadline": 0.8, "due": 0.75},
    "lifecycle": {"lifecycle": 0.8, "transition": 0.65},
    "instance": {},
}  # fmt: skip
"""Strength of a heading that ends with one of these words (time columns: see `TIME_WORDS`)."""

TIME_WORDS = frozenset({"time", "timestamp", "date", "datetime", "at", "on", "ts"})
"""Words that may follow the one that decides: in `start_time` it is `start`."""

PART: dict[str, dict[str, float]] = {
    "case": {
        "流水号": 0.85, "工单号": 0.9, "工单编号": 0.9, "案例": 0.75, "案件": 0.75, "单号": 0.8, "编号": 0.65,
    },
    "activity": {"活动": 0.75, "环节": 0.85, "步骤": 0.85, "节点": 0.8, "状态": 0.75, "工序": 0.8},
    "start": {"开始": 0.85, "起始": 0.85},
    "end": {
        "完成": 0.85, "结束": 0.85, "办结": 0.85, "完工": 0.85, "更新": 0.75, "时间": 0.65, "日期": 0.62,
    },
    "resource": {
        "处理人": 0.88, "经办人": 0.88, "办理人": 0.88, "操作员": 0.85, "坐席": 0.85,
        "班组": 0.75, "人员": 0.7,
    },
    "cost": {"费用": 0.8, "成本": 0.8, "金额": 0.72},
    "sla": {"时限": 0.85, "截止": 0.8},
    "lifecycle": {"生命周期": 0.9},
    "instance": {"活动实例": 0.8},
}  # fmt: skip
"""Strength of a Chinese heading that contains one of these."""

NOT_FOR: dict[str, frozenset[str]] = {
    "case": frozenset(
        [
            "员工",
            "人员",
            "客户",
            "用户",
            "部门",
            "产品",
            "设备",
            "物料",
            "活动",
            "环节",
            "节点",
            "身份证",
            "电话",
            "手机",
            "联系",
            "合同",
            "版本",
            "批次",
            "事件类型",
            "步骤",
            "event",
            "activity",
            "task",
            "user",
            "customer",
            "employee",
            "product",
            "resource",
            "agent",
            "phone",
        ]
    ),
    "activity": frozenset(
        [
            "支付状态",
            "婚姻状态",
            "活动实例",
            "实例",
            "在线状态",
            "country",
            "us",
            "instance",
            "address",
            "marital",
        ]
    ),
    "start": frozenset(
        [
            "截止",
            "时限",
            "due",
            "deadline",
            "target",
        ]
    ),
    "end": frozenset(
        [
            "截止",
            "时限",
            "承诺",
            "要求",
            "应办",
            "到期",
            "出生",
            "时长",
            "due",
            "deadline",
            "target",
            "birth",
            "duration",
        ]
    ),
    "resource": frozenset(
        [
            "客户",
            "联系",
            "申请人",
            "投诉人",
            "报修人",
            "customer",
            "client",
            "caller",
        ]
    ),
    "cost": frozenset(),
    "sla": frozenset(),
    "lifecycle": frozenset(),
    "instance": frozenset(),
}
"""A heading with one of these in it has the role only when it is listed in `EXACT`."""
