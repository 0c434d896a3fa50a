from django.urls import path

from anlan.web.sources import views

app_name = "sources"
urlpatterns = [
    path("", views.sources, name="sources"),
    path("new/<str:kind>/", views.new_source, name="new_source"),
    path("<str:code>/", views.source, name="source"),
    path("<str:code>/edit/", views.edit_source, name="edit_source"),
    path("<str:code>/do/", views.act, name="act"),
]
