"""What a study can be asked, declared once: the command line, forms and result pages read it from here.

Plain data without heavy imports, so that `anlan --help` stays quick.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "file", "choice", "integer", "number", "flag", "spec"]
"""`file`: the text of a TOML settings file; `spec`: the document of a spec file."""


@dataclass(frozen=True)
class Parameter:
    """One question: its name, how it is answered, and its words in both languages.

    low, high: inclusive limits of a number; choices: code -> {zh, en}; example: an answer to imitate.
    """

    name: str
    kind: Kind
    title: dict[str, str]
    help: dict[str, str]
    default: Any = None
    example: str = ""
    low: float | None = None
    high: float | None = None
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


SLA = Parameter(
    "sla",
    "text",
    {"zh": "时限", "en": "Limit"},
    {"zh": "5d，column:列名，或 活动=2h,...", "en": "5d, column:NAME, or ACTIVITY=2h,..."},
    example="5d",
)
CALENDAR = Parameter(
    "calendar",
    "file",
    {"zh": "工作时间日历", "en": "Working-time calendar"},
    {
        "zh": "TOML 文件（样例：anlan example calendar）；不给则按自然时间计算",
        "en": "TOML file (sample: anlan example calendar); without it, elapsed time counts",
    },
)
COSTS = Parameter(
    "costs",
    "file",
    {"zh": "成本费率", "en": "Cost rates"},
    {
        "zh": "TOML 文件（样例：anlan example costs）；不给则损失以案例分钟计",
        "en": "TOML file (sample: anlan example costs); without it, losses are case minutes",
    },
)
CRITERIA = Parameter(
    "criteria",
    "file",
    {"zh": "风险准则", "en": "Risk criteria"},
    {
        "zh": "TOML 文件（样例：anlan example criteria）；不给则用现行准则",
        "en": "TOML file (sample: anlan example criteria); without it, the criteria in force",
    },
)
PACKS = Parameter(
    "packs",
    "text",
    {"zh": "行业包", "en": "Industry packs"},
    {"zh": "auto、none 或 名称,...", "en": "auto, none or NAME,..."},
    default="auto",
    example="auto",
)
REFERENCE = Parameter(
    "reference",
    "text",
    {"zh": "参考路径", "en": "Reference path"},
    {"zh": "活动>活动>...", "en": "ACTIVITY>ACTIVITY>..."},
)
CLOSING = Parameter(
    "closing",
    "text",
    {"zh": "办结的活动", "en": "Closing activities"},
    {
        "zh": "活动,...；不给则从日志学得。不以它们结束的案例按未结处理",
        "en": "ACTIVITY,...; learned from the log if empty. Cases that do not end with one are open",
    },
)
BUDGET = Parameter(
    "budget",
    "text",
    {"zh": "处置预算", "en": "Treatment budget"},
    {"zh": "60d（人天）或金额，如 20,000元、2万", "en": "60d (person-days) or an amount of money"},
    example="60d",
)
AS_OF = Parameter(
    "as_of",
    "text",
    {"zh": "截止时间", "en": "Point of view in time"},
    {"zh": "日期或时间；不给则为日志最后时间", "en": "a date or time; the log's last time if empty"},
    example="2026-07-14",
)
MODEL = Parameter(
    "model",
    "file",
    {"zh": "流程模型", "en": "Process model"},
    {
        "zh": "BPMN 2.0 文件；给出则把已办结的案例与它对照，偏离列入发现",
        "en": "BPMN 2.0 file; with it finished cases are held against it, and deviations become findings",
    },
)

LOG_PARAMETERS = (SLA, CALENDAR, COSTS, CRITERIA, PACKS, REFERENCE, CLOSING, BUDGET, AS_OF, MODEL)
"""What every study of an event log can be asked, in the order they stand in a result's provenance."""
