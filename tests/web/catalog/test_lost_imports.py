"""An import whose worker is gone: found, taken up again or given up, with one effect whatever happens."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.web.catalog import uploads
from anlan.web.catalog.models import EventLog, LogImport
from anlan.web.catalog.services import create_process
from anlan.web.common import background, workers
from anlan.web.common.models import AuditEvent

CONTENT = "case,activity,complete\n" + "".join(
    f"c{n},{step},2026-03-{1 + n % 28:02} {8 + k:02}:00:00\n"
    for n in range(20)
    for k, step in enumerate(["登记", "派单", "关闭"])
)
OPTIONS = {"mapping": {"case": "case", "activity": "activity", "end": "complete"}}


@pytest.fixture
def kept(organisation):
    """An upload that a worker claimed and then went silent over."""
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.hall, name="营业厅", actor=manager)
    made = uploads.keep_upload(process, SimpleUploadedFile("log.csv", CONTENT.encode()), actor=manager)
    made.options = OPTIONS
    made.save()
    silent_since(made, minutes=1, attempts=1)
    return made


def silent_since(made, *, minutes: float, **fields) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    LogImport.objects.filter(pk=made.pk).update(state="running", heartbeat_at=at, updated_by=made.created_by,
                                                started_at=at, **fields)  # fmt: skip


def test_an_import_that_shows_signs_of_life_is_left_alone(kept) -> None:
    silent_since(kept, minutes=0.4)
    assert background.recover_lost() == 0
    assert LogImport.objects.get().state == "running"


def test_a_lost_import_is_taken_up_again_and_read(kept) -> None:
    assert background.recover_lost() == 1
    made = LogImport.objects.get()
    assert (made.state, made.attempts, made.losses) == ("done", 2, 1)
    assert EventLog.objects.get().n_events == 60
    assert AuditEvent.objects.filter(action="catalog.upload.recovered").count() == 1


def test_a_worker_that_was_only_slow_has_no_effect_any_more(kept, monkeypatch) -> None:
    LogImport.objects.update(state="queued", attempts=0)

    def read(upload, told=uploads._read):
        loaded = told(upload)
        silent_since(kept, minutes=1)
        assert background.recover_lost() == 1
        return loaded

    second = uploads._read
    calls = iter([read, second])
    monkeypatch.setattr(uploads, "_read", lambda upload: next(calls)(upload))
    assert uploads.perform(kept.pk, attempts=0) == "done"
    assert EventLog.objects.count() == 1
    assert AuditEvent.objects.filter(action="catalog.log.add").count() == 1


def test_while_another_worker_has_it_the_slow_one_writes_nothing(kept, monkeypatch) -> None:
    LogImport.objects.update(state="queued", attempts=0)

    def read(upload, told=uploads._read):
        loaded = told(upload)
        silent_since(kept, minutes=0, attempts=2)  # given up, and claimed by another one
        return loaded

    monkeypatch.setattr(uploads, "_read", read)
    assert uploads.perform(kept.pk, attempts=0) == "running"
    assert not EventLog.objects.exists()
    assert LogImport.objects.get().attempts == 2


def test_after_three_lost_workers_it_failed_and_a_person_may_try_again(kept, organisation) -> None:
    LogImport.objects.update(losses=2)
    client, place = organisation.client("risk_manager"), f"/processes/{kept.process.code}/imports/{kept.pk}/"
    assert "没有回应" in client.get(place).content.decode()
    assert background.recover_lost() == 1
    made = LogImport.objects.get()
    assert (made.state, made.error["code"], made.error["parameters"]) == ("failed", "upload.lost", {"n": 3})
    page = client.get(place).content.decode()
    assert "3 次中断" in page
    assert "按原来的设置再读一次" in page
    assert client.post(place + "retry/").status_code == 302
    made.refresh_from_db()
    assert (made.state, made.losses, EventLog.objects.count()) == ("done", 0, 1)


def test_a_waiting_import_without_a_row_of_the_queue_gets_one(kept) -> None:
    LogImport.objects.update(state="queued", updated_at=timezone.now() - timedelta(minutes=1), task="")
    assert background.recover_lost() == 1
    assert LogImport.objects.get().state == "done"


def test_a_fault_of_the_program_ends_an_import_instead_of_leaving_it(kept, monkeypatch) -> None:
    LogImport.objects.update(state="queued")
    monkeypatch.setattr(uploads, "_read", lambda upload: 1 / 0)
    assert uploads.perform(kept.pk, attempts=1) == "failed"
    assert LogImport.objects.get().error["parameters"]["kind"] == "ZeroDivisionError"


def test_a_worker_that_is_asked_to_stop_gives_the_import_back(kept, monkeypatch) -> None:
    LogImport.objects.update(state="queued")
    monkeypatch.setattr(workers.asked_to_stop, "is_set", lambda: True)
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        assert uploads.perform(kept.pk, attempts=1) == "queued"
    task = LogImport.objects.get(pk=kept.pk).task
    assert DBTaskResult.objects.filter(pk=task, status="READY").exists(), "another worker finds it"
    assert not EventLog.objects.exists()


def test_what_was_never_confirmed_cannot_be_retried(kept, organisation) -> None:
    LogImport.objects.update(state="failed", options={})
    client = organisation.client("risk_manager", language="en")
    place = f"/processes/{kept.process.code}/imports/{kept.pk}/"
    page = client.post(place + "retry/", follow=True).content.decode()
    assert "have not been confirmed" in page
