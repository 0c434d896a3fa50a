"""The OpenAPI document: what the endpoints declare, with words in the language of the request."""

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI

from anlan.web.common.rest.values import Code, Shown
from anlan.web.common.texts import has_text, text

PREFIX = "/api/v1"


class Refusal(Shown):
    """Every answer other than success. `fields`: field of the request -> what is wrong with it."""

    code: Code
    message: str
    fields: dict[str, str]
    request_id: str


def specification(api: NinjaAPI) -> dict[str, Any]:
    """The document, made anew for each request."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=f"{PREFIX}/")
    schema["info"] |= {"title": text("api.title"), "description": text("api.about")}
    schema["tags"] = [{"name": name, "description": text(f"api.tags.{name}")} for name in _tags(schema)]
    parts = schema["components"].setdefault("schemas", {})
    parts["Refusal"] = Refusal.model_json_schema()
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
    }
    schema["security"] = [{"token": []}, {"session": []}]
    for method, operation in operations(schema):
        _describe(method, operation)
    return schema


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(method, operation) of every address."""
    for methods in schema["paths"].values():
        yield from methods.items()


def _tags(schema: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(tag for _, operation in operations(schema) for tag in operation["tags"]))


def _describe(method: str, operation: dict[str, Any]) -> None:
    operation["summary"] = text(f"api.operations.{operation['operationId']}")
    operation.pop("description", None)
    operation.setdefault("parameters", []).extend(_headers(method))
    for parameter in operation["parameters"]:
        if has_text(f"api.parameters.{parameter['name']}"):
            parameter["description"] = text(f"api.parameters.{parameter['name']}")
    for status, response in operation["responses"].items():
        response["description"] = text(f"api.statuses.{status}")
    operation["responses"]["default"] = {
        "description": text("api.statuses.default"),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }


def _headers(method: str) -> list[dict[str, Any]]:
    """Headers that belong to the method: the version seen, the key of a repeat."""
    line = {"type": "string", "maxLength": 200}
    if method == "patch":
        return [{"name": "If-Match", "in": "header", "required": True, "schema": line}]
    if method == "post":
        return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": line}]
    return []
