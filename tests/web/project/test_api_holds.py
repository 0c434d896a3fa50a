"""Whatever is sent to an endpoint, right or wrong, is answered as its description says, never by a fault."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from anlan.web.catalog.models import LogImport
from anlan.web.project.wsgi import application
from anlan.web.risks.services import Expert, assess_by_scores, create_risk, create_workshop, report_candidate
from anlan.web.runs.services import start_run
from web.runs.conftest import hall, process  # noqa: F401 - fixtures

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The test's transaction stays open over all requests, as with Django's own client."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def records(organisation, process) -> dict[str, dict[str, Any]]:  # noqa: F811
    """Start of an address -> path parameters of a record that is there."""
    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.north, title="排队", category="process", source="report", actor=manager
    )
    assess_by_scores(risk, stage="current", likelihood=3, severity=3, rationale="x", actor=manager)
    found = report_candidate(
        unit=organisation.north, title="x", statement="y", category="process", actor=manager
    )
    run = start_run(process=process, study="key_nodes", parameters={}, actor=manager)
    session, _ = create_workshop(
        unit=organisation.north, title="x", purpose="", risks=[risk], actor=manager,
        experts=[Expert(name) for name in ("a", "b", "c")],
    )  # fmt: skip
    upload = LogImport.objects.create(
        unit=process.unit, process=process, file="gone.csv", name="a.csv", size=1, preview={"columns": ["a"]}
    )
    return {
        "/processes/{code}/imports": {"code": process.code, "number": upload.pk},
        "/processes": {"code": process.code, "number": 1},
        "/risks": {"code": risk.code, "number": 1},
        "/candidates": {"code": found.code},
        "/workshops": {"code": session.code, "pseudonym": "E1"},
        "/runs": {"code": run.code},
    }


def strategies(operation: Any, records: dict[str, dict[str, Any]]) -> Iterator[Any]:
    """Right values on a record that is there and anywhere else, and wrong values."""
    known = next((p for start, p in records.items() if operation.path.startswith(f"/api/v1{start}/")), {})
    named = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
    headers = {"If-Match": "*"} if operation.method == "patch" else None
    yield operation.as_strategy(GenerationMode.POSITIVE, path_parameters=named or None, headers=headers)
    yield operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=named or None)
    if named:
        yield operation.as_strategy(GenerationMode.POSITIVE)


def hold(organisation: Any, records: dict[str, dict[str, Any]], examples: int) -> int:
    """Send requests made from the description to every operation; how many were answered."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    header = organisation.program("risk_manager").defaults["HTTP_AUTHORIZATION"]
    asked = []
    for result in schema.get_all_operations():
        for strategy in strategies(result.ok(), records):

            @given(case=strategy)
            @settings(
                max_examples=examples,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def one(case: Any) -> None:
                answer = case.call(headers={"Authorization": header, "Accept-Language": "en"})
                case.validate_response(answer, checks=CHECKS)
                asked.append(answer.status_code)

            one()
    import collections

    print(collections.Counter(asked))
    return len(asked)


def test_every_endpoint_holds(organisation, records, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = settings.API_UNKNOWN_PER_MINUTE = 10**6
    cache.clear()
    assert hold(organisation, records, examples=2) > 150


@pytest.mark.slow
def test_every_endpoint_holds_for_long(organisation, records, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = settings.API_UNKNOWN_PER_MINUTE = 10**6
    cache.clear()
    assert hold(organisation, records, examples=25) > 2_000
