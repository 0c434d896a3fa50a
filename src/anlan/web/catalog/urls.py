from django.urls import path

from anlan.web.catalog import any_text, version_views, views  # noqa: F401  the converter registers itself
from anlan.web.catalog.nodes.views import node
from anlan.web.catalog.service import views as service_views

app_name = "catalog"
urlpatterns = [
    path("", views.processes, name="processes"),
    path("new/", views.new_process, name="new_process"),
    path("new/bpmn/", version_views.new_from_bpmn, name="new_from_bpmn"),
    path("<str:code>/", views.process, name="process"),
    path("<str:code>/nodes.csv", views.map_table, name="map_table"),
    path("<str:code>/map.svg", views.map_drawing, name="map_drawing"),
    path("<str:code>/map.png", views.map_image, name="map_image"),
    path("<str:code>/blueprint/", service_views.blueprint, name="blueprint"),
    path("<str:code>/blueprint/lanes/", service_views.tell, name="tell_lanes"),
    path("<str:code>/blueprint.<str:form>", service_views.blueprint_file, name="blueprint_file"),
    path("<str:code>/journey/", service_views.journey, name="journey"),
    path("<str:code>/journey.<str:form>", service_views.journey_file, name="journey_file"),
    path("<str:code>/nodes/<any_text:key>/", node, name="node"),
    path("<str:code>/upload/", views.upload, name="upload"),
    path("<str:code>/imports/<int:number>/", views.import_log, name="import"),
    path("<str:code>/imports/<int:number>/cancel/", views.cancel_import, name="cancel_import"),
    path("<str:code>/imports/<int:number>/retry/", views.retry_import, name="retry_import"),
    path("<str:code>/rejected.csv", views.rejected, name="rejected"),
    path("<str:code>/bpmn/", version_views.import_bpmn, name="import_bpmn"),
    path("<str:code>/versions/", version_views.versions, name="versions"),
    path("<str:code>/versions/<int:number>/", version_views.version, name="version"),
    path("<str:code>/versions/<int:number>/edit/", version_views.edit_version, name="edit_version"),
    path("<str:code>/versions/<int:number>/submit/", version_views.submit_version, name="submit_version"),
    path("<str:code>/versions/<int:number>/approve/", version_views.approve_version, name="approve_version"),
    path("<str:code>/versions/<int:number>/return/", version_views.return_version, name="return_version"),
    path("<str:code>/versions/<int:number>/changes/", version_views.version_changes, name="version_changes"),
    path("<str:code>/versions/<int:number>/version.bpmn", version_views.version_bpmn, name="version_bpmn"),
]
