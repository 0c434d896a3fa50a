"""A twin whose answers a person changes: the form holds all of it, the next twin says what is other."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from anlan.domain.errors import UsageError
from anlan.studies.twin.plain import plain_inputs
from anlan.web.common.models import AuditEvent
from anlan.web.studio.models import Twin
from anlan.web.studio.services.editing import edit_twin
from web.studio.given import INPUTS, calibrated, small_twin

pytestmark = pytest.mark.django_db
WHOLE: dict[str, Any] = {
    "steps": [
        {"name": "登记", "time": {"kind": "gamma", "shape": 2, "scale": 2}, "pool": "窗口", "patience": 40,
         "cost": 2.5, "level": 1, "longest_line": 12, "gives_up_to": "关闭"},
        {"name": "分", "kind": "some"},
        {"name": "核对", "time": {"kind": "quantiles", "values": [1, 2.5, 9]}, "pool": "审核员",
         "promise": 30},
        {"name": "照相", "time": 3, "batch": 4, "batch_wait": 20},
        {"name": "合", "kind": "join", "joins": "分"},
        {"name": "关闭", "time": {"kind": "pert", "low": 0, "likely": 1, "high": 2}},
    ],
    "ways": [{"from": "分", "to": "核对", "share": 0.9}, {"from": "分", "to": "照相", "share": 0.4},
             {"from": "核对", "to": "合"}, {"from": "照相", "to": "合"}],
    "pools": [{"name": "窗口", "people": 2, "cost_per_hour": 60, "speed": 1.2, "newest_first": True},
              {"name": "审核员", "suspends": True}],
    "shifts": [{"pool": "审核员", "first_day": 1, "last_day": 5, "from_hour": 8.5, "to_hour": 18,
                "people": 2}],
    "arrivals": [*([0] * 8), *([6.5] * 10), *([0] * 6)],
    "classes": [{"name": "急", "share": 0.1, "level": 1}, {"name": "常", "share": 0.9}],
    "weeks": 1.5, "warm_up_weeks": 0.5, "cool_down_weeks": 0, "promise": 120,
    "complaints": {"chance": 0.01, "after": 60, "more_per_hour": 0.02, "if_lost": 0.3, "cost": 200},
    "risks": [
        {"name": "漏填", "step": "登记", "chance": 0.05, "effect": "repeat", "load": "line_length",
         "load_from": 3, "load_slope": 0.1},
        {"name": "停电", "effect": "outage", "per_week": 0.5, "pool": "窗口", "people": 1,
         "delay": {"kind": "lognormal", "mean": 60, "sigma": 0.5}, "hours": [*([0] * 8), *([1.5] * 16)]},
    ],
    "replications": 12,
}  # fmt: skip


def boxes(page: str) -> dict[str, str]:
    """What a browser would send of the form of boxes, untouched."""
    form = page[page.rindex("<form", 0, page.index('name="in.')) :]
    form = form[: form.index("</form>")]
    sent: dict[str, str] = {}
    for tag, attributes, inner in re.findall(r"<(input|select|textarea)([^>]*)>(?:(.*?)</\1>)?", form, re.S):
        name = re.search(r'name="([^"]+)"', attributes)
        value = re.search(r'value="([^"]*)"', attributes)
        if name is None or ('type="checkbox"' in attributes and "checked" not in attributes):
            continue
        if tag == "select":
            value = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        text = inner if tag == "textarea" else value[1] if value else "on" if "checked" in attributes else ""
        sent[name[1]] = unescape(text).removeprefix("\n")
    return sent


def _form(client: Any, twin: Twin) -> dict[str, str]:
    page = client.get(reverse("studio:edit_twin", args=[twin.code])).content.decode()
    return boxes(page) | {"seen": re.search(r'name="seen" value="(\d+)"', page)[1], "do": "save"}  # type: ignore[index]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_form_holds_every_answer_and_untouched_changes_nothing(organisation, process, language) -> None:
    twin = small_twin(process, organisation, **WHOLE)
    client = organisation.client("risk_manager", language=language)
    sent = _form(client, twin)
    for field in ("gives_up_to", "batch_wait", "level", "patience", "longest_line", "joins"):
        assert f"in.steps.0.{field}" in sent
    answer = client.post(reverse("studio:edit_twin", args=[twin.code]), sent)
    assert answer.status_code == 422
    assert Twin.objects.count() == 1
    changed = client.post(reverse("studio:edit_twin", args=[twin.code]), sent | {"in.weeks": "2"})
    assert changed.status_code == 302
    assert Twin.objects.get(number=2).inputs == {**plain_inputs(twin.inputs), "weeks": 2}


def test_a_change_is_a_new_twin_and_the_old_one_stays(organisation, process) -> None:
    twin, client = small_twin(process, organisation), organisation.client("risk_manager")
    sent = _form(client, twin) | {"in.pools.0.people": "5", "in.steps.3.time": "30", "note": "更多窗口"}
    looked = client.post(reverse("studio:edit_twin", args=[twin.code]), sent | {"do": "look"})
    assert (looked.status_code, Twin.objects.count()) == (200, 1)
    assert "人数：2 → 5" in looked.content.decode()
    client.post(reverse("studio:edit_twin", args=[twin.code]), sent)
    made = Twin.objects.get(number=2)
    twin.refresh_from_db()
    assert (twin.inputs, twin.in_force, made.in_force) == (INPUTS, False, True)
    assert (made.source, made.based_on, made.note, made.seed) == ("edit", twin, "更多窗口", twin.seed)
    assert made.told["edited"] == {"pools": ["窗口"], "steps": ["处理"]}
    event = AuditEvent.objects.filter(action="studio.twin.create").latest("seq")
    assert event.payload["changes"]["based_on"] == [None, twin.code]
    assert event.payload["changes"]["inputs"][1] == "steps 处理 time; pools 窗口 people"
    page = client.get(reverse("studio:twin", args=[made.code])).content.decode()
    assert "人数：2 → 5" in page


def test_rows_that_nobody_touched_still_say_that_the_log_gave_them(organisation, process) -> None:
    twin = calibrated(process, organisation)
    manager = organisation.people["risk_manager"]
    steps = [{**row, "time": 7} if row["name"] == "审核" else row for row in twin.inputs["steps"]]
    made = edit_twin(twin, inputs={**twin.inputs, "steps": steps}, seen=1, actor=manager)
    assert (made.log, made.card) == (twin.log, {})
    page = organisation.client("risk_manager").get(reverse("studio:twin", args=[made.code])).content.decode()
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    of = {name: next(row for row in rows if f">{name}</td>" in row) for name in ("审核", "派单")}
    assert ("人工修改" in of["审核"], "日志" in of["派单"]) == (True, True)


def test_faults_stand_beside_their_boxes_and_nothing_is_saved(organisation, process) -> None:
    twin, client = small_twin(process, organisation), organisation.client("risk_manager")
    sent = _form(client, twin) | {"in.pools.0.people": "0", "in.promise": "-1"}
    answer = client.post(reverse("studio:edit_twin", args=[twin.code]), sent)
    page = answer.content.decode()
    assert (answer.status_code, Twin.objects.count()) == (422, 1)
    assert page.count('aria-invalid="true"') == 2


def test_two_people_at_once_do_not_undo_each_other(organisation, process) -> None:
    twin, client = small_twin(process, organisation), organisation.client("risk_manager")
    mine, theirs = _form(client, twin) | {"in.promise": "60"}, _form(client, twin) | {"in.promise": "90"}
    address = reverse("studio:edit_twin", args=[twin.code])
    assert client.post(address, theirs).status_code == 302
    assert client.post(address, mine).status_code == 422
    assert Twin.objects.filter(in_force=True).get().inputs["promise"] == 90
    with pytest.raises(UsageError, match=r"web\.conflict"):
        edit_twin(twin, inputs=INPUTS, seen=1, actor=organisation.people["risk_manager"])


def test_a_text_takes_the_place_of_the_boxes(organisation, process) -> None:
    twin, client = small_twin(process, organisation), organisation.client("risk_manager")
    address = reverse("studio:edit_twin", args=[twin.code])
    page = client.get(address).content.decode()
    text = unescape(re.search(r'id="as_text"[^>]*>(.*?)</textarea>', page, re.S)[1])  # type: ignore[index]
    sent = {"by": "text", "seen": "1", "do": "save", "as_text": text.replace("promise: 120", "promise: 45")}
    assert client.post(address, sent).status_code == 302
    assert Twin.objects.get(number=2).inputs["promise"] == 45
    wrong = client.post(address, sent | {"seen": "2", "as_text": "method: risk_matrix\n"})
    assert wrong.status_code == 422
    assert "risk_matrix" in wrong.content.decode()


def test_a_program_changes_a_twin_as_well(organisation, process) -> None:
    twin, program = small_twin(process, organisation), organisation.program("risk_manager")
    address, given = f"/api/v1/twins/{twin.code}/edit", {"inputs": {**INPUTS, "promise": 50}, "number": 1}
    made = program.post(address, given, content_type="application/json")
    assert (made.status_code, made.json()["based_on"], len(made.json()["changed"])) == (201, twin.code, 1)
    assert program.post(address, given, content_type="application/json").status_code == 409
