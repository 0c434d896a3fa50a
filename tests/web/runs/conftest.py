"""A process at north with a small log in the store, for the tests of runs."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anlan.studies.loading import LoadedLog, load_log
from anlan.web.catalog.models import Process
from anlan.web.catalog.services import add_log, create_process


def hall_log(folder: Path, *, cases: int = 120) -> Path:
    """A business hall: some cases repeat the check, some wait for long before they are closed."""
    luck, rows = random.Random(5), ["case,activity,complete,resource"]
    for case in range(cases):
        minute = case * 37
        steps = ["登记", "审核", "派单", "处理", "关闭"]
        if case % 4 == 0:
            steps[2:2] = ["审核", "审核"]
        for step in steps:
            minute += luck.randint(3, 40) + (900 if case % 9 == 0 and step == "处理" else 0)
            at = datetime(2026, 3, 1) + timedelta(minutes=minute)
            rows.append(f"c{case},{step},{at},p{case % 5}")
    path = folder / "hall.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> LoadedLog:
    return load_log(str(hall_log(tmp_path_factory.mktemp("hall"))))


@pytest.fixture
def process(organisation, hall: LoadedLog) -> Process:
    manager = organisation.people["risk_manager"]
    made = create_process(unit=organisation.north, name="营业厅", name_en="Business hall", actor=manager)
    add_log(made, hall, actor=manager)
    return made
