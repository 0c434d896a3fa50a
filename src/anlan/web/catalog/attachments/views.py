"""Adding, opening and taking away files; pages of records include `attachments/list.html`."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from anlan.domain.errors import AnlanError, UsageError
from anlan.web.catalog.attachments import services
from anlan.web.catalog.attachments.answers import answer_with
from anlan.web.catalog.attachments.holders import KINDS, holder
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import require


@require_POST
def add_attachment(request: HttpRequest, kind: str, name: str) -> HttpResponseBase:
    """Keep a file with a record."""
    found = holder(request.user, kind, name)
    if found is None:
        raise Http404
    require(request.user, KINDS[kind].change, found.unit)
    try:
        if "file" not in request.FILES:
            raise UsageError("attachment.none")
        made = services.attach(found, request.FILES["file"], actor=request.user)
        messages.success(request, text("attachments.added", name=made.name))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return _back(request)


@require_GET
def attachment(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file, to be kept and never shown in place; what is no longer what was kept is not given out."""
    found = get_object_or_404(services.attachment_for(request.user), pk=number)
    try:
        return answer_with(found, request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("project:cockpit")


@require_POST
def remove_attachment(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take a file away, with the reason."""
    found = get_object_or_404(services.attachment_for(request.user), pk=number)
    try:
        services.remove(found, reason=request.POST.get("reason", ""), actor=request.user)
        messages.success(request, text("attachments.removed", name=found.name))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseBase:
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(f"{back}#attachments" if safe else "project:cockpit")
