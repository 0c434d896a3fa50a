from django.urls import path

from anlan.web.studio import design_views, edit_views, read_views, treatment_views, views
from anlan.web.studio.replaying import views as replays

app_name = "studio"
urlpatterns = [
    path("", views.processes, name="processes"),
    path("processes/<str:code>/", views.process, name="process"),
    path("processes/<str:code>/live/", views.live, name="live"),
    path("processes/<str:code>/calibrate/", views.calibrate, name="calibrate"),
    path("processes/<str:code>/upload/", read_views.upload, name="upload"),
    path("processes/<str:code>/by-hand/", views.by_hand, name="by_hand"),
    path("twins/<str:code>/", views.twin, name="twin"),
    path("twins/<str:code>/edit/", edit_views.edit, name="edit_twin"),
    path("twins/<str:code>/put-in-force/", views.put_in_force, name="put_in_force"),
    path("twins/<str:code>/check/", views.check, name="check"),
    path("twins/<str:code>/simulate/", views.simulate, name="simulate"),
    path("twins/<str:code>/twin.yaml", views.twin_file, name="twin_file"),
    path("twins/<str:code>/twin.xlsx", views.twin_book, name="twin_book"),
    path("twins/<str:code>/tables.csv", views.tables_file, name="tables_file"),
    path("twins/<str:code>/map.<str:form>", views.map_file, name="map_file"),
    path("twins/<str:code>/designs/", design_views.new_design, name="new_design"),
    path("twins/<str:code>/begin/", design_views.begin_design, name="begin_design"),
    path("twins/<str:code>/propose/", design_views.propose, name="propose"),
    path("twins/<str:code>/treatments/", treatment_views.treatments, name="treatments"),
    path("twins/<str:code>/compare/", design_views.compare, name="compare"),
    path("designs/<str:code>/", design_views.design, name="design"),
    path("comparisons/<str:code>/", design_views.comparison, name="comparison"),
    path("comparisons/<str:code>/live/", design_views.comparison_live, name="comparison_live"),
    path("comparisons/<str:code>/set/", design_views.set_as_design, name="set_as_design"),
    path("comparisons/<str:code>/expected/", design_views.take_expected, name="take_expected"),
    path("comparisons/<str:code>/table.csv", design_views.comparison_file, name="comparison_file"),
    path(
        "comparisons/<str:code>/report.<str:form>", design_views.comparison_report, name="comparison_report"
    ),
    path(
        "comparisons/<str:code>/<str:name>.<str:form>",
        design_views.comparison_picture,
        name="comparison_picture",
    ),
    path("replay/<str:kind>/<str:code>/", replays.replay, name="replay"),
    path("replay/<str:kind>/<str:code>/still.<str:form>", replays.still, name="still"),
]
