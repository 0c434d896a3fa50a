"""Compare designs of a twin with the process as it is, in the background; search the best set of them."""

from collections.abc import Sequence

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.loop.improve.designs.applying import Design, document_of
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.runs.services import start_run
from anlan.web.studio.models import DesignComparison, Twin, TwinDesign
from anlan.web.studio.selectors import COMPARISON, EDIT
from anlan.web.studio.services.checking import checked
from anlan.web.studio.simulated_risks import names_held

MOST_DESIGNS = 12


def start_comparison(
    twin: Twin, designs: Sequence[TwinDesign], *, actor: User, title: str = "", by: str = "cycle",
    most: int | str | None = None, precision: float | str | None = None,
    budget: float | str | None = None, seed: int = 0,
) -> DesignComparison:  # fmt: skip
    """A run of the designs as they are now. budget: to be spent; given, the best set within it is searched.

    Errors: UsageError for no design, too many, or one without a change; as `checked`.
    """
    require(actor, EDIT, twin.unit)
    if not 1 <= len(designs) <= MOST_DESIGNS:
        raise UsageError("studio.n_designs", found=len(designs), most=MOST_DESIGNS)
    for each in designs:
        if not each.changes:
            raise UsageError("studio.no_change", design=each.name)
        checked(twin, each.name, each.changes)
    asked = document_of([Design(each.name, tuple(each.changes)) for each in designs])
    parameters = {
        "twin": {"code": twin.code, "inputs": twin.inputs, "title": str(twin),
                 "minutes_of": names_held(twin.inputs, Risk.objects.filter(designs__in=designs))},
        "designs": asked, "by": by, "most": most, "precision": precision, "spend": budget,
    }  # fmt: skip
    with transaction.atomic():
        run = start_run(process=twin.process, study=COMPARISON, parameters=parameters, seed=seed, actor=actor)
        made = DesignComparison.objects.create(
            code=next_code("DC"), unit=twin.unit, twin=twin, run=run, created_by=actor,
            kind="compare" if budget in (None, "") else "search", title=title.replace("\0", "").strip()[:160],
            designs=[{"code": each.code, "name": each.name, "changes": each.changes} for each in designs],
        )  # fmt: skip
        record("studio.comparison.start", actor=actor, target=made,
               changes={"designs": (None, [each.code for each in designs])})  # fmt: skip
        return made
