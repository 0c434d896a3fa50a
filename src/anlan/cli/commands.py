"""The command table as data: names, options and help in both languages; nothing heavy is imported.

`anlan --help` must answer in under 0.3 s, so each command names its function as `module:function`
and the module is imported only when the command runs.
"""

from anlan.cli.declaring import JSON, LANG, Command, Option
from anlan.cli.declaring import option as _option
from anlan.cli.resource_commands import resource_commands
from anlan.cli.simulate_commands import SIMULATE_COMMANDS
from anlan.studies.parameters import (
    AS_OF,
    BUDGET,
    CALENDAR,
    CLOSING,
    COSTS,
    CRITERIA,
    MODEL,
    REFERENCE,
    SLA,
    Parameter,
)


def _asked(parameter: Parameter, *, metavar: str = "FILE") -> Option:
    """The option for a question of the studies, in the words that forms use too."""
    zh = f"{parameter.title['zh']}：{parameter.help['zh']}"
    en = f"{parameter.title['en'][0].lower()}{parameter.title['en'][1:]}: {parameter.help['en']}"
    return _option(f"--{parameter.name.replace('_', '-')}", zh=zh, en=en, metavar=metavar)


LOG = _option("log", zh="事件日志文件，或已存日志的编号", en="event log file, or the id of a stored log")
READING = (
    _option(
        "--map",
        zh="指定列：案例=列,活动=列,开始=列,完成=列,资源=列,费用=列（也可写 case=列,activity=列,end=列 ……）",
        en="name the columns: case=COL,activity=COL,start=COL,end=COL,resource=COL,cost=COL",
        metavar="ROLE=COL,...",
    ),
    _option(
        "--save-map",
        zh="把识别出的列保存到文件",
        en="save the columns as recognised to a file",
        metavar="FILE",
    ),
    _option("--map-file", zh="使用已保存的列设置", en="use columns saved before", metavar="FILE"),
    _option(
        "--tz",
        zh="日志的时区，如 Asia/Shanghai",
        en="time zone of the log, e.g. Asia/Shanghai",
        metavar="ZONE",
    ),
    _option(
        "--time-format",
        zh="时间格式，如 %%d/%%m/%%Y %%H:%%M",
        en="time format, e.g. %%d/%%m/%%Y %%H:%%M",
        metavar="F",
    ),
    _option("--sheet", zh="工作簿中的工作表", en="sheet of a workbook", metavar="NAME"),
    _option(
        "--missing",
        zh="表示缺失的写法，逗号分隔（默认：空、?、NULL、-）",
        en="spellings of a missing value, comma separated (default: empty, ?, NULL, -)",
        metavar="TEXT,...",
    ),
    _option(
        "--on-bad-rows",
        zh="遇到坏行：set-aside 剔除（默认），stop 停止",
        en="bad rows: set-aside (default) or stop",
        choices=("set-aside", "stop"),
        default="set-aside",
    ),
    _option(
        "--max-bad-share",
        zh="坏行占比超过此值即停止（默认 0.5）",
        en="stop when more than this share of rows is bad (default 0.5)",
        type=float,
        default=0.5,
        metavar="SHARE",
    ),
)

PACKS = (
    ("CM", "全流程通用", "every process"),
    ("GS", "一般服务流程", "general service"),
    ("PT", "旅客运输服务", "passenger transport"),
    ("PH", "供电营业厅", "power-supply business hall"),
    ("CC", "客户服务中心", "contact centre"),
    ("IT", "信息技术支持", "IT support"),
    ("DS", "数据安全", "data security"),
    ("HR", "人员与培训", "staff and training"),
    ("LG", "物流配送", "logistics and delivery"),
    ("EM", "应急", "emergency plans"),
)
"""Code and industry of each pack, in both languages: the help must not load the packs themselves."""

