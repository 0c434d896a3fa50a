"""Two editors at once: who changes a record names the version they saw (ETag, If-Match)."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from anlan.web.common.rest.refusals import Refusal


def etag(record: Any) -> str:
    """The version of a record for editing, as the header `ETag` has it."""
    return f'"{record.version}"'


def mark(response: HttpResponse, record: Any) -> None:
    """Tell the version with the record."""
    response["ETag"] = etag(record)


def seen(request: HttpRequest, record: Any) -> int:
    """The version the caller saw. 428 where none is named, 412 where the record has moved on."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Refusal(428, "version_missing", headers={"ETag": etag(record)}, etag=etag(record))
    named = [part.strip() for part in header.split(",")]
    if "*" not in named and etag(record) not in named:
        raise Refusal(
            412, "conflict", headers={"ETag": etag(record)}, label=str(record), found=header[:80],
            etag=etag(record),
        )  # fmt: skip
    return int(record.version)
