"""What pages of processes and nodes say of alerts."""

from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from anlan.studies.loading import load_log
from anlan.web.catalog.models import Process
from anlan.web.catalog.process_map import choice_of, map_view
from anlan.web.catalog.selectors import process_page
from anlan.web.catalog.services import add_log, create_process
from anlan.web.common.models import Link
from anlan.web.monitoring.about import watching_risk
from anlan.web.monitoring.models import Alert, Indicator
from anlan.web.monitoring.services.indicators import change_indicator
from anlan.web.risks.services import create_risk
from anlan.web.risks.tracing.steps import trace_of
from web.monitoring.conftest import an_indicator, row, send
from web.runs.conftest import hall_log


@pytest.fixture
def hall(organisation: Any, tmp_path: Path) -> Process:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", name_en="Hall", actor=manager)
    add_log(process, load_log(str(hall_log(tmp_path))), actor=manager)
    return process


def _watched(organisation: Any, process: Any, nodes: list[str]) -> Indicator:
    return change_indicator(
        an_indicator(organisation), seen=1, actor=organisation.people["risk_manager"], process=process,
        nodes=nodes,
    )  # fmt: skip


def _view(organisation: Any, process: Any, query: str = "", who: str = "risk_manager") -> Any:
    return map_view(organisation.people[who], process, process_page(process), choice_of(QueryDict(query)))


def test_the_map_counts_open_alerts_where_something_watches(organisation: Any, hall: Any) -> None:
    first, second, *_ = [row.activity for row in _view(organisation, hall).rows]
    assert _view(organisation, hall).figures.overlays["alerts"].missing == "not_watched"
    found = _watched(organisation, hall, [first, second])
    calm = _view(organisation, hall).figures.overlays["alerts"]
    assert calm.values == {first: 0.0, second: 0.0}
    assert 'class="alerts"' not in _view(organisation, hall).picture()
    change_indicator(found, seen=2, actor=organisation.people["risk_manager"], nodes=[first])
    send(organisation, [row(found, 0, 600), row(found, 1, 600)])
    view = _view(organisation, hall, "overlay=alerts")
    assert view.overlay.code == "alerts"
    assert view.overlay.values == {first: 1.0}
    assert view.picture().count('class="alerts"') == 1
    Alert.objects.update(state="false_positive")
    assert _view(organisation, hall).figures.overlays["alerts"].values == {first: 0.0}


def test_pages_of_process_and_node_name_the_alert(organisation: Any, hall: Any) -> None:
    client = organisation.client("risk_manager")
    node = next(row.node for row in _view(organisation, hall).rows if row.node)
    found = _watched(organisation, hall, [node.name])
    send(organisation, [row(found, 0, 600), row(found, 1, 600)])
    code = Alert.objects.get().code
    for page in (f"/processes/{hall.code}/", f"/processes/{hall.code}/nodes/{node.key}/"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert f"/monitoring/alerts/{code}/" in answer.content.decode(), page


def test_who_may_not_see_alerts_is_told_so(organisation: Any, hall: Any) -> None:
    found = _watched(organisation, hall, ["x"])
    send(organisation, [row(found, 0, 600), row(found, 1, 600)])
    view = map_view(organisation.outsider, hall, process_page(hall), choice_of(QueryDict("")))
    assert view.figures.overlays["alerts"].missing == "alerts_hidden"
    assert view.figures.watch is None


def test_the_form_binds_nodes_of_its_process(organisation: Any, hall: Any) -> None:
    client = organisation.client("risk_manager")
    node = next(row.node for row in _view(organisation, hall).rows if row.node)
    value = f"{hall.code}|{node.key}"
    sent = {"name": "等候", "unit": "N", "kind": "kri", "measure": "s", "direction": "higher_worse",
            "grain": "600", "nodes": [value]}  # fmt: skip
    answer = client.post("/monitoring/indicators/new/", sent)
    assert answer.status_code == 302
    made = Indicator.objects.latest("id")
    assert (made.nodes, made.process) == ([node.key], hall)
    page = client.get(f"/monitoring/indicators/{made.code}/edit/").content.decode()
    assert f'<option value="{value}" selected>' in page
    assert client.post("/monitoring/indicators/new/", sent | {"nodes": ["P-999|x"]}).status_code == 422


def test_the_risk_names_its_indicators_and_alerts_and_so_does_its_trace(organisation: Any, hall: Any) -> None:
    manager, client = organisation.people["risk_manager"], organisation.client("risk_manager")
    risk = create_risk(unit=organisation.north, title="等候过久", category="process", source="report",
                       process=hall, nodes=["派单"], actor=manager)  # fmt: skip
    assert "?risk=" + risk.code in client.get(f"/risks/{risk.code}/").content.decode()
    form = client.get(f"/monitoring/indicators/new/?risk={risk.code}").content.decode()
    assert f'value="{hall.code}|派单" selected' in form
    assert f'value="{risk.code}"' in form
    found = change_indicator(an_indicator(organisation), seen=1, actor=manager, risks=[risk])
    for place, value in enumerate((600, 600, 300, 300)):
        send(organisation, [row(found, place, value)])
    first = Alert.objects.get()
    first.state, first.disposition, first.cause = "closed", "true", "staff"
    first.save()
    for place in (50, 51):
        send(organisation, [row(found, place, 600)])
    shown = watching_risk(risk, manager)
    assert shown is not None
    assert [each["code"] for each in shown["past"]] == [first.code]
    assert [each["code"] for each in shown["open"]] == [Alert.objects.latest("id").code]
    assert [each["code"] for each in shown["indicators"]] == [found.code]
    page = client.get(f"/risks/{risk.code}/").content.decode()
    assert all(f"/monitoring/alerts/{each.code}/" in page for each in Alert.objects.all())
    steps = {step.key: step for step in trace_of(risk, manager)}
    assert steps[f"indicator:{found.code}"].after == (f"risk:{risk.code}",)
    assert steps[f"alert:{first.code}"].after == (f"indicator:{found.code}",)
    assert watching_risk(risk, organisation.outsider) is None
    change_indicator(found, seen=2, actor=manager, risks=[])
    edge = Link.objects.get(kind="indicator", source_id=str(risk.pk))
    assert edge.valid_to is not None
