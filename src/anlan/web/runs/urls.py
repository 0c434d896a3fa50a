from django.urls import path

from anlan.web.runs import views
from anlan.web.runs.conformance import views as conformance_views
from anlan.web.runs.methods import views as method_views

app_name = "runs"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("new/", views.new_run, name="new_run"),
    path("compare/", views.compare, name="compare"),
    path("jobs/", views.jobs, name="jobs"),
    path("methods/", method_views.methods, name="methods"),
    path("methods/<str:code>/", method_views.assess, name="method"),
    path("samples/<str:kind>.toml", views.sample, name="sample"),
    path("conformance/<str:code>/", conformance_views.conformance, name="conformance"),
    path("conformance/<str:code>/hold/", conformance_views.hold, name="hold"),
    path("conformance/<str:code>/find/", conformance_views.find, name="find_draft"),
    path("conformance/<str:code>/take/", conformance_views.take, name="take_deviations"),
    path("<str:code>/", views.run, name="run"),
    path("<str:code>/live/", views.live, name="live"),
    path("<str:code>/cancel/", views.cancel, name="cancel"),
    path("<str:code>/retry/", views.retry, name="retry"),
    path("<str:code>/recompute/", views.recompute, name="recompute"),
    path("<str:code>/report.html", views.report, name="report"),
    path("<str:code>/risks.xlsx", views.workbook, name="workbook"),
    path("<str:code>/chart-<int:number>.<str:form>", views.chart, name="chart"),
    path("<str:code>/result.json", views.result, name="result"),
]
