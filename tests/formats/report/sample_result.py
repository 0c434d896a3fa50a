# ruff: noqa: E501 tables of invented figures read better in wide rows
"""Results made by hand for the tests of the report: a rich one, an empty one, a hostile one, a large one.

All follow `anlan.assess/1`. The figures are invented; they only have to be plausible and different.
"""

import copy
import hashlib
import math
import random
from collections import Counter
from itertools import pairwise
from typing import Any

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'; DROP TABLE risks; --",
    '=HYPERLINK("http://example.com","x")',
    "\u202eשלום\u202c العربية",
    "长" * 300,
    "a\x00b\x1b[31m\ufffe",
    "</style><svg onload=alert(3)>",
)

_ACTIVITIES = (
    # name, count, cases, starts, ends, rework cases, service s, waiting s
    ("报修受理", 12486, 12486, 12486, 0, 0, 190.0, 48.0),
    ("停电信息发布", 5610, 5610, 0, 120, 0, 60.0, 660.0),
    ("故障研判", 11902, 11902, 0, 300, 0, 240.0, 366.0),
    ("派单", 13629, 12011, 0, 0, 1618, 96.0, 564.0),
    ("接单确认", 12497, 12011, 0, 0, 486, 55.0, 240.0),
    ("物资领用", 3120, 3120, 0, 0, 0, 600.0, 1440.0),
    ("赶赴现场", 13746, 11830, 0, 0, 1100, 1680.0, 130.0),
    ("外包协同施工", 1204, 1204, 0, 0, 0, 5400.0, 7560.0),
    ("现场抢修", 12962, 11830, 0, 175, 1132, 2900.0, 432.0),
    ("恢复送电", 11655, 11655, 0, 675, 0, 300.0, 210.0),
    ("客户回访", 10980, 10980, 0, 10820, 160, 120.0, 18720.0),
)
_EDGES = (
    ("报修受理", "停电信息发布", 584, 800.0), ("报修受理", "故障研判", 11902, 560.0),
    ("停电信息发布", "故障研判", 464, 300.0), ("故障研判", "派单", 12011, 660.0),
    ("派单", "接单确认", 12497, 290.0), ("接单确认", "派单", 486, 900.0), ("接单确认", "赶赴现场", 8710, 1800.0),
    ("接单确认", "物资领用", 3120, 2040.0), ("物资领用", "赶赴现场", 1916, 1750.0),
    ("物资领用", "外包协同施工", 1204, 12900.0), ("外包协同施工", "现场抢修", 1204, 3300.0),
    ("赶赴现场", "现场抢修", 11830, 3300.0), ("现场抢修", "派单", 1132, 2700.0),
    ("现场抢修", "恢复送电", 11655, 510.0), ("恢复送电", "客户回访", 10980, 18840.0),
    ("赶赴现场", "赶赴现场", 1916, 1500.0), ("客户回访", "现场抢修", 160, 36000.0),
    ("停电信息发布", "客户回访", 22, 80000.0), ("故障研判", "恢复送电", 9, 5000.0),
)  # fmt: skip
_LEVELS = (
    ("low", "低度", "Low", "grey", None), ("slight", "轻度", "Slight", "blue", None),
    ("moderate", "中度", "Moderate", "yellow", None), ("high", "高度", "High", "orange", 24.0),
    ("crisis", "危机", "Crisis", "red", 1.0),
)  # fmt: skip
_RISKS = (
    # code, category, nodes, zh, en, count, rate, delay min, loss/year min, gross, likelihood, severity, test
    ("rework_loop", "process", ("派单",), "派单反复改派", "Dispatch is repeated", 1618, 0.1347, 72810, 5.8e6, 6.4e6, 5, 4, True),
    ("tail_delay", "service_quality", ("外包协同施工",), "外包协同施工久拖", "Contractor work drags on", 96, 0.0797, 63200, 4.9e6, 4.9e6, 4, 5, True),
    ("bottleneck", "process", ("客户回访",), "客户回访前长时间等待", "Long wait before the call-back", 2745, 0.25, 61100, 3.7e6, 3.9e6, 5, 3, True),
    ("sla_breach", "compliance", ("派单", "现场抢修"), "超时多由现场抢修造成", "Late cases come from repair on site", 1473, 0.118, 31000, 2.2e6, 5.1e6, 5, 3, True),
    ("ping_pong", "management", ("派单", "接单确认"), "派单与接单来回交接", "Hand-overs go back and forth", 486, 0.0405, 14000, 1.1e6, 1.3e6, 4, 3, True),
    ("self_loop", "process", ("赶赴现场",), "赶赴现场连续重复", "Travel is repeated at once", 1916, 0.162, 9700, 7.4e5, 8.8e5, 5, 2, True),
    ("overload", "people", ("报修受理",), "晚高峰受理超负荷", "Intake is overloaded in the evening", 211, 0.017, 5200, 4.1e5, 4.1e5, 4, 2, True),
    ("single_person", "people", ("物资领用",), "物资领用依赖单人", "Stores depend on one person", 1, 1.0, 800, 6.2e4, 6.2e4, 1, 4, False),
    ("drift", "environment", ("故障研判",), "故障研判时长上升", "Diagnosis takes longer over time", 300, 0.025, 2100, 1.6e5, 2.0e5, 4, 1, True),
    ("data_gap", "data_security", ("停电信息发布",), "停电信息时间缺失", "Outage notices lack times", 12, 0.002, 0, 0.0, 0.0, 2, 1, False),
)  # fmt: skip


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def interval(estimate: float, *, spread: float = 0.25, floor: float = 0.0) -> dict[str, float]:
    return {
        "estimate": estimate,
        "low": max(floor, estimate * (1 - spread)),
        "high": estimate * (1 + spread),
        "level": 0.95,
    }