ANALYSIS = (
    _option(
        "--process",
        zh="流程名称（默认取文件名）",
        en="name of the process (default: the file's name)",
        metavar="NAME",
    ),
    _asked(SLA, metavar="LIMIT"),
    _asked(CALENDAR),
    _asked(COSTS),
    _asked(CRITERIA),
    _option(
        "--packs",
        zh="行业包：auto、none 或 名称,...（默认 auto）。可用："
        + "，".join(f"{code} {zh}" for code, zh, _ in PACKS),
        en="industry packs: auto, none or NAME,... (default auto): "
        + ", ".join(f"{code} {en}" for code, _, en in PACKS),
        default="auto",
        metavar="PACKS",
    ),
    _asked(REFERENCE, metavar="PATH"),
    _asked(CLOSING, metavar="ACTIVITY,..."),
    _asked(BUDGET, metavar="60d|MONEY"),
    _asked(AS_OF, metavar="TIME"),
    _asked(MODEL),
    _option(
        "--seed",
        zh="随机种子（默认 0）",
        en="seed of the random numbers (default 0)",
        type=int,
        default=0,
        metavar="N",
    ),
)

OUT = _option(
    "--out", zh="结果写入的文件夹", en="folder the results are written to", metavar="DIR", required=True
)

OPTIONAL_LOG = _option("log", zh=f"{LOG.zh}（按日志量化）", en=f"{LOG.en} (quantify from a log)", nargs="?")

_FIGURES = ("cycle", "waiting", "late", "lost", "cost", "complaints", "yearly_cost", "yearly_loss")

TRYING = (
    _option(
        "--try",
        zh="校准流程孪生，在其中试行各项改进，与现状比较",
        en="calibrate a twin and try the redesigns in it, beside the process as it is",
        action="store_true",
        dest="trying",
    ),
    _option(
        "--twin",
        zh="在这个流程孪生（process_simulation 的规格）中试行；不给日志也可以",
        en="try them in this twin (a spec of process_simulation); no log is needed then",
        metavar="FILE",
    ),
    _option(
        "--designs",
        zh="试行这些方案（anlan.design/1），代替自动提出的",
        en="try these designs (anlan.design/1) instead of those proposed",
        metavar="FILE",
    ),
    _option(
        "--save-designs",
        zh="把提出的方案写成文件，可填写费用和幅度",
        en="write the designs proposed to a file, to fill in costs and sizes",
        metavar="FILE",
    ),
    _option(
        "--matrix",
        zh="把创新矩阵（节省、投入与改动多少）画成 SVG 文件",
        en="draw the innovation matrix (gain, effort, how much is changed) as an SVG file",
        metavar="FILE.svg",
    ),
    _option(
        "--by",
        zh="按哪个指标排名（默认 cycle，平均办结时间）",
        en="figure to rank by (default cycle, the mean cycle time)",
        choices=_FIGURES,
        default="cycle",
    ),
    _option(
        "--most",
        zh="每个方案至多重复多少次（默认 60）",
        en="replications of a design at most (default 60)",
        type=int,
        default=60,
        metavar="N",
    ),
)
"""What `improve` can be asked beyond ideas; its `--budget` then is for designs, in the first year."""

LOG_OR_NONE = _option("log", zh=f"{LOG.zh}（取其时长）", en=f"{LOG.en} (for its times)", nargs="?")

LOG_OR_TWIN = _option("log", zh=LOG.zh, en=LOG.en, nargs="?")

