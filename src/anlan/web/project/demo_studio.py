"""A twin of the demo's business hall, made by hand, with designs that are compared."""

from typing import Any

from django.utils import translation

from anlan.formats.packs import load_pack
from anlan.web.catalog.models import Process
from anlan.web.people.models import User
from anlan.web.project.demo_words import Words
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.studio.services.comparing import start_comparison
from anlan.web.studio.services.designs import create_design, move_design
from anlan.web.studio.services.twins import make_twin

_HOURS = [0] * 8 + [10, 17, 19, 15, 9, 11, 15, 13, 7] + [0] * 7


def show_studio(hall: Process, words: Words, language: str, *, actor: User) -> None:
    """The twin, three designs of it, one proposed, and their comparison."""
    with translation.override("en" if language == "en" else "zh-hans"):
        twin = make_twin(
            hall, source="hand", inputs=_inputs(words, language), actor=actor, seed=7,
            note=words("时长由班长估计，人数取自排班表"),
        )  # fmt: skip
        designs = [create_design(twin, name=words(name), changes=changes, actor=actor)
                   for name, changes in _designs(words, language)]  # fmt: skip
        designs[-1] = move_design(designs[-1], to="proposed", seen=1, actor=actor)
        found = start_comparison(
            twin, designs, actor=actor, title=words("营业厅高峰改造"), most=20, precision=0.03, seed=7
        )
    if found.run.state == Run.State.QUEUED:
        execute(found.run.pk, attempts=found.run.attempts)


def _steps(language: str) -> dict[str, str]:
    """Code of the pack's node -> its name."""
    return {node.code: node.title.in_language(language) for node in load_pack("PH").nodes}


def _inputs(words: Words, language: str) -> dict[str, Any]:
    name = _steps(language)
    queue, ask, new, pay, online, complain = (name[f"PH-N{n}"] for n in (1, 2, 3, 4, 6, 8))
    guide, desk, cash, duty = (words(each) for each in ("引导员", "综合柜员", "收费员", "值班经理"))
    return {
        "steps": [
            {"name": queue, "time": {"kind": "pert", "low": 0.5, "likely": 1, "high": 4}, "pool": guide},
            {"name": ask, "time": {"kind": "lognormal", "median": 6, "error_factor": 2}, "pool": desk,
             "promise": 15},
            {"name": new, "time": {"kind": "gamma", "shape": 2, "scale": 8}, "pool": desk},
            {"name": pay, "time": {"kind": "pert", "low": 2, "likely": 4, "high": 10}, "pool": cash,
             "promise": 10},
            {"name": online, "time": {"kind": "pert", "low": 1, "likely": 3, "high": 8}},
            {"name": complain, "time": {"kind": "pert", "low": 5, "likely": 10, "high": 30}, "pool": duty},
        ],
        "ways": [
            {"from": queue, "to": ask, "share": 0.35}, {"from": queue, "to": pay, "share": 0.4},
            {"from": queue, "to": online, "share": 0.25}, {"from": ask, "to": new, "share": 0.3},
            {"from": ask, "to": complain, "share": 0.05}, {"from": ask, "to": "", "share": 0.65},
            {"from": new, "to": "", "share": 1}, {"from": pay, "to": ask, "share": 0.08},
            {"from": pay, "to": "", "share": 0.92}, {"from": online, "to": pay, "share": 0.15},
            {"from": online, "to": "", "share": 0.85}, {"from": complain, "to": "", "share": 1},
        ],
        "pools": [{"name": guide, "people": 1, "cost_per_hour": 45},
                  {"name": desk, "people": 2, "cost_per_hour": 60},
                  {"name": cash, "people": 2, "cost_per_hour": 55},
                  {"name": duty, "people": 1, "cost_per_hour": 80}],
        "shifts": [{"pool": guide, "from_hour": 8, "to_hour": 18, "people": 1},
                   {"pool": desk, "from_hour": 8, "to_hour": 18, "people": 2},
                   {"pool": cash, "from_hour": 8, "to_hour": 18, "people": 2},
                   {"pool": duty, "from_hour": 8, "to_hour": 18, "people": 1}],
        "arrivals": _HOURS,
        "weeks": 2,
        "promise": 40,
        "risks": [
            {"name": words("材料不齐"), "step": new, "chance": 0.2, "effect": "rework", "leads_to": ask},
            {"name": words("叫号机故障"), "step": queue, "chance": 0.02,
             "delay": {"kind": "pert", "low": 5, "likely": 12, "high": 40}},
        ],
    }  # fmt: skip


def _designs(words: Words, language: str) -> list[tuple[str, list[dict[str, Any]]]]:
    name = _steps(language)
    more = {"operator": "staff", "pool": words("综合柜员"), "people": 1, "from_hour": 9, "to_hour": 12,
            "yearly": 66_000}  # fmt: skip
    fewer = {"operator": "treat", "risks": words("材料不齐"), "factor": 0.4, "once": 12_000}
    quicker = {"operator": "automate", "steps": name["PH-N4"], "factor": 0.7, "once": 60_000, "yearly": 8_000}
    return [
        ("上午增一名综合柜员", [more]),
        ("扫码缴费", [quicker]),
        ("预审材料并增人", [fewer, more]),
    ]