def durations(n: int, mean: float) -> dict[str, Any] | None:
    return {"n": n, "mean": mean, "median": mean * 0.6, "p95": mean * 3.1} if n else None


def sample_result(*, budget: float | None = 120.0) -> dict[str, Any]:
    """A fault-report process of eleven activities with ten risks, measures, indicators and plans."""
    risks = [_risk(*entry) for entry in _RISKS]
    by_code = {risk["code"]: risk["id"] for risk in risks}
    mean = sum(risk["annual_loss"]["mean"] for risk in risks)
    return {
        "schema": "anlan.assess/1",
        "log": _log(),
        "process": _process(),
        "key_nodes": _key_nodes(),
        "risks": risks,
        "checklist": _checklist(),
        "portfolio": _portfolio(mean),
        "treatments": _treatments(mean, by_code, budget),
        "improve": _improve(by_code),
        "monitor": _monitor(by_code),
        "respond": _respond(by_code),
        "evaluate": _evaluate(risks),
        "criteria": _criteria(),
        "quality": {"rows_read": 74903, "missing_resource": 12, "same_time": 431},
        "notes": [_note("not_enough_groups", "process.sla", "没有按承诺分组。", "Limits are not grouped.")],
        "provenance": {
            "version": "0.1.0", "platform": "linux x86_64, Python 3.11.14", "seed": 0,
            "as_of": "2026-07-13T23:58:10+08:00", "input_sha256": hashlib.sha256(b"sample").hexdigest(),
            "parameters": {"fdr": 0.05, "sla": "5h", "identify": {"min_cases": 20, "min_ratio": 1.2}, "packs": ["CM", "GS"]},
            "formulas": {
                "frequency.gamma_poisson": {"version": "1", "text": text(
                    "频次的后验为 Gamma(½ + 次数, 暴露)，区间取 2.5% 与 97.5% 分位。",
                    "Posterior of the frequency is Gamma(1/2 + count, exposure); limits are its 2.5 % and 97.5 % quantiles.")},
                "loss.compound": {"version": "1", "text": text(
                    "年损失 = 泊松次数个单次损失之和，逐年模拟。", "Yearly loss = sum of a Poisson number of single losses, simulated year by year.")},
            },
        },
    }  # fmt: skip


def _note(code: str, where: str, zh: str, en: str) -> dict[str, Any]:
    return {"code": code, "where": where, "text": text(zh, en)}


