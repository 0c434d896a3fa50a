"""A twin and its errors in the words of the page."""

import copy
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from anlan.domain.errors import RefusedInput
from anlan.loop.improve.twin.names import CLOSED, hours_name, join_name, split_name, step_name, wait_name
from anlan.loop.quantify.methods.process.process_fields import ENOUGH
from anlan.web.studio.names_said import name_said
from anlan.web.studio.places import fault_said, place_said
from anlan.web.studio.services.designs import create_design
from web.studio.given import INPUTS, small_twin

SIGNS = "▸⏲⏰⇉⇇⏸⏱⏹"
CLOCK = hours_name("审核")
MORE: dict[str, Any] = {"operator": "staff", "pool": "审核员", "people": 1}


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        (hours_name("审核"), "时钟：审核", "clock of 审核"),
        (wait_name(step_name("审核", 2)), "等待：审核 · 2", "wait before 审核 · 2"),
        (wait_name(step_name("审核", 0)), "等待：随件到来：审核", "wait before arrival with 审核"),
        (step_name("审核", 1, CLOSED), "审核（未记开始）", "审核 (no begin recorded)"),
        (split_name(["甲", "乙"]), "分开：甲 ∥ 乙", "split: 甲 ∥ 乙"),
        (join_name(split_name(["甲", "乙"])), "汇合：甲 ∥ 乙", "join: 甲 ∥ 乙"),
        ("▸", "开始", "start"),
        ("审核", "审核", "审核"),
    ],
)
def test_signs_of_names_are_said_in_words(name, zh, en) -> None:
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert name_said(name) == said


@pytest.mark.parametrize(
    ("where", "zh"),
    [
        ("designs[1].changes[2].people", "设计“加人”、第 2 项改动（增减人手）、增减人数"),
        ("加人: changes[2].people", "设计“加人”、第 2 项改动（增减人手）、增减人数"),
        ("steps[2].time", "节点第 2 行“审核”、作业时间（分钟）"),
        ("promise", "时限"),
        ("a.yaml line 3", "a.yaml line 3"),
    ],
)
def test_places_are_named_as_the_page_names_them(where, zh) -> None:
    given = {"changes": [MORE, MORE], "name": "加人", "inputs": INPUTS}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said = place_said(where, **given)
        assert "changes[" not in said
        assert "steps[" not in said
        if language == "zh-hans":
            assert said.replace("增加人手", "增减人手").replace("，", "、") == zh


def test_of_many_names_the_first_are_told_and_the_one_that_was_meant() -> None:
    known = tuple(f"节点{n:02d}" for n in range(60))
    with translation.override("zh-hans"):
        said = fault_said(
            RefusedInput("method.not_a_choice", where="steps[2].pool", found="节点 57", known=known)
        )
    assert "节点57" in said
    assert "…" in said
    assert "节点30" not in said


def _with_clock() -> dict[str, Any]:
    inputs = copy.deepcopy(INPUTS)
    inputs["steps"][3]["pool"] = CLOCK
    inputs["steps"][1] |= {"patience": 45, "assign": "fastest"}
    inputs["pools"][0] |= {"at_once": 3, "slows": 0.25}
    inputs["pools"].append({"name": CLOCK, "people": ENOUGH, "suspends": True})
    inputs["shifts"].append({"pool": CLOCK, "from_hour": 8, "to_hour": 18, "people": ENOUGH})
    inputs["skills"] = [{"pool": "审核员", "step": "审核", "speed": 1.5}]
    inputs["appointments"] = [{"from_hour": 9, "cases": 2, "no_show": 0.1}]
    return inputs


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh-hans",
            ("时钟：审核", "不限", "技能与快慢", "同时办几件 3", "每件拖慢 0.25", "爽约比例"),
        ),
        ("en", ("clock of 审核", "not limited", "Skills and speeds", "Appointments")),
    ],
)
def test_the_page_shows_all_that_is_in_a_twin_in_words(organisation, process, language, words) -> None:
    twin = small_twin(process, organisation, **_with_clock())
    client = organisation.client("risk_manager", language=language)
    page = client.get(reverse("studio:twin", args=[twin.code])).content.decode()
    for word in words:
        assert word in page, word
    assert not [sign for sign in SIGNS if sign in page]
    assert "100,000" not in page


@pytest.mark.django_db
def test_a_wrong_answer_of_a_change_is_named_as_its_box(organisation, process) -> None:
    twin = small_twin(process, organisation)
    made = create_design(twin, name="加人", actor=organisation.people["risk_manager"])
    sent = {"do": "add", "seen": "1", "operator": "staff", "pool": "审核员", "people": "很多"}
    for language, label in (("zh-hans", "增减人数"), ("en", "change")):
        client = organisation.client("risk_manager", language=language)
        answer = client.post(reverse("studio:design", args=[made.code]), sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "designs[1]" not in page
        assert label in page
        assert "加人" in page
