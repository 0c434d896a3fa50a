"""A model as a file: the spec of its method in YAML, and a fault tree for other programs in Open-PSA XML."""

from collections.abc import Callable, Mapping

from anlan.domain.errors import UsageError
from anlan.formats.spec_file import spec_text
from anlan.studies.methods.open_psa import open_psa_document
from anlan.web.causes.models import CauseModel
from anlan.web.causes.services import document_of
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import require

KINDS: Mapping[str, str] = {"yaml": "application/yaml", "xml": "application/xml"}
_WRITE: Mapping[str, Callable[[CauseModel], str]] = {
    "yaml": lambda model: spec_text(document_of(model)),
    "xml": lambda model: open_psa_document(document_of(model)),
}


def written_out(model: CauseModel, form: str, *, actor: User) -> bytes:
    """The file; who takes it stands in the audit.

    Errors: UsageError `cause_model.form`, `open_psa.other_method`; RefusedInputs for what the format has no
    words for, and of an unfinished model in Open-PSA.
    """
    require(actor, "reports.export", model.unit)
    if form not in _WRITE:
        raise UsageError("cause_model.form", found=form[:20], accepted=", ".join(_WRITE))
    content = _WRITE[form](model).encode()
    record("causes.model.export", actor=actor, target=model, changes={"file": (None, form)})
    return content
