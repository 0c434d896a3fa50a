"""What can be taken out of the studio; who takes it stands in the audit."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from anlan.formats.printing.png import to_png
from anlan.formats.reading.rejects import harmless
from anlan.formats.report.tokens import LIGHT
from anlan.studies.twin.book import write_twin_book
from anlan.web.common.audit import record
from anlan.web.common.texts import language
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.studio import shown
from anlan.web.studio.maps import twin_drawing
from anlan.web.studio.models import Twin
from anlan.web.studio.services.twins import document_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
_VARIABLE = re.compile(r"var\(--([a-z0-9_]+)\)")


def attached(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be kept, shut off from the application."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def on_paper(picture: str) -> str:
    """A drawing of a page as a file of its own: with the light colours in place of those of the page."""
    return _VARIABLE.sub(lambda found: LIGHT[found[1]], picture)


def map_of(twin: Twin, form: str, *, actor: User) -> bytes:
    require(actor, "reports.export", twin.unit)
    picture = on_paper(twin_drawing(twin.inputs))
    record("studio.twin.export", actor=actor, target=twin, changes={"file": (None, form)})
    return to_png(picture) if form == "png" else picture.encode()


def book_of(twin: Twin, *, actor: User) -> bytes:
    """The twin as a workbook. Errors: RefusedInput `twin_book.not_held`."""
    require(actor, "reports.export", twin.unit)
    content = write_twin_book(document_of(twin), language=language())
    record("studio.twin.export", actor=actor, target=twin, changes={"file": (None, "xlsx")})
    return content


def tables_of(twin: Twin, *, actor: User) -> bytes:
    """All tables one under the other, with a mark for programs that guess encodings."""
    require(actor, "reports.export", twin.unit)
    parts: list[Sequence[str]] = []
    for table in shown.tables_of(twin):
        parts += [[table.title], table.heads, *table.rows, []]
    record("studio.twin.export", actor=actor, target=twin, changes={"file": (None, "csv")})
    return csv_of(parts)


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    write = csv.writer(out).writerow
    for row in rows:
        write([harmless(cell) for cell in row])
    return ("\ufeff" + out.getvalue()).encode()
