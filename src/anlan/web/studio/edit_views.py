"""The page on which a person changes the answers of a twin."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import require
from anlan.web.studio import selectors
from anlan.web.studio.editing import Edited, edited_page, looked
from anlan.web.studio.models import Twin
from anlan.web.studio.services.calibrating import start_simulation
from anlan.web.studio.services.editing import edit_twin, newest_number


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponseBase:
    """All answers of a twin; sent, they show what would change, or become the next twin."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    require(request.user, selectors.EDIT, found.unit)
    if request.method == "GET":
        return _page(request, found, Edited.begun(found), seen=newest_number(found.process))
    edited = Edited.sent(found, request.POST)
    seen = whole_number(request.POST.get("seen"), most=2**31 - 1) or 0
    if edited.faults:
        return _page(request, found, edited, seen=seen, status=422)
    if request.POST.get("do") == "look":
        return _page(request, found, edited, seen=seen, look=True)
    try:
        made = edit_twin(
            found, inputs=edited.inputs, seen=seen, actor=request.user, note=edited.note, seed=edited.seed
        )
    except AnlanError as fault:
        edited.faults = fault.several or (fault,)
        return _page(request, found, edited, seen=seen, look=True, status=422)
    start_simulation(made, actor=request.user)
    messages.success(request, text("studio.made", code=made.code))
    return redirect("studio:twin", made.code)


def _page(
    request: HttpRequest, found: Twin, edited: Edited, *, seen: int, look: bool = False, status: int = 200
) -> HttpResponse:
    page = edited_page(found, edited) | {"seen": seen, "looked": look}
    if look:
        page |= looked(found, edited)
    return render(request, "studio/edit.html", page, status=status)
