"""Assessments by a method as strangers meet them: other units, roles without runs, hostile specs."""

import json
from typing import Any

import pytest
from django.urls import reverse

from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.common.models import AuditEvent
from anlan.web.risks.services import create_risk
from anlan.web.runs.models import Run


def _spec(**more: Any) -> dict[str, Any]:
    return read_spec_file(EXAMPLES / "risk_matrix.yaml") | more


def _post(organisation, who: Any, **given: Any) -> Any:
    client = organisation.client(who)
    return client.post("/api/v1/assessments", json.dumps(given), content_type="application/json")


def _risk(organisation) -> Any:
    return create_risk(
        unit=organisation.north,
        actor=organisation.people["risk_manager"],
        title="排队",
        category="process",
        source="expert",
    )


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"method": "crystal_ball"},
        {"method": ["risk_matrix"]},
        _spec(title=float("nan")),
        _spec(seed=10**400),
        _spec(title="\ud800"),
        _spec(title="a\0b"),
        _spec(**{"a\0b": 1}),
        _spec(inputs={"rows": [[{"a": [1] * 9}] * 9] * 9}),
        _spec(title="x" * 2_000_000),
        {
            "method": "sobol",
            "inputs": {"formula": "a", "inputs": [{"name": "x" * 1_500_000}]},
        },
    ],
)
def test_a_hostile_spec_is_refused_in_words(organisation, spec: dict[str, Any]) -> None:
    answer = _post(organisation, "risk_manager", spec=spec)
    assert answer.status_code in (400, 413, 422), answer.content[:300]
    assert not Run.objects.exists()


def test_a_spec_that_only_its_method_would_read_is_not_kept_beyond_its_size(organisation) -> None:
    inner = {"method": "risk_matrix", "inputs": {"junk": ["y" * 1000] * 1_200}}
    inputs = {"model": inner, "inputs": [{"name": "a", "path": "junk[1]", "estimate": 1}]}
    answer = _post(organisation, "risk_manager", spec={"method": "sobol", "inputs": inputs})
    assert answer.status_code == 422
    assert not Run.objects.exists()


def test_a_risk_of_another_unit_is_not_found_and_its_run_not_shown(organisation) -> None:
    risk = _risk(organisation)
    assert _post(organisation, organisation.outsider, spec=_spec(), risk=risk.code).status_code == 422
    made = _post(organisation, "risk_manager", spec=_spec(), risk=risk.code)
    assert made.status_code == 202
    run = Run.objects.get()
    stranger = organisation.client(organisation.outsider)
    pages = [
        reverse("runs:run", args=[run.code]),
        f"{reverse('runs:method', args=['risk_matrix'])}?about={risk.code}",
        f"{reverse('runs:method', args=['risk_matrix'])}?like={run.code}",
        f"{reverse('risks:estimate', args=[risk.code, 'run'])}?run={run.code}",
        f"/api/v1/runs/{run.code}",
    ]
    assert [stranger.get(page).status_code for page in pages] == [404] * 5
    for action in ("cancel", "retry", "recompute"):
        assert stranger.post(f"/api/v1/runs/{run.code}/{action}").status_code == 404


def test_who_may_not_start_runs_may_not_assess_by_a_method_and_it_is_noted(organisation) -> None:
    address = reverse("runs:method", args=["risk_matrix"])
    client = organisation.client("administrator")
    assert client.get(address).status_code == 403
    assert client.post(address, {"by": "text", "as_text": "a: 1"}).status_code == 403
    assert _post(organisation, "administrator", spec=_spec()).status_code == 403
    assert not Run.objects.exists()
    assert AuditEvent.objects.filter(result="denied").exists()


def test_boxes_of_strange_names_do_no_harm(organisation) -> None:
    names = [
        "in.__proto__", "in", "in.", "in..", "in.cells.__class__.0", "in.cells.0.0.0", "in.consequences.0",
        "in.consequences.0.", "in.consequences.-1.dimension", "head.bands", "head.bands.bounds.0",
        "in.cells.٣.٣", "in.levels.0", "in.consequences",
    ]  # fmt: skip
    sent = dict.fromkeys(names, "<script>alert(1)</script>\ud7ff")
    sent |= {f"in.consequences.{n}.dimension": "x" for n in range(7_000)}
    answer = organisation.client("risk_manager").post(reverse("runs:method", args=["risk_matrix"]), sent)
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content
