"""The inbox, one's wishes, and the outbox of mails."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, text
from anlan.web.notices import forms, outbox, selectors, services
from anlan.web.notices.models import Mail
from anlan.web.notices.words import words_of
from anlan.web.people.permissions import in_scope, require


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """One's notices, unread ones first."""
    page = Paginator(selectors.unread_first(request.user), 50).get_page(request.GET.get("page"))
    shown = [
        {"notice": notice, "words": words_of(notice)}
        for notice in selectors.still_seen(request.user, list(page))
    ]
    return render(request, "notices/inbox.html", {"page": page, "shown": shown})


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read it, and go where it leads; `stay`: only read it."""
    found = selectors.notices_of(request.user)
    notice = get_object_or_404(found, pk=pk)
    services.mark_read(found.filter(pk=pk))
    seen = selectors.still_seen(request.user, [notice])
    return redirect(notice.link if seen and request.POST.get("stay") != "1" else "notices:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponseBase:
    """All of one's notices as read."""
    n = services.mark_read(selectors.notices_of(request.user))
    messages.success(request, text("notices.all_read", n=n))
    return redirect("notices:inbox")


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponseBase:
    """On the page, by mail or not at all, for each kind."""
    user = request.user
    known = selectors.ways_of(user) | {"daily": "daily" if selectors.is_daily(user) else "at_once"}
    form = forms.Wishes(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        services.choose(user, ways=form.ways(), daily=form.cleaned_data["daily"] is True)
        messages.success(request, text("common.saved"))
        return redirect("notices:wishes")
    page = {"form": form, "mail_on": outbox.is_on()}
    return render(request, "notices/wishes.html", page, status=200 if request.method == "GET" else 422)


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """The outbox: what waits, what was sent, what failed and why."""
    require(request.user, "people.manage")
    found = in_scope(Mail.objects.all(), request.user, "people.manage")
    state = request.GET.get("state", "")
    n_of = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    counts = [(s, n_of.get(s, 0)) for s in Mail.State.values]
    if state in Mail.State.values:
        found = found.filter(state=state)
    page = Paginator(found.defer("body", "about"), 50).get_page(request.GET.get("page"))
    return render(request, "notices/mails.html",
                  {"page": page, "counts": counts, "state": state, "mail_on": outbox.is_on()})  # fmt: skip


@require_POST
def retry_mail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a mail once more."""
    require(request.user, "people.manage")
    mail = get_object_or_404(in_scope(Mail.objects.all(), request.user, "people.manage"), pk=pk)
    try:
        outbox.retry(mail, actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("notices.mails.again", to=mail.to))
    return redirect("notices:mails")
