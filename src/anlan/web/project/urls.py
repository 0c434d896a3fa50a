"""Addresses of the application."""

from django.urls import include, path

from anlan.web.project import api, views

project = (
    [path("", views.cockpit, name="cockpit"), path("health/", views.health, name="health")],
    "project",
)

urlpatterns = [
    path("", include(project)),
    path("", include("anlan.web.people.urls")),
    path("processes/", include("anlan.web.catalog.urls")),
    path("risks/", include("anlan.web.risks.urls")),
    path("api/v1/", include((api.addresses(), "api"))),
    path("runs/", include("anlan.web.runs.urls")),
]
