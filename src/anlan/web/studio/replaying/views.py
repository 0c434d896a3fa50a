"""The page of a replay, and the picture of one moment of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from anlan.domain.errors import AnlanError
from anlan.formats.printing.png import to_png
from anlan.loop.improve.replay.document import document_of
from anlan.loop.improve.replay.moments import moments_of
from anlan.loop.improve.twin.names import is_hours
from anlan.web.common.audit import record
from anlan.web.common.texts import error_text, in_language, text
from anlan.web.people.permissions import may, require
from anlan.web.studio import files
from anlan.web.studio.models import DesignComparison
from anlan.web.studio.names_said import name_said
from anlan.web.studio.replaying import words
from anlan.web.studio.replaying.asking import form_of, moment_of, when_of
from anlan.web.studio.replaying.parts import KINDS, Part, parts_of, record_of
from anlan.web.studio.replaying.stage import geometry_of, map_drawn, stage_of
from anlan.web.studio.replaying.still import still_of

WIDE = 960.0
"""From this width of the map on what stands beside it stands below."""


@require_GET
def replay(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Cases as they moved: the map, the clock, how things stand; and the course as a table."""
    found = _record(request, kind, code)
    page: dict[str, Any] = {
        "kind": kind, "record": found, "may_export": may(request.user, "reports.export", found.unit),
        "crumbs": _crumbs(kind, found), "name": _name(kind, found), "faults": [],
        "designs": found.designs if isinstance(found, DesignComparison) else [],
        "sent": request.GET.urlencode(),
    }  # fmt: skip
    try:
        parts = parts_of(found, when_of(request.GET, dated=kind == "process"))
    except AnlanError as fault:
        faults = [error_text(each) for each in (fault.several or (fault,))[:12]]
        return render(request, "studio/replay.html", page | {"faults": faults}, status=422)
    page |= {
        "form": form_of(parts[0], request.GET), "shown": [_shown(n, part) for n, part in enumerate(parts)],
        "origin": words.origin_said(parts[0]), "cut": any(part.replay.cut for part in parts),
        "until": words.clock_of(parts[0].replay, min(part.replay.span.until_s for part in parts)),
        "promise": words.promise_said(parts[0].replay), "knows_work": parts[0].replay.knows_work,
        "design": parts[-1].code, "said": _said(), "is_run": parts[0].seed is not None,
        "has_promise": parts[0].replay.promise_s is not None,
    }  # fmt: skip
    return render(request, "studio/replay.html", page)


def _shown(number: int, part: Part) -> dict[str, Any]:
    stage, seen = stage_of(part.flow), part.replay
    (begin,) = moments_of(seen, [seen.span.from_s])
    said, names = words.moment_said(seen, begin), [name_said(node) for node in seen.nodes]
    return {
        "document_id": f"document-{number}", "geometry_id": f"geometry-{number}",
        "code": part.code, "title": part.title, "picture": map_drawn(stage, said), "begin": said,
        "document": document_of(seen) | {"nodes": names}, "geometry": geometry_of(stage, seen.nodes),
        "wide": stage.width > WIDE, "course": words.course_rows(seen),
        "nodes": names,
        "teams": [(n, name_said(team.name)) for n, team in enumerate(seen.teams) if not is_hours(team.name)],
    }  # fmt: skip


def _said() -> dict[str, Any]:
    """Sentences that the script fills."""
    names = ("clock_run", "clock_log", "said_under_way", "said_waiting", "said_late", "said_longest", "stop",
             "play",              "pause", "per_second", "busy_of")  # fmt: skip
    marks = {
        name: f"{{{name}}}"
        for name in ("n", "node", "week", "weekday", "clock", "day", "time", "busy", "there")
    }
    return {
        "comma": text("studio.replay.join"), "colon": text("studio.replay.colon"),
        "weekdays": [words.weekday(n) for n in range(7)],
        "units": {name: text(f"studio.replay.units.{name}") for name in ("s", "min", "h")},
        **{name: text(f"studio.replay.{name}", **marks) for name in names},
    }  # fmt: skip


@require_GET
def still(request: HttpRequest, kind: str, code: str, form: str) -> HttpResponse:
    """The map at the moment `at`, seconds from the begin; `part`: which of two."""
    found = _record(request, kind, code)
    if form not in files.PICTURES:
        raise Http404
    require(request.user, "reports.export", found.unit)
    try:
        parts = parts_of(found, when_of(request.GET, dated=kind == "process"))
        part = parts[-1] if request.GET.get("part") == parts[-1].code else parts[0]
        picture = files.on_paper(still_of(part, moment_of(request.GET, part.replay)))
    except AnlanError as fault:
        return HttpResponse(error_text(fault), status=422, content_type="text/plain; charset=utf-8")
    record("studio.replay.export", actor=request.user, target=found, changes={"file": (None, form)})
    content = to_png(picture) if form == "png" else picture.encode()
    return files.attached(content, f"{part.code}-replay.{form}", files.PICTURES[form])


def _record(request: HttpRequest, kind: str, code: str) -> Any:
    if kind not in KINDS:
        raise Http404
    return record_of(request.user, kind, code)


def _name(kind: str, found: Any) -> str:
    if kind == "process":
        return in_language(found)
    return (
        str(found.title or found.code)
        if kind == "comparison"
        else str(found.name if kind == "design" else found)
    )


def _crumbs(kind: str, found: Any) -> list[tuple[str, str]]:
    process = found if kind == "process" else found.process if kind == "twin" else found.twin.process
    crumbs = [(reverse("studio:processes"), text("studio.title")),
              (reverse("studio:process", args=[process.code]), in_language(process))]  # fmt: skip
    if kind != "process":
        crumbs.append((reverse(f"studio:{kind}", args=[found.code]), found.code))
    return crumbs
