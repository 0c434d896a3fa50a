"""Views of the register that people keep under a name."""

from django.db import IntegrityError, transaction

from anlan.domain.errors import UsageError
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import SavedView

MOST_VIEWS = 40
LONGEST_NAME = 60
LONGEST_QUERY = 800


@transaction.atomic
def save_view(*, name: str, query: str, shared: bool, actor: User) -> SavedView:
    """Keep the filters, columns and order of `query`; a view of the same name is replaced."""
    require(actor, "risks.view")
    name = _checked(name)
    if len(query) > LONGEST_QUERY:
        raise UsageError("view.too_long", n=len(query), limit=LONGEST_QUERY)
    own = SavedView.objects.filter(user=actor)
    if own.count() >= MOST_VIEWS and not own.filter(name=name).exists():
        raise UsageError("view.too_many", limit=MOST_VIEWS)
    facts = {"query": query, "shared": shared}
    view, _ = SavedView.objects.update_or_create(user=actor, name=name, defaults=facts)
    record("risks.view.save", actor=actor, target=view, unit=actor.unit, changes={"shared": (None, shared)})
    return view


@transaction.atomic
def rename_view(view: SavedView, *, name: str, shared: bool, actor: User) -> None:
    """Another name, shared with all or not; only one's own."""
    _own(view, actor)
    before, view.name, view.shared = view.name, _checked(name), shared
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as taken:
        raise UsageError("view.taken", found=view.name) from taken
    record(
        "risks.view.rename", actor=actor, target=view, unit=actor.unit, changes={"name": (before, view.name)}
    )


@transaction.atomic
def delete_view(view: SavedView, *, actor: User) -> None:
    _own(view, actor)
    name = view.name
    view.delete()
    record("risks.view.delete", actor=actor, unit=actor.unit, changes={"name": (name, None)})


@transaction.atomic
def open_first(view: SavedView, *, on: bool, actor: User) -> None:
    """Whether the register opens with this view for the person."""
    _own(view, actor)
    SavedView.objects.filter(user=actor, first=True).update(first=False)
    SavedView.objects.filter(pk=view.pk).update(first=on)
    record("risks.view.first", actor=actor, target=view, unit=actor.unit, changes={"first": (not on, on)})


def _checked(name: str) -> str:
    name = name.strip()
    if not name:
        raise UsageError("view.no_name")
    if len(name) > LONGEST_NAME:
        raise UsageError("view.name_too_long", n=len(name), limit=LONGEST_NAME)
    return name


def _own(view: SavedView, actor: User) -> None:
    if view.user_id != actor.pk:
        raise UsageError("view.not_yours", found=view.name)
