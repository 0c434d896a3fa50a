from django.urls import path

from anlan.web.catalog.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.standards, name="standards"),
    path("new/", views.new_standard, name="new_standard"),
    path("<str:code>/", views.standard, name="standard"),
    path("<str:code>/versions/<int:number>/", views.standard_version, name="standard_version"),
    path("<str:code>/edit/", views.edit_standard, name="edit_standard"),
    path("<str:code>/withdraw/", views.withdraw_standard, name="withdraw_standard"),
    path("<str:code>/log/", views.log_standard, name="log_standard"),
    path("<str:code>/entries/<int:number>/withdraw/", views.withdraw_entry, name="withdraw_entry"),
]