def _log() -> dict[str, Any]:
    return {
        "name": "fault_reports.csv", "id": "9f2c" * 16, "n_cases": 12486, "n_events": 74903, "n_activities": 11,
        "n_variants": 148, "n_resources": 212, "first": "2026-01-01T00:04:10+08:00",
        "last": "2026-07-13T23:58:10+08:00", "zone": "Asia/Shanghai", "zone_source": "option", "clock": "elapsed",
        "format": "csv", "has_start": True,
        "closing": {"activities": [], "source": "learned", "open_cases": 0},
        "mapping": {"case": {"column": "工单号", "confidence": 1.0}, "activity": {"column": "环节", "confidence": 0.98},
                    "end": {"column": "完成时间", "confidence": 0.97}, "resource": {"column": "处理人", "confidence": 0.9}},
        "rejected": {"case": 3, "activity": 0, "time": 17, "end": 41, "duplicate": 8, "columns": 0},
    }  # fmt: skip


def _process() -> dict[str, Any]:
    rng = random.Random(3)
    return {
        "name": "故障报修",
        "activities": [
            {"name": name, "count": count, "cases": cases, "starts": starts, "ends": ends, "rework_cases": rework,
             "self_loops": 1916 if name == "赶赴现场" else 0, "service_s": durations(count, service),
             "waiting_s": durations(count, waiting), "normal_s": 1800.0, "normal_source": "observed"}
            for name, count, cases, starts, ends, rework, service, waiting in _ACTIVITIES
        ],
        "edges": [
            {"from": u, "to": v, "count": n, "mean_s": s, "median_s": s * 0.6, "p95_s": s * 3} for u, v, n, s in _EDGES
        ],
        "case_duration_s": durations(12486, 41000.0),
        "variants": [
            {"count": 6900, "steps": ["报修受理", "故障研判", "派单", "接单确认", "赶赴现场", "现场抢修", "恢复送电", "客户回访"]},
            {"count": 3100, "steps": ["报修受理", "故障研判", "派单", "接单确认", "物资领用", "赶赴现场", "现场抢修", "恢复送电"]},
            {"count": 1132, "steps": ["报修受理", "故障研判", "派单", "接单确认", "赶赴现场", "现场抢修", "派单", "接单确认",
                                      "赶赴现场", "现场抢修", "恢复送电", "客户回访", "现场抢修", "恢复送电", "客户回访"]},
            {"count": 1354, "steps": None},
        ],
        "arrivals_per_day": [[f"2026-{m:02d}-{d:02d}", int(40 + 30 * math.sin(m) + rng.randint(0, 30))]
                             for m in range(1, 8) for d in range(1, 29, 2)],
        "sla": {"definition": "5 h", "cases": 12486, "breached": 1473, "breach_rate": interval(0.118, spread=0.05)},
    }  # fmt: skip


