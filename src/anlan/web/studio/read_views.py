"""The page that shows what files hold before a twin is made of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from anlan.domain.errors import AnlanError
from anlan.web.catalog.models import Process
from anlan.web.common.texts import of, text
from anlan.web.people.permissions import require
from anlan.web.studio import selectors, shown
from anlan.web.studio.editing import changed_in_force
from anlan.web.studio.maps import twin_drawing
from anlan.web.studio.models import Twin
from anlan.web.studio.process_page import process_page, process_seen
from anlan.web.studio.services.calibrating import start_simulation
from anlan.web.studio.services.reading import Read, keep_read, read_twin


@require_POST
def upload(request: HttpRequest, code: str) -> HttpResponseBase:
    """Files are read and shown; what was shown, sent back, becomes a twin."""
    found = process_seen(request, code)
    require(request.user, selectors.EDIT, found.unit)
    try:
        if "sealed" in request.POST:
            note = request.POST.get("note", "")
            made = keep_read(found, request.POST["sealed"], actor=request.user, note=note)
            start_simulation(made, actor=request.user)
            messages.success(request, text("studio.made", code=made.code))
            return redirect("studio:twin", made.code)
        read = read_twin(found, request.FILES.get("file"), request.FILES.get("scenario"), actor=request.user)
    except AnlanError as fault:
        return process_page(request, found, fault=fault, status=422)
    return _read_page(request, found, read)


def _read_page(request: HttpRequest, found: Process, read: Read) -> HttpResponse:
    inputs = read.document["inputs"]
    in_force = found.twins.filter(in_force=True).first()
    page = {
        "process": found, "read": read, "in_force": in_force,
        "sealed": read.sealed(found, to=request.user),
        "notes": [of(each["text"]) for each in read.notes], "note": read.document["title"],
        "picture": twin_drawing(inputs),
        "tables": shown.tables_of(Twin(inputs=inputs, source="file", told={})),
        "differences": changed_in_force(found, inputs),
    }  # fmt: skip
    return render(request, "studio/read.html", page)
