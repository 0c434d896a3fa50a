"""Reading models, always within the units a person may see."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from anlan.web.causes.models import CauseModel
from anlan.web.common.models import Link
from anlan.web.common.texts import word
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.models import Risk
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import runs_of

SEE = "runs.view"
CALCULATED = "calculated_from"
"""Kind of the link from a run to the model it calculated."""


def models_of(user: User, *, about: str = "", method: str = "", search: str = "") -> QuerySet[CauseModel]:
    """Models the person may see, newest first, without their inputs."""
    found = in_scope(CauseModel.objects.all(), user, SEE)
    if about:
        found = found.filter(about__code=about)
    if method:
        found = found.filter(method=method)
    if search:
        found = found.filter(title__icontains=search) | found.filter(code__icontains=search)
    return found.select_related("unit", "about", "updated_by", "created_by").defer("inputs", "note")


def model_of(user: User, code: str) -> QuerySet[CauseModel]:
    """The model of that code, for `get_object_or_404`."""
    found = in_scope(CauseModel.objects.filter(code=code), user, SEE)
    return found.select_related("unit", "about__process", "about__unit", "updated_by", "created_by")


def calculations_of(model: CauseModel, user: User, most: int = 5) -> list[Run]:
    """The newest runs that calculated the model, as the person may see them."""
    kept = Link.objects.filter(
        kind=CALCULATED, target_type=model._meta.label_lower, target_id=str(model.pk)
    ).values_list("source_id", flat=True)
    return list(runs_of(user).filter(pk__in=[int(each) for each in kept])[:most])


def models_about(risk: Risk, user: User) -> list[dict[str, Any]]:
    """Models about a risk for its page: code, title, method, whether it is finished, its address."""
    return [
        {"code": each.code, "title": each.title, "method": each.method, "finished": not each.faults,
         "method_title": word(f"methods.{each.method}.title"),
         "address": reverse("causes:model", args=[each.code])}
        for each in models_of(user, about=risk.code)[:20]
    ]  # fmt: skip