def _key_nodes() -> list[dict[str, Any]]:
    order = ("派单", "外包协同施工", "现场抢修", "客户回访", "赶赴现场", "物资领用", "接单确认", "故障研判", "报修受理", "恢复送电",
             "停电信息发布")  # fmt: skip
    return [
        {"activity": name, "score": 0.92 - 0.07 * i, "rank": i + 1,
         "rank_low": max(1, i + 1 - i // 3) if i < 9 else None, "rank_high": i + 1 + i // 2 if i < 9 else None,
         "criteria": {"volume": 0.9 - i * 0.03, "delay_share": 0.41 / (i + 1), "rework": None if i > 6 else 0.1},
         "reasons": [text(f"占全部延误的 {40 - 3 * i}%。", f"Holds {40 - 3 * i} % of all delay."),
                     text("离差大。", "Its durations vary widely.")]}
        for i, name in enumerate(order)
    ]  # fmt: skip


def _risk(
    code: str, category: str, nodes: tuple[str, ...], zh: str, en: str, count: int, rate: float, delay: float,
    loss: float, gross: float, likelihood: int, severity: int, tested: bool,
) -> dict[str, Any]:  # fmt: skip
    digest = hashlib.sha256(f"{code}{nodes}".encode()).hexdigest()
    level = _LEVELS[_cell(likelihood, severity)][0]
    counted = loss > 0
    return {
        "id": f"R-{digest[:10]}", "code": code, "category": category, "nodes": list(nodes), "detail": "",
        "title": text(zh, en),
        "statement": text(f"在“{nodes[0]}”，{zh}：{count} 次，占 {100 * rate:.1f}%，共延误 {delay:,.0f} 分钟。",
                          f"At “{nodes[0]}”: {en.lower()}, {count} times ({100 * rate:.1f} %), {delay:,.0f} min lost."),
        "evidence": {
            "count": count, "exposure": round(count / rate), "exposure_unit": "cases", "exposure_cases": round(count / rate), "affected_cases": count,
            "period_days": 194.0, "rate": interval(rate, spread=0.08),
            "effect": {"kind": "rate_ratio" if tested else "share", "size": interval(1.9 if tested else rate), "minimum": 1.2 if tested else 0.0},
            "p": 0.00004 if tested else None, "q": 0.0031 if tested else None, "suspected": False,
            "case_ids": [f"GD-{int(digest[i : i + 4], 16):05d}" for i in range(0, 40, 4)], "delay_min": float(delay),
        },
        "frequency_per_1000_cases": interval(1000 * rate, spread=0.08),
        "frequency_per_year": interval(count * 365 / 194, spread=0.1),
        "severity": {
            "kind": "lognormal" if counted else "empirical", "parameters": {"mu": 3.1, "sigma": 1.2} if counted else {},
            "mean": delay / max(count, 1) if counted else None, "median": 0.5 * delay / max(count, 1) if counted else None,
            "p95": 3 * delay / max(count, 1) if counted else None, "n": count if counted else 0,
            "choice": text("对数正态比经验分布拟合更好。", "The lognormal fits better than the rest."),
        },
        "annual_loss": {
            "mean": loss, "interval": interval(loss, spread=0.35) if counted else None, "p95": loss * 1.6,
            "gross_mean": gross, "counted": counted,
        },
        "index": {"likelihood": likelihood, "severity": severity, "value": float(likelihood * severity), "level": level,
                  "likelihood_value": 400.0 * rate, "severity_value": 1.4},
        "controllability": {"detectable": 0.7, "preventable": 0.31, "mitigable": None, "basis": "log"},
        "overlaps": [], "notes": [text("样本来自一个地区。", "The sample is from one region.")] if tested else [],
    }  # fmt: skip


def _cell(likelihood: int, severity: int) -> int:
    index = likelihood * severity
    return (
        4
        if index >= 20
        else 3
        if index >= 12
        else 2
        if index >= 8 or severity == 5
        else 1
        if index >= 4
        else 0
    )


def _criteria() -> dict[str, Any]:
    likelihood = (
        ("极少", "rare"),
        ("偶尔", "occasional"),
        ("可能", "possible"),
        ("经常", "frequent"),
        ("频发", "very frequent"),
    )
    severity = (
        ("轻微", "slight"),
        ("较轻", "minor"),
        ("中等", "medium"),
        ("严重", "serious"),
        ("危急", "critical"),
    )
    return {
        "version": "default-1",
        "likelihood": {"unit": "per_1000_cases", "bounds": [0.1, 1.0, 10.0, 50.0], "labels": [text(*w) for w in likelihood]},
        "severity": {"unit": "multiple_of_median", "bounds": [0.1, 0.5, 2.0, 10.0], "labels": [text(*w) for w in severity]},
        "levels": [
            {"code": code, "name": text(zh, en), "colour": colour, "report_within_hours": hours}
            for code, zh, en, colour, hours in _LEVELS
        ],
        "cells": [[_cell(i, j) for j in range(1, 6)] for i in range(1, 6)],
        "assumptions": ["severity.bounds"],
    }  # fmt: skip


def _portfolio(mean: float) -> dict[str, Any]:
    """A lognormal year: the curve falls like its survival function."""
    sigma = 0.45
    mu = math.log(mean) - sigma**2 / 2
    losses = [math.exp(mu + sigma * z / 20) for z in range(-50, 64)]
    curve = [[loss, 0.5 * math.erfc((math.log(loss) - mu) / sigma / math.sqrt(2))] for loss in losses]
    at = {
        q: math.exp(mu + sigma * z)
        for q, z in (("p05", -1.6449), ("p50", 0.0), ("p90", 1.2816), ("p95", 1.6449), ("p99", 2.3263))
    }
    cvar = mean * 0.5 * math.erfc((1.6449 - sigma) / math.sqrt(2)) / 0.05
    errors = {"mean": mean * 0.0015, "p95": at["p95"] * 0.003, "cvar95": cvar * 0.005}
    return {
        "unit": "customer_min",
        "mean": mean,
        **at,
        "cvar95": cvar,
        "expectation": {"estimate": mean, "low": mean * 0.88, "high": mean * 1.13, "level": 0.95},
        "simulation_errors": errors,
        "common_factor": {"relative_sd": 0.4, "weeks": 51},
        "intake": {
            "first": "2025-01-01T00:00:00+08:00",
            "last": "2025-12-31T00:00:00+08:00",
            "days": 364.0,
            "cases_per_year": 18_000.0,
        },
        "curve": curve,
        "years": 200_000,
        "share_of_recorded_time": 0.187,
    }


def _treatments(mean: float, by_code: dict[str, str], budget: float | None) -> dict[str, Any]:
    rows = (
        ("GS-C07", "智能派单：台区归属自动校核", "Smart dispatch: check the area by machine", 26, 1.9e6, "rework_loop", (), ()),
        ("GS-C11", "增设夜间抢修值班 2 组", "Two more repair teams at night", 38, 1.4e6, "sla_breach", ("GS-C07",), ()),
        ("GS-C02", "停电信息一键发布", "Publish outages with one click", 9, 3.0e5, "overload", (), ()),
        ("CM-C05", "外包队伍到岗定位考核", "Check contractors' arrival by location", 6, 9.0e5, "tail_delay", (), ()),
        ("CM-C09", "备品前置仓", "Forward spare-part store", 22, 6.0e5, "self_loop", (), ("CM-C10",)),
        ("CM-C10", "备品集中配送", "Central spare-part delivery", 18, 5.0e5, "self_loop", (), ("CM-C09",)),
        ("CC-C03", "回访话术与抽检", "Call-back scripts and sampling", 4, 2.0e5, "bottleneck", (), ()),
    )  # fmt: skip
    candidates = [
        {"code": code, "title": text(zh, en), "cost": interval(float(cost), spread=0.4), "reduction": interval(gain, spread=0.7),
         "risks": [by_code[risk]], "strengths": [0.8], "factor": {"estimate": 0.5, "low": 0.3, "high": 0.7, "level": 0.9}, "requires": list(needs), "excludes": list(not_with), "assumed": True, "source": "added"}
        for code, zh, en, cost, gain, risk, needs, not_with in rows
    ]  # fmt: skip
    steps = [
        (0.0, 0.0),
        (6.0, 9e5),
        (10.0, 1.1e6),
        (32.0, 2.8e6),
        (41.0, 3.1e6),
        (63.0, 3.7e6),
        (101.0, 4.8e6),
        (105.0, 5.0e6),
    ]
    chosen = [] if budget is None else [
        {"code": code, "cost": float(cost), "expected_reduction": gain * 0.9, "interval": interval(gain * 0.9, spread=0.4)}
        for code, _, _, cost, gain, *_ in rows if code in ("GS-C07", "GS-C11", "CM-C05", "CM-C09", "CC-C03", "GS-C02")
    ]  # fmt: skip
    joint = sum(measure["expected_reduction"] for measure in chosen)
    return {
        "unit": "customer_min", "cost_unit": "person_day", "budget": budget, "chosen": chosen,
        "chosen_set": None if budget is None else {
            "cost": sum(measure["cost"] for measure in chosen), "reduction": interval(joint, spread=0.3),
            "rival_share": 0.12, "regret": 0.01 * joint,
        },
        "frontier": [[cost, mean - gain] for cost, gain in steps],
        "frontier_intervals": [
            {"estimate": mean - gain, "low": mean - 1.3 * gain, "high": mean - 0.7 * gain, "level": 0.9} for _, gain in steps
        ],
        "to_examine": [
            {"code": "GS-C21", "title": text("轮岗备份", "Backup by rotation"), "risks": [by_code["overload"]], "strengths": [0.2],
             "reason": text("风险所在节点不在日志中。", "The node of the risk is not in the log.")},
        ],
        "candidates": candidates, "proven_optimal": True, "gap": 0.0,
    }  # fmt: skip


def _improve(by_code: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"operator": "OP-8", "title": text("按数据重新配置回访坐席", "Re-allocate call-back staff from data"),
         "statement": text("客户回访前平均等待 5.2 小时，占全部延误的 24%。", "The call-back waits 5.2 h on average, 24 % of all delay."),
         "nodes": ["客户回访"], "risk": by_code["bottleneck"], "delay_min": 61100.0, "delay_share": 0.24,
         "check": text("回访前等待均值", "Mean wait before the call-back")},
        {"operator": "OP-7", "title": text("派单前加归属校核", "Check the area before dispatch"),
         "statement": text("改派占派单的 13.5%。", "13.5 % of dispatches are repeats."),
         "nodes": ["派单"], "risk": by_code["rework_loop"], "delay_min": 72810.0, "delay_share": 0.28,
         "check": text("改派率", "Share of repeats")},
        {"operator": "OP-6", "title": text("明确外包协同职责与时限", "Set duties and limits for contractors"),
         "statement": text("外包协同施工的 P95 为 6.5 小时。", "P95 of contractor work is 6.5 h."),
         "nodes": ["外包协同施工", "现场抢修"], "risk": by_code["tail_delay"], "delay_min": 63200.0, "delay_share": 0.25,
         "check": text("外包协同时长 P95", "P95 of contractor work")},
    ]  # fmt: skip


