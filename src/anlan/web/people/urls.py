from django.urls import path

from anlan.web.people import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("look/", views.set_look, name="set_look"),
]
