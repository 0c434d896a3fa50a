"""One's own account: profile, password, browsers, second step, tokens."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.web.common.texts import error_text, text
from anlan.web.people import drawings, forms, own_account, second_factor, tokens
from anlan.web.people.models import SecondFactor


@require_POST
def set_look(request: HttpRequest) -> HttpResponseBase:
    """One's own language and theme, changed from the top bar."""
    user = request.user
    if request.POST.get("language") in ("zh-hans", "en"):
        user.language = request.POST["language"]
    if request.POST.get("theme") in ("auto", "light", "dark"):
        user.theme = request.POST["theme"]
    user.save(update_fields=["language", "theme"])
    back = request.POST.get("back", "")
    return redirect(
        back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "project:cockpit"
    )


@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponseBase:
    """Everything of one's own account; POST changes name, language and theme."""
    if request.method == "GET":
        return _profile_page(request)
    form = forms.Profile(request.POST)
    if not form.is_valid():
        return _profile_page(request, status=422, form=form)
    own_account.change_profile(request.user, **form.cleaned_data)
    messages.success(request, text("common.saved"))
    return redirect("people:profile")


def _profile_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    known = {"name": user.name, "language": user.language, "theme": user.theme}
    page = {
        "form": forms.Profile(initial=known),
        "roles": user.assignments.select_related("role", "unit").order_by("unit__path"),
        "sign_ins": own_account.sign_ins_of(user),
        "this": request.session.get("sign_in"),
        "factor": SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first(),
        "tokens": user.tokens.all()[:50],
        "token_form": forms.NewToken(user),
    } | more
    return render(request, "people/profile.html", page, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponseBase:
    """A new password for oneself; signed out everywhere else by it."""
    form = forms.NewPassword(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            own_account.change_password(request, request.user, password=form.cleaned_data["password"])
        except ValidationError as fault:
            form.add_error("password", forms.refused_password(fault))
        else:
            messages.success(request, text("people.password.done"))
            return redirect("people:profile")
    page = {"form": form, "must": request.user.must_change_password}
    return render(request, "people/password.html", page, status=200 if request.method == "GET" else 422)


@require_POST
def end_sign_in(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Sign one's other browser out."""
    own_account.end_sign_in(get_object_or_404(request.user.sign_ins, pk=pk), actor=request.user)
    messages.success(request, text("people.sign_ins.ended"))
    return redirect("people:profile")


@never_cache
@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest) -> HttpResponseBase:
    """Set the second step up: the square for the app, then its first code."""
    try:
        made, page = second_factor.begin(request.user), {}
        if request.method == "POST":
            codes = second_factor.confirm(request.user, request.POST.get("code", ""))
            return render(request, "people/recovery.html", {"codes": codes})
    except RefusedInput as fault:
        if fault.code == "web.factor_on":
            return redirect("people:profile")
        page = {"wrong": error_text(fault)}
    address = second_factor.address_of(made)
    page |= {
        "square": drawings.square(address, label=text("people.factor.square")),
        "secret": drawings.secret_words(address),
    }
    return render(request, "people/factor.html", page, status=422 if "wrong" in page else 200)


@never_cache
@require_POST
def change_factor(request: HttpRequest, action: str) -> HttpResponseBase:
    """Switch the second step off, or renew the recovery codes; both ask for the password again."""
    if not request.user.check_password(request.POST.get("present", "")):
        messages.error(request, error_text(RefusedInput("web.password_wrong")))
    elif action == "codes" and second_factor.is_on(request.user):
        return render(request, "people/recovery.html", {"codes": second_factor.renew_codes(request.user)})
    elif action == "off":
        second_factor.switch_off(request.user, actor=request.user)
        messages.success(request, text("common.saved"))
    return redirect("people:profile")


@never_cache
@require_POST
def new_token(request: HttpRequest) -> HttpResponseBase:
    """A token for a program, shown once."""
    form = forms.NewToken(request.user, request.POST)
    if not form.is_valid():
        return _profile_page(request, status=422, token_form=form)
    try:
        made, shown = tokens.create_token(user=request.user, **form.cleaned_data)
    except AnlanError as fault:
        form.add_error(None, error_text(fault))
        return _profile_page(request, status=422, token_form=form)
    return _profile_page(request, shown=shown, made=made)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The token no longer holds."""
    tokens.revoke_token(get_object_or_404(request.user.tokens, pk=pk), actor=request.user)
    messages.success(request, text("people.tokens.revoked"))
    return redirect("people:profile")
