from django.urls import path

from anlan.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("settings/", views.wishes, name="wishes"),
    path("mails/", views.mails, name="mails"),
    path("mails/<int:pk>/retry/", views.retry_mail, name="retry_mail"),
    path("<int:pk>/", views.open_notice, name="open"),
]
