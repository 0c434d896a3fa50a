"""The JSON schema of a method's spec file, made from its questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.method import Field, Method, Required
from anlan.formats.messages import messages
from anlan.loop.quantify.methods.estimates import KINDS
from anlan.studies.methods.spec import HEAD


def spec_schema(of: Method, *, language: str = "en") -> dict[str, Any]:
    """A JSON schema (draft 2020-12) that accepts the spec files of the method."""
    head = _record(HEAD, f"{of.code}.", language)
    inputs = _record(of.fields, f"{of.code}.", language)
    head["properties"]["method"] = {"const": of.code}
    head["properties"]["inputs"] = inputs
    head["required"] = [*head["required"], "inputs"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **head}


def _record(fields: Sequence[Field], path: str, language: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _field(field, path, language) for field in fields},
        "required": [field.name for field in fields if isinstance(field.default, Required)],
        "additionalProperties": False,
    }


def _field(field: Field, path: str, language: str) -> dict[str, Any]:
    words, key = messages(language), f"method_inputs.{path}{field.name}"
    title = {"title": words.text(key)} if key in words else {}
    return {**title, **_kind(field, f"{path}{field.name}.", language)}


def _kind(field: Field, path: str, language: str) -> dict[str, Any]:
    number, text = _number(field), {"type": ["string", "number"]}
    entry: Mapping[str, Any] = {"anyOf": [number, {"type": "null"}]} if field.gaps else number
    words: Mapping[str, Any] = {"type": [*text["type"], "null"]} if field.gaps else text
    match field.kind:
        case "number" | "integer":
            return number
        case "text":
            return text
        case "flag":
            return {"type": "boolean"}
        case "choice":
            return {"enum": list(field.choices)}
        case "numbers":
            return _list(field, entry)
        case "texts":
            return _list(field, words)
        case "matrix":
            return _list(field, _list(field, entry))
        case "grid":
            return _list(field, _list(field, words))
        case "record":
            return _record(field.columns, path, language)
        case "table":
            return _list(field, _record(field.columns, path, language))
        case "spec":
            head = {"method": {"type": "string"}, "inputs": {"type": "object"}}
            return {"type": "object", "properties": head, "required": list(head)}
    distribution = {
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS)}},
        "required": ["kind"],
    }
    return {"anyOf": [number, distribution]}


def _number(field: Field) -> dict[str, Any]:
    limits = {
        "minimum": field.low,
        "maximum": field.high,
        "exclusiveMinimum": field.above,
        "exclusiveMaximum": field.below,
    }
    kind = "integer" if field.kind == "integer" else "number"
    return {"type": kind, **{name: limit for name, limit in limits.items() if limit is not None}}


def _list(field: Field, items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), "minItems": field.least, "maxItems": field.most}
