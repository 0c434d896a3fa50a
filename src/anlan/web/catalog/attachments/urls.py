from django.urls import path

from anlan.web.catalog import any_text  # noqa: F401  the converter registers itself
from anlan.web.catalog.attachments import views

app_name = "attachments"
urlpatterns = [
    path("<int:number>/", views.attachment, name="attachment"),
    path("<int:number>/remove/", views.remove_attachment, name="remove_attachment"),
    path("<str:kind>/<any_text:name>/", views.add_attachment, name="add_attachment"),
]
