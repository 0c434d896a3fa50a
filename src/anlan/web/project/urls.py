"""Addresses of the application."""

from django.urls import include, path

from anlan.web.project import api, audit_views, reports, start_views, views

project = (
    [
        path("", views.cockpit, name="cockpit"),
        path("health/", views.health, name="health"),
        path("reports/", reports.reports, name="reports"),
        path("reports/<str:kind>.<str:form>", reports.report, name="report"),
        path("start/", start_views.first_start, name="start"),
        path("audit/", audit_views.audit, name="audit"),
        path("audit/check/", audit_views.audit_check, name="audit_check"),
        path("audit/export.csv", audit_views.audit_export, name="audit_export"),
    ],
    "project",
)

urlpatterns = [
    path("", include(project)),
    path("", include("anlan.web.people.urls")),
    path("processes/", include("anlan.web.catalog.urls")),
    path("attachments/", include("anlan.web.catalog.attachments.urls")),
    path("standards/", include("anlan.web.catalog.standards.urls")),
    path("notices/", include("anlan.web.notices.urls")),
    path("causes/", include("anlan.web.causes.urls")),
    path("risks/", include("anlan.web.risks.urls")),
    path("api/v1/", include((api.addresses(), "api"))),
    path("runs/", include("anlan.web.runs.urls")),
    path("losses/", include("anlan.web.losses.urls")),
    path("calibration/", include("anlan.web.calibration.urls")),
    path("monitoring/", include("anlan.web.monitoring.urls")),
    path("sources/", include("anlan.web.sources.urls")),
    path("studio/", include("anlan.web.studio.urls")),
    path("staffing/", include("anlan.web.staffing.urls")),
]