METHODS = (
    _option(
        "--spec",
        zh="按一份评估规格（YAML、JSON 或 TOML）或一棵 Open-PSA 故障树（XML）评估一项风险",
        en="assess one risk by a spec file (YAML, JSON or TOML) or an Open-PSA fault tree (XML)",
        metavar="FILE",
    ),
    _option(
        "--top",
        zh="Open-PSA 模型中要求解的门（有多个顶层门时）",
        en="the gate of an Open-PSA model to solve, where it has several at the top",
        metavar="GATE",
    ),
    _option(
        "--out",
        zh="与 --spec 一起用：把 result.json、report.html、report.pdf、report.xlsx 写入文件夹",
        en="with --spec: write result.json, report.html, report.pdf and report.xlsx to a folder",
        metavar="DIR",
    ),
    _option("--list", zh="列出各种量化方法", en="list the methods of quantification", action="store_true"),
    _option(
        "--explain",
        zh="说明一种方法：公式、输入、局限、来源",
        en="explain a method: formula, inputs, limits, source",
        metavar="METHOD",
    ),
    _option("--example", zh="打印一份可用的评估规格", en="print a spec file to start from", metavar="METHOD"),
    _option(
        "--advise",
        zh="推荐方法，如 purpose=loss data=few experts=2 dependence",
        en="recommend methods, e.g. purpose=loss data=few experts=2 dependence",
        metavar="SITUATION",
        nargs="+",
    ),
    _option(
        "--schema", zh="打印规格文件的 JSON 模式", en="print the JSON schema of the spec", metavar="METHOD"
    ),
)
"""What `quantify` can be asked instead of a log."""

_CLOSED_ALONE = _option(
    "--closing",
    zh="只看以这些活动结束的案例：活动,...（默认看全部案例）",
    en="look only at cases that ended with one of these: ACTIVITY,... (default: all cases)",
    metavar="ACTIVITY,...",
)

_STAGES = (
    ("identify", "识别风险", "identify risks"),
    ("key-nodes", "找出关键节点", "find the key nodes"),
    ("quantify", "量化风险", "quantify the risks"),
    ("treat", "在预算内选择措施", "choose measures under a budget"),
    ("improve", "流程改进设想", "ideas to improve the process"),
    ("monitor", "建议的监控指标", "proposed indicators"),
    ("respond", "适用的应急预案", "emergency plans that apply"),
    ("evaluate", "评估发现的稳定性", "evaluate how stable the findings are"),
)

_BEFORE = {"quantify": (OPTIONAL_LOG, *METHODS), "improve": (LOG_OR_TWIN, *TRYING)}

GROUPS: dict[tuple[str, ...], tuple[str, str]] = {
    ("log",): ("已存的事件日志", "stored event logs"),
    ("audit",): ("审计链", "the audit chain"),
    ("twin",): ("流程孪生", "the process twin"),
}
"""Words that stand before several commands: what they have in common, in Chinese and English."""

_SEED = next(option for option in ANALYSIS if option.flags == ("--seed",))


def _hold_back(zh: str, en: str, default: float) -> Option:
    return _option(
        "--hold-back", zh=f"{zh}（默认 {default:g}）", en=f"{en} (default {default:g})", type=float,
        default=default, metavar="SHARE",
    )  # fmt: skip


TWIN_COMMANDS = (
    Command(
        ("twin", "calibrate"),
        "由日志校准流程孪生，并用留出的最后一段日志检验",
        "calibrate a process twin from a log, and hold it against the last part, held back",
        (
            LOG,
            *READING,
            _hold_back(
                "留出最后到达的这一比例用于检验，0 为不检验",
                "share of the cases, the last to arrive, held back for the check; 0: no check",
                0.2,
            ),
            _option(
                "--title",
                zh="孪生的名称（默认取日志名）",
                en="title of the twin (default: from the name of the log)",
                metavar="NAME",
            ),
            _option(
                "--people",
                zh="在 JSON 中列出各班组成员的姓名",
                en="list the members of each team by name in the JSON",
                action="store_true",
            ),
            _SEED,
            LANG,
            JSON,
            _option(
                "--out",
                zh="孪生写入的文件（.yaml、.yml、.json 或 .xlsx）",
                en="file the twin is written to (.yaml, .yml, .json or .xlsx)",
                metavar="FILE",
            ),
        ),
        "anlan.cli.twin:calibrate",
    ),
    Command(
        ("twin", "validate"),
        "检验流程孪生能否代表一份日志",
        "check how well a process twin stands for a log",
        (
            LOG,
            *READING,
            _option(
                "--model",
                zh="孪生文件（process_simulation 的规格）",
                en="file of the twin (a spec of process_simulation)",
                metavar="FILE",
                required=True,
            ),
            _hold_back(
                "只用最后到达的这一比例，0 为全部",
                "use only this share of the cases, the last to arrive; 0: all",
                0.0,
            ),
            _SEED,
            LANG,
            JSON,
        ),
        "anlan.cli.twin:validate",
    ),
)

