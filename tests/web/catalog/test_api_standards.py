"""Standards for programs: made, changed under the version seen, logged, withdrawn."""

import pytest
from django.core.cache import cache

NEW = {"unit": "N", "kind": "promise", "text": "两日内勘查", "text_en": "Survey in two days",
       "figure": "时长", "figure_unit": "天", "target": 2, "items": [{"text": "准时"}, {"text": "告知"}],
       "valid_from": "2026-01-01", "reason": "首次"}  # fmt: skip
ADDRESS = "/api/v1/standards"
KIND = "application/json"


@pytest.fixture
def program(organisation):
    cache.clear()
    return organisation.program("risk_manager")


def test_a_standard_is_made_changed_and_its_versions_stay(program) -> None:
    made = program.post(ADDRESS, NEW, content_type=KIND)
    assert (made.status_code, made["Location"], made["ETag"]) == (201, f"{ADDRESS}/S-0001", '"1"')
    assert made.json()["kept"] == {
        "since": "2026-01-01",
        "n": 0,
        "kept": 0,
        "share": None,
        "low": None,
        "high": None,
    }
    change = {"target": None, "items": [{"number": 2, "text": "告知"}, {"text": "回访"}], "reason": "x"}
    address = f"{ADDRESS}/S-0001"
    assert program.patch(address, change, content_type=KIND).status_code == 428
    done = program.patch(address, change, content_type=KIND, headers={"If-Match": '"1"'})
    assert (done.status_code, done["ETag"]) == (200, '"2"')
    says = done.json()["says"]
    assert (says["number"], says["text"], says["target"]) == (2, "两日内勘查", None)
    assert [i["number"] for i in says["items"]] == [2, 3]
    assert program.patch(address, change, content_type=KIND, headers={"If-Match": '"1"'}).status_code == 412
    numbers = [v["number"] for v in program.get(f"{address}/versions").json()["items"]]
    assert numbers == [2, 1]


def test_entries_count_until_they_are_withdrawn(program, organisation) -> None:
    program.post(ADDRESS, NEW, content_type=KIND)
    address = f"{ADDRESS}/S-0001/entries"
    duty = organisation.program("duty_officer")
    entry = {"on": "2026-03-01", "kept": False, "item": 1, "measured": 3.5, "cause": "车辆不足"}
    made = duty.post(address, entry, content_type=KIND)
    assert (made.status_code, made.json()["item"], made.json()["number"]) == (201, 1, 1)
    assert (
        duty.post(address, entry | {"on": "2999-01-01"}, content_type=KIND).json()["code"]
        == "standard.future"
    )
    duty.post(address, {"kept": True}, content_type=KIND)
    assert program.get(f"{ADDRESS}/S-0001").json()["kept"]["n"] == 2
    assert program.get(ADDRESS).json()["items"][0]["kept"]["kept"] == 1
    gone = duty.post(f"{address}/1/withdraw", {"reason": "误记"}, content_type=KIND)
    assert gone.json()["withdrawn_reason"] == "误记"
    again = duty.post(f"{address}/1/withdraw", {"reason": "误记"}, content_type=KIND)
    assert (again.status_code, again.json()["code"]) == (409, "standard.entry_withdrawn")
    assert [e["number"] for e in program.get(address).json()["items"]] == [2, 1]
    assert program.get(f"{ADDRESS}/S-0001").json()["kept"]["n"] == 1


def test_an_entry_has_the_unit_of_its_day_and_agrees_with_its_measure(program) -> None:
    program.post(ADDRESS, NEW, content_type=KIND)
    address = f"{ADDRESS}/S-0001/entries"
    entry = {"on": "2026-01-05", "kept": True, "measured": 2}
    assert program.post(address, entry, content_type=KIND).json()["figure_unit"] == "天"
    change = {"figure_unit": "小时", "target": 24, "valid_from": "2026-02-01", "reason": "x"}
    program.patch(f"{ADDRESS}/S-0001", change, content_type=KIND, headers={"If-Match": '"1"'})
    missed = program.post(address, {"on": "2026-02-01", "kept": True, "measured": 30}, content_type=KIND)
    assert (missed.status_code // 100, missed.json()["code"]) == (4, "standard.misses_target")
    noted = {"on": "2026-02-01", "kept": True, "measured": 30, "note": "客户改期"}
    assert program.post(address, noted, content_type=KIND).status_code == 201
    assert [e["figure_unit"] for e in program.get(address).json()["items"]] == ["小时", "天"]
    gone = program.post(f"{address}/1/withdraw", {"reason": "误记"}, content_type=KIND)
    assert gone.json()["figure_unit"] == "天"
    assert program.get(f"{ADDRESS}/S-0001").json()["kept"]["since"] == "2026-02-01"


def test_a_withdrawn_standard_leaves_the_list_and_takes_no_more(program) -> None:
    program.post(ADDRESS, NEW, content_type=KIND)
    end = {"version": 1, "reason": "并入"}
    assert program.post(f"{ADDRESS}/S-0001/withdraw", end, content_type=KIND).status_code == 200
    assert program.get(ADDRESS).json()["count"] == 0
    assert program.get(f"{ADDRESS}?state=withdrawn").json()["count"] == 1
    late = program.post(f"{ADDRESS}/S-0001/entries", {"kept": True}, content_type=KIND)
    assert (late.status_code, late.json()["code"]) == (409, "standard.withdrawn")


def test_an_unknown_process_is_named(program) -> None:
    answer = program.post(ADDRESS, NEW | {"process": "P-999"}, content_type=KIND)
    assert answer.status_code == 422
    assert "P-999" in answer.json()["fields"]["process"]
