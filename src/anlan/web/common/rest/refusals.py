"""One shape for all the API refuses: `{code, message, fields, request_id}` in the caller's language."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from ninja.errors import HttpError, ValidationError

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.web.common.request import current_request
from anlan.web.common.texts import error_text, has_text, text

_log = logging.getLogger(__name__)

_STATES = frozenset({
    "web.conflict", "web.candidate_decided", "web.assessment_state", "web.same_person", "run.not_failed",
    "web.assessment_replaced",
    "run.not_done", "upload.not_waiting", "workshop.state", "workshop.no_rounds_left", "workshop.few_answers",
    "workshop.not_open", "workshop.few_counted", "workshop.few_to_tell",
    "bulk.cannot", "criteria.not_a_draft", "criteria.same_person",
    "web.version_state", "web.author_approves", "web.nothing_to_undo",
    "worksheet.already", "worksheet.stays",
    "standard.withdrawn", "standard.entry_withdrawn", "attachment.removed",
})  # fmt: skip
"""Errors that say: the record is not (or no longer) in the state that the request supposes."""

_GONE = frozenset({"result.gone", "result.altered", "attachment.altered"})
_NAMES = {400: "unreadable", 403: "forbidden", 404: "not_found", 405: "method", 413: "too_large"}


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """An answer other than success. `fields`: field of the request -> what is wrong with it."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.parameters = status, code, parameters
        self.fields, self.headers = dict(fields or {}), dict(headers or {})


def answer(
    status: int, code: str, message: str, *, fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The refusal as JSON."""
    content = {
        "code": code,
        "message": message,
        "fields": dict(fields or {}),
        "request_id": current_request().id,
    }
    return JsonResponse(content, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def answer_to(fault: Exception) -> HttpResponse:
    """The answer to what was raised while the request was handled."""
    if isinstance(fault, Refusal):
        message = text(f"api.errors.{fault.code}", **fault.parameters)
        return answer(fault.status, fault.code, message, fields=fault.fields, headers=fault.headers)
    if isinstance(fault, AnlanError):
        return _answer_to_core(fault)
    if isinstance(fault, ValidationError):
        fields = fields_of(fault.errors)
        return answer(422, "invalid", text("api.errors.invalid", n=len(fields)), fields=fields)
    status = _status(fault)
    if status == 500:
        _log.error("fault while answering the API", exc_info=fault)
    code = _NAMES.get(status, "fault" if status == 500 else "unreadable")
    return answer(status, code, text(f"api.errors.{code}"))


def _answer_to_core(fault: AnlanError) -> HttpResponse:
    status = 409 if fault.code in _STATES else 410 if fault.code in _GONE else 422
    name = str(fault.parameters.get("name", "")) if fault.code.startswith("study.") else ""
    fields = {f"parameters.{name}": error_text(fault)} if name else {}
    kept = fault.code if isinstance(fault, RefusedInput) or "." in fault.code else f"refused.{fault.code}"
    return answer(status, kept, error_text(fault), fields=fields)


def _status(fault: Exception) -> int:
    if isinstance(fault, HttpError):
        return int(fault.status_code)
    for kind, status in (
        (Http404, 404), (PermissionDenied, 403), (RequestDataTooBig, 413), (SuspiciousOperation, 400),
        (UnreadablePostError, 400),
    ):  # fmt: skip
        if isinstance(fault, kind):
            return status
    return 500


_KIND = re.compile(r"function-(after|before|plain|wrap)\[")
"""How the checker names a kind of value among several; no caller wrote that."""


def fields_of(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Field as the caller wrote it -> what is wrong; where it may hold several kinds, what each asks for."""
    of_kinds = {
        error["loc"][:i] for error in errors for i, part in enumerate(error["loc"]) if _KIND.match(str(part))
    }
    found: dict[str, list[str]] = {}
    for error in errors:
        place = error["loc"]
        field = field_of(tuple(part for i, part in enumerate(place) if place[:i] not in of_kinds))
        said = found.setdefault(field, [])
        said += [words for words in (value_text(error),) if words not in said]
    return {field: text("api.values.or").join(said) for field, said in found.items()}


def field_of(place: tuple[Any, ...]) -> str:
    """`("body", "given", "title")` -> `title`: the field as the caller wrote it."""
    parts = [str(part) for part in place]
    if parts and parts[0] in ("body", "query", "path", "form", "file", "header"):
        parts = parts[1:]
    if parts and parts[0] in ("given", "asked"):  # how the endpoints name what they take
        parts = parts[1:]
    return ".".join(parts) or "body"


def value_text(error: Mapping[str, Any]) -> str:
    """What is wrong with a value and what is accepted, in words."""
    context = dict(error.get("ctx") or {})
    kind = str(error["type"])
    if kind == "value_error" and has_text(f"api.values.{context.get('error')}"):
        kind, context = str(context["error"]), {}
    if kind == "literal_error":
        context["expected"] = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    key = f"api.values.{kind}" if has_text(f"api.values.{kind}") else "api.values.other"
    return text(key, **context)
