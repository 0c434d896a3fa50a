"""Scheduled work: one scheduler at a time, each duty once when due, faults noted."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.web.common.schedule import ScheduledWork
from anlan.web.runs import cleaning, results, scheduler
from anlan.web.runs.models import Duty, Lease, Run
from anlan.web.runs.services import start_run


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """Two duties, one of which fails."""
    calls: list[str] = []

    def fail() -> None:
        calls.append("bad")
        raise RuntimeError("no room left")

    work = (
        ScheduledWork("bad", timedelta(hours=1), fail),
        ScheduledWork("good", timedelta(hours=1), lambda: calls.append("good") or "3 rows"),
    )
    monkeypatch.setattr(scheduler, "scheduled_work", lambda: work)
    return calls


def test_what_is_due_is_done_once_and_a_fault_stops_nothing_else(db, done) -> None:
    assert scheduler.tick("one") == ["bad", "good"]
    assert scheduler.tick("one") == []
    assert done == ["bad", "good"]
    assert Duty.objects.get(code="good").outcome == "3 rows"
    assert Duty.objects.get(code="bad").error == "RuntimeError: no room left"
    Duty.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert scheduler.tick("one") == ["bad", "good"]


def test_another_scheduler_stands_by_until_the_lease_ends(db, done) -> None:
    scheduler.tick("one")
    Duty.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert scheduler.tick("two") == []
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert scheduler.tick("two") == ["bad", "good"]
    assert not scheduler.hold("one")
    scheduler.release("two")
    assert scheduler.hold("one")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("all_hold", [False, True])
def test_schedulers_at_the_same_time_do_each_duty_once(done, monkeypatch, all_hold: bool) -> None:
    """Also where all think they hold the lease, as after a jump of the clock."""
    if all_hold:
        monkeypatch.setattr(scheduler, "hold", lambda holder: True)
    ready, faults = threading.Barrier(4), []

    def run(holder: str) -> None:
        try:
            ready.wait(timeout=10)
            scheduler.tick(holder)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(f"holder {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert sorted(done) == ["bad", "good"]


def test_a_duty_claimed_by_another_since_it_was_read_is_left_to_it(db, monkeypatch) -> None:
    read = Duty.objects.create(code="x", due_at=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(Duty.objects, "get_or_create", lambda **asked: (read, False))
    work = ScheduledWork("x", timedelta(hours=1), lambda: "")
    assert scheduler._claim(work)
    assert not scheduler._claim(work)


def test_results_of_runs_stay_and_what_nobody_needs_goes(process, organisation, monkeypatch) -> None:
    run = start_run(
        process=process, study="key_nodes", parameters={}, actor=organisation.people["risk_manager"]
    )
    place, _ = results.keep('{"orphan": true}\n')
    old = timezone.now() - timedelta(days=30)
    for status in ("SUCCESSFUL", "READY"):
        task = DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", backend_name="default", run_after=old,
            status=status, exception_class_path="", traceback="",
        )  # fmt: skip
        DBTaskResult.objects.filter(pk=task.pk).update(finished_at=old)
    monkeypatch.setattr(cleaning, "KEEP_ORPHANS_S", -60.0)
    assert cleaning.clean_up() >= 2
    assert not (results.folder() / place).exists()
    assert results.content(Run.objects.get(pk=run.pk))
    assert [task.status for task in DBTaskResult.objects.all()] == ["READY"]
