"""One risk of the demo put through two methods, so that its page shows them side by side."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from anlan.web.causes.beginning import Beginning, begun
from anlan.web.causes.services import Facts, keep_model
from anlan.web.people.models import User
from anlan.web.project.demo_words import Words
from anlan.web.risks.models import Risk
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_assessment


def quantify_demo(risk: Risk, words: Words, *, actor: User) -> None:
    """How often the risk happens, from its history with experts, and from how it comes about."""
    for method, title, inputs in (
        ("rate_blend", "近三年记录与班长估计", _history(words)),
        ("fault_tree", "叫号系统停用如何发生", _causes(words)),
    ):
        document = {"method": method, "title": words(title), "risk": risk.code, "seed": 1, "inputs": inputs}
        run = start_assessment(
            unit=risk.unit, document=document, actor=actor, process=risk.process, about=risk.code
        )
        if run.state == Run.State.QUEUED:
            execute(run.pk, attempts=run.attempts)


def draw_demo_model(risk: Risk, words: Words, language: str, *, actor: User) -> None:
    """The risk's bow-tie with numbers, ready to be calculated."""
    with translation.override("en" if language == "en" else "zh-hans"):
        made = begun(Beginning("bow_tie", "bow_tie"), unit=risk.unit, about=risk, actor=actor)
    often, fails = iter((40, 12, 14)), iter((0.3, 0.4, 0.2, 0.6, 0.15, 0.35))
    inputs = dict(made.inputs)
    inputs["causes"] = [
        row | {"frequency": next(often), "source": words("近三年记录与班长估计")} for row in inputs["causes"]
    ]
    inputs["barriers"] = [row | {"probability": next(fails)} for row in inputs["barriers"]]
    facts = Facts(made.title, made.source, made.note)
    keep_model(made, facts=facts, inputs=inputs, seen=made.version, actor=actor)


def _history(words: Words) -> Mapping[str, Any]:
    years = ({"period": "2024", "events": 3, "exposure": 1}, {"period": "2025", "events": 2, "exposure": 1},
             {"period": "2026", "events": 4, "exposure": 0.9})  # fmt: skip
    expert = {"expert": words("营业厅"), "low": 1, "median": 3, "high": 8}
    return {"history": list(years), "exposure_unit": "year", "prior": "experts", "experts": [expert]}


def _causes(words: Words) -> Mapping[str, Any]:
    queue, power, network, spare = (
        words(each) for each in ("叫号机故障", "停电", "网络中断", "备用机不可用")
    )
    return {
        "top": words("无法叫号"),
        "gates": [
            {"name": words("无法叫号"), "kind": "and", "inputs": [words("主机停用"), spare]},
            {"name": words("主机停用"), "kind": "or", "inputs": [queue, power, network]},
        ],
        "events": [
            {"name": queue, "probability": {"kind": "lognormal", "median": 0.02, "error_factor": 3}},
            {"name": power, "probability": 0.002},
            {"name": network, "probability": 0.01},
            {"name": spare, "probability": 0.1},
        ],
    }
