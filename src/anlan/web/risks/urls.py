from django.urls import path

from anlan.web.risks import views, workshop_views

app_name = "risks"
urlpatterns = [
    path("", views.register, name="register"),
    path("matrix/", views.matrix, name="matrix"),
    path("new/", views.new_risk, name="new_risk"),
    path("candidates/", views.candidates, name="candidates"),
    path("candidates/<str:code>/decide/", views.decide, name="decide"),
    path("workshops/", workshop_views.workshops, name="workshops"),
    path("workshops/new/", workshop_views.new_workshop, name="new_workshop"),
    path("workshops/<str:code>/", workshop_views.workshop, name="workshop"),
    path("workshops/<str:code>/move/", workshop_views.move_workshop, name="move_workshop"),
    path("workshops/<str:code>/record/", workshop_views.workshop_record, name="workshop_record"),
    path("answer/<str:token>/", workshop_views.answer, name="answer"),
    path("<str:code>/", views.risk, name="risk"),
    path("<str:code>/edit/", views.edit_risk, name="edit_risk"),
    path("<str:code>/assess/", views.assess, name="assess"),
    path("<str:code>/assessments/<int:number>/sign/", views.sign_assessment, name="sign_assessment"),
    path("<str:code>/do/<str:action>/", views.act_on_risk, name="act"),
]
