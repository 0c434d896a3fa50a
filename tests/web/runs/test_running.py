"""From the start of a run to its result: claimed once, effective once, never lost."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.domain.errors import RefusedInput, UsageError
from anlan.studies.catalogue import studies
from anlan.studies.progress import share_of_whole
from anlan.web.common import background
from anlan.web.common.background import recover_lost
from anlan.web.common.models import AuditEvent
from anlan.web.common.verification import verify
from anlan.web.common.workers import LOST_AFTER_S
from anlan.web.runs import execution, hooks, results
from anlan.web.runs.models import Run
from anlan.web.runs.recovery import MOST_ATTEMPTS
from anlan.web.runs.services import cancel_run, recompute_run, retry_run, start_run


@pytest.fixture
def queue(settings) -> None:
    """Work waits for a worker, as in the application."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def started(process, manager, study: str = "key_nodes", **asked) -> Run:
    return start_run(process=process, study=study, parameters=asked, seed=3, actor=manager)


@pytest.mark.parametrize("study", [study.code for study in studies()])
def test_every_study_runs_and_keeps_its_result_under_its_hash(process, manager, study: str) -> None:
    run = started(process, manager, study)
    assert (run.state, run.error, run.progress) == (Run.State.DONE, None, 1.0)
    content = results.content(run)
    assert hashlib.sha256(content).hexdigest() == run.result_sha256
    result = json.loads(content)
    assert result["provenance"]["seed"] == 3
    assert result["provenance"]["input_sha256"] == run.input_sha256 == process.logs.get().sha256
    assert run.figures["cases"] == 120


def test_a_run_waits_in_the_queue_and_is_done_once(queue, process, manager) -> None:
    run = started(process, manager)
    assert (run.state, run.code) == (Run.State.QUEUED, "A-0001")
    assert str(DBTaskResult.objects.get().pk) == run.task
    assert execution.execute(run.pk, attempts=0) == "done"
    assert execution.execute(run.pk, attempts=0) == "skipped"
    assert AuditEvent.objects.filter(action="runs.run.done").count() == 1
    assert verify().broken_at is None


def test_the_same_ask_gives_the_same_bytes_as_the_command(process, manager, capsys, tmp_path, hall) -> None:
    from anlan.cli.main import main

    run = started(process, manager, "assess", budget="60d", sla="2h")
    words = ["assess", hall.facts.id, "--process", "营业厅", "--budget", "60d", "--sla", "2h", "--seed", "3"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "result.json").read_bytes() == results.content(run)


def test_what_a_study_cannot_be_asked_is_refused_before_anything_is_kept(process, manager) -> None:
    for asked, code in [({"sla": "soon"}, "option.duration"), ({"colour": "red"}, "study.parameter_unknown")]:
        with pytest.raises(UsageError) as refused:
            started(process, manager, **asked)
        assert refused.value.code == code
    with pytest.raises(RefusedInput, match=r"costs\.faults"):
        started(process, manager, costs="currency = 'XYZ'\n")
    assert not Run.objects.exists()


def test_a_process_without_a_log_says_so(organisation, manager) -> None:
    from anlan.web.catalog.services import create_process

    bare = create_process(unit=organisation.north, name="热线", actor=manager)
    with pytest.raises(UsageError, match=r"study\.no_log"):
        started(bare, manager)


def test_a_fault_of_the_question_is_kept_as_code_for_both_languages(process, manager) -> None:
    run = started(process, manager, closing="办结")
    assert run.state == Run.State.FAILED
    assert run.error["code"] == "option.closing_activity"
    assert run.error["parameters"]["found"] == "办结"


def test_who_may_only_look_cannot_start(process, organisation) -> None:
    with pytest.raises(PermissionDenied):
        started(process, organisation.people["auditor"])
    assert not process.runs.exists()


def test_a_waiting_run_is_cancelled_at_once_and_can_be_retried(queue, process, manager) -> None:
    run = cancel_run(started(process, manager), actor=manager)
    assert run.state == Run.State.CANCELLED
    assert execution.execute(run.pk, attempts=0) == "skipped"
    again = retry_run(run, actor=manager)
    assert execution.execute(again.pk, attempts=again.attempts) == "done"
    with pytest.raises(UsageError, match=r"run\.not_failed"):
        retry_run(again, actor=manager)


def test_a_running_run_stops_at_its_next_step_without_a_result(queue, process, manager, monkeypatch) -> None:
    monkeypatch.setattr(execution, "WRITE_EVERY_S", 0.0)
    run = started(process, manager, "assess")

    def cancel_in_the_middle(code: str, *rest: object) -> object:
        cancel_run(Run.objects.get(pk=run.pk), actor=manager)
        return load(code, *rest)

    load = execution.load_log
    monkeypatch.setattr(execution, "load_log", cancel_in_the_middle)
    assert execution.execute(run.pk, attempts=0) == "cancelled"
    run.refresh_from_db()
    assert (run.result, run.figures, run.error) == ("", {}, None)


def test_progress_is_written_at_most_twice_a_second(queue, process, manager) -> None:
    run = execution.claim(started(process, manager).pk, attempts=0)
    progress = execution.progress_of(run)
    progress("identify", 0.3)
    for share in range(100):
        progress("identify", share / 100)
    run.refresh_from_db()
    assert (run.step, run.progress) == ("identify", share_of_whole("identify", 0.3))


