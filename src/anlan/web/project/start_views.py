"""The page of the first start."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import error_text, text
from anlan.web.people.forms import ZONES
from anlan.web.people.middleware import public
from anlan.web.people.own_account import note_sign_in
from anlan.web.project.start import at_the_machine, code_file, is_empty, start, start_code
from anlan.web.project.start_forms import Start

_LANGUAGES = ("zh-hans", "en")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def first_start(request: HttpRequest) -> HttpResponseBase:
    """Asked once, of an empty database; afterwards there is no such page."""
    if not is_empty():
        raise Http404
    asked = request.POST.get("language") or request.GET.get("language") or translation.get_language()
    chosen = asked if asked in _LANGUAGES else _LANGUAGES[0]
    with translation.override(chosen):
        return _answer(request, chosen)


def _answer(request: HttpRequest, chosen: str) -> HttpResponseBase:
    needs_code = not at_the_machine(request)
    if needs_code:
        start_code()
    form = Start(request.POST or None, request.FILES or None, needs_code=needs_code)
    if request.method == "POST" and form.is_valid():
        try:
            user = start(form.organisation(chosen))
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
        else:
            code_file().unlink(missing_ok=True)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            note_sign_in(request, user)
            messages.success(request, text("start.done", name=user.name))
            return redirect("project:cockpit")
    return _page(request, form, chosen)


def _page(request: HttpRequest, form: Start, chosen: str) -> HttpResponse:
    page = {
        "form": form,
        "chosen": chosen,
        "zones": ZONES,
        "levels": level_marks().marks,
        "code_file": code_file(),
    }
    return render(request, "project/start.html", page, status=200 if request.method == "GET" else 422)
