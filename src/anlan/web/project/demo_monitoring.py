"""Indicators of the demo: those its assessment proposes, and three of the hall, one of them a formula."""

import math
import time
from typing import Any

from anlan.web.catalog.models import Process
from anlan.web.monitoring.models import Alert, Indicator
from anlan.web.monitoring.services.adopting import adopt, proposals_of
from anlan.web.monitoring.services.handling import do
from anlan.web.monitoring.services.indicators import create_indicator
from anlan.web.monitoring.services.reporting import report
from anlan.web.monitoring.services.watching import watch
from anlan.web.people.models import User
from anlan.web.project.demo_words import ENGLISH, Words
from anlan.web.risks.models import Risk
from anlan.web.runs.models import Run

_STEP_S = 600
_STEPS = 144
_WAIT = {
    "kind": "kri", "unit": "s", "direction": "higher_worse", "grain_s": _STEP_S, "lowest": 0,
    "highest": 14_400,
    "min_sample": 3, "stale_after_s": 3600, "target": 480, "perspective": "customer", "consecutive": 3,
    "clear_after": 3, "limits": [
        {"level": "yellow", "fire": 720, "clear": 600}, {"level": "orange", "fire": 900, "clear": 720},
        {"level": "red", "fire": 1200, "clear": 900},
    ],
}  # fmt: skip
_ONLINE = {
    "kind": "kpi", "unit": "share", "direction": "lower_worse", "grain_s": _STEP_S, "lowest": 0, "highest": 1,
    "stale_after_s": 3600, "target": 0.98, "perspective": "process", "consecutive": 2, "limits": [
        {"level": "yellow", "fire": 0.9, "clear": 0.95}, {"level": "orange", "fire": 0.7, "clear": 0.9},
    ],
}  # fmt: skip


def show_monitoring(incidents: Process, hall: Process, people: dict[str, User], words: Words) -> None:
    """Proposals of the log taken up; the hall's wait climbs beyond its limits, one machine was offline."""
    run = Run.objects.filter(process=incidents, study="assess", state=Run.State.DONE).latest("id")
    adopt(run, [row["code"] for row in proposals_of(run)][:6], actor=people["zhou"])
    risks = list(Risk.objects.filter(process=hall).order_by("id")[:2])
    sun = people["sun"]
    wait = _indicator(hall, "取号等候时间（10 分钟均值）", "叫号系统的取号到叫号时间，按 10 分钟取均值。",
                      _WAIT, risks, sun, words)  # fmt: skip
    online = _indicator(hall, "自助缴费机在线占比", "在线的自助缴费机台数÷全部台数，每 10 分钟。",
                        _ONLINE, risks[1:], sun, words)  # fmt: skip
    document = {"kind": "kpi", "unit": "number", "grain_s": _STEP_S, "perspective": "customer",
                "formula": f"{wait.code} / mean({wait.code} over 4 h)"}  # fmt: skip
    _indicator(hall, "取号等候时间与近四小时均值之比", "取号等候时间÷近四小时的均值，由公式计算。",
               document, risks[:1], sun, words)  # fmt: skip
    now = time.time_ns() // 1000
    first = now // 1_000_000 // _STEP_S * _STEP_S - (_STEPS - 1) * _STEP_S
    for place in range(_STEPS):
        rows = [
            _row(wait, hall, first, place, _waiting(place), 12),
            _row(online, hall, first, place, _live(place), 10),
        ]
        report(rows, actor=sun, source="demo", now=now)
        watch()
    found = Alert.objects.filter(indicator=wait).order_by("-id").first()
    if found is not None:
        do(found, "acknowledge", seen=found.version, actor=sun, note=words("已从大厅加派一名引导员"))


def _indicator(
    hall: Process, name: str, definition: str, document: dict[str, Any], risks: list[Risk], owner: User,
    words: Words,
) -> Indicator:  # fmt: skip
    return create_indicator(
        hall.unit, name=words(name), name_en=ENGLISH[name], definition=words(definition),
        definition_en=ENGLISH[definition], document=document, process=hall, nodes=_nodes(risks),
        risks=risks, owner=owner,
        actor=owner,
    )  # fmt: skip


def _nodes(risks: list[Risk]) -> list[str]:
    return list(dict.fromkeys(node for risk in risks for node in risk.nodes))


def _row(indicator: Indicator, hall: Process, first: int, place: int, value: float, n: int) -> dict[str, Any]:
    return {"indicator": indicator.code, "unit": hall.unit.code, "at": first + place * _STEP_S,
            "value": value, "n": n}  # fmt: skip


def _waiting(place: int) -> float:
    """Seconds: a quiet day with two small peaks, and at its end a climb beyond all limits."""
    usual = 330 + 120 * math.sin(place / 11) + 45 * math.sin(place * 1.7) + 30 * math.cos(place * 2.9)
    climb = max(0, place - 122)
    return max(60.0, usual + 48.0 * climb)


def _live(place: int) -> float:
    """Of ten machines two were offline for an hour and a half in the night."""
    return 0.8 if 60 <= place < 69 else 1.0
