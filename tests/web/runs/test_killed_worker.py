"""Real workers as processes: one is killed in the middle, two are given the same queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from anlan.web.catalog.models import EventLog, LogImport
from anlan.web.catalog.services import add_log, create_process
from anlan.web.catalog.uploads import keep_upload, start_import
from anlan.web.common.models import AuditEvent
from anlan.web.runs import presence, results, scheduler
from anlan.web.runs.models import Duty, Run
from anlan.web.runs.services import start_run

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def settings_of_workers(tmp_path: Path) -> str:
    """A settings module for processes of their own that use this test's database."""
    database = dict(settings.DATABASES["default"], NAME=connection.settings_dict["NAME"], TEST={})
    (tmp_path / "worker_settings.py").write_text(
        "from web_settings import *\n"
        f"DATABASES = {{'default': {database!r}}}\nTASKS = {QUEUE!r}\n"
        "import slow_steps\n",
        encoding="utf-8",
    )
    (tmp_path / "slow_steps.py").write_text(
        "import os, time\n"
        "from anlan.studies import workspace\n"
        "pause_s = float(os.environ.get('PAUSE_S', '0'))\n"
        "if pause_s:\n"
        "    def find(self, told=workspace.Workspace.findings.func):\n"
        "        until = time.monotonic() + pause_s\n"
        "        while time.monotonic() < until:\n"
        "            self.progress('identify', 0.3)\n"
        "            time.sleep(0.05)\n"
        "        return told(self)\n"
        "    workspace.Workspace.findings.func = find\n"
        "    from anlan.studies import loading\n"
        "    def slow_read(*given, told=loading.read_log, **named):\n"
        "        time.sleep(pause_s)\n"
        "        return told(*given, **named)\n"
        "    loading.read_log = slow_read\n",
        encoding="utf-8",
    )
    return str(tmp_path)


@pytest.fixture
def worker(settings_of_workers: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers; those that are left are ended."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*, pause_s: float = 0.0) -> subprocess.Popen[bytes]:
        paths = [settings_of_workers, *(p for p in sys.path if p)]
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(paths), "PAUSE_S": str(pause_s),
            "DJANGO_SETTINGS_MODULE": "worker_settings", "ANLAN_TEST_HOME": str(settings.ANLAN_HOME),
        }  # fmt: skip
        command = [sys.executable, "-m", "django", "worker", "--interval", "0.1", "--verbosity", "0"]
        started.append(subprocess.Popen([*command, "--no-reload", "--no-startup-delay"], env=environment))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def process(organisation, hall):
    manager = organisation.people["risk_manager"]
    made = create_process(unit=organisation.north, name="营业厅", actor=manager)
    add_log(made, hall, actor=manager)
    return made


def start(process, manager, n: int = 1) -> list[Run]:
    with override_settings(TASKS=QUEUE):
        return [
            start_run(process=process, study="key_nodes", parameters={}, seed=seed, actor=manager)
            for seed in range(n)
        ]


def test_a_run_whose_worker_is_killed_is_computed_by_another_and_effective_once(
    process, organisation, worker, monkeypatch
) -> None:
    monkeypatch.setattr("anlan.web.common.workers.LOST_AFTER_S", 1.0)
    [run] = start(process, organisation.people["risk_manager"])
    first = worker(pause_s=60.0)
    _until(lambda: _state(run) == "running" and Run.objects.get(pk=run.pk).step == "identify")
    first.send_signal(signal.SIGKILL)
    first.wait()
    time.sleep(1.2)
    with override_settings(TASKS=QUEUE):
        scheduler.tick("test")
    assert _state(run) == "queued"
    worker()
    _until(lambda: _state(run) == "done")
    done = Run.objects.get(pk=run.pk)
    assert done.attempts == 2
    assert results.content(done)
    actions = list(AuditEvent.objects.filter(action__startswith="runs.").values_list("action", flat=True))
    assert sorted(actions) == ["runs.run.done", "runs.run.recovered", "runs.run.start"]


def test_an_import_whose_worker_is_killed_is_read_by_another_and_effective_once(
    organisation, worker, monkeypatch
) -> None:
    manager = organisation.people["risk_manager"]
    made = _confirmed_import(organisation, manager)
    first = worker(pause_s=60.0)
    _until(lambda: _import().state == "running")
    _until(lambda: _import().heartbeat_at > _import().started_at)  # alive, though its step says nothing
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _ticked() == "running", "a worker silent for a moment is not given up"
    monkeypatch.setattr("anlan.web.common.workers.LOST_AFTER_S", 1.0)
    time.sleep(1.2)
    assert _ticked() == "queued"
    worker()
    _until(lambda: _import().state == "done")
    assert (_import().attempts, _import().losses) == (2, 1)
    assert EventLog.objects.get(process=made.process).n_events == 40
    actions = list(AuditEvent.objects.filter(action__startswith="catalog.").values_list("action", flat=True))
    assert actions.count("catalog.log.add") == actions.count("catalog.upload.recovered") == 1


def _confirmed_import(organisation, manager) -> LogImport:
    made = create_process(unit=organisation.north, name="窗口", actor=manager)
    rows = [f"c{n},{step},2026-03-{1 + n:02} {8 + n}:00" for n in range(10) for step in "甲乙丙丁"]
    content = "\n".join(["case,activity,complete", *rows]).encode()
    upload = keep_upload(made, SimpleUploadedFile("log.csv", content), actor=manager)
    mapping = {"case": "case", "activity": "activity", "end": "complete"}
    with override_settings(TASKS=QUEUE):
        return start_import(upload, options={"mapping": mapping}, actor=manager)


def _import() -> LogImport:
    return LogImport.objects.get()


def _ticked() -> str:
    """What the import's state is after the scheduler did what is due."""
    Duty.objects.update(due_at=timezone.now())
    with override_settings(TASKS=QUEUE):
        scheduler.tick("test")
    return str(_import().state)


def test_a_worker_that_is_asked_to_stop_gives_its_run_back_at_once(process, organisation, worker) -> None:
    [run] = start(process, organisation.people["risk_manager"])
    first = worker(pause_s=60.0)
    _until(lambda: Run.objects.get(pk=run.pk).step == "identify")
    asked = time.monotonic()
    with override_settings(TASKS=QUEUE):
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=20) == 0
    assert time.monotonic() - asked < 10
    assert _state(run) == "queued"
    assert presence.workers_alive() == 0
    worker()
    _until(lambda: _state(run) == "done")


def test_two_workers_never_compute_one_run_twice(process, organisation, worker) -> None:
    runs = start(process, organisation.people["risk_manager"], 12)
    worker()
    worker()
    _until(lambda: Run.objects.filter(state="done").count() == len(runs), seconds=90)
    assert set(Run.objects.values_list("attempts", flat=True)) == {1}
    assert AuditEvent.objects.filter(action="runs.run.done").count() == len(runs)


def test_a_running_run_is_cancelled_in_its_worker(process, organisation, worker) -> None:
    from anlan.web.runs.services import cancel_run

    manager = organisation.people["risk_manager"]
    [run] = start(process, manager)
    worker(pause_s=60.0)
    _until(lambda: Run.objects.get(pk=run.pk).step == "identify")
    asked = time.monotonic()
    cancel_run(Run.objects.get(pk=run.pk), actor=manager)
    _until(lambda: _state(run) == "cancelled")
    assert time.monotonic() - asked < 3


def _state(run: Run) -> str:
    return str(Run.objects.get(pk=run.pk).state)


def _until(asked: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not asked():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.1)
