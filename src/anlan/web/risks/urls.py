from django.urls import path

from anlan.web.risks import views

app_name = "risks"
urlpatterns = [
    path("", views.register, name="register"),
    path("matrix/", views.matrix, name="matrix"),
    path("new/", views.new_risk, name="new_risk"),
    path("candidates/", views.candidates, name="candidates"),
    path("candidates/<str:code>/decide/", views.decide, name="decide"),
    path("<str:code>/", views.risk, name="risk"),
    path("<str:code>/edit/", views.edit_risk, name="edit_risk"),
    path("<str:code>/assess/", views.assess, name="assess"),
    path("<str:code>/assessments/<int:number>/sign/", views.sign_assessment, name="sign_assessment"),
    path("<str:code>/do/<str:action>/", views.act_on_risk, name="act"),
]
