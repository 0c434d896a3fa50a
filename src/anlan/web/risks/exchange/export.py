"""The register as a workbook, and the empty one to fill in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan import __version__
from anlan.formats.messages import messages
from anlan.formats.record_sheet import Book, write_records
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks.exchange.columns import cells_of, columns
from anlan.web.risks.models import CustomField
from anlan.web.risks.selectors import Filters, custom_fields, register


def register_workbook(user: User, filters: Filters, *, language: str, today: date) -> bytes:
    """Every risk the filters find in units whose register the person may take out; written to the audit."""
    require(user, "reports.export")
    found = in_scope(register(user, filters, today=today), user, "reports.export")
    risks = list(found.select_related("unit", "process", "owner", "created_by", "updated_by"))
    fields = custom_fields(user, retired=True)
    rows = (cells_of(risk, language, fields) for risk in risks)
    content = _workbook(rows, fields, user, language, n=len(risks))
    with transaction.atomic():
        record("risks.register.export", actor=user, unit=user.unit, changes={"risks": (None, len(risks))})
    return content


def template_workbook(user: User, *, language: str) -> bytes:
    """The columns that import reads, without rows."""
    require(user, "risks.edit")
    return _workbook((), custom_fields(user), user, language, n=0, template=True)


def _workbook(
    rows: Iterable[Mapping[str, Any]],
    fields: Sequence[CustomField],
    user: User,
    language: str,
    *,
    n: int,
    template: bool = False,
) -> bytes:
    words = messages(language)
    shown = [c for c in columns(language, fields) if not template or (c.read and c.code != "version")]
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M %Z")
    title = words.text("web.exchange.book.template" if template else "web.exchange.book.title")
    lines = [
        words.text("web.exchange.book.made", at=at, who=str(user), n=n, version=__version__),
        *(words.text(f"web.exchange.book.rule_{i}") for i in range(1, 5)),
    ]
    heads = [words.text(f"web.exchange.book.{key}") for key in ("column", "code", "read", "help")]
    book = Book(
        "en" if language == "en" else "zh", title, words.text("web.exchange.book.sheet"),
        words.text("web.exchange.book.guide"), (heads[0], heads[1], heads[2], heads[3]),
        words.text("web.exchange.yes"), words.text("web.exchange.no"), tuple(lines),
    )  # fmt: skip
    return write_records(shown, list(rows), book)