def _monitor(by_code: dict[str, str]) -> list[dict[str, Any]]:
    rng = random.Random(11)
    entries = (
        ("rework_share", "改派率", "Share of repeated dispatches", "share", "higher_worse", 0.135, 0.02, "p_prime", "rework_loop"),
        ("wait_callback", "回访前等待均值", "Mean wait before the call-back", "s", "higher_worse", 18720.0, 2400.0, "individuals", "bottleneck"),
        ("arrivals", "每周新增工单", "New tickets a week", "count", "band", 450.0, 40.0, "c", None),
    )  # fmt: skip
    indicators = []
    for code, zh, en, unit, direction, base, sigma, chart, risk in entries:
        series: list[list[Any]] = [
            [f"2026-{1 + i // 4:02d}-{1 + 7 * (i % 4):02d}", base + rng.gauss(0, sigma), 400]
            for i in range(26)
        ]
        series[9][1], series[20][1] = None, base + 4.2 * sigma
        left_out = [series[0][0], series[25][0]]
        beyond = [
            day for day, v, _ in series if v is not None and abs(v - base) > 3 * sigma and day not in left_out
        ]
        indicators.append({
            "code": code, "title": text(zh, en), "definition": text(f"{zh}，按周统计。", f"{en}, week by week."),
            "nodes": ["派单"], "risk": by_code[risk] if risk else None, "unit": unit, "direction": direction, "grain": "week",
            "chart": chart, "baseline": base, "lower_limit": base - 3 * sigma, "upper_limit": base + 3 * sigma,
            "fire": base + 3 * sigma, "clear": base + sigma, "points": 26 - len(left_out), "series": series,
            "left_out": left_out, "beyond": beyond,
            "notes": [text("离散过大，限值已放宽。", "Limits are widened for over-dispersion.")] if unit == "share" else [],
        })  # fmt: skip
    return indicators


