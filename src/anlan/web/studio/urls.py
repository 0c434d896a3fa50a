from django.urls import path

from anlan.web.studio import views

app_name = "studio"
urlpatterns = [
    path("", views.processes, name="processes"),
    path("processes/<str:code>/", views.process, name="process"),
    path("processes/<str:code>/live/", views.live, name="live"),
    path("processes/<str:code>/calibrate/", views.calibrate, name="calibrate"),
    path("processes/<str:code>/upload/", views.upload, name="upload"),
    path("processes/<str:code>/by-hand/", views.by_hand, name="by_hand"),
    path("twins/<str:code>/", views.twin, name="twin"),
    path("twins/<str:code>/put-in-force/", views.put_in_force, name="put_in_force"),
    path("twins/<str:code>/check/", views.check, name="check"),
    path("twins/<str:code>/twin.yaml", views.twin_file, name="twin_file"),
    path("twins/<str:code>/tables.csv", views.tables_file, name="tables_file"),
    path("twins/<str:code>/map.<str:form>", views.map_file, name="map_file"),
]
