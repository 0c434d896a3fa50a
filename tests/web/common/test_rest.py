"""What all endpoints share: pages that end, versions against lost updates, repeats with one effect."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from anlan.web.common.models import AuditEvent, KeptAnswer
from anlan.web.common.rest.repeats import forget_old
from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk

NEW = {"unit": "N", "title": "Queue at noon", "category": "process"}


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


@pytest.fixture
def program(organisation) -> Client:
    return organisation.program("risk_manager")


def posted(program: Client, content: dict, key: str = "", address: str = "/api/v1/risks"):
    headers = {"Idempotency-Key": key} if key else {}
    return program.post(address, content, content_type="application/json", headers=headers)


def changed(program: Client, code: str, content: dict, seen: str = ""):
    headers = {"If-Match": seen} if seen else {}
    return program.patch(f"/api/v1/risks/{code}", content, content_type="application/json", headers=headers)


def test_following_next_meets_every_entry_once(organisation, program) -> None:
    for n in range(7):
        create_risk(unit=organisation.north, title=f"risk {n}", category="process", source="report",
                    actor=organisation.people["risk_manager"])  # fmt: skip
    address, codes, counts = "/api/v1/risks?per_page=3&order=code&fields=title", [], []
    while address:
        page = program.get(address).json()
        codes += [entry["code"] for entry in page["items"]]
        counts.append((page["count"], page["page"], page["pages"]))
        assert all(entry.keys() == {"code", "title"} for entry in page["items"])
        address = page["next"]
    assert codes == list(Risk.objects.order_by("id").values_list("code", flat=True))
    assert counts == [(7, 1, 3), (7, 2, 3), (7, 3, 3)]
    behind = program.get("/api/v1/risks?per_page=3&page=9").json()
    assert (behind["items"], behind["next"]) == ([], None)
    assert behind["previous"].endswith("page=3")


def test_two_editors_the_second_is_told(program) -> None:
    made = posted(program, NEW)
    code, first = made.json()["code"], made["ETag"]
    assert program.get(f"/api/v1/risks/{code}")["ETag"] == first
    blind = changed(program, code, {"title": "A"})
    assert (blind.status_code, blind.json()["code"], blind["ETag"]) == (428, "version_missing", first)
    one = changed(program, code, {"title": "A"}, first)
    assert (one.status_code, one["ETag"] != first) == (200, True)
    two = changed(program, code, {"title": "B"}, first)
    assert (two.status_code, two.json()["code"], two["ETag"]) == (412, "conflict", one["ETag"])
    assert first in two.json()["message"]
    assert Risk.objects.get(code=code).title == "A"
    assert changed(program, code, {"title": "C"}, one["ETag"]).json()["title"] == "C"
    assert changed(program, code, {"title": "D"}, "*").json()["title"] == "D"


def test_a_change_that_lost_the_race_is_a_conflict(program, monkeypatch) -> None:
    from anlan.web.common.rest import versions

    made = posted(program, NEW)
    monkeypatch.setattr(versions, "seen", lambda request, record: record.version - 1)
    lost = changed(program, made.json()["code"], {"title": "A"}, made["ETag"])
    assert (lost.status_code, lost.json()["code"]) == (409, "web.conflict")


def test_the_same_request_again_has_its_effect_once(program) -> None:
    first, again = posted(program, NEW, "k1"), posted(program, NEW, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Risk.objects.count() == 1
    assert AuditEvent.objects.filter(action="risks.risk.create").count() == 1
    assert posted(program, NEW, "k2").json()["code"] != first.json()["code"]
    assert posted(program, NEW).json()["code"] != first.json()["code"]
    assert Risk.objects.count() == 3


def test_a_key_belongs_to_one_request_and_one_person(organisation, program) -> None:
    posted(program, NEW, "k1")
    other = posted(program, NEW | {"title": "Other"}, "k1")
    assert (other.status_code, other.json()["code"]) == (422, "repeat_other")
    colleague = organisation.program("node_owner")
    assert posted(colleague, NEW, "k1").status_code == 201
    assert Risk.objects.count() == 2
    assert posted(program, NEW, "x" * 201).json()["code"] == "repeat_key"


def test_a_refused_request_leaves_its_key_free_and_its_trace(organisation) -> None:
    auditor = organisation.program("auditor")
    assert posted(auditor, NEW, "k1").status_code == 403
    assert AuditEvent.objects.filter(action="denied.risks.edit").count() == 1
    assert not KeptAnswer.objects.exists()


def test_a_fault_undoes_everything_of_the_request(program, monkeypatch) -> None:
    from anlan.web.risks import shapes

    with monkeypatch.context() as broken:
        broken.setattr(shapes, "risk_shown", lambda *_: 1 // 0)
        assert posted(program, NEW, "k1").status_code == 500
    assert not Risk.objects.exists()
    assert posted(program, NEW, "k1").status_code == 201


def test_kept_answers_are_forgotten_after_a_day(program) -> None:
    posted(program, NEW, "k1")
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    assert posted(program, NEW, "k1").status_code == 201
    assert Risk.objects.count() == 2
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    assert (forget_old(), KeptAnswer.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twice_at_once_has_its_effect_once(organisation) -> None:
    header = organisation.program("risk_manager").defaults["HTTP_AUTHORIZATION"]
    codes: list[str] = []

    def send() -> None:
        answer = posted(Client(headers={"Authorization": header}), NEW, "k1")
        codes.append(answer.json()["code"])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 4
    assert set(codes) == {Risk.objects.get().code}
