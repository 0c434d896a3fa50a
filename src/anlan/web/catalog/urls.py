from django.urls import path

from anlan.web.catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.processes, name="processes"),
    path("new/", views.new_process, name="new_process"),
    path("<str:code>/", views.process, name="process"),
]
