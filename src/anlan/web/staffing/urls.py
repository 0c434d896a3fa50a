from django.urls import path

from anlan.web.staffing import views

app_name = "staffing"
urlpatterns = [
    path("", views.home, name="home"),
    path("counts/", views.counts, name="counts"),
    path("people/", views.people, name="people"),
    path("people/template.xlsx", views.template, name="template"),
    path("processes/<str:code>/", views.process, name="process"),
    path("processes/<str:code>/forecast/", views.forecast, name="forecast"),
    path("rosters/<str:code>/roster.xlsx", views.roster_file, name="roster_file"),
    path("rosters/<str:code>/<int:number>.ics", views.calendar_file, name="calendar_file"),
]