def _respond(by_code: dict[str, str]) -> list[dict[str, Any]]:
    steps = [
        {
            "text": text("报告与核实", "Report and verify"),
            "role": "EM-O2",
            "minutes": 5.0,
            "minutes_text": None,
        },
        {
            "text": text("处置与调整", "Handle and adjust"),
            "role": "EM-O3",
            "minutes": None,
            "minutes_text": text("按恢复时间目标", "by the recovery time set"),
        },
    ]
    return [
        {"plan": "EM-P03", "title": text("大面积停电应急预案", "Plan for a large outage"), "risks": [by_code["tail_delay"]],
         "status": "keep_ready", "reason": text("存在危机风险。", "There is a crisis risk."),
         "start_condition": text("1 小时内报修超过 200 件。", "Over 200 reports in an hour."), "steps": steps, "source": "000.7"},
        {"plan": "EM-P01", "title": text("派单系统中断预案", "Plan for a dispatch outage"), "risks": [by_code["rework_loop"]],
         "status": "applies", "reason": text("改派属危机风险。", "Repeated dispatch is a crisis risk."),
         "start_condition": text("系统中断超过 10 分钟。", "The system is down for over 10 min."), "steps": steps, "source": "002.6.3"},
    ]  # fmt: skip


def _evaluate(risks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    verdicts = ("stable", "weaker", "stronger", "stable", "only_first", "too_little_data")
    rows = []
    for i, risk in enumerate(risks):
        verdict = verdicts[i % len(verdicts)]
        rate = min(risk["evidence"]["rate"]["estimate"], 0.8)
        first = None if verdict == "too_little_data" else interval(rate * 1.05, spread=0.12)
        second = (
            None
            if verdict in ("too_little_data", "only_first")
            else interval(rate * (0.7 if verdict == "weaker" else 1.0), spread=0.12)
        )
        rows.append({
            "risk": risk["id"], "verdict": verdict, "first": first, "second": second,
            "p": 0.21 if verdict == "stable" else None,
            "text": text("前后两半没有显示差异。", "No difference between the halves is shown."),
        })  # fmt: skip
    return rows


def _checklist() -> dict[str, Any]:
    return {
        "packs": [
            {"code": "CM", "title": text("全流程通用", "Whole process"), "confidence": None, "reason": text("适用于所有组织。", "Fits every organisation.")},
            {"code": "GS", "title": text("一般服务流程", "General service"), "confidence": 0.82, "reason": text("6 项活动匹配。", "6 activities match.")},
        ],
        "matches": [{"activity": "派单", "pack": "GS", "node": "GS-N3", "node_title": {"zh": "派单", "en": "Assign"}, "confidence": 0.95, "words": ["派单", "分派"]}],
        "candidates": [
            {"code": f"GS-R{i:02d}", "node": "GS-N3", "activities": ["派单"], "category": "process", "title": text("派单错误", "Wrong dispatch"),
             "cause": text("区域归属不清", "Areas unclear"), "event": text("派给错误班组", "Sent to the wrong team"),
             "consequence": text("到场超时", "Late arrival"), "controls": ["GS-C07"], "source": "000.2"}
            for i in range(1, 20)
        ],
    }  # fmt: skip


def empty_result() -> dict[str, Any]:
    """A log with headings alone: every list is empty and every estimate null."""
    result = sample_result(budget=None)
    result["log"] |= {"n_cases": 0, "n_events": 0, "n_activities": 0, "n_variants": 0, "n_resources": 0, "first": None,
                      "last": None, "has_start": False, "mapping": {}}  # fmt: skip
    result["log"]["rejected"] = dict.fromkeys(result["log"]["rejected"], 0)
    result["process"] |= {
        "activities": [],
        "edges": [],
        "case_duration_s": None,
        "variants": [],
        "arrivals_per_day": [],
        "sla": None,
    }
    for key in ("key_nodes", "risks", "improve", "monitor", "respond", "evaluate"):
        result[key] = []
    result["checklist"] = {"packs": [], "matches": [], "candidates": []}
    result["portfolio"] = dict.fromkeys(("mean", "p05", "p50", "p90", "p95", "p99", "cvar95")) | {
        "unit": "customer_min",
        "expectation": None,
        "simulation_errors": {},
        "common_factor": {"relative_sd": 0.0, "weeks": 0},
        "intake": None,
        "curve": [],
        "years": 0,
        "share_of_recorded_time": None,
    }
    result["treatments"] |= {
        "budget": None,
        "chosen": [],
        "chosen_set": None,
        "frontier": [],
        "frontier_intervals": [],
        "candidates": [],
        "to_examine": [],
    }
    result["quality"] = {}
    result["notes"] = [
        _note("empty_log", "portfolio", "日志为空。", "The log is empty."),
        _note("empty_log", "risks", "日志为空，无可检验。", "The log is empty; nothing to test."),
    ]
    result["provenance"] |= {"as_of": None, "parameters": {}, "formulas": {}}
    return result


def one_case_result() -> dict[str, Any]:
    """One case with one event: a process without transitions, no risks, one arrival."""
    result = empty_result()
    result["log"] |= {"n_cases": 1, "n_events": 1, "n_activities": 1, "n_variants": 1,
                      "first": "2026-01-05T09:00:00+08:00", "last": "2026-01-05T09:00:00+08:00"}  # fmt: skip
    result["process"] |= {
        "activities": [{"name": "登记", "count": 1, "cases": 1, "starts": 1, "ends": 1, "rework_cases": 0, "self_loops": 0,
                        "service_s": None, "waiting_s": None, "normal_s": 0.0, "normal_source": "observed"}],
        "case_duration_s": {"n": 1, "mean": 0.0, "median": 0.0, "p95": 0.0},
        "variants": [{"count": 1, "steps": ["登记"]}], "arrivals_per_day": [["2026-01-05", 1]],
    }  # fmt: skip
    result["key_nodes"] = [
        {
            "activity": "登记",
            "score": 0.0,
            "rank": 1,
            "rank_low": None,
            "rank_high": None,
            "criteria": {},
            "reasons": [],
        }
    ]
    return result


def hostile_result() -> dict[str, Any]:
    """Every name that a log or a user could choose is an attack."""
    result = sample_result()
    names = {a["name"]: HOSTILE[i % len(HOSTILE)] + (str(i) if i >= len(HOSTILE) else "")
             for i, a in enumerate(result["process"]["activities"])}  # fmt: skip
    result = _renamed(result, names)
    result["log"]["name"] = HOSTILE[0]
    result["process"]["name"] = HOSTILE[7]
    result["provenance"]["parameters"] = {HOSTILE[0]: HOSTILE[1], "n": {HOSTILE[3]: [HOSTILE[2]]}}
    result["provenance"]["platform"] = '"}</style><script>alert(4)</script>'
    result["log"]["mapping"] = {"case": {"column": HOSTILE[1], "confidence": 1.0}}
    result["quality"] = {HOSTILE[0]: HOSTILE[7]}
    for risk in result["risks"]:
        risk["detail"] = HOSTILE[3]
        risk["evidence"]["case_ids"] = list(HOSTILE)
        risk["statement"] = text(*[f"在“{name}”" for name in (HOSTILE[0], HOSTILE[1])])
    return result


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def large_result(*, n_activities: int = 60, n_edges: int = 500, seed: int = 1) -> dict[str, Any]:
    """A tangle: cases walk through phases of alternatives, jump and go back; many rare transitions."""
    result, rng = copy.deepcopy(sample_result()), random.Random(seed)
    verbs, things = (
        ("Check", "Send", "Approve", "Wait for", "Repair", "Close"),
        ("order", "ticket", "invoice", "part"),
    )
    names = [f"{rng.choice(verbs)} {rng.choice(things)} {i}" for i in range(n_activities)]
    phases = [names[i : i + 5] for i in range(0, n_activities, 5)]
    edges, walks = Counter[tuple[str, str]](), []
    while len(edges) < n_edges and len(walks) < 60_000:
        walks.append(_walk(phases, rng))
        edges.update(pairwise(walks[-1]))
    counts = Counter(step for walk in walks for step in walk)
    cases = Counter(step for walk in walks for step in set(walk))
    starts, ends = Counter(walk[0] for walk in walks), Counter(walk[-1] for walk in walks)
    result["process"]["activities"] = [
        {"name": name, "count": counts[name], "cases": cases[name], "starts": starts[name], "ends": ends[name],
         "rework_cases": min(counts[name] - cases[name], cases[name]), "self_loops": edges[(name, name)],
         "service_s": None, "waiting_s": None, "normal_s": 0.0, "normal_source": "observed"}
        for name in names if counts[name]
    ]  # fmt: skip
    result["process"]["edges"] = [
        {"from": u, "to": v, "count": n, "mean_s": s, "median_s": s * 0.7, "p95_s": s * 3}
        for (u, v), n in edges.items() for s in [rng.lognormvariate(9, 1.5)]
    ]  # fmt: skip
    result["log"]["has_start"] = False
    for i, node in enumerate(result["key_nodes"]):
        node["activity"] = names[i * 4]
    for i, risk in enumerate(result["risks"]):
        risk["nodes"] = [names[i * 5]]
    return result


def _walk(phases: list[list[str]], rng: random.Random) -> list[str]:
    """One case: the first alternative of a phase is likely; now and then back a phase, or out early."""
    walk, at = [], 0
    while at < len(phases):
        here = phases[at]
        walk.append(here[min(int(rng.expovariate(1.0)), len(here) - 1)])
        if rng.random() < 0.3:
            walk.append(here[(here.index(walk[-1]) + 1) % len(here)])
        luck = rng.random()
        at += -1 if luck < 0.05 and at else 2 if luck > 0.97 else len(phases) if luck > 0.96 else 1
    return walk
