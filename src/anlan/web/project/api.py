"""`/api/v1`: the endpoints of all apps behind one door, and the specification that describes them.

The specification is open to everybody: it describes the program, which is the same in every organisation,
and holds no record; whoever writes a client needs it before they have a token.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.operation import Operation

from anlan import __version__
from anlan.web.calibration.api import router as calibration
from anlan.web.catalog.api import router as catalog
from anlan.web.catalog.api_versions import router as versions
from anlan.web.catalog.attachments.api import router as attachments
from anlan.web.catalog.nodes.api import router as nodes
from anlan.web.catalog.service.api import router as service
from anlan.web.catalog.standards.api import router as standards
from anlan.web.causes.api import router as causes
from anlan.web.common.rest.refusals import Refusal, answer_to
from anlan.web.losses.api import router as losses
from anlan.web.monitoring.api import router as monitoring
from anlan.web.monitoring.api_alerts import router as alerts
from anlan.web.notices.api import router as notices
from anlan.web.people.api import router as people
from anlan.web.people.door import door
from anlan.web.people.permissions import Refused, record_refusal
from anlan.web.project.api_audit import router as audit
from anlan.web.project.api_reports import router as reports
from anlan.web.project.specification import specification
from anlan.web.risks.api import router as risks
from anlan.web.risks.api_candidates import router as candidates
from anlan.web.risks.api_criteria import router as criteria
from anlan.web.risks.api_exchange import router as exchange
from anlan.web.risks.api_from_runs import router as from_runs
from anlan.web.risks.api_looking import router as looking
from anlan.web.risks.api_register import router as register
from anlan.web.risks.api_riskpage import router as riskpage
from anlan.web.risks.api_worksheets import router as worksheets
from anlan.web.risks.api_workshops import router as workshops
from anlan.web.runs.api import router as runs
from anlan.web.sources.api import router as sources
from anlan.web.staffing.api import router as staffing
from anlan.web.studio.api import router as studio
from anlan.web.studio.api_designs import router as designs
from anlan.web.studio.replaying.api import router as replays


def refused(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Every refusal in the one shape; a missing permission also stands in the audit."""
    if isinstance(fault, Refused):
        record_refusal(fault)
    return answer_to(fault)


class Api(NinjaAPI):
    """Operations are named by their function: `list_risks`."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)

    def set_default_exception_handlers(self) -> None:
        """Every refusal has the one shape."""
        self.add_exception_handler(Exception, refused)


api = Api(title="Anlan", version=__version__, urls_namespace="api", docs_url=None, openapi_url=None)
for router in (
    people, notices, catalog, nodes, service, versions, attachments, standards, risks, register, criteria,
    exchange, riskpage, from_runs, candidates, looking, worksheets, workshops, runs, losses, causes,
    calibration, studio, designs, replays, staffing, monitoring, alerts, sources,
    reports, audit,
):  # fmt: skip
    api.add_router("", router)


def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1 in the language of the request."""
    return JsonResponse(specification(api), json_dumps_params={"ensure_ascii": False})


def unknown(request: HttpRequest, **_: Any) -> HttpResponse:
    """An address that is none."""
    return answer_to(Refusal(404, "address", path=request.path[:200]))


def addresses() -> list[URLPattern]:
    """All addresses below `/api/v1/`, each behind the door."""
    own = [
        path(str(pattern.pattern), door(pattern.callback), name=pattern.name)
        for pattern in api.urls[0]
        if pattern.name != "api-root"
    ]
    return [
        path("openapi.json", door(openapi, open_to_all=True), name="openapi"),
        *own,
        re_path("", door(unknown), name="unknown"),
    ]
