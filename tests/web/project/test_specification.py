"""The OpenAPI document: complete, in both languages, true to what the endpoints answer."""

from collections import Counter

import jsonschema
import pytest
from django.test import Client
from ninja import Schema

from anlan.web.project.specification import operations


@pytest.fixture
def document(db) -> dict:
    return Client().get("/api/v1/openapi.json").json()


def test_the_document_is_open_to_everybody_and_speaks_both_languages(db) -> None:
    shown = {}
    for language in ("zh", "en"):
        answer = Client().get("/api/v1/openapi.json", headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["openapi"][:3]) == (200, "3.1")
        shown[language] = answer.json()
    pairs = zip(*(operations(shown[language]) for language in ("zh", "en")), strict=True)
    for (_, zh), (_, en) in pairs:
        assert zh["operationId"] == en["operationId"]
        assert zh["summary"] != en["summary"]
        assert zh["summary"].isascii() is False
        assert en["summary"].isascii() is True


def test_each_operation_says_everything_a_client_needs(document) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names)) > 40
    for method, operation in operations(document):
        assert operation["tags"][0] in {tag["name"] for tag in document["tags"]}
        assert all(parameter.get("description") for parameter in operation["parameters"]), operation
        refusal = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert refusal == {"$ref": "#/components/schemas/Refusal"}
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        assert headers == {"post": {"Idempotency-Key"}, "patch": {"If-Match"}}.get(method, set())


def test_every_reference_leads_somewhere_and_every_schema_is_one(document) -> None:
    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            part = part.values()
        elif not isinstance(part, list):
            return
        for entry in part:
            yield from references(entry)

    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_refusal_is_what_the_document_says(document) -> None:
    answer = Client().get("/api/v1/risks")
    jsonschema.validate(answer.json(), document["components"]["schemas"]["Refusal"])


def test_files_are_described_as_what_they_are(document) -> None:
    kinds = {
        path.rsplit("/", 1)[1]: list(methods["get"]["responses"]["200"]["content"])
        for path, methods in document["paths"].items()
        if "." in path.rsplit("/", 1)[1]
    }
    assert kinds["result.json"] == ["application/json"]
    assert kinds["report.html"] == ["text/html"]
    assert kinds["rejected.csv"] == ["text/csv"]
    assert kinds["risks.xlsx"] == ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]


def test_no_two_records_have_one_name_which_would_hide_one_from_the_document(document) -> None:
    def below(kind: type) -> list[type]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    ours = {kind for kind in below(Schema) if kind.__module__.startswith("anlan.")}
    counts = Counter(kind.__name__ for kind in ours)
    assert len(counts) > 40
    assert {name: n for name, n in counts.items() if n > 1} == {}
