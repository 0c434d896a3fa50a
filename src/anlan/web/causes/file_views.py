"""Files of a model."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from anlan.domain.errors import AnlanError
from anlan.web.causes import selectors
from anlan.web.causes.exchange import KINDS, written_out
from anlan.web.common.texts import error_text


@require_GET
def model_file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The model as it is kept; what the format cannot hold is said on the model's page."""
    found = get_object_or_404(selectors.model_of(request.user, code))
    if form not in KINDS:
        raise Http404
    try:
        content = written_out(found, form, actor=request.user)
    except AnlanError as wrong:
        for each in (wrong.several or (wrong,))[:5]:
            messages.error(request, error_text(each))
        return redirect("causes:model", code)
    return answer_with(content, found.code, form)


def answer_with(content: bytes, code: str, form: str) -> HttpResponse:
    """A file to be kept."""
    answer = HttpResponse(content, content_type=f"{KINDS[form]}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.{form}"'
    return answer
