from django.urls import path

from anlan.web.causes import file_views, view_views, views

app_name = "causes"
urlpatterns = [
    path("", views.models, name="models"),
    path("new/", views.new_model, name="new_model"),
    path("<str:code>/", views.model, name="model"),
    path("<str:code>/remove/", views.remove_model, name="remove_model"),
    path("<str:code>/model.<str:form>", file_views.model_file, name="model_file"),
    path("<str:code>/as/<str:seen>/", view_views.model_as, name="model_as"),
]
