"""The studies by code. A study added here appears in the application: its form, its run, its result page.

Plain data without heavy imports; the functions are named `module:function` and loaded when a run starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from anlan.domain.errors import UsageError
from anlan.studies.parameters import CALENDAR, CLOSING, LOG_PARAMETERS, MODEL, SLA, Parameter


@dataclass(frozen=True)
class Study:
    """One study: words, what it can be asked, and the functions that compute and sum it up.

    run      `module:function` that takes an `Ask` and returns the result as JSON values
    figures  `module:function` that takes the result and returns a few numbers for lists
    log      whether it runs on a log: `needed`, `used` where the process has one, `none`
    """

    code: str
    title: dict[str, str]
    about: dict[str, str]
    parameters: tuple[Parameter, ...]
    run: str
    figures: str
    log: Literal["needed", "used", "none"] = "needed"

    @property
    def needs_log(self) -> bool:
        return self.log == "needed"

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


def _stage(code: str, zh: str, en: str, about_zh: str, about_en: str) -> Study:
    return Study(
        code,
        {"zh": zh, "en": en},
        {"zh": about_zh, "en": about_en},
        LOG_PARAMETERS,
        run="anlan.studies.running:run_stage" if code != "assess" else "anlan.studies.running:run_assess",
        figures="anlan.studies.figures:figures_of",
    )


_STUDIES = {
    study.code: study
    for study in (
        _stage(
            "assess", "评估", "Assessment",
            "对事件日志走完八个环节：识别、关键节点、量化、处置、改进、监控、应对、评价",
            "The whole loop on an event log: identify, key nodes, quantify, treat, improve, monitor, "
            "respond, evaluate",
        ),
        _stage(
            "identify", "识别风险", "Identify risks",
            "日志中的异常迹象与检查表候选项，附证据",
            "Signs of trouble in the log and checklist candidates, with evidence",
        ),
        _stage(
            "key_nodes", "关键节点", "Key nodes",
            "按得分排列的活动，附名次区间与理由",
            "Activities by score, with rank intervals and reasons",
        ),
        _stage(
            "quantify", "量化风险", "Quantify risks",
            "每项风险的频率、损失与等级，以及年度损失曲线",
            "Frequency, loss and level of each risk, and the curve of yearly loss",
        ),
        _stage(
            "treat", "选择措施", "Choose measures",
            "预算内降低损失最多的一组措施",
            "The set of measures that takes away most loss under a budget",
        ),
        _stage(
            "improve", "流程改进", "Improve the process",
            "流程改进设想及其针对的延误占比",
            "Ideas to redesign the process, with the share of delay they address",
        ),
        _stage(
            "monitor", "监控指标", "Indicators",
            "建议的监控指标与报警、解除界限",
            "Proposed indicators with limits at which they fire and clear",
        ),
        _stage(
            "respond", "应急预案", "Emergency plans",
            "适用的应急预案及其对应的风险",
            "Emergency plans that apply, with the risks they answer",
        ),
        _stage(
            "evaluate", "稳定性评价", "Stability",
            "各项发现在日志前后两半之间是否稳定",
            "How stable each finding is between the halves of the log",
        ),
    )
}  # fmt: skip


def studies() -> tuple[Study, ...]:
    """All studies, the widest first."""
    return tuple(_STUDIES.values())


_HOLD_BACK = Parameter(
    "hold_back", "number",
    {"zh": "留出的案例占比", "en": "Share of cases held back"},
    {"zh": "最后到达的案例只用于检验；0 表示不留出",
     "en": "The last cases to arrive are only held against; 0 holds none back"},
    default=0.2, low=0.0, high=0.9,
)  # fmt: skip
_TWIN = Parameter(
    "twin", "spec", {"zh": "孪生", "en": "Twin"}, {"zh": "流程仿真的输入", "en": "Inputs of the simulation"}
)
_NOISE = Parameter(
    "noise", "number",
    {"zh": "噪声", "en": "Noise"},
    {"zh": "忽略少见走法的程度，0 至 0.9；0 则每种走法都能重现",
     "en": "how far rare ways are passed over, 0 to 0.9; with 0 every variant fits"},
    default=0.2, low=0.0, high=0.9,
)  # fmt: skip
CONFORM, DISCOVER = "conform", "discover"
_OWN_PAGES = {
    study.code: study
    for study in (
        Study(
            "twin_calibration",
            {"zh": "校准流程孪生", "en": "Calibrate a process twin"},
            {"zh": "从日志估计流程孪生，并用留出的部分检验",
             "en": "A process twin from the log, held against its last part"},
            (
                _HOLD_BACK,
                Parameter(
                    "language", "choice",
                    {"zh": "班组名称的语言", "en": "Language of team names"},
                    {"zh": "日志没有班组名称，由程序起名", "en": "The log names no teams; the program does"},
                    default="zh",
                    choices={"zh": {"zh": "中文", "en": "Chinese"}, "en": {"zh": "英文", "en": "English"}},
                ),
            ),
            run="anlan.studies.twin.as_runs:run_calibration",
            figures="anlan.studies.twin.as_runs:figures_of_calibration",
        ),
        Study(
            "twin_validation",
            {"zh": "检验流程孪生", "en": "Check a process twin"},
            {"zh": "把孪生与日志对照，给出报告卡", "en": "A twin held against the log: the report card"},
            (_TWIN, _HOLD_BACK),
            run="anlan.studies.twin.as_runs:run_validation",
            figures="anlan.studies.twin.as_runs:figures_of_validation",
        ),
        Study(
            CONFORM,
            {"zh": "对照模型", "en": "Conformance"},
            {"zh": "已办结的案例与流程模型的偏离", "en": "How finished cases deviate from a process model"},
            (MODEL, CLOSING),
            run="anlan.studies.of_models:run_conform",
            figures="anlan.studies.of_models:figures_of_model",
        ),
        Study(
            DISCOVER,
            {"zh": "发现模型", "en": "Discovery of a model"},
            {"zh": "由日志画出流程模型的草稿", "en": "A draft of the process model, from the log"},
            (_NOISE, CLOSING),
            run="anlan.studies.of_models:run_discover",
            figures="anlan.studies.of_models:figures_of_model",
        ),
        Study(
            "twin_simulation",
            {"zh": "运行流程孪生", "en": "Run a process twin"},
            {"zh": "孪生的主要指标与区间：办结时间、排队、超时、成本、忙闲",
             "en": "Main figures of a twin with intervals: cycle time, waiting, breaches, cost, who is busy"},
            (_TWIN,),
            run="anlan.studies.twin.as_runs:run_simulation",
            figures="anlan.studies.twin.as_runs:figures_of_simulation",
            log="none",
        ),
        Study(
            "twin_proposals",
            {"zh": "提出改造设想", "en": "Propose redesigns"},
            {"zh": "从日志的发现，以及孪生运行中的等待、忙闲与风险提出设计",
             "en": "Designs from the findings of the log, and from where the twin waits, who is busy and "
             "what risks add"},
            (_TWIN, SLA, CLOSING, CALENDAR),
            run="anlan.studies.twin.proposals:run_proposals",
            figures="anlan.studies.twin.proposals:figures_of_proposals",
            log="used",
        ),
        Study(
            "design_comparison",
            {"zh": "对比设计", "en": "Compare designs"},
            {"zh": "各设计与现状的配对差异与区间；给出预算时搜索最佳组合",
             "en": "Paired differences of designs from the process as it is; with a budget the best set"},
            (
                _TWIN,
                Parameter(
                    "designs", "spec", {"zh": "设计", "en": "Designs"}, {"zh": "改动", "en": "Changes"}
                ),
                Parameter(
                    "by", "choice", {"zh": "排序依据", "en": "Rank by"},
                    {"zh": "按哪个指标排序", "en": "The figure that decides"}, default="cycle",
                    choices={
                        "cycle": {"zh": "平均办结时间", "en": "mean cycle time"},
                        "waiting": {"zh": "平均排队时间", "en": "mean wait"},
                        "lost": {"zh": "没有办成的比例", "en": "share left unserved"},
                        "late": {"zh": "超过承诺的比例", "en": "broken promises"},
                        "cost": {"zh": "每件费用", "en": "cost per case"},
                        "complaints": {"zh": "投诉的比例", "en": "share that complains"},
                        "yearly_cost": {"zh": "一年的费用", "en": "cost a year"},
                        "yearly_loss": {"zh": "期望年损失", "en": "expected yearly loss"},
                    },
                ),
                Parameter(
                    "most", "integer", {"zh": "最多重复次数", "en": "Replications at most"},
                    {"zh": "达到精度即停", "en": "It stops when it is precise enough"}, default=60, low=10,
                    high=500,
                ),
                Parameter(
                    "precision", "number", {"zh": "精度", "en": "Precision"},
                    {"zh": "差异区间半宽与现状平均办结时间之比",
                     "en": "Half width of differences over the mean cycle time as it is"},
                    default=0.01, low=0.001, high=0.5,
                ),
                Parameter(
                    "spend", "number", {"zh": "预算", "en": "Budget"},
                    {"zh": "给出后搜索预算内的最佳组合", "en": "With one the best set is searched"},
                    low=0.0, high=1e15,
                ),
            ),
            run="anlan.studies.twin.trying:run_trial",
            figures="anlan.studies.twin.trying:figures_of_trial",
            log="none",
        ),
    )
}  # fmt: skip
"""Studies that are asked on pages of their own, so that they stand in no list of what a log can be asked."""

METHOD = "method."
"""Before the code of a method of quantification, it is the code of the study that runs it."""

SPEC = Parameter(
    "spec",
    "spec",
    {"zh": "评估规格", "en": "Spec of the assessment"},
    {"zh": "方法、输入与等级界限", "en": "Method, inputs and bands"},
)


def method_study(code: str) -> Study:
    """The study of a method: one assessment from its spec. Errors: UsageError for an unknown method."""
    from anlan.formats.messages import in_both_languages
    from anlan.loop.quantify.methods import family_of

    family_of(code)
    return Study(
        f"{METHOD}{code}",
        in_both_languages(f"methods.{code}.title"),
        in_both_languages(f"methods.{code}.about"),
        (SPEC,),
        run="anlan.studies.methods.running:run_method",
        figures="anlan.studies.methods.running:figures_of_assessment",
        log="none",
    )


def study(code: str) -> Study:
    """The study of a code. Errors: UsageError that lists the codes."""
    if code.startswith(METHOD):
        return method_study(code.removeprefix(METHOD))
    known = _STUDIES.get(code) or _OWN_PAGES.get(code)
    if known is None:
        raise UsageError("study.unknown", found=code[:80], known=", ".join(_STUDIES))
    return known


def is_known(code: str) -> bool:
    """Whether there is a study of that code beside those of methods."""
    return code in _STUDIES or code in _OWN_PAGES


def add_study(new: Study) -> None:
    """Make a further study known; a code is never given twice."""
    if new.code in _STUDIES:
        raise ValueError(f"study {new.code} is there already")
    _STUDIES[new.code] = new


def function(named: str) -> Callable[..., Any]:
    """The function of `module:function`."""
    module, name = named.split(":")
    return getattr(import_module(module), name)  # type: ignore[no-any-return]


def with_defaults(of: Study, values: Mapping[str, Any]) -> dict[str, Any]:
    """An answer to each parameter of the study; empty answers become the default.

    Errors: UsageError for an answer to a question the study does not ask, or outside its limits.
    """
    unknown = sorted(set(values) - {parameter.name for parameter in of.parameters})
    if unknown:
        known = ", ".join(parameter.name for parameter in of.parameters)
        raise UsageError("study.parameter_unknown", study=of.code, found=unknown[0][:80], known=known)
    return {p.name: _answer(p, values.get(p.name)) for p in of.parameters}


def _answer(parameter: Parameter, value: Any) -> Any:
    if value is None or value == "":
        return parameter.default
    if parameter.kind == "spec":
        return value
    if parameter.kind in ("integer", "number"):
        return _within(parameter, value)
    if parameter.kind == "flag":
        return bool(value)
    text = str(value)
    if parameter.kind == "choice" and text not in parameter.choices:
        raise UsageError(
            "study.choice", name=parameter.name, found=text[:80], known=", ".join(parameter.choices)
        )
    return text


def _within(parameter: Parameter, value: Any) -> int | float:
    """A number inside the limits of the parameter."""
    try:
        number = int(value) if parameter.kind == "integer" else float(value)
    except (TypeError, ValueError):
        number = None
    low, high = parameter.low, parameter.high
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        limits = f"{'−∞' if low is None else f'{low:g}'} – {'∞' if high is None else f'{high:g}'}"
        raise UsageError("study.number", name=parameter.name, found=str(value)[:80], limits=limits)
    return number
