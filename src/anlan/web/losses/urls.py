from django.urls import path

from anlan.web.losses import editor_views, views

app_name = "losses"
urlpatterns = [
    path("", views.losses, name="losses"),
    path("new/", views.new_year, name="new_year"),
    path("dependence/", editor_views.dependence, name="dependence"),
    path("tolerance/", editor_views.tolerance, name="tolerance"),
    path("numbers/<str:code>/", editor_views.numbers, name="numbers"),
    path("<str:code>/", views.year, name="year"),
    path("<str:code>/live/", views.live, name="live"),
    path("<str:code>/recompute/", views.recompute, name="recompute"),
    path("<str:code>/compare/", views.compare, name="compare"),
    path("<str:code>/curve.svg", views.curve_file, name="curve_file"),
    path("<str:code>/figures.csv", views.figures_file, name="figures_file"),
]
