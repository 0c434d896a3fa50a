"""Pages of replays: the replication that was computed, two in step, a log, and a picture of one moment."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from anlan.loop.improve.designs.series import process_of
from anlan.loop.improve.replay.simulated import replay_run
from anlan.web.common.models import AuditEvent
from anlan.web.runs.models import Run
from anlan.web.studio.replaying.parts import When, parts_of
from anlan.web.studio.replaying.stage import WIDEST, geometry_of, stage_of
from anlan.web.studio.services.comparing import start_comparison
from anlan.web.studio.services.designs import create_design
from web.studio.given import done, small_twin

pytestmark = pytest.mark.django_db
MORE: dict[str, Any] = {"operator": "staff", "pool": "审核员", "people": 1}
FASTER: dict[str, Any] = {"operator": "automate", "steps": "登记", "factor": 0.5}


@pytest.fixture
def twin(organisation, process):
    return small_twin(process, organisation)


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def _address(kind: str, code: str, form: str = "") -> str:
    return (
        reverse("studio:still", args=[kind, code, form])
        if form
        else reverse("studio:replay", args=[kind, code])
    )


def _documents(page: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script id="document-\d" type="application/json">(.*?)</script>', page, re.S)
    return [json.loads(each) for each in found]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_twin_is_replayed_as_the_replication_with_its_seed(organisation, twin, language) -> None:
    client = organisation.client("risk_manager", language=language)
    page = client.get(_address("twin", twin.code)).content.decode()
    (document,) = _documents(page)
    seen = replay_run(process_of(twin.inputs), seed=3)
    assert len(document["cases"]) == len(seen.arrived_s) > 50
    assert document["nodes"] == ["登记", "审核", "派单", "处理"]
    assert [team["name"] for team in document["teams"]] == ["窗口", "审核员"]
    begin = seen.span.from_s
    assert document["cases"] == [
        [round((came - begin) * 10), round((left - begin) * 10), int(fate)]
        for came, left, fate in zip(seen.arrived_s, seen.left_s, seen.fate, strict=True)
    ]
    said = "种子 3，不是平均" if language == "zh-hans" else "seed 3, not an average"
    assert said in page
    assert "studio.replay" not in page
    hours = (seen.span.until_s - begin) / 3600
    assert page.count("<tr><td>") == hours + 1, "a row for each hour, and the end"


def test_another_replication_and_time_are_shown_as_asked(organisation, twin) -> None:
    client = organisation.client("risk_manager")
    address = _address("twin", twin.code)
    page = client.get(address + "?day=2&hour=9&hours=4&replication=2").content.decode()
    (document,) = _documents(page)
    assert (document["from_s"], document["until_s"]) == (57 * 3600.0, 61 * 3600.0)
    (first,) = _documents(client.get(address + "?day=2&hour=9&hours=4").content.decode())
    assert first["cases"] != document["cases"]


@pytest.mark.parametrize(
    "asked", ["day=x", "day=1&hour=30", "hours=nan", "hours=0", "day=900", "replication=0",
              "replication=9999", "day=1&hours=1e9"],
)  # fmt: skip
def test_a_time_that_is_not_there_is_refused_in_words(organisation, twin, asked) -> None:
    answer = organisation.client("risk_manager").get(f"{_address('twin', twin.code)}?{asked}")
    assert answer.status_code == 422
    assert "回放：" in answer.content.decode()


def test_a_design_moves_in_step_with_the_process_as_it_is(organisation, twin, manager) -> None:
    made = create_design(twin, name="加人", actor=manager, changes=[MORE])
    page = organisation.client("risk_manager").get(_address("design", made.code)).content.decode()
    before, after = _documents(page)
    assert (before["from_s"], before["until_s"]) == (after["from_s"], after["until_s"])
    assert [came for came, _, _ in before["cases"] if came > 0] == [c for c, _, _ in after["cases"] if c > 0]
    assert before["cases"] != after["cases"], "with more people cases leave earlier"


def test_a_comparison_replays_what_it_computed(organisation, twin, manager) -> None:
    designs = [create_design(twin, name=name, actor=manager, changes=[change])
               for name, change in (("加人", MORE), ("提速", FASTER))]  # fmt: skip
    found = start_comparison(twin, designs, actor=manager, most=10, seed=5)
    client, address = organisation.client("risk_manager"), _address("comparison", found.code)
    run = done(found.run)
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
    assert client.get(address).status_code == 422
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE)
    page = client.get(f"{address}?design={designs[1].code}").content.decode()
    assert len(_documents(page)) == 2
    assert "种子 5" in page
    assert ">提速</h2>" in page
    link = client.get(reverse("studio:comparison", args=[found.code])).content.decode()
    assert address in link


def test_the_cases_of_a_log_are_replayed(organisation, process) -> None:
    page = organisation.client("risk_manager").get(_address("process", process.code)).content.decode()
    (document,) = _documents(page)
    assert document["cases"]
    assert document["first_day"]
    assert not document["teams"]
    assert "日志记录的案件" in page
    day = document["first_day"]
    other = organisation.client("risk_manager").get(f"{_address('process', process.code)}?day={day}&hours=24")
    assert _documents(other.content.decode())[0]["from_s"] == 0.0


def test_a_picture_of_a_moment_is_kept_and_noted(organisation, twin, manager) -> None:
    client = organisation.client("risk_manager")
    first = client.get(_address("twin", twin.code, "svg") + "?day=4&hours=24&at=0").content.decode()
    later = client.get(_address("twin", twin.code, "svg") + "?day=4&hours=24&at=36000").content.decode()
    assert first.startswith("<svg ")
    assert "var(" not in first
    assert "周五 10:00" in later
    (part,) = parts_of(twin, When(96.0, 24.0))
    from anlan.loop.improve.replay.moments import moments_of

    (moment,) = moments_of(part.replay, [106 * 3600.0])
    assert f"在办 {moment.under_way} 件" in later
    assert later.count('r="2.9"') + later.count("l3.9 3.9") == moment.under_way
    picture = client.get(_address("twin", twin.code, "png") + "?day=4&hours=24&at=0")
    assert picture.content.startswith(b"\x89PNG")
    assert AuditEvent.objects.filter(action="studio.replay.export").count() == 3
    assert client.get(_address("twin", twin.code, "svg") + "?at=1e9").status_code == 422
    assert client.get(_address("twin", twin.code, "gif")).status_code == 404


def test_outsiders_find_no_replay_of_any_kind(organisation, twin, manager, process) -> None:
    made = create_design(twin, name="加人", actor=manager, changes=[MORE])
    outsider = organisation.client(organisation.outsider)
    for kind, code in (("twin", twin.code), ("design", made.code), ("process", process.code)):
        assert outsider.get(_address(kind, code)).status_code == 404
    assert organisation.client("risk_manager").get(_address("nothing", twin.code)).status_code == 404


def test_the_endpoint_gives_the_same_numbers(organisation, twin) -> None:
    client = organisation.client("risk_manager")
    (document,) = _documents(client.get(_address("twin", twin.code)).content.decode())
    answer = client.get(f"/api/v1/twins/{twin.code}/replay").json()
    assert answer["parts"][0]["replay"] == document
    assert (answer["parts"][0]["seed"], answer["parts"][0]["replication"]) == (3, 1)
    assert client.get(f"/api/v1/twins/{twin.code}/replay?from_h=-1").status_code == 422
    assert (
        organisation.client(organisation.outsider).get(f"/api/v1/twins/{twin.code}/replay").status_code == 404
    )


def test_a_long_map_is_cut_into_strips_that_can_be_read(process, organisation) -> None:
    names = [f"环节{n:02d}：受理与复核" for n in range(60)]
    ways = [row for n, name in enumerate(names[:-1]) for row in (
        {"from": name, "to": names[n + 1], "share": 0.8},
        {"from": name, "to": names[min(59, n + 4)], "share": 0.2},
    )]  # fmt: skip
    ways[-2:] = [{"from": names[58], "to": names[59], "share": 1}]
    large = small_twin(
        process, organisation, steps=[{"name": name, "time": 2} for name in names], ways=ways, pools=[],
        shifts=[], risks=[],
    )  # fmt: skip
    (part,) = parts_of(large, When())
    stage = stage_of(part.flow)
    assert len(stage.strips) > 3
    assert stage.width <= WIDEST * 1.3
    boxes = geometry_of(stage, part.replay.nodes)["nodes"]
    for n, (x, y, wide, high) in enumerate(boxes):
        assert x - wide >= 0
        assert x + wide <= stage.width
        assert y - high >= 0
        assert y + high <= stage.height
        for x2, y2, wide2, high2 in boxes[:n]:
            assert abs(x - x2) >= wide + wide2 or abs(y - y2) >= high + high2