COMMANDS = (
    Command(
        ("assess",),
        "对一份事件日志走完八个环节，写出报告",
        "walk the whole loop on an event log and write the report",
        (LOG, *READING, *ANALYSIS, LANG, JSON, OUT),
        "anlan.cli.assess:assess",
    ),
    *(
        Command(
            (name,),
            zh,
            en,
            (*_BEFORE.get(name, (LOG,)), *READING, *ANALYSIS, LANG, JSON),
            f"anlan.cli.stages:{name.replace('-', '_')}",
        )
        for name, zh, en in _STAGES
    ),
    Command(
        ("conform",),
        "对照流程模型核查日志：拟合度、精确度、逐步骤的偏离",
        "hold a log against a process model: fitness, precision, deviations per step",
        (
            LOG,
            _option(
                "--model",
                zh="流程模型（BPMN 2.0 文件）",
                en="the process model (BPMN 2.0 file)",
                metavar="FILE",
                required=True,
            ),
            _CLOSED_ALONE,
            _option(
                "--variants",
                zh="JSON 结果中列出的变体数（默认 20，最常见的在前）",
                en="variants listed in the JSON result, the commonest first (default 20)",
                type=int,
                default=20,
                metavar="N",
            ),
            *READING,
            LANG,
            JSON,
        ),
        "anlan.cli.conformance:conform",
    ),
    Command(
        ("discover",),
        "从日志发现流程模型，可写为 BPMN",
        "discover a process model in a log; writes BPMN",
        (
            LOG,
            _option(
                "--noise",
                zh="忽略少见走法的程度，0 至 0.9（默认 0.2；0 则每种走法都能重现）",
                en="how far rare ways are passed over, 0 to 0.9 (default 0.2; with 0 every variant fits)",
                type=float,
                default=0.2,
                metavar="SHARE",
            ),
            _option(
                "--out",
                zh="把模型写入 BPMN 文件；只会替换本软件写出的文件",
                en="write the model to a BPMN file; only a file written by anlan is replaced",
                metavar="FILE",
            ),
            _CLOSED_ALONE,
            *READING,
            LANG,
            JSON,
        ),
        "anlan.cli.conformance:discover",
    ),
    *(
        Command(
            (name,),
            zh,
            en,
            (
                LOG_OR_NONE,
                _option(
                    "--model",
                    zh="流程模型（BPMN 2.0 文件，本软件导出的含泳道与有形展示）；不给则取日志中的活动",
                    en="the process model (BPMN 2.0; one that anlan wrote has lanes and evidence); else the "
                    "activities of the log",
                    metavar="FILE",
                ),
                _option(
                    "--out",
                    zh="写入的新文件：.svg、.png 图或 .csv 表",
                    en="a new file to write: .svg or .png drawing, or .csv table",
                    metavar="FILE",
                ),
                *READING,
                LANG,
                JSON,
            ),
            f"anlan.cli.service:{name}",
        )
        for name, zh, en in (
            (
                "blueprint",
                "由流程模型或日志画服务蓝图",
                "draw the service blueprint of a process model or a log",
            ),
            (
                "journey",
                "由流程模型和日志画客户旅程",
                "draw the customer journey of a process model and a log",
            ),
        )
    ),
    Command(
        ("log", "import"),
        "读入日志并存储",
        "read a log and store it",
        (LOG, *READING, LANG, JSON),
        "anlan.cli.logs:import_log",
    ),
    Command(
        ("log", "append"),
        "向已存日志追加",
        "append a file to a stored log",
        (
            _option("stored", zh="已存日志的编号", en="id of the stored log"),
            _option("log", zh="要追加的文件", en="file to append"),
            *READING,
            LANG,
            JSON,
        ),
        "anlan.cli.logs:append_log",
    ),
    Command(
        ("log", "describe"),
        "描述一份日志",
        "describe a log",
        (LOG, *READING, LANG, JSON),
        "anlan.cli.logs:describe_log",
    ),
    Command(
        ("log", "list"), "列出已存日志", "list the stored logs", (LANG, JSON), "anlan.cli.logs:list_logs"
    ),
    *TWIN_COMMANDS,
    *SIMULATE_COMMANDS,
    *resource_commands(READING),
    Command(
        ("demo",),
        "用随附的真实日志演示：报告、示例单位和应用",
        "show it on the bundled real log: the report, a demo organisation, the application",
        (
            _option(
                "--out",
                zh="结果写入的文件夹（默认 demo）",
                en="folder the results are written to (default: demo)",
                metavar="DIR",
                default="demo",
            ),
            _option(
                "--no-serve",
                zh="只准备，不启动应用",
                en="prepare only, do not start the application",
                action="store_true",
            ),
            _option(
                "--port",
                zh="端口（默认 8000）",
                en="port (default 8000)",
                type=int,
                default=8000,
                metavar="N",
            ),
            _option(
                "--password",
                zh="所有示例账号的密码（默认各自随机）",
                en="password of all demo accounts (default: a random one each)",
                default=None,
                metavar="TEXT",
            ),
            LANG,
        ),
        "anlan.cli.demo:demo",
    ),
    Command(
        ("serve",),
        "启动应用（网页、后台任务与定时任务）",
        "run the application (pages, background work and schedule)",
        (
            _option(
                "--host",
                zh="监听地址（默认 127.0.0.1）",
                en="address to listen on (default 127.0.0.1)",
                default="127.0.0.1",
                metavar="ADDRESS",
            ),
            _option(
                "--port",
                zh="端口（默认 8000）",
                en="port (default 8000)",
                type=int,
                default=8000,
                metavar="N",
            ),
            _option(
                "--workers",
                zh="网页进程数（默认 2）",
                en="web processes (default 2)",
                type=int,
                default=2,
                metavar="N",
            ),
            _option(
                "--only",
                zh="只启动一个部分：web、worker 或 scheduler",
                en="run one part alone: web, worker or scheduler",
                choices=("web", "worker", "scheduler"),
                default=None,
            ),
            LANG,
        ),
        "anlan.cli.serve:serve",
    ),
    Command(
        ("audit", "verify"),
        "核对审计链与锚点，指出第一处改动",
        "check the audit chain and its anchors, name the first change",
        (LANG, JSON),
        "anlan.cli.audit:verify_audit",
    ),
    Command(
        ("audit", "anchor"),
        "现在就给审计链签一个锚点",
        "sign the head of the audit chain now",
        (LANG,),
        "anlan.cli.audit:anchor_audit",
    ),
    Command(
        ("example",),
        "打印一份可用的设置文件样例",
        "print a settings file to start from",
        (
            _option(
                "kind",
                zh="哪一种：costs 成本费率，criteria 风险准则，calendar 工作日历",
                en="which one: costs, criteria (risk criteria) or calendar (working time)",
                choices=("costs", "criteria", "calendar"),
            ),
            LANG,
        ),
        "anlan.cli.example:example",
    ),
    Command(
        ("doctor",),
        "检查安装",
        "check the installation",
        (_option("--warm", zh="预先编译计算核心", en="compile the kernels ahead", action="store_true"), LANG),
        "anlan.cli.doctor:doctor",
    ),
)

__all__ = ["COMMANDS", "GROUPS", "JSON", "LANG", "Command", "Option"]
