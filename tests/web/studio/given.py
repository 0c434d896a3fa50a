"""A twin of a small process, and one calibrated from its log."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from anlan.studies.loading import load_log
from anlan.web.catalog.models import Process
from anlan.web.catalog.services import add_log, create_process
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.studio.models import Twin
from anlan.web.studio.services.calibrating import start_calibration
from anlan.web.studio.services.twins import make_twin

INPUTS: dict[str, Any] = {
    "steps": [
        {"name": "登记", "time": {"kind": "gamma", "shape": 2, "scale": 2}, "pool": "窗口"},
        {"name": "审核", "time": 6, "pool": "审核员", "promise": 30},
        {"name": "派单", "time": {"kind": "pert", "low": 1, "likely": 3, "high": 9}, "pool": "窗口"},
        {"name": "处理", "time": 25},
    ],
    "ways": [
        {"from": "审核", "to": "登记", "share": 0.1},
        {"from": "审核", "to": "派单", "share": 0.9},
    ],
    "pools": [{"name": "窗口", "people": 2, "cost_per_hour": 60}, {"name": "审核员", "people": 1}],
    "shifts": [{"pool": "审核员", "from_hour": 8, "to_hour": 18, "people": 2}],
    "arrivals": [4],
    "weeks": 1,
    "promise": 120,
    "risks": [{"name": "漏填", "step": "登记", "chance": 0.05, "effect": "repeat"}],
}


def small_twin(process: Process, organisation: Any, **changes: Any) -> Twin:
    """By the risk manager, from a file."""
    manager = organisation.people["risk_manager"]
    return make_twin(process, source="file", inputs={**INPUTS, **changes}, actor=manager, seed=3)


def done(run: Run) -> Run:
    """The run as the worker leaves it."""
    run.refresh_from_db()
    if run.state == Run.State.QUEUED:
        execute(run.pk, attempts=run.attempts)
        run.refresh_from_db()
    assert run.state == "done", run.error
    return run


def calibrated(process: Process, organisation: Any) -> Twin:
    """As the worker would make it."""
    return Twin.objects.get(run=done(start_calibration(process, actor=organisation.people["risk_manager"])))


def repeating_process(organisation: Any, folder: Path) -> Process:
    """A process whose log shows a check done four times in a row, and long waits between two steps."""
    luck, rows = random.Random(5), ["case,activity,complete,resource"]
    for case in range(120):
        minute = case * 37
        checks = 4 if case % 4 == 0 else 1
        for place, step in enumerate(["登记", *["审核"] * checks, "派单", "处理", "关闭"]):
            late = luck.randint(300, 1500) if case % 3 == 0 and step == "处理" else 0
            minute += (luck.randint(20, 60) if 1 < place <= checks else luck.randint(3, 40)) + late
            rows.append(f"c{case},{step},{datetime(2026, 3, 1) + timedelta(minutes=minute)},p{case % 5}")
    path = folder / "repeats.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    manager = organisation.people["risk_manager"]
    made = create_process(unit=organisation.north, name="审核厅", name_en="Checking hall", actor=manager)
    add_log(made, load_log(str(path)), actor=manager)
    return made
