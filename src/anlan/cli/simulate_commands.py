"""Commands about a process twin: its description runs as a simulation."""

from anlan.cli.declaring import JSON, LANG, Command, option

_MODEL = (
    option(
        "--model",
        zh="流程的规格文件（YAML、JSON 或 TOML，method 为 process_simulation）",
        en="spec of the process (YAML, JSON or TOML; its method is process_simulation)",
        metavar="FILE",
    ),
    option(
        "--bpmn",
        zh="BPMN 2.0 流程图；参数来自 --scenario，或图中的 qbp: 扩展",
        en="BPMN 2.0 diagram; parameters come from --scenario, or from its qbp: extension",
        metavar="FILE",
    ),
    option(
        "--scenario",
        zh="情景：Prosimos 的 JSON（与 --bpmn 一起用），或要改动的输入（YAML、JSON、TOML）",
        en="scenario: a Prosimos JSON (with --bpmn), or the inputs to change (YAML, JSON, TOML)",
        metavar="FILE",
    ),
)

SIMULATE = Command(
    ("simulate",),
    "仿真一条流程，给出时间、等待、利用率和费用及其区间",
    "simulate a process: times, waiting, utilisation and cost with their intervals",
    (
        *_MODEL,
        option(
            "--replications",
            zh="独立重复次数（默认取模型所写）",
            en="independent replications (default: as the model says)",
            type=int,
            default=None,
            metavar="N",
        ),
        option(
            "--precision",
            zh="平均办结时间的相对半宽；达不到就继续重复，如 0.02",
            en="relative half-width of the mean cycle time to go on for, e.g. 0.02",
            type=float,
            default=None,
            metavar="SHARE",
        ),
        option(
            "--cases",
            zh="大约到达多少件后停止到达（代替周数）",
            en="arrivals end after about so many cases (instead of weeks)",
            type=int,
            default=None,
            metavar="N",
        ),
        option(
            "--seed",
            zh="随机种子（默认取模型所写，否则 0）",
            en="seed of the random numbers (default: as the model says, else 0)",
            type=int,
            default=None,
            metavar="N",
        ),
        option(
            "--design",
            zh="先按这个方案（anlan.design/1）改造流程，再仿真，随机数与现状相同",
            en="redesign the process by this design (anlan.design/1) first, with the same luck",
            metavar="FILE",
        ),
        option(
            "--save-model",
            zh="把读到的流程写成规格文件或 Excel 工作簿（.xlsx），可继续编辑",
            en="write the process as read to a spec file or an Excel workbook (.xlsx), to be edited",
            metavar="FILE",
        ),
        LANG,
        JSON,
    ),
    "anlan.cli.simulate:simulate",
)

SIMULATE_COMMANDS = (SIMULATE,)
