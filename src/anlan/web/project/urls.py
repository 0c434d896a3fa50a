"""Addresses of the application."""

from django.urls import include, path

from anlan.web.project import reports, views

project = (
    [
        path("", views.cockpit, name="cockpit"),
        path("health/", views.health, name="health"),
        path("reports/", reports.reports, name="reports"),
        path("reports/<str:kind>.<str:form>", reports.report, name="report"),
    ],
    "project",
)

urlpatterns = [
    path("", include(project)),
    path("", include("anlan.web.people.urls")),
    path("processes/", include("anlan.web.catalog.urls")),
    path("risks/", include("anlan.web.risks.urls")),
    path("runs/", include("anlan.web.runs.urls")),
]