def test_a_run_of_a_lost_worker_is_put_back_and_the_slow_worker_writes_nothing(
    queue, process, manager
) -> None:
    run = execution.claim(started(process, manager).pk, attempts=0)
    _silence(run)
    assert recover_lost() == 1
    assert recover_lost() == 0
    waiting = Run.objects.get(pk=run.pk)
    assert (waiting.state, waiting.attempts) == (Run.State.QUEUED, 1)
    with pytest.raises(execution.Stopped):
        execution.progress_of(run)("identify", 0.5)
    with pytest.raises(execution.Stopped):
        execution._done(run, {"late": True}, place="x", digest="x")
    assert execution.execute(run.pk, attempts=1) == "done"


def test_a_run_that_kills_its_worker_again_and_again_is_marked_failed(queue, process, manager) -> None:
    run = started(process, manager)
    for attempt in range(MOST_ATTEMPTS):
        _silence(execution.claim(run.pk, attempts=attempt))
        recover_lost()
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == (Run.State.FAILED, "run.lost")


def test_a_waiting_run_whose_row_of_the_queue_was_taken_by_a_lost_worker_gets_another(
    queue, process, manager
) -> None:
    run = started(process, manager)
    DBTaskResult.objects.update(status="RUNNING")
    Run.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    assert recover_lost() == 1
    assert recover_lost() == 0
    ready = DBTaskResult.objects.get(status="READY")
    assert ready.args_kwargs["args"] == [run.pk, 0]


def test_recomputing_says_whether_the_bytes_are_the_same(process, manager) -> None:
    run = started(process, manager)
    again = recompute_run(run, actor=manager)
    run.refresh_from_db()
    assert (run.verified, again.result_sha256) == (True, run.result_sha256)
    Run.objects.filter(pk=run.pk).update(result_sha256="0" * 64)
    recompute_run(run, actor=manager)
    run.refresh_from_db()
    assert run.verified is False


def test_a_changed_result_file_is_not_shown_as_the_result(process, manager) -> None:
    run = started(process, manager)
    path = results.folder() / run.result
    original = path.read_bytes()
    path.write_bytes(original.replace(b'"seed": 3', b'"seed": 4'))
    with pytest.raises(RefusedInput, match=r"result\.altered"):
        results.content(run)
    path.write_bytes(original)


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"{}"), lambda path: path.unlink()])
def test_no_report_stands_in_for_a_lost_result_and_recomputing_brings_it_back(process, manager, harm) -> None:
    run = started(process, manager, "assess")
    files = (results.report_file, results.workbook_file)
    for file in files:
        file(run, language="zh")
    harm(results.folder() / run.result)
    for file in files:
        with pytest.raises(RefusedInput, match=r"result\."):
            file(run, language="zh")
    recompute_run(run, actor=manager)
    run.refresh_from_db()
    assert run.verified is True
    assert all(file(run, language="zh").is_file() for file in files)


def test_a_folder_that_takes_no_file_is_told_and_the_run_can_be_retried(
    process, manager, monkeypatch, tmp_path
) -> None:
    place = tmp_path / "reports"
    place.write_text("a file where the folder should be")
    with monkeypatch.context() as patched:
        patched.setattr(results, "folder", lambda: place)
        run = started(process, manager)
        assert (run.state, run.error["code"]) == (Run.State.FAILED, "result.not_kept")
        assert run.error["parameters"]["folder"] == str(place)
    retry_run(run, actor=manager)
    run.refresh_from_db()
    assert run.state == Run.State.DONE


def test_other_apps_hear_of_a_done_run_once_and_stand_or_fall_with_it(
    queue, process, manager, monkeypatch
) -> None:
    heard = []
    monkeypatch.setattr(hooks, "when_done", [lambda run, result: heard.append((run.code, result["study"]))])
    run = started(process, manager)
    execution.execute(run.pk, attempts=0)
    execution.execute(run.pk, attempts=0)
    assert heard == [(run.code, "key_nodes")]


def test_a_unit_s_criteria_in_force_are_kept_with_the_run(process, manager, monkeypatch) -> None:
    from anlan.web.common.levels import default_criteria

    own = {**default_criteria(), "version": "2026 board"}
    monkeypatch.setattr(hooks, "criteria_of", [lambda unit: own])
    run = started(process, manager, "quantify")
    result = json.loads(results.content(run))
    assert result["criteria"]["version"] == "2026 board"
    assert result["provenance"]["parameters"]["criteria"].startswith("sha256:")


def _silence(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))


def test_a_run_whose_failure_could_not_be_written_falls_silent_and_is_found_lost(
    queue, process, manager, monkeypatch
) -> None:
    run = started(process, manager)

    def away(*given, **named):
        raise OperationalError("the database is away")

    monkeypatch.setattr(execution, "_compute", away)
    monkeypatch.setattr(execution, "fail", away)
    with pytest.raises(OperationalError):
        execution.execute(run.pk, attempts=0)
    run.refresh_from_db()
    assert run.state == Run.State.RUNNING
    silent = timezone.now() - timedelta(seconds=LOST_AFTER_S + 1)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=silent)
    background.beat(timezone.now())
    run.refresh_from_db()
    assert run.heartbeat_at == silent
    assert background.recover_lost() == 1
    run.refresh_from_db()
    assert run.state == Run.State.QUEUED


def test_what_a_worker_has_in_hand_stays_alive_however_long_a_step_takes(
    queue, process, manager, monkeypatch
) -> None:
    run = started(process, manager)
    now = timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(execution, "_compute", lambda run: background.beat(now))
    execution.execute(run.pk, attempts=0)
    run.refresh_from_db()
    assert run.heartbeat_at == now
