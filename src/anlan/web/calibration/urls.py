from django.urls import path

from anlan.web.calibration import views

app_name = "calibration"
urlpatterns = [
    path("", views.calibration, name="calibration"),
    path("compute/", views.compute, name="compute"),
    path("outcomes/", views.outcomes, name="outcomes"),
    path("outcomes/<int:number>/withdraw/", views.withdraw, name="withdraw"),
]
