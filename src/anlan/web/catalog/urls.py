from django.urls import path

from anlan.web.catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.processes, name="processes"),
    path("new/", views.new_process, name="new_process"),
    path("<str:code>/", views.process, name="process"),
    path("<str:code>/nodes.csv", views.map_table, name="map_table"),
    path("<str:code>/map.svg", views.map_drawing, name="map_drawing"),
    path("<str:code>/upload/", views.upload, name="upload"),
    path("<str:code>/imports/<int:number>/", views.import_log, name="import"),
    path("<str:code>/imports/<int:number>/cancel/", views.cancel_import, name="cancel_import"),
    path("<str:code>/rejected.csv", views.rejected, name="rejected"),
]
