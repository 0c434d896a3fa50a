"""The audit chain: complete, linked, and honest about what was changed."""

import threading

import pytest
from django.db import connection, transaction

from anlan.web.common.audit import changes_between, record
from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.common.verification import verify


def _write(n: int) -> None:
    for i in range(n):
        record("test.write", changes={"value": (i, i + 1)}, reason="because")


@pytest.mark.django_db
def test_an_untouched_chain_holds() -> None:
    _write(5)
    assert (verify().events, verify().broken_at) == (5, None)
    assert AuditHead.objects.get().count == 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "broken_at", "reason"),
    [
        (lambda: AuditEvent.objects.filter(seq=3).delete(), 3, "missing"),
        (lambda: AuditEvent.objects.filter(seq=3).update(action="test.other"), 3, "altered"),
        (lambda: AuditEvent.objects.filter(seq=2).update(payload={"reason": "nicer"}), 2, "payload"),
        (lambda: AuditEvent.objects.filter(seq=5).delete(), 5, "head"),
        (lambda: AuditHead.objects.update(count=4), 6, "head"),
    ],
)
def test_tampering_is_found_at_its_place(tamper, broken_at: int, reason: str) -> None:
    _write(5)
    tamper()
    assert (verify().broken_at, verify().reason) == (broken_at, reason)


@pytest.mark.django_db
def test_an_erased_payload_leaves_the_chain_whole() -> None:
    _write(4)
    AuditEvent.objects.filter(seq=2).update(payload=None)
    assert verify().broken_at is None


@pytest.mark.django_db
def test_secrets_are_noted_as_changed_not_shown() -> None:
    event = record("test", changes={"password": ("old-secret", "new-secret"), "name": ("a", "b")})
    assert event.payload["changes"] == {"password": ["•••", "•••"], "name": ["a", "b"]}
    assert "secret" not in str(AuditEvent.objects.get(seq=event.seq).payload)


@pytest.mark.django_db
def test_an_event_of_a_transaction_that_fails_is_not_kept() -> None:
    _write(1)
    with transaction.atomic():
        record("test.lost")
        transaction.set_rollback(True)
    _write(1)
    assert (verify().events, verify().broken_at) == (2, None)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    def writer() -> None:
        _write(10)
        connection.close()

    writers = [threading.Thread(target=writer) for _ in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert (verify().events, verify().broken_at) == (40, None)


def test_only_what_differs_is_a_change() -> None:
    assert changes_between({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == {"b": (2, 3), "c": (None, 4)}
